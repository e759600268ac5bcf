"""Which text do these bytes hold? One answer for bodies, subjects, file names and names inside archives.

A declared charset is a hint, no more: mails from Kazakhstan carry windows-1251 bytes under every label.
The candidates are read and the reading that looks most like Kazakh, Russian or plain Latin words wins.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterable
from functools import lru_cache, partial
from importlib.resources import files
from statistics import fmean

from charset_normalizer import from_bytes

# Encodings in which Kazakh and Russian are mailed and zipped, with what must speak for the rarer ones
# before they are believed over windows-1251 (same scale as the score of a text).
CANDIDATES: tuple[tuple[str, float], ...] = (
    ("cp1251", 0.0),
    ("kz1048", -1.0),
    ("koi8-r", -2.0),
    ("ptcp154", -3.0),
    ("cp866", -3.0),
    ("iso8859-5", -5.0),
    ("mac-cyrillic", -6.0),
    ("cp1254", -6.0),
)
DECLARED_BONUS = 4.0
# Codecs of Python that are no charset of a mail.
NO_CHARSETS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "charmap"})
NAMES = {
    "win-1251": "cp1251",
    "win1251": "cp1251",
    "windows1251": "cp1251",
    "x-cp1251": "cp1251",
    "ansi-1251": "cp1251",
    "koi8r": "koi8-r",
    "koi-8-r": "koi8-r",
    "koi8": "koi8-r",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "x-mac-cyrillic": "mac-cyrillic",
    "dos-866": "cp866",
    "strk1048-2002": "kz1048",
    "iso-8859-8-i": "iso8859-8",
    "ks_c_5601-1987": "cp949",
}
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SHORT = 60  # bytes that may be valid UTF-8 by accident
SAMPLE = 4000  # bytes or letters that are looked at: enough to tell, quick on a long text

OFTEN, SELDOM, NEVER = -1.0, -3.0, -6.0
CAPITAL, CASE_JUMP = -0.6, -6.0  # whole words in capitals are rarer than small letters
ACCENTED, FOREIGN_LETTER, MIXED_SCRIPT = -4.0, -8.0, -8.0
SIGN, BLANK, ODD_SIGN, CONTROL = -1.5, -3.0, -6.0, -12.0
SUSPICIOUS = -2.5  # mean score of a letter below which a text is not believed
CLEAR_GAIN = 1.0  # … by which another reading must be better
ENOUGH = 5  # letters that tell something; twice that for words of nothing but our own letters
FOREIGN = -6.0  # nothing but letters that nobody here uses

_USUAL_SIGNS = frozenset("«»„“”‘’–—…№•€₸₽′″‐‑−")
_FOLD_YO = str.maketrans("Ёё", "Ее")
_ASCII_ONLY = re.compile(rb"[\x00-\x7f]*\Z")


def _pairs() -> dict[str, float]:
    pairs: dict[str, float] = {}
    lines = (files("parsers") / "letter_pairs.tsv").read_text("utf-8").splitlines()
    for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
        pairs.update({row["letter"] + after: SELDOM for after in row["seldom"] or ""})
        pairs.update({row["letter"] + after: OFTEN for after in row["often"] or ""})
    return pairs


_PAIRS = _pairs()
_LETTERS = frozenset(letter for pair in _PAIRS for letter in pair) - {"_"}


def text_of(data: bytes, declared: str | None = None, candidates: Iterable[str] = ()) -> str:
    """Return the text that the bytes hold. Never raises; undecodable bytes become U+FFFD.

    declared: the charset named beside the bytes, believed when the text then reads as well as otherwise.
    candidates: encodings that the place makes likely (cp866 for names in an archive), believed likewise.
    """
    for mark, name in BOMS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    wide = _codec(declared)
    if wide is not None and wide.startswith(("utf-16", "utf-32", "iso2022", "utf-7", "hz")):
        read = _read(data, wide)
        if read is not None:
            return read
    if _ASCII_ONLY.match(data):
        return data.decode("ascii") if b"\0" not in data else _without_declaration(data)
    utf8 = _utf8(data)
    if utf8 is None:
        return _most_plausible(data, declared, candidates)
    if len(data) < SHORT and _mean(utf8) < FOREIGN:  # four letters of cp866 may be one of the Samaritan script
        other = _most_plausible(data, None, candidates)
        return other if _mean(other) >= SUSPICIOUS else repaired(utf8)
    return repaired(utf8)


def repaired(text: str) -> str:
    """Return what was meant by a text that was once read in the wrong encoding («Çàÿâëåíèå», «Р—Р°СЏ…»)."""
    sample = text[:SAMPLE]
    scores = list(_scores(sample))
    enough = ENOUGH if any(letter.isalpha() and not _usual(letter) for letter in sample) else 2 * ENOUGH
    if len(scores) < enough or fmean(scores) >= SUSPICIOUS:
        return text
    best, best_score = text, max(fmean(scores) + CLEAR_GAIN, SUSPICIOUS)  # else the text stays as it came
    for wrong in ("cp1252", "latin-1", "cp1251", "koi8-r", "cp866", "cp437"):
        data = _bytes_again(text, wrong)
        if data is None:
            continue
        utf8 = _utf8(data)
        for reading in (utf8,) if utf8 is not None else map(partial(_read, data), ("cp1251", "koi8-r", "cp866")):
            if reading is not None and reading != text and (score := _mean(reading[:SAMPLE])) > best_score:
                best, best_score = reading, score
    return best


# ---------------------------------------------------------------- reading


@lru_cache(maxsize=256)
def _codec(name: str | None) -> str | None:
    """Return Python's name of a declared charset, None when it is none."""
    if not name:
        return None
    cleaned = name.strip(" \t\"'<>;,").lower().replace("_", "-")
    try:
        codec = codecs.lookup(NAMES.get(cleaned, cleaned)).name
        b"a".decode(codec, "replace")  # "rot13" and "zlib" are codecs, yet of no text
    except (LookupError, ValueError, UnicodeError):
        return None
    return None if codec in NO_CHARSETS else codec


