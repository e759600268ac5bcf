"""Words as they are searched for: how somebody typed them, with which keyboard, makes no difference."""

from __future__ import annotations

import re
import unicodedata

WORD = re.compile(r"[^\W_]+")
LONGEST = 40  # letters by which one word is told from another
# Kazakh letters that many keyboards lack and what is typed for them; io without its dots; in this order:
# schwa, ghain, qa, eng, barred o, straight u with and without its bar, shha, dotted i, io.
_TYPED = str.maketrans(
    "\u04d9\u0493\u049b\u04a3\u04e9\u04b1\u04af\u04bb\u0456\u0451",
    "\u0430\u0433\u043a\u043d\u043e\u0443\u0443\u0445\u0438\u0435",
)
# Latin letters that look like Cyrillic ones (a e o p c x y i k t m h b), where they stand among these.
_LOOKALIKES = str.maketrans(
    "aeopcxyiktmhb",
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0438\u043a\u0442\u043c\u043d\u0432",
)
_CYRILLIC = re.compile("[\u0400-\u04ff]")


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are compared: case folded, without marks of any kind, Kazakh letters as
    they are typed on a keyboard that lacks them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return tuple(_folded(word)[:LONGEST] for word in WORD.findall(plain))


def _folded(word: str) -> str:
    return word.translate(_LOOKALIKES).translate(_TYPED) if _CYRILLIC.search(word) else word
