"""What the program keeps in a few words of its own (what a task is about, why a mail ended so, what was looked at),
told in the words of a page. What has no words in a catalogue is left out rather than shown as a code."""

from __future__ import annotations

import re
from collections.abc import Callable

from inbox_daemon.desk.labels import day_shown, is_ours, label_of
from parsers.readings import Language
from registry_store.accounts import AuditLine
from registry_store.records import Task

Said = Callable[[str, object], str]  # the sentence of a code, the code itself where it has none

MAIL = re.compile(r"[0-9a-f]{64}")
NUMBERS = re.compile(r"[\d №–,:;.+-]*")
CASE = re.compile(r"VR-\d{4}-\d{6}")
# How an outcome's own words begin, and the code of its sentence; others say no more than outcome and category do.
WHY = (
    (re.compile(r"failed \d+ times|failed again"), "failed"),
    (re.compile(r"not foreseen"), "not_foreseen"),
    (re.compile(r"its address cannot be answered"), "address"),
    (re.compile(r"the brake on answers"), "brake"),
    (re.compile(r"the same Message-ID and parts|the same bytes"), "same"),
    (re.compile(r".*came before the day of going live"), "before_start"),
    (re.compile(r".*has the Message-ID of mail"), "same_id_other_parts"),
)
# The audit log's actions whose detail a person typed, or that is made of numbers, names of files and accounts.
AS_TYPED = frozenset({"search", "case_note", "letters_switch", "role_refused"})
KINDS = ("act", "letter", "letter_act", "shelf", "outcome", "who", "state", "due", "kind", "ask", "doubt", "filed_in")
# Codes that only the audit log has.
LOGGED = "looked"


def task_about(task: Task, language: Language, said: Said) -> str:
    """Return what a task is about beside its code, empty for nothing that could be said. A mail is a link elsewhere."""
    detail = task.detail
    if MAIL.fullmatch(detail):
        return ""
    items = [one.strip() for one in detail.split(",")]
    if detail and all(map(is_ours, items)):
        return ", ".join(label_of(one, language) for one in items)
    if " -> " in detail:
        return " → ".join(map(day_shown, detail.split(" -> ")))
    if NUMBERS.fullmatch(detail) or CASE.fullmatch(detail) or not re.search("[A-Za-z]", detail):
        return detail
    return _word("letter", detail, said)


def mail_of(task: Task) -> str | None:
    """Return the mail that a task is about."""
    return task.detail if MAIL.fullmatch(task.detail) else None


def outcome_about(why: str, said: Said) -> str:
    """Return why a mail ended as it did, where the outcome itself does not say it."""
    found = [said("outcome_why", code) for pattern, code in WHY if pattern.search(why)]
    return "; ".join(dict.fromkeys(found))


def audit_about(line: AuditLine, said: Said) -> str:
    """Return what a line of the audit log says beside its action."""
    if line.action in AS_TYPED:
        return _account_of(line, said)
    if line.action == "list":
        return _list_about(line.detail, said)
    return " ".join(filter(None, (_token(one, said) for one in line.detail.split(" ")))).strip()


def _account_of(line: AuditLine, said: Said) -> str:
    if line.action != "letters_switch":
        return line.detail
    act, _, why = line.detail.partition(" ")
    return f"{_word('switch', act, said)} {why}".strip()


def _list_about(detail: str, said: Said) -> str:
    """«queue: who=person state=complete; 11» → which list, what it was narrowed to, how many rows."""
    narrowed, _, rows = detail.rpartition("; ")
    name, _, filters = narrowed.partition(": ")
    words = [_word(LOGGED, name, said)]
    for one in filters.split(" "):
        key, equals, value = one.partition("=")
        if equals:
            words.append(_filter(key, value, said))
    return f"{', '.join(filter(None, words))}; {rows}"


def _filter(key: str, value: str, said: Said) -> str:
    if key == "language":
        return said("filed_in", value)
    if key == "shelf":
        return _word("shelf", value, said) or _word("outcome", value, said)
    return _word(key, value, said) or (value if NUMBERS.fullmatch(value) else "")


def _token(token: str, said: Said) -> str:
    """One word of a detail: data stays, a code becomes its words, a word that only the program knows goes."""
    bare = token.strip(":,")
    if not re.search("[A-Za-z]", bare) or MAIL.fullmatch(bare) or CASE.fullmatch(bare) or "." in bare or "@" in bare:
        return token
    for kind in (*KINDS, LOGGED):
        if words := _word(kind, bare, said):
            return words
    return ""


def _word(kind: str, code: str, said: Said) -> str:
    """Return the sentence of a code, empty where it has none."""
    words = said(kind, code)
    return "" if words == code else words
