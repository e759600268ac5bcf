"""Mail that no person waits behind: RFC 3834, RFC 2919, RFC 2369, RFC 8098 and the habits of servers."""

from __future__ import annotations

import re
from enum import StrEnum

from inbox_daemon.order.meanings import TABLE, begins_like_automatic
from inbox_daemon.order.subject import without_token
from parsers.readings import Mail

_TABLE = TABLE["automatic"]


class AutomaticKind(StrEnum):
    """By what a mail shows that no person waits for an answer."""

    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BULK = "bulk"
    SUPPRESSED = "suppressed"  # the sender's server asks for no automatic answer
    ROBOT = "robot"  # an address that nobody reads


def automatic(mail: Mail) -> AutomaticKind | None:
    """Return by what a mail shows itself automatic, None for a person's. For answers only: receipts and
    answers are never sent to these, but what they bring is taken in like everybody's."""
    if mail.report is not None:
        return AutomaticKind.BOUNCE
    if mail.return_path == "" or answers_by_itself(mail) or _submitted(mail) not in ("", "no"):
        return AutomaticKind.AUTO_REPLY
    if has_list_headers(mail):
        return AutomaticKind.LIST
    if _precedence(mail) in _TABLE["many"]:
        return AutomaticKind.LIST if _precedence(mail) == "list" else AutomaticKind.BULK
    suppressed = re.split(r"[\s,;]+", mail.headers.get("x-auto-response-suppress", "").lower())
    if set(suppressed) & set(_TABLE["suppressing"]):
        return AutomaticKind.SUPPRESSED
    local = mail.sender.addr.partition("@")[0]
    return AutomaticKind.ROBOT if any(local.startswith(robot) for robot in _TABLE["robots"]) else None


def answers_by_itself(mail: Mail) -> bool:
    """Whether a program answered for somebody: by header lines (RFC 3834 §5), a receipt (RFC 8098), the subject."""
    if _submitted(mail).startswith(("auto-replied", "auto-notified")) or _precedence(mail) == "auto_reply":
        return True
    if any(name in mail.headers for name in _TABLE["answer_headers"]):
        return True
    if "disposition-notification" in mail.headers.get("content-type", "").lower():
        return True
    return begins_like_automatic(without_token(mail.subject))


def is_mail_servers(mail: Mail) -> bool:
    """Whether a mail server sent a mail: what it encloses is ours or its own, and no paper of a person."""
    return mail.sender.addr.partition("@")[0] in _TABLE["mail_servers"]


def has_list_headers(mail: Mail) -> bool:
    """Whether a mail came through a mailing list or a bulk sender."""
    return any(name in mail.headers for name in _TABLE["list_headers"])


def _submitted(mail: Mail) -> str:
    return re.split(r"[\s;(]", mail.headers.get("auto-submitted", "").strip().lower())[0]


def _precedence(mail: Mail) -> str:
    return (mail.headers.get("precedence") or mail.headers.get("x-precedence") or "").strip().lower()
