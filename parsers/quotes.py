"""Which words of a body did the sender write now? Answers carry the letters that they answer."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

from parsers.labels import find

LABEL = 0.9  # likeness of a line to a question of a form
LONGEST_SIGNATURE = 10  # lines below "--" that still pass for a signature block

_FLAGS = re.IGNORECASE | re.VERBOSE
_TABLE = tomllib.loads((files("parsers") / "quotes.toml").read_text("utf-8"))
_ANSWERED = tuple(re.compile(pattern, _FLAGS) for pattern in _TABLE["answered"])
_FORWARDED = tuple(re.compile(pattern, _FLAGS) for pattern in _TABLE["forwarded"])
_ADVERTISEMENT = tuple(re.compile(pattern, _FLAGS) for pattern in _TABLE["advertisement"])
_CLOSING = tuple(re.compile(pattern, _FLAGS) for pattern in _TABLE["closing"])
_BLOCK_START = re.compile(_TABLE["block_start"], _FLAGS)
_BLOCK_GOES_ON = re.compile(_TABLE["block_goes_on"], _FLAGS)
_FORWARDING_SUBJECT = re.compile(_TABLE["forwarding_subject"], _FLAGS)
_QUOTE_MARK = re.compile(r"\s{0,3}(?:>|\|\s?>)")
_SIGNATURE = re.compile(r"\s*(?:--|—|__+)\s*\Z")
LONGEST_LINE = 1000  # letters of a line that are compared
LONGEST_OPENING = 500  # letters of «On Wed, 14 Oct 2026 … wrote:», with its wrapping
_RULES = ("-", "_", "=")


def own_words(body: str, subject: str = "") -> str:
    """Return what the sender wrote now: without quoted letters, signature block and the program's own lines.

    A letter passed on stays, for it is what the mail wants to say. Empty when nothing was typed.
    """
    lines = body.splitlines()
    kept: list[str] = []
    forwards = bool(_FORWARDING_SUBJECT.match(subject))
    for at, line in enumerate(lines):
        short = line[:LONGEST_LINE]
        if any(pattern.search(short) for pattern in _FORWARDED):
            forwards = True
            continue
        if not forwards and _begins_quoted_letter(lines, at):
            break
        if (_QUOTE_MARK.match(short) and not forwards) or any(pattern.match(short) for pattern in _ADVERTISEMENT):
            continue
        kept.append(line)
    return "\n".join(_without_signature(kept)).strip()


def without_questions_of_forms(text: str) -> str:
    """Return the lines of a text that print no question of a form: the form asks them, not its sender."""
    return "\n".join(line for line in text.splitlines() if not _form_goes_on([line]))


def closes(line: str) -> bool:
    """Say whether a letter ends with this line: «С уважением, …», «Отправлено с iPhone», a firm's warning."""
    short = line[:LONGEST_LINE].strip()
    return any(pattern.match(short) for pattern in (*_CLOSING, *_ADVERTISEMENT))


def _begins_quoted_letter(lines: list[str], at: int) -> bool:
    line = lines[at][:LONGEST_LINE]
    if _QUOTE_MARK.match(line):
        return False
    # The line above a quoted letter is often broken in two.
    broken = f"{line.rstrip()} {lines[at + 1][:LONGEST_LINE].strip()}" if at + 1 < len(lines) else line
    if _answers(line) or (line.strip() and _answers(broken)):
        return True
    following = [text[:LONGEST_LINE] for text in lines[at + 1 : at + 6]]
    return bool(_BLOCK_START.match(line)) and sum(bool(_BLOCK_GOES_ON.match(text)) for text in following) >= 2


def _answers(line: str) -> bool:
    """Say whether a line stands above a quoted letter: it ends with a colon or begins with a rule, and is no essay."""
    text = line.strip()
    likely = len(text) <= LONGEST_OPENING and (text.endswith(":") or text[:1] in _RULES)
    return likely and any(pattern.match(line) for pattern in _ANSWERED)


def _form_goes_on(lines: list[str]) -> bool:
    """Say whether questions of a form stand below: then the line above was ruled for an answer, and left empty."""
    return any(one.like >= LABEL and one.words > 1 for line in lines for one in find(line[:LONGEST_LINE]))


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if (
            _SIGNATURE.match(line)
            and len(lines) - at - 1 <= LONGEST_SIGNATURE
            and any(text.strip() for text in lines[:at])
            and not ("_" in line and _form_goes_on(lines[at + 1 :]))
        ):
            return lines[:at]
    return lines
