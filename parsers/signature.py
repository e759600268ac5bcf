"""The foot of the application: signature, the signatory's name, stamp.

The captions «(қолы)» and «Т.А.Ә.» stand under, behind or before what they explain, in one line, in two
rows of a table, or as labels. A picture or a short typed name in the place of the signature is a
signature; a name in the place of the name is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz

from parsers.lines import PICTURE, Line
from parsers.values.blank import is_blank, without_rule
from parsers.wording import Word, key, one_line, words

LEFT_OF_CAPTION = 80.0  # of 100: how like a caption of the signature its remains must be

_SIGN = frozenset(("колы", "подпись", "колтанба", "колтанбасы", "подписи"))
_NAME_FIRST = frozenset(("таа", "фио", "аты", "расшифровка", "тегп", "фамилия", "таж"))
_NAME_REST = frozenset(("бар", "болган", "кезде", "болса", "при", "его", "наличии", "наличие")) | frozenset(
    ("жони", "жони", "и", "имя", "отчество", "подписи", "полностью", "толык")
)
_GAP = re.compile(r"[ ]{2,}|\t+|\s+/\s+")
_RULE_FIRST, _RULE_LAST = re.compile(r"_{3,}\s+([^\s_].*)$"), re.compile(r"(.*[^\s_])\s+_{3,}$")
_BRACKETED = re.compile(r"\s*\([^()]{3,30}\)")
_AROUND = " ()[]/:;,.\t"


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in one place: its words, the line; empty words where there is a picture."""

    text: str
    line: Line
    picture: bool = False


@dataclass(frozen=True, slots=True)
class Foot:
    """signature and name: None when nobody has written there. found: whether the captions were found."""

    signature: Written | None
    name: Written | None
    stamp: Written | None
    doubt: str | None = None
    sign_found: bool = True
    name_found: bool = True


@dataclass(frozen=True, slots=True)
class _Caption:
    kind: str  # "sign" or "name"
    line: Line
    start: int
    end: int


def foot_of(lines: Sequence[Line], stamp: Line | None) -> Foot:
    """Return what stands at the foot. lines: those behind the date, the stamp's caption and beyond included."""
    reader = _Foot([line for line in lines if line.text.strip()], stamp)
    return reader.read()


