"""What a mail says in words: in its subject, in everything typed or enclosed as a letter, in the names of its files."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from inbox_daemon.order.meanings import has_words, meanings, only_greets
from inbox_daemon.order.subject import is_answer, plain_subject
from parsers.quotes import own_words, without_questions_of_forms
from parsers.readings import Mail, Reading

SHORT = 70  # words
LETTER = 150  # words: a longer enclosure is a document about many things, and no letter
# What only the sender's own words say: a form, a programme or a flyer that is enclosed has such words of its own.
OWN_ONLY = frozenset({"question", "question_title", "plea", "dispute", "absence", "machine", "newsletter", "advert"})
OF_LETTERS = frozenset({"stop", "ceased", "change"})  # and these an enclosed letter too


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
    written = [typed, *(text for inner in _inside(mail) for text in inner)]
    texts = [*written, *reading.texts.values()]
    of_the_sender = without_questions_of_forms(typed)
    asked_by_forms = OWN_ONLY - meanings(of_the_sender)
    untyped = all(only_greets(text) for text in texts)
    names = " . ".join(_words_of_name(name) for name in _names(reading))
    return Said(
        title=meanings(subject, title=True),
        words=frozenset[str]().union(
            meanings(typed) - asked_by_forms,
            *(meanings(text) for text in written[1:]),
            *(_enclosed(text) for text in reading.texts.values()),
        ),
        names=meanings(names),
        asked=any(has_words(text, asking=True) for text in (subject, of_the_sender)),
        short=len(typed.split()) <= SHORT,
        silent=only_greets(subject) and untyped,
        untyped=untyped,
        answers=is_answer(mail.subject),
    )


def _enclosed(text: str) -> frozenset[str]:
    """What an enclosed file says of its sender's matter."""
    return meanings(text) - OWN_ONLY - (frozenset() if len(text.split()) <= LETTER else OF_LETTERS)


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