def _read(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (LookupError, ValueError):
        return None


def _utf8(data: bytes) -> str | None:
    """UTF-8, also when a letter was cut in two at the end (old mailers cut names at a byte)."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 3 and error.reason == "unexpected end of data" and error.start > 1:
            return data[: error.start].decode("utf-8")
        return None


def _without_declaration(data: bytes) -> str:
    """Bytes with NULs and no mark: UTF-16 as some programs write it, else the bytes as they are."""
    even, odd = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    if max(even, odd) > len(data[:SAMPLE]) // 8:
        read = _read(data, "utf-16-le" if odd > even else "utf-16-be")
        if read is not None:
            return read
    return data.decode("ascii", "replace")


def _most_plausible(data: bytes, declared: str | None, likely: Iterable[str]) -> str:
    codec = _codec(declared)
    believed = {name for name in (codec, *map(_codec, likely)) if name and not name.startswith("utf-8")}
    priors = dict.fromkeys(sorted(believed), DECLARED_BONUS)
    for name, prior in CANDIDATES:
        known = codecs.lookup(name).name
        priors[known] = max(priors.get(known, -99.0), prior)
    sample = _interesting(data)
    best, best_score = "", float("-inf")
    for name, prior in priors.items():
        read = sample.decode(name, "replace")
        score = sum(_scores(read)) + prior
        if score > best_score:
            best, best_score = name, score
    text = data.decode(best, "replace")
    if _mean(sample.decode(best, "replace")) >= SUSPICIOUS:
        return text
    damaged = data.decode("utf-8", "replace")  # UTF-8 with a broken letter here and there
    if _mean(damaged[:SAMPLE]) > max(_mean(text[:SAMPLE]), 2 * SUSPICIOUS):
        return damaged
    guess = from_bytes(data[:SAMPLE]).best()
    if guess is not None and _mean(str(guess)) > _mean(text[:SAMPLE]):
        return data.decode(guess.encoding, "replace")
    return text


def _interesting(data: bytes) -> bytes:
    """The first stretch that holds the bytes which tell encodings apart."""
    first = re.search(rb"[\x80-\xff]", data)
    start = max(0, first.start() - 200) if first else 0
    return data[start : start + SAMPLE]


def _bytes_again(text: str, wrong: str) -> bytes | None:
    """The bytes that a reader took for `wrong`; signs which that encoding leaves open came through as Latin-1."""
    out = bytearray()
    for letter in text:
        try:
            out += letter.encode(wrong)
        except UnicodeEncodeError:
            if ord(letter) > 0xFF:
                return None
            out.append(ord(letter))
    return bytes(out)


# ---------------------------------------------------------------- how much it looks like words


def _mean(text: str) -> float:
    return fmean(scores) if (scores := list(_scores(text))) else 0.0


def _scores(text: str) -> Iterable[float]:
    """One score for each letter beyond ASCII and for each sign that speaks for or against the reading."""
    previous = ""
    for letter in text.translate(_FOLD_YO) + " ":
        if letter.isalpha():
            yield from _letter_score(previous, letter)
        else:
            if previous.lower() in _LETTERS:
                yield _PAIRS.get(previous.lower() + "_", NEVER)
            if not letter.isascii():
                yield _sign_score(letter)
            elif letter < " " and letter not in "\t\r\n":
                yield CONTROL
        previous = letter


def _letter_score(previous: str, letter: str) -> Iterable[float]:
    low, before = letter.lower(), previous.lower() if previous.isalpha() else "_"
    if letter.isascii():
        if before in _LETTERS:
            yield MIXED_SCRIPT
        return
    if not _usual(letter):
        yield ACCENTED if low < "\u0250" else FOREIGN_LETTER
        return
    yield _PAIRS.get(before + low, NEVER) if before == "_" or before in _LETTERS else MIXED_SCRIPT
    if previous.isalpha() and letter.isupper():
        yield CASE_JUMP if previous.islower() else CAPITAL


def _usual(letter: str) -> bool:
    return letter.isascii() or letter.lower() in _LETTERS


def _sign_score(letter: str) -> float:
    if letter in _USUAL_SIGNS:
        return SIGN
    if letter.isspace():
        return BLANK
    return CONTROL if letter == "�" or ord(letter) < 0xA0 else ODD_SIGN
