"""What a mail says in words: in its subject, in everything typed or enclosed as a letter, in the names of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inbox_daemon.order.meanings import has_words, meanings, only_greets
from inbox_daemon.order.subject import is_answer, plain_subject
from parsers.quotes import own_words
from parsers.readings import Mail, Reading

SHORT = 70  # words


@dataclass(frozen=True, slots=True)
class Said:
    """What a mail says in words: in its subject, in everything else, in the names of its files."""

    title: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]
    asked: bool  # a sentence of the sender ends with a question mark
    short: bool  # a few sentences: what stands there is the matter itself
    silent: bool  # nothing but a greeting
    untyped: bool  # the same, whatever the subject says
    answers: bool  # «Re:»: the subject is an earlier one

    def says(self, *facts: str) -> bool:
        """Whether subject or text states one of these."""
        return any(fact in self.title or fact in self.words for fact in facts)

    def says_now(self, *facts: str) -> bool:
        """The same without the subject of an answer, which is an earlier one."""
        return any(fact in self.words or (fact in self.title and not self.answers) for fact in facts)


def said_in(reading: Reading) -> Said:
    """Return what a mail says, quoted letters and signature blocks left out."""
    mail = reading.mail
    subject = plain_subject(mail.subject)
    typed = own_words(mail.body, mail.subject)
    texts = [typed, *(text for inner in _inside(mail) for text in inner), *reading.texts.values()]
    untyped = all(only_greets(text) for text in texts)
    names = " . ".join(_words_of_name(name) for name in _names(reading))
    return Said(
        title=meanings(subject, title=True),
        words=frozenset[str]().union(*(meanings(text) for text in texts)),
        names=meanings(names),
        asked=any(has_words(text, asking=True) for text in (subject, typed)),
        short=len(typed.split()) <= SHORT,
        silent=only_greets(subject) and untyped,
        untyped=untyped,
        answers=is_answer(mail.subject),
    )


def _inside(mail: Mail) -> Iterable[tuple[str, str]]:
    for inner in mail.forwarded:
        yield plain_subject(inner.subject), own_words(inner.body, inner.subject)
        yield from _inside(inner)


def _names(reading: Reading) -> Iterable[str]:
    yield from (file.part for file in reading.unreadable)
    yield from (file.name for file in reading.mail.attachments if not file.inline)


def _words_of_name(name: str) -> str:
    """«Анкета_Асель2.docx» → its words: names run words together by signs and digits."""
    return re.sub(r"[\W_]+|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", name.rpartition(".")[0] or name)
