"""Content-Type and Content-Disposition: the value, its parameters, and the file name that was meant.

Read by hand: of the fourteen ways in which mailers write a Cyrillic file name the decoders of `email` get
six to eleven right, and some raise on a parameter without a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import unquote_to_bytes

from parsers.charsets import text_of
from parsers.mime.header_text import as_bytes, decoded_words, header_text, unfolded

MOST_PARAMETERS = 200
LONGEST_NAME = 255

_PARAMETER = re.compile(r"[;\s]*([^\s=;\"]+?)\s*=\s*", re.ASCII)
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?', re.DOTALL)
# An unquoted value runs to the next semicolon behind which a parameter or nothing stands; a blank in it
# belongs to the name («filename=Заявление Асель.docx»).
_BARE_END = re.compile(r";\s*(?:[\w!#$%&'*+.^`|~-]+\s*=|\Z)|\Z", re.ASCII)
_PART = re.compile(r"(?P<name>[^*]+)(?:\*(?P<number>[0-9]{1,4}))?(?P<extended>\*)?\Z")
_EXTENDED = re.compile(r"([\w.:+-]*)'([\w-]*)'(.*)\Z", re.DOTALL | re.ASCII)
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Field:
    """A header value with its parameters. value and the names of parameters are lower-case."""

    value: str
    parameters: Mapping[str, str]

    def get(self, name: str) -> str | None:
        """Return a parameter with RFC 2231 and RFC 2047 read, None when it is not there."""
        return self.parameters.get(name)


def field(raw: str | None) -> Field:
    """Return a header value taken apart. Anything at all is taken; a parameter without value is left out."""
    if not raw:
        return Field("", {})
    line = unfolded(raw)
    value, _, rest = line.partition(";")
    found: dict[str, list[tuple[int, bool, str]]] = {}
    at = 0
    for _ in range(MOST_PARAMETERS):
        match = _PARAMETER.match(rest, at)
        if match is None:
            semicolon = rest.find(";", at)
            if semicolon < 0:
                break
            at = semicolon + 1
            continue
        text, at = _value(rest, match.end())
        part = _PART.match(match[1].lower())
        if part is not None:
            number = int(part["number"]) if part["number"] else -1
            found.setdefault(part["name"], []).append((number, part["extended"] is not None, text))
    return Field(value.strip().lower(), {name: _joined(parts) for name, parts in found.items()})


def file_name(disposition: Field, content_type: Field) -> str:
    """Return the name of a file without any folder, empty when the part has none."""
    places = (disposition.get("filename"), content_type.get("name"), content_type.get("filename"))
    name = next(filter(None, (*places, disposition.get("name"))), "")
    name = header_text(name).strip(" \"'")
    name = re.split(r"[/\\]", name)[-1].strip()
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        keep = ending if dot and len(ending) <= 10 else ""
        name = (stem or name)[: LONGEST_NAME - len(keep) - 1] + (f".{keep}" if keep else "")
    return name


def _value(rest: str, at: int) -> tuple[str, int]:
    quoted = _QUOTED.match(rest, at)
    if quoted is not None:
        # Some mailers write "..."; others glue encoded words behind the quotation mark.
        text = re.sub(r"\\(.)", r"\1", quoted[1]) if "\\" in quoted[1] and '\\"' in quoted[1] else quoted[1]
        end = _BARE_END.search(rest, quoted.end())
        after = rest[quoted.end() : end.start()].strip() if end else ""
        glued = after.replace('"', "") if after.lstrip('"').startswith("=?") else ""
        return text + glued, end.start() if end else len(rest)
    end = _BARE_END.search(rest, at)
    stop = end.start() if end else len(rest)
    return rest[at:stop].strip(), stop


def _joined(found: list[tuple[int, bool, str]]) -> str:
    """Put continuations together (RFC 2231 §3); where a name comes twice the extended one is meant (§4)."""
    numbered = sorted((part for part in found if part[0] >= 0), key=lambda part: part[0])
    extended = [part for part in found if part[0] < 0 and part[1]]
    plain = [part for part in found if part[0] < 0 and not part[1]]
    if extended:
        return _from_extended(extended[0][2])
    if numbered:
        if any(is_extended for _, is_extended, _ in numbered):
            # All bytes are put together before any is read: a letter may be cut in two between the parts.
            charset, first = _charset(numbered[0][2])
            numbered[0] = (numbered[0][0], numbered[0][1], first)
            data = b""
            for is_extended, parts in groupby(numbered, key=lambda part: part[1]):
                text = "".join(part[2] for part in parts)
                data += _from_percent(text) if is_extended else as_bytes(text)
            return text_of(data, charset)
        return _from_plain("".join(text for _, _, text in numbered))
    return _from_plain(plain[0][2]) if plain else ""


def _charset(text: str) -> tuple[str | None, str]:
    match = _EXTENDED.match(text)
    return (match[1] or None, match[3]) if match else (None, text)


def _from_extended(text: str) -> str:
    if "=?" in text and "?=" in text:
        return decoded_words(text)
    charset, rest = _charset(text.strip('"'))
    return text_of(_from_percent(rest), charset)


def _from_plain(text: str) -> str:
    if "=?" not in text and "''" in text and _PERCENT.search(text) and _EXTENDED.match(text):
        return _from_extended(text)  # the asterisk was forgotten: filename="utf-8''%D0…"
    words = decoded_words(text)
    if words.isascii() and _looks_percent_encoded(words):
        return text_of(_from_percent(words))
    return words


def _looks_percent_encoded(text: str) -> bool:
    """«%D0%97…» without any mark of RFC 2231, as some web mailers write it."""
    return len(re.findall(r"%[89A-Fa-f][0-9A-Fa-f]", text)) >= 2


def _from_percent(text: str) -> bytes:
    return unquote_to_bytes(as_bytes(text))
