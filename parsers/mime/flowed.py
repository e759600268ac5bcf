"""format=flowed (RFC 3676): lines that a mailer broke are put together again."""

from __future__ import annotations

import re

_QUOTES = re.compile(r">*")


def unflowed(text: str, *, delete_space: bool) -> str:
    """Return the text with soft line breaks taken out; quote marks stay, the signature line stands alone."""
    lines: list[list[str]] = []
    open_depth: int | None = None  # the depth of quoting of a line that goes on
    for line in text.splitlines():
        quotes = _QUOTES.match(line)
        depth = quotes.end() if quotes else 0
        rest = line[depth:].removeprefix(" ")
        flows = rest.endswith(" ") and rest != "-- "
        words = rest[:-1] if flows and delete_space else rest
        if open_depth == depth and lines and rest != "-- ":
            lines[-1].append(words)
        else:
            lines.append([">" * depth + " " if depth else "", words])
        open_depth = depth if flows else None
    return "\n".join("".join(line) for line in lines)
