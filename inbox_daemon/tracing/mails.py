"""What a mail says of who wrote it, beside what it was taken for: addresses, numbers, names, letters that it names."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator

from inbox_daemon.order.subject import case_tokens
from inbox_daemon.recognition import NAMES
from inbox_daemon.tracing.names import sounds
from parsers.readings import Mail, Reading
from registry_store.records import MailKeys

LONGEST = 20_000  # letters of a text that are looked at
WORDS = 600  # words of a mail's texts that are kept
TRACES = 200  # addresses, numbers, letters and cases each that a mail may name: more is no letter of a person
ADDRESS = re.compile(r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+")
MESSAGE_ID = re.compile(r"<[^<>\s@]{1,200}@[^<>\s@]{1,200}>")
DIGITS = re.compile(r"(?<!\d)\d(?:[ \t\u00a0()-]{0,2}\d){9,13}(?!\d)")
PHONE = 10  # last digits by which a phone number is told, whatever it begins with


def with_traces(keys: MailKeys, reading: Reading, own_address: str) -> MailKeys:
    """Return the keys of a mail with everything that it names. own_address: the ministry's, which everybody names."""
    texts = tuple(text[:LONGEST] for text in _texts(reading))
    addresses = itertools.chain(_header_addresses(reading.mail), *(ADDRESS.findall(text) for text in texts))
    others = dict.fromkeys(one.lower() for one in addresses if one.lower() not in ("", own_address.lower()))
    report = reading.mail.report
    return MailKeys(
        message_id=keys.message_id,
        parts_sha256=keys.parts_sha256,
        sender=keys.sender,
        references=keys.references,
        token=keys.token,
        identifiers=keys.identifiers,
        tokens=_some(token for text in texts for token in case_tokens(text)),
        letters=_some(itertools.chain(_inner_ids(reading.mail), *(MESSAGE_ID.findall(text) for text in texts))),
        addresses=_some(others),
        numbers=_some(number for text in texts for number in numbers_in_digits(text)),
        phrases=tuple(_phrases(reading)),
        report="" if report is None else report.action,
    )


def numbers_in_digits(text: str) -> Iterator[str]:
    """Yield the numbers of ten digits or more in a text, however they are grouped; phones by their last ten."""
    for match in DIGITS.finditer(text):
        number = re.sub(r"\D", "", match[0])
        yield number
        if number[:1] in "78" and len(number) == PHONE + 1:
            yield number[-PHONE:]


def _some(found: Iterable[str]) -> tuple[str, ...]:
    return tuple(itertools.islice(dict.fromkeys(found), TRACES))


def _texts(reading: Reading) -> Iterator[str]:
    """All that a mail says, file names and the letters inside it too, what a person wrote first."""
    mail = reading.mail
    yield mail.sender.name
    for form in reading.forms:
        yield "\n".join(value.text for value in form.fields.values())
    yield from (part.name for part in mail.attachments)
    yield from (file.part for file in reading.unreadable)
    yield mail.subject
    yield mail.body
    if mail.report is not None:
        yield f"{mail.report.recipient or ''} {mail.report.diagnostic or ''} {mail.report.original_message_id or ''}"
    yield from reading.texts.values()
    for inner in mail.forwarded:
        yield f"{inner.sender.name} {inner.subject}\n{inner.body}"


def _header_addresses(mail: Mail) -> Iterator[str]:
    yield mail.return_path or ""
    yield from (one.addr for one in mail.reply_to)
    for inner in mail.forwarded:
        yield inner.sender.addr
        yield from (one.addr for one in (*inner.to, *inner.reply_to))


def _inner_ids(mail: Mail) -> Iterator[str]:
    for inner in mail.forwarded:
        if inner.message_id:
            yield inner.message_id
        yield from (*inner.in_reply_to, *inner.references)


def _phrases(reading: Reading) -> Iterator[str]:
    """Each place where a name may stand, as words that sound, one phrase a place: a name does not run over them."""
    left = WORDS
    for text in dict.fromkeys(_places_of_names(reading)):
        words = sounds(text[:LONGEST])[:left]
        left -= len(words)
        if words:
            yield " ".join(words)


def _places_of_names(reading: Reading) -> Iterator[str]:
    mail = reading.mail
    yield mail.sender.name
    yield mail.sender.addr.partition("@")[0]
    yield from (one.name for one in mail.reply_to)
    for form in reading.forms:
        yield from (form.fields[field].text for field in NAMES if field in form.fields)
    yield from (part.name for part in mail.attachments if not part.inline)
    yield from (file.part for file in reading.unreadable)
    yield mail.subject
    yield mail.body
    yield from (inner.sender.name for inner in mail.forwarded)
    yield from reading.texts.values()
    yield from (inner.body for inner in mail.forwarded)
