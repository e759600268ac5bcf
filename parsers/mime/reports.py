"""Delivery reports: RFC 3464, and bounces in free words of the usual mail servers."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import Literal, get_args

from parsers.mime.addresses import identifier, identifiers
from parsers.mime.header_text import header_text
from parsers.mime.parts import Headers
from parsers.readings import Address, DeliveryReport

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]

_TABLE = tomllib.loads((files("parsers.mime") / "bounces.toml").read_text("utf-8"))
_SENDERS: tuple[str, ...] = tuple(_TABLE["senders"])
_SUBJECTS: tuple[str, ...] = tuple(_TABLE["subjects"])
_FAILED: tuple[str, ...] = tuple(_TABLE["failed"])
_DELAYED: tuple[str, ...] = tuple(_TABLE["delayed"])
_QUOTED_FROM: tuple[str, ...] = tuple(_TABLE["quoted_from"])

LOOKED_AT = 6000  # letters of the server's own words
_BY_CLASS: dict[str, Action] = {"5": "failed", "4": "delayed", "2": "delivered"}
_WORST_FIRST: tuple[Action, ...] = ("failed", "delayed", "relayed", "expanded", "delivered")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_REPLY = re.compile(r"(?:^|[\s:;#\"])([45]\d\d)[\s-]")
_ADDRESS = re.compile(r"[\w.+=-]+@[\w-]+(?:\.[\w-]+)+")
_MESSAGE_ID = re.compile(r"^[>\s]*message-id:\s*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)


def from_status(blocks: tuple[Headers, ...], original: str | None) -> DeliveryReport | None:
    """Return what a message/delivery-status says (RFC 3464 §2); of several recipients the worst lot."""
    reports = [report for block in blocks if (report := _of_recipient(block, original)) is not None]
    return min(reports, key=lambda report: _WORST_FIRST.index(report.action), default=None)


def from_words(
    headers: Headers, sender: Address, return_path: str | None, subject: str, body: str, original: str | None
) -> DeliveryReport | None:
    """Return what a bounce without RFC 3464 lets us see; None when it is no bounce."""
    failed_recipients = header_text(headers.first("x-failed-recipients") or "")
    by_server = failed_recipients or is_mailer(sender, return_path) or subject.casefold().strip().startswith(_SUBJECTS)
    if not by_server:
        return None
    words = re.sub(r"\s+", " ", f"{subject}\n{_own_words(body)}".casefold())
    action: Action
    if any(phrase in words for phrase in _DELAYED):
        action = "delayed"
    elif failed_recipients or any(phrase in words for phrase in _FAILED):
        action = "failed"
    else:
        return None
    ours = {address.casefold() for address in _ADDRESS.findall(" ".join(headers.all("to")))} | {sender.addr}
    named = [
        found for found in _ADDRESS.findall(f"{failed_recipients}\n{_own_words(body)}") if found.lower() not in ours
    ]
    status = _STATUS.search(_own_words(body))
    inside = _MESSAGE_ID.search(body)
    answered = [*identifiers(headers.first("in-reply-to")), *identifiers(headers.first("references"))[-1:]]
    return DeliveryReport(
        action=action,
        recipient=named[0].lower() if named else None,
        status=status[1] if status else None,
        diagnostic=_diagnostic(_own_words(body)),
        original_message_id=original or (inside[1] if inside else None) or (answered[0] if answered else None),
    )


def is_mailer(sender: Address, return_path: str | None) -> bool:
    """Whether a mail comes from a mail server itself: by its sender, or by an empty return path (RFC 5321 §4.5.5)."""
    name, addr = sender.name.casefold(), sender.addr
    return return_path == "" or any(addr.startswith(start) or start in name for start in _SENDERS)


def _of_recipient(block: Headers, original: str | None) -> DeliveryReport | None:
    recipient = block.first("final-recipient") or block.first("original-recipient")
    status = _STATUS.search(block.first("status") or "")
    word = header_text(block.first("action") or "").split(" ")[0].lower()
    if recipient is None and not word and status is None:
        return None  # the block about the message as a whole
    action: Action = _BY_CLASS[status[1][0]] if status else "failed"
    for known in get_args(Action):
        if word == known:
            action = known
    diagnostic = header_text(block.first("diagnostic-code") or "")
    return DeliveryReport(
        action=action,
        recipient=_typed(recipient).strip("<>").lower() or None,
        status=status[1] if status else None,
        diagnostic=diagnostic or None,
        original_message_id=original or identifier(block.first("x-original-message-id")),
    )


def _typed(value: str | None) -> str:
    """The address behind «rfc822;»."""
    return header_text((value or "").rpartition(";")[2])


def _own_words(body: str) -> str:
    """What the server wrote itself, without the copy of our letter."""
    low = body[: 4 * LOOKED_AT].casefold()
    ends = [at for phrase in _QUOTED_FROM if (at := low.find(phrase)) > 0]
    return body[: min([LOOKED_AT, *ends])]


def _diagnostic(words: str) -> str | None:
    for line in words.splitlines():
        if _STATUS.search(line) or _REPLY.search(line):
            return line.strip()[:500]
    return None