class _Foot:
    def __init__(self, lines: Sequence[Line], stamp: Line | None) -> None:
        self.lines = lines
        self.stamp = stamp
        self.captions = {line.number: _captions(line) for line in lines}
        self.doubt: str | None = None

    def read(self) -> Foot:
        sign = next((c for line in self.lines for c in self.captions[line.number] if c.kind == "sign"), None)
        after_sign = [
            c
            for line in self.lines
            for c in self.captions[line.number]
            if c.kind == "name" and (self.stamp is None or line.number < self.stamp.number)
        ]
        name = after_sign[0] if after_sign else None
        signature: Written | None = None
        person: Written | None = None
        if sign is not None and name is not None and sign.line is name.line:
            signature, person = self._both_in_line(sign, name)
        elif sign is not None:
            signature, person = self._sign_alone(sign, name)
        if name is not None and (sign is None or sign.line is not name.line):
            person = self._name_alone(name) or person
        if person is not None and not person.text:
            person = None
        if sign is None and name is None:
            signature, person = self._no_captions()
        picture = self._picture(sign)
        if picture is not None:
            signature = Written("", picture, True)
        stamp = self._stamp(picture)
        if signature is None and stamp is not None and self.stamp is not None and stamp.line is not self.stamp:
            self.doubt = "a picture that may be the signature or the stamp"
        if signature is not None and not signature.picture and person is not None:
            self._check(signature, person)
        return Foot(signature, person, stamp, self.doubt, sign is not None, name is not None)

    # ------------------------------------------------------------ the ways of the captions

    def _both_in_line(self, sign: _Caption, name: _Caption) -> tuple[Written | None, Written | None]:
        line = sign.line
        before, between, after = self._around_captions(line)
        if any(not is_blank(part) for part in (before, between, after)) or "_" in between:
            if is_blank(before) and "_" not in before:
                return _written(between, line), _written(after, line)
            # «Искаков (қолы) Искаков Қайрат (Т.А.Ә.)»
            return _written(before, line), _written(between if not is_blank(between) else after, line)
        above = self._free_above(line)
        if above is None:
            return None, None
        return self._split(above)

    def _sign_alone(self, sign: _Caption, name: _Caption | None) -> tuple[Written | None, Written | None]:
        line = sign.line
        before, between, after = self._around_captions(line)
        after = f"{between} {after}"
        if line.cells:
            return self._sign_in_cell(sign)
        if before.strip(_AROUND):
            person = None if name is not None and name.line.number != line.number + 1 else _written(after, line)
            return _written(before, line), person
        if after.strip(_AROUND):
            written = _written(after, line)
            if written is not None and name is None and not _is_short(written.text):
                return None, written
            return written, None
        above, below = self._free_above(line), self._free_below(line)
        if line.text.rstrip().endswith(":") and below is not None:
            return _written(below.text, below), None
        if above is not None:
            return self._split(above) if name is None else (_written(above.text, above), None)
        return None, None

    def _sign_in_cell(self, sign: _Caption) -> tuple[Written | None, Written | None]:
        line = sign.line
        inside = self._beside_captions(line)
        if not is_blank(inside):
            return _written(inside, line), None
        for place in (self._same_cell(line, after=True), self._right(line), self._over(line)):
            if place is not None:
                if _GAP.search(place.text.strip()) and place.cells[-1].span > 1:
                    return self._split(place)
                return _written(place.text, place), None
        above = self._free_above(line)
        if above is not None and not above.cells and line.cells[-1].row == line.cells[-1].column == 1:
            self.doubt = "a line above the captions' table"  # a sheet's row of one filled cell is no row of a table
            return self._split(above)
        return None, None

    def _name_alone(self, name: _Caption) -> Written | None:
        line = name.line
        inside = self._beside_captions(line)
        if not is_blank(inside) and name.start == 0:
            return _written(inside, line)
        if not line.cells:
            if not is_blank(line.text[: name.start]):
                return _written(line.text[: name.start], line)
            below, above = self._free_below(line), self._free_above(line)
            if line.text.rstrip().endswith(":") or above is None:
                return _written(below.text, below) if below is not None else None
            return self._split(above)[1]
        if not is_blank(inside):
            return _written(inside, line)
        for place in (self._same_cell(line, after=True), self._right(line), self._over(line)):
            if place is not None:
                return _written(place.text, place)
        return None

    def _no_captions(self) -> tuple[Written | None, Written | None]:
        for line in self.lines:
            if (self.stamp is None or line.number < self.stamp.number) and not line.cells and len(_parts(line)) == 2:
                self.doubt = "no captions at the signature"
                return self._split(line)
        return None, None

    # ------------------------------------------------------------ places

    def _around_captions(self, line: Line) -> tuple[str, str, str]:
        """Return what stands before, between and behind the captions of a line."""
        captions = self.captions[line.number]
        between = " ".join(line.text[a.end : b.start] for a, b in pairwise(captions))
        return line.text[: captions[0].start], between.replace("/", " "), line.text[captions[-1].end :]

    def _beside_captions(self, line: Line) -> str:
        """Return what stands in a line beside its captions (two of a kind where both languages are printed)."""
        text = line.text
        for caption in reversed(self.captions[line.number]):
            text = text[: caption.start] + " " + text[caption.end :]
        return text.strip(" /|")

    def _free(self, line: Line) -> bool:
        return not self.captions[line.number] and (self.stamp is None or line.number < self.stamp.number)

    def _free_above(self, line: Line) -> Line | None:
        at = self.lines.index(line)
        above = self.lines[at - 1] if at else None
        return above if above is not None and self._free(above) else None

    def _free_below(self, line: Line) -> Line | None:
        at = self.lines.index(line)
        below = self.lines[at + 1] if at + 1 < len(self.lines) else None
        return below if below is not None and self._free(below) else None

    def _same_cell(self, line: Line, *, after: bool) -> Line | None:
        others = [o for o in self.lines if o.cells == line.cells and o is not line and self._free(o)]
        behind = [o for o in others if (o.number > line.number) == after]
        return behind[0] if behind else (others[-1] if others else None)

    def _right(self, line: Line) -> Line | None:
        cell = line.cells[-1]
        for other in self.lines:
            place = other.cells[-1] if other.cells else None
            beside = place and (place.table, place.row) == (cell.table, cell.row) and place.column > cell.column
            if beside and self._free(other):
                return other
        return None

    def _over(self, line: Line) -> Line | None:
        cell = line.cells[-1]
        labelled = {x.cells for x in self.lines if self.captions[x.number]}
        over = [
            other
            for other in self.lines
            if other.cells
            and other.cells not in labelled
            and self._free(other)
            and other.cells[-1].table == cell.table
            and other.cells[-1].row == cell.row - 1
            and other.cells[-1].column <= cell.column < other.cells[-1].column + other.cells[-1].span
        ]
        return over[-1] if over else None

    # ------------------------------------------------------------ what is written

    def _split(self, line: Line) -> tuple[Written | None, Written | None]:
        """Return (signature, name) of a line that holds both: «Г. Мұқанова      Мұқанова Гүлнәр»."""
        parts = _parts(line)
        if len(parts) >= 2:
            return _written(parts[0], line), _written(parts[-1], line)
        text = parts[0] if parts else ""
        ruled = _RULE_FIRST.match(text) or _RULE_LAST.match(text)
        if ruled is not None:  # «________ Искаков Қайрат»: nobody has signed
            return (None, _written(ruled[1], line)) if text[0] == "_" else (_written(ruled[1], line), None)
        if PICTURE in text:
            return Written("", line, True), _written(text.replace(PICTURE, " "), line)
        spoken = words(without_rule(text))
        for size in range(1, min(4, len(spoken) - 1)):
            left, right = spoken[:size], spoken[size:]
            if len(right) >= 2 and _long(left) & _long(right):
                cut = right[0].start
                plain = without_rule(text)
                return _written(plain[:cut], line), _written(plain[cut:], line)
        if _is_short(text):
            return _written(text, line), None
        return None, _written(text, line)

    def _picture(self, sign: _Caption | None) -> Line | None:
        """Return the line of the signature's picture: before or on its caption, or in the place beside it."""
        for line in self.lines:
            if PICTURE not in line.text or (self.stamp is not None and line.number >= self.stamp.number):
                continue
            if sign is None:
                self.doubt = "a picture, and no caption of a signature"
                return line
            at_label = sign.line.text.rstrip().endswith(":") and line is self._free_below(sign.line)
            in_cell = bool(line.cells) and (line.cells == sign.line.cells or line is self._right(sign.line))
            if line.number <= sign.line.number or at_label or in_cell:
                return line
        return None

    def _stamp(self, signature: Line | None) -> Written | None:
        for line in self.lines if self.stamp is not None else ():
            count = line.text.count(PICTURE)
            if count and (line is not signature or count > 1):
                return Written("", line, True)
        return None

    def _check(self, signature: Written, person: Written) -> None:
        spoken = words(signature.text)
        full = [word for word in spoken if len(word.text) > 3]
        names = [word.text for word in words(person.text) if len(word.text) > 1]
        if full and not any(fuzz.ratio(word.text, name) >= LEFT_OF_CAPTION for word in full for name in names):
            self.doubt = "words that are not the signatory's name in the place of the signature"
        if len(full) >= 2 and key(signature.text) == key(person.text):
            self.doubt = "the full name in the place of the signature"


