"""By what a mail, a case and an entry are recognised: addresses, identifiers, references, the case number."""

from __future__ import annotations

import re
from collections.abc import Iterable

from inbox_daemon.order.entries import IDENTITIES
from parsers.readings import Mail, Reading
from parsers.values.identifiers import check_digit_right
from registry_store.records import Case, Sheet

TWELVE_DIGITS = re.compile(r"(?<!\d)\d{12}(?!\d)")
NAMES = ("applicant_name", "signatory_name", "full_name", "leader_name", "head_name", "org_name")
SHARED_NAME_WORDS = 2  # surname and name; a patronymic is often left out


def identifiers(sheets: Iterable[Sheet]) -> frozenset[str]:
    """Return the IIN and BIN that the questionnaires of these sheets name."""
    return frozenset(
        str(sheet.answers[field].value)
        for sheet in sheets
        if sheet.form in IDENTITIES
        for field in IDENTITIES[sheet.form].key
        if field in sheet.answers
    )


def numbers_in(words: str) -> frozenset[str]:
    """Return the twelve-digit numbers with a right check digit that stand in free words."""
    return frozenset(number for number in TWELVE_DIGITS.findall(words) if check_digit_right(number))


def written_addresses(sheets: Iterable[Sheet]) -> frozenset[str]:
    """Return the e-mail addresses that stand in the forms, lower-cased."""
    found: set[str] = set()
    for sheet in sheets:
        if sheet.form == "application" and "email" in sheet.answers:
            found.add(str(sheet.answers["email"].value).lower())
        contacts = sheet.answers.get("contacts")
        if contacts is not None and isinstance(contacts.value, dict):
            found.update(address.lower() for address in contacts.value.get("email", ()))
    return frozenset(found)


def addresses_on_file(case: Case) -> frozenset[str]:
    """Return the addresses from which a change or stop is believed (rules, section 4)."""
    senders = {mail.sender.lower() for mail in case.mails if mail.brought_forms}
    return frozenset(senders | written_addresses(case.sheets))


def keys_of_case(case: Case) -> frozenset[tuple[str, str]]:
    """Return what a case can be found by: (kind, value) with kind address, identifier or message_id."""
    return frozenset(
        [("address", mail.sender.lower()) for mail in case.mails if mail.sender]
        + [("address", address) for address in written_addresses(case.sheets)]
        + [("identifier", value) for value in identifiers(case.sheets)]
        + [("message_id", mail.message_id) for mail in case.mails if mail.message_id]
    )


def name_words(sheets: Iterable[Sheet]) -> frozenset[str]:
    """Return the words of all names in the sheets, for telling whether two filings can be one person's."""
    return frozenset(
        word
        for sheet in sheets
        for field in NAMES
        if field in sheet.answers
        for word in str(sheet.answers[field].value).casefold().replace(".", " ").split()
        if len(word) > 1
    )


def may_be_same_person(mine: Iterable[Sheet], theirs: Iterable[Sheet]) -> bool:
    """Whether the names do not speak against one applicant; no name on a side says nothing."""
    a, b = name_words(mine), name_words(theirs)
    return not a or not b or len(a & b) >= min(SHARED_NAME_WORDS, len(a), len(b))


def references_of(reading: Reading) -> tuple[str, ...]:
    """Return the Message-IDs that a mail answers (RFC 5322 In-Reply-To, References), nearest first."""
    mail = reading.mail
    return tuple(dict.fromkeys((*mail.in_reply_to, *reversed(mail.references))))


def passes_dmarc(mail: Mail, authserv_id: str) -> bool:
    """Whether our own server says that DMARC passed (RFC 8601). Only the topmost header with the pinned
    authserv-id counts; anybody can write others. An empty id trusts nobody."""
    if not authserv_id:
        return False
    for header in mail.authentication_results:
        name, _, results = header.partition(";")
        if name.strip().split(" ")[0].lower() == authserv_id.lower():
            return any(r.strip().lower().startswith("dmarc=pass") for r in results.split(";"))
    return False
