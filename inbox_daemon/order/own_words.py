"""What a clerk may say in a letter in words of their own: to explain what is asked for, and to answer a mail."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import WorkingDays
from registry_store.records import Case, ClerkReplied, LetterKind, Said, Send, Step, Text, Verdict

LONGEST = 4000  # characters of a text in one language
LONGEST_LINE = 1000  # the letters' own limit: a longer line would be cut
LONGEST_EXPLANATION = 300


def reply(case: Case, event: ClerkReplied, days: WorkingDays, practice: Practice) -> Step:
    """A clerk answers a mail in words of their own, at any hour; the case stays as it is, its clock too."""
    if event.mail not in {mail.mail for mail in case.mails}:
        message = f"{case.number} has no such mail that could be answered"
        raise NotAllowed(message, "no_mail_to_answer")
    words = own_words(event.words)
    return Step(case, (Send(LetterKind.REPLY, event.at, any_hour=True, said=Said(words), mail=event.mail),))


def own_words(words: Text) -> Text:
    """Return a text as it is printed. Raises NotAllowed when nothing is said, or more than a letter holds."""
    tidy = Text(_tidy(words.kk), _tidy(words.ru))
    if tidy.kk is None and tidy.ru is None:
        message = "the letter says nothing"
        raise NotAllowed(message, "nothing_said")
    for text in (tidy.kk or "", tidy.ru or ""):
        if len(text) > LONGEST:
            message = f"a text has at most {LONGEST} characters"
            raise NotAllowed(message, "too_long", str(LONGEST))
        if any(len(line) > LONGEST_LINE for line in text.splitlines()):
            message = f"a paragraph has at most {LONGEST_LINE} characters"
            raise NotAllowed(message, "too_long", str(LONGEST_LINE))
    return tidy


def explanations(said: Said, verdict: Verdict) -> Said:
    """Return what a clerk adds to a rework letter (§8, §10): an explanation of what the forms ask for and the filing
    lacks. Raises NotAllowed for an item that is not missing: nobody can ask for what the Order does not ask for."""
    missing = asked_for(verdict)
    for one in said.about:
        if one.item not in missing:
            message = f"{one.item} is not missing: the letter cannot ask for it"
            raise NotAllowed(message, "not_asked_for", one.item)
        if max(len(one.words.kk or ""), len(one.words.ru or "")) > LONGEST_EXPLANATION:
            message = f"an explanation has at most {LONGEST_EXPLANATION} characters"
            raise NotAllowed(message, "too_long", str(LONGEST_EXPLANATION))
    remark = None if said.remark is None else own_words(said.remark)
    return Said(remark, tuple(replace(one, words=own_words(one.words)) for one in said.about))


def still_fitting(said: Said, verdict: Verdict | None) -> Said:
    """Return the words without those about what is not missing any more."""
    missing = () if verdict is None else asked_for(verdict)
    return replace(said, about=tuple(one for one in said.about if one.item in missing))


def asked_for(verdict: Verdict) -> Collection[str]:
    """Return all that a letter asks for: what is missing, also in an enclosed programme."""
    return verdict.missing + verdict.programme_missing


def _tidy(text: str | None) -> str | None:
    lines = [" ".join(line.split()) for line in (text or "").splitlines()]
    return "\n".join(line for line in lines if line) or None
