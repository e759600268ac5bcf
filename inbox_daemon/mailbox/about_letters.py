"""Which of our letters a mail server writes about: by Message-ID, by the case that it names, by the recipient.

Servers and gateways drop or rewrite the Message-ID; whoever did not get the rework letter must not be taken for silent.
"""

from __future__ import annotations

from datetime import timedelta

from inbox_daemon.order.automatic import AutomaticKind, automatic
from inbox_daemon.tracing.look import ARRIVED
from parsers.mime.reports import is_mailer
from parsers.readings import Reading
from registry_store.errors import CaseUnknown
from registry_store.records import Arrival, CaseNumber, Letter, LetterKind, LetterState, MailKeys
from registry_store.store import Store

# Anybody can write a report: what it says of a letter that never left is not believed.
HAS_LEFT = frozenset({LetterState.ACCEPTED, LetterState.UNCERTAIN})
MAY_HAVE_LEFT = HAS_LEFT | {LetterState.SENDING, LetterState.BOUNCED}
REPORTED_WITHIN = timedelta(days=60)  # servers give up after days; an archive that answers late is heard too
BY_PROGRAMS = (AutomaticKind.AUTO_REPLY, AutomaticKind.BOUNCE)


def letter_named(reading: Reading, keys: MailKeys, store: Store) -> Letter | None:
    """Return the letter of ours whose Message-ID a mail names, the one that a report is about before the others."""
    report = reading.mail.report
    original = None if report is None else report.original_message_id
    for message_id in (original, *keys.letters, *keys.references):
        letter = None if message_id is None else store.letter_by_message_id(message_id)
        if letter is not None and letter.case is not None:
            return letter
    return None


def letters_meant(arrival: Arrival, reading: Reading, keys: MailKeys, store: Store) -> tuple[Letter, ...]:
    """Return the letters that a mailer's mail may be about, one a case: that of the Message-ID that it names, else of
    the cases that it names, else to the recipients that it names; of these the rework letter where it has left.

    A report that a letter arrived is about the letter that it names by its Message-ID, and no other.
    """
    named = letter_named(reading, keys, store)
    if named is not None:
        return (named,)
    if keys.report in ARRIVED:
        return ()
    tokens = dict.fromkeys((*((keys.token,) if keys.token else ()), *keys.tokens))
    by_case = [letter for token in tokens for letter in _newest_that_left(_letters(token, store))]
    if by_case:
        return tuple(by_case)
    since = arrival.received_at - REPORTED_WITHIN
    sent = [letter for address in keys.addresses for letter in store.letters_to(address, since)]
    cases = dict.fromkeys(letter.case for letter in sent if letter.case is not None)
    return tuple(letter for case in cases for letter in _newest_that_left([one for one in sent if one.case == case]))


def is_mailers(reading: Reading) -> bool:
    """Whether a mail server, or a program between it and a person, wrote a mail."""
    mail = reading.mail
    return is_mailer(mail.sender, mail.return_path) or automatic(mail) in BY_PROGRAMS


def _letters(case: CaseNumber, store: Store) -> tuple[Letter, ...]:
    try:
        return store.letters(store.case(case).number)
    except CaseUnknown:
        return ()


def _newest_that_left(letters: tuple[Letter, ...] | list[Letter]) -> tuple[Letter, ...]:
    left = sorted((one for one in letters if one.state in MAY_HAVE_LEFT), key=lambda letter: letter.id)
    rework = [letter for letter in left if letter.kind is LetterKind.REWORK]
    return tuple((rework or left)[-1:])
