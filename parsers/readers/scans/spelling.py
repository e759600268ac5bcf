"""Letters that look alike in two alphabets, put right by their neighbours. Nothing is added or guessed."""

from __future__ import annotations

import re

_TO_LATIN = str.maketrans("аеорсхуктмнвіАЕОРСХУКТМНВІ", "aeopcxyktmhbiAEOPCXYKTMHBI")
_TO_CYRILLIC = str.maketrans("aeopcxyktiAEOPCXYKTMHBI", "аеорсхуктіАЕОРСХУКТМНВІ")
_TO_DIGIT = str.maketrans("OОoоQlIІіi|ЗзBВбS", "00000111111338865"[:17])
_LATIN = re.compile(r"[A-Za-z]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_NUMBER_LIKE = re.compile(r"[+(]?[\dOОoоQlIІі|ЗзBВбS()\-]{5,}[.,;]?")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_DIGIT_IN_ADDRESS = re.compile(r"[SOBI](?=@)|(?<=\d)[SOBI](?=[\d@])")
_LONE_THREE = "\u0417"
_DUST = frozenset("`|'\u2018\u2019\u201a")
_LONE_V = frozenset("УуYyvVѴ")


def right_letters(word: str) -> str:
    """Return the word with look-alike letters in the alphabet, or the digits, of the rest of it."""
    if _NUMBER_LIKE.fullmatch(word) and sum(c.isdigit() for c in word) > 0.6 * sum(c.isalnum() for c in word):
        return word.translate(_TO_DIGIT)
    if _ADDRESS.fullmatch(word) and _in_small_letters(word):
        word = _DIGIT_IN_ADDRESS.sub(lambda found: found[0].translate(_TO_DIGIT), word)
    if word == _LONE_THREE:  # no word of either language, and an initial has its dot
        return "3"
    latin, cyrillic = len(_LATIN.findall(word)), len(_CYRILLIC.findall(word))
    if not latin or not cyrillic:
        return word
    if "@" in word or "_" in word or latin > cyrillic:
        swapped = word.translate(_TO_LATIN)
        return swapped if not _CYRILLIC.search(swapped) else word
    swapped = word.translate(_TO_CYRILLIC)
    return swapped if not _LATIN.search(swapped) else word


def is_dust(word: str) -> bool:
    """Say whether a word is what specks of dirt are read as: a quotation mark or a stroke standing alone."""
    return word in _DUST


def _in_small_letters(address: str) -> bool:
    """Say whether a capital in the address is likelier a digit misread: no other letters are capitals."""
    return not any(letter.isupper() for letter in _DIGIT_IN_ADDRESS.sub("", address))


def lone_sign(text: str) -> str:
    """Return a sign that stands alone: a V is often taken for «У»."""
    return "V" if text in _LONE_V else text
