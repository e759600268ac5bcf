"""What was read from a mail, as the records that last."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime

from inbox_daemon.mailbox.whose import Clues
from inbox_daemon.order.triage import case_token
from inbox_daemon.order.unrecognised import unrecognised
from inbox_daemon.recognition import identifiers, numbers_in, references_of
from parsers.quotes import own_words
from parsers.readers.sniff import WITHHELD_KEY
from parsers.readings import FilledForm, Reading, Unreadable, Value
from registry_store.folded import words_of
from registry_store.records import Answer, Arrival, CaseMail, Category, FileSeen, MailId, MailKeys, Sheet

WORDS_OF_A_MAIL = 200
LONGEST = 20_000  # letters of a text that are looked at for them


def sheet_of(form: FilledForm, mail: MailId) -> Sheet:
    """Return a form as read, as the record that lasts."""
    return Sheet(
        form=form.form,
        language=form.language,
        part=form.part,
        mail=mail,
        answers={name: answer_of(value) for name, value in form.fields.items()},
        doubts=form.doubts,
        unsure_blank=form.unsure_blank,
        language_any=form.language_any,
    )


def answer_of(value: Value) -> Answer:
    return Answer(value.value, value.text, f"{value.source.part}: {value.source.place}", value.doubt, value.flaws)


def keys_of(reading: Reading) -> MailKeys:
    sheets = tuple(sheet_of(form, "") for form in reading.forms)
    return MailKeys(
        message_id=reading.mail.message_id,
        parts_sha256=reading.mail.parts_sha256,
        sender=reading.mail.sender.addr,
        references=references_of(reading),
        token=case_token(reading.mail.subject),
        identifiers=tuple(sorted(identifiers(sheets) | _named(reading))),
    )


def words_in(reading: Reading) -> frozenset[str]:
    """Return the words by which a person finds a mail again: of the sender's name, the subject, what was typed now
    and the files that are no forms, in this order, not more than WORDS_OF_A_MAIL."""
    mail = reading.mail
    texts = (mail.subject, mail.sender.name, own_words(mail.body[:LONGEST], mail.subject), *reading.texts.values())
    found = (word for text in texts for word in words_of(text[:LONGEST]) if len(word) > 1)
    return frozenset(itertools.islice(dict.fromkeys(found), WORDS_OF_A_MAIL))


def _named(reading: Reading) -> frozenset[str]:
    """Return the valid IIN and BIN that stand in the words of a mail and of its readable files."""
    words = "\n".join((reading.mail.subject, reading.mail.body, *reading.texts.values()))
    return numbers_in(words)


def clues_of(reading: Reading, keys: MailKeys, category: Category, sheets: tuple[Sheet, ...]) -> Clues:
    return Clues(category, keys.sender, keys.references, keys.token, sheets, frozenset(keys.identifiers))


def case_mail_of(arrival: Arrival, reading: Reading, submitted: datetime, *, brought_forms: bool) -> CaseMail:
    mail = reading.mail
    at = arrival.received_at
    return CaseMail(arrival.mail, at, mail.message_id, mail.sender.addr, brought_forms, submitted)


def unread_in(reading: Reading) -> tuple[Unreadable, ...]:
    """Return the parts of a mail that a person must read: not opened, or no form recognised in them."""
    return (*reading.unreadable, *unrecognised(reading))


def files_of(reading: Reading) -> tuple[FileSeen, ...]:
    """The files of a mail as the receipt names them; pictures of the letter itself are left out."""
    return tuple(
        FileSeen(a.name, hashlib.sha256(a.data).hexdigest(), key=a.data.startswith(WITHHELD_KEY))
        for a in reading.mail.attachments
        if not a.inline and not a.within
    )
