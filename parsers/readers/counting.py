"""How automatic numbers of lists are written out."""

from __future__ import annotations

from collections.abc import Mapping

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_RUSSIAN = "абвгдежзиклмнопрстуфхцчшщэюя"
_ONES = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
# The names of Word; those of OpenDocument (style:num-format).
_KINDS: Mapping[str, tuple[str, bool]] = {
    "lowerLetter": (_LATIN, False), "upperLetter": (_LATIN, True), "a": (_LATIN, False), "A": (_LATIN, True),
    "russianLower": (_RUSSIAN, False), "russianUpper": (_RUSSIAN, True),
    "lowerRoman": ("", False), "upperRoman": ("", True), "i": ("", False), "I": ("", True),
}  # fmt: skip


def written(number: int, form: str) -> str:
    """Return a list's number in the given form; Arabic where the form is unknown or does not reach so far."""
    if form[:1] in ("а", "А") and len(form) > 1:  # LibreOffice: «а, б, .., аа, бб, ...»
        form = "russianLower" if form[0] == "а" else "russianUpper"
    letters, upper = _KINDS.get(form, (None, False))
    if letters is None or number < 1:
        return str(number)
    if not letters and number <= 39:
        shown = "x" * (number // 10) + _ONES[number % 10]
    elif letters and number <= len(letters):
        shown = letters[number - 1]
    else:
        return str(number)
    return shown.upper() if upper else shown
