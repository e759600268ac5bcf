"""From, To, Reply-To and the message identifiers. Made for broken lines: nothing here raises."""

from __future__ import annotations

import re

from parsers.mime.header_text import header_text, unfolded
from parsers.readings import Address

MOST_ADDRESSES = 200

_ANGLE = re.compile(r"<([^<>]*)>")
_BARE = re.compile(r"[^\s<>()\[\]\",;:]+@[^\s<>()\",;:]+")
_IDENTIFIER = re.compile(r"<[^<>\s]{1,990}>")
NOBODY = Address("", "")


def addresses(value: str | None) -> tuple[Address, ...]:
    """Return the mailboxes of a header value; groups are opened, comments and empty places left out."""
    found = (_mailbox(piece) for piece in _split(unfolded(value or ""))[:MOST_ADDRESSES])
    return tuple(address for address in found if address.addr)


def sender(value: str | None) -> Address:
    """Return the one mailbox of a From line. A name with bare commas in it is still one name."""
    line = unfolded(value or "")
    angles = [match for match in _ANGLE.finditer(_without_quoted(line)) if "@" in match[1]]
    if len(angles) == 1:
        return _mailbox(line)
    return next(iter(addresses(value)), Address(header_text(line), "") if line and "<>" not in line else NOBODY)


def identifier(value: str | None) -> str | None:
    """Return a Message-ID with its angle brackets; a bare one gets them."""
    line = unfolded(value or "")
    match = _IDENTIFIER.search(line)
    if match is not None:
        return match[0]
    bare = line.strip("<> \t")
    return f"<{bare}>" if bare and "@" in bare and not re.search(r"\s", bare) else None


def identifiers(value: str | None) -> tuple[str, ...]:
    """Return all message identifiers of In-Reply-To or References, in order, each once."""
    return tuple(dict.fromkeys(_IDENTIFIER.findall(_unfold_whole(value or ""))))


def _unfold_whole(value: str) -> str:
    # A long thread has a long line; the end of it names the letter that was answered.
    return unfolded(value) if len(value) < 60_000 else unfolded(value[-60_000:])


def _mailbox(piece: str) -> Address:
    angles = [match for match in _ANGLE.finditer(_without_quoted(piece)) if "@" in match[1]]
    if angles:
        last = angles[-1]
        name = piece[: last.start()] or _comment(piece[last.end() :])
        return Address(_name(name), _addr(piece[last.start() + 1 : last.end() - 1]))
    bare = _BARE.search(_without_comments(piece))
    if bare is None:
        return NOBODY
    return Address(_name(_comment(piece)), _addr(bare[0]))


def _addr(text: str) -> str:
    # The local part may be quoted; blanks and control characters have no place in an address.
    words = header_text(text.rpartition(":")[2] if text.startswith("@") else text)
    return re.sub(r"\s", "", words).strip("'\"").lower()


def _name(text: str) -> str:
    name = header_text(text.strip().strip(",;"))
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    return name.replace('\\"', '"').strip(" '\"")


def _comment(text: str) -> str:
    match = re.search(r"\(([^()]*)\)", text)
    return match[1] if match else ""


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _without_quoted(text: str) -> str:
    """The same letters at the same places, quoted stretches blanked: a name may hold an address."""
    return re.sub(r'"(?:[^"\\]|\\.)*"(?!@)', _blanked, text)


def _without_comments(text: str) -> str:
    return re.sub(r"\([^()]*\)", _blanked, _without_quoted(text))


def _split(line: str) -> list[str]:
    """Cut at commas and semicolons that stand outside of quotation marks, brackets and comments."""
    pieces: list[str] = []
    start = depth = 0
    quoted = angle = False
    for at, letter in enumerate(line):
        if letter == '"' and (at == 0 or line[at - 1] != "\\"):
            quoted = not quoted
        elif quoted:
            continue
        elif letter == "(":
            depth += 1
        elif letter == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif letter in "<>":
            angle = letter == "<"
        elif angle:
            continue
        elif letter == ":":  # «unlisted-recipients:;»: the name of a group
            start = at + 1
        elif letter in ",;":
            pieces.append(line[start:at])
            start = at + 1
    return [*pieces, line[start:]]