def _parts(line: Line) -> list[str]:
    return [part for part in _GAP.split(line.text.strip()) if part.strip()]


def _written(text: str, line: Line) -> Written | None:
    if PICTURE in text and is_blank(text):
        return Written("", line, True)
    text = text.strip(" \t/|:;,()")
    if is_blank(text):
        return None
    return Written(one_line(without_rule(text.replace(PICTURE, " "))), line, False)


def _long(spoken: Sequence[Word]) -> set[str]:
    return {word.text for word in spoken if len(word.text) > 2}


def _is_short(text: str) -> bool:
    """A surname alone, or with initials."""
    spoken = words(without_rule(text))
    return 0 < len(spoken) <= 3 and sum(1 for word in spoken if len(word.text) > 2) == 1


def has_caption(line: Line) -> bool:
    """Say whether a line names the place of the signature."""
    return any(caption.kind == "sign" for caption in _captions(line))


def _captions(line: Line) -> list[_Caption]:
    """Return the captions in a line: the words that name the signature's and the name's place."""
    found: list[_Caption] = []
    spoken = words(line.text)
    n = 0
    while n < len(spoken):
        word = spoken[n]
        if word.text in _SIGN:
            found.append(_caption("sign", line, word.start, word.end))
        elif cut := _signed_across(line.text, spoken[n : n + 3]):
            found.append(_caption("sign", line, word.start, spoken[n + cut - 1].end))
            n += cut - 1
        elif word.text in _NAME_FIRST:
            last = n
            while last + 1 < len(spoken) and spoken[last + 1].text in _NAME_REST:
                last += 1
            if word.text not in ("аты", "тегп") or last > n:
                bracket = _BRACKETED.match(line.text, word.end)
                end = max(spoken[last].end, bracket.end() if bracket else 0)
                found.append(_caption("name", line, word.start, end))
                while last + 1 < len(spoken) and spoken[last + 1].start < end:
                    last += 1
            n = last
        n += 1
    return _merged(line, found)


def _signed_across(text: str, spoken: Sequence[Word]) -> int:
    """Return how many words are what ink left of a caption: «(под сь» of «(подпись». 0 where it is none."""
    if text[max(0, spoken[0].start - 2) : spoken[0].start].rstrip()[-1:] != "(":
        return 0
    for size in range(len(spoken), 0, -1):
        letters = "".join(word.text for word in spoken[:size])
        if any(fuzz.ratio(letters, caption) >= LEFT_OF_CAPTION for caption in ("колы", "подпись")):
            return size
    return 0


def _merged(line: Line, captions: Sequence[_Caption]) -> list[_Caption]:
    """Make one of a caption in both languages: «(қолы) / (подпись)»."""
    merged: list[_Caption] = []
    for caption in captions:
        last = merged[-1] if merged else None
        if last is not None and last.kind == caption.kind and not line.text[last.end : caption.start].strip(" /|,"):
            merged[-1] = _Caption(last.kind, line, last.start, caption.end)
        else:
            merged.append(caption)
    return merged


def _caption(kind: str, line: Line, start: int, end: int) -> _Caption:
    """Widen a caption by the brackets around it and the colon behind it."""
    text = line.text
    while start and text[start - 1] in "(/[":
        start -= 1
    while end < len(text) and text[end] in ").]/: ":
        end += 1
        if text[end - 1] == " " and text[end : end + 1] not in (")", ":", "/"):
            break
    return _Caption(kind, line, start, end)
