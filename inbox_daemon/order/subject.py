"""What stands in a subject beside its words: «Re:», «Fwd:», and the case token."""

from __future__ import annotations

import re

from registry_store.records import CaseNumber

_PREFIX = re.compile(r"\s*(?:(?:re|fw|fwd|ha|отв|пер|прс|жауап)\s*(?:\[\d+\]|\(\d+\))?\s*:\s*)+", re.IGNORECASE)
_ANSWER = re.compile(r"\s*(?:re|отв|ha|жауап)\s*(?:\[\d+\]|\(\d+\))?\s*:", re.IGNORECASE)
# «[VR-2026-000417]», also with a bracket lost, a blank from folding, or Cyrillic look-alikes.
_TOKEN = re.compile(r"(?<![^\W_])[VvВв][RrРр]\s*[-–—_ ]\s*(20\d\d)\s*[-–—_ ]\s*((?:\d ?){5}\d(?!\d)|\d{1,9})(?!\d)")


def case_token(subject: str) -> CaseNumber | None:
    """Return the case number that a subject carries, also behind Re: and Fwd: and with a damaged bracket."""
    found = _TOKEN.search(subject)
    if found is None:
        return None
    return f"VR-{found[1]}-{found[2].replace(' ', '').zfill(6)}"


def case_tokens(text: str) -> tuple[CaseNumber, ...]:
    """Return every case number that a text names, each once."""
    found = (f"VR-{match[1]}-{match[2].replace(' ', '').zfill(6)}" for match in _TOKEN.finditer(text))
    return tuple(dict.fromkeys(found))


def without_token(subject: str) -> str:
    """Return a subject without its case token."""
    return _TOKEN.sub(" ", subject).replace("[ ]", " ").strip()


def plain_subject(subject: str) -> str:
    """Return the words of a subject without case token and without «Re:» and its like."""
    return _PREFIX.sub("", without_token(subject))


def is_answer(subject: str) -> bool:
    """Whether a subject begins with «Re:»: its words are then of an earlier mail."""
    return bool(_ANSWER.match(without_token(subject)))
