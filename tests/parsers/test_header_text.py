"""RFC 2047 as it is really mailed."""

from __future__ import annotations

import base64

import pytest

from parsers.mime.header_text import header_text

KAZAKH = "Тізілімге қосу туралы арыз"
RUSSIAN = "Заявление о включении"


def b(data: bytes) -> str:
    return base64.b64encode(data).decode()


def q(data: bytes) -> str:
    return "".join(f"={byte:02X}" if byte > 127 or byte < 33 else chr(byte) for byte in data)


def raw(data: bytes) -> str:
    return data.decode("ascii", "surrogateescape")


HALF = KAZAKH.encode()[:7], KAZAKH.encode()[7:]  # cuts a letter in two
WHOLE = b(KAZAKH.encode())
SHAPES = {
    "as it should be": (f"=?utf-8?B?{WHOLE}?=", KAZAKH),
    "folded words": (f"=?utf-8?B?{b(KAZAKH.encode()[:10])}?=\r\n =?utf-8?B?{b(KAZAKH.encode()[10:])}?=", KAZAKH),
    "a letter cut in two, B": (f"=?utf-8?B?{b(HALF[0])}?= =?utf-8?B?{b(HALF[1])}?=", KAZAKH),
    "a letter cut in two, Q": (f"=?utf-8?Q?{q(HALF[0])}?= =?utf-8?Q?{q(HALF[1])}?=", KAZAKH),
    "base64 cut anywhere": (f"=?utf-8?B?{WHOLE[:15]}?= =?utf-8?B?{WHOLE[15:]}?=", KAZAKH),
    "padding forgotten": (f"=?utf-8?B?{b(b'abcd').rstrip('=')}?=", "abcd"),
    "quotation marks around": (f'"=?utf-8?B?{WHOLE}?="', f'"{KAZAKH}"'),
    "raw utf-8": (raw(KAZAKH.encode()), KAZAKH),
    "raw windows-1251": (raw(RUSSIAN.encode("cp1251")), RUSSIAN),
    "raw koi8-r": (raw(RUSSIAN.encode("koi8-r")), RUSSIAN),
    "raw kz1048": (raw(KAZAKH.encode("kz1048")), KAZAKH),
    "utf-8 under windows-1251": (f"=?windows-1251?B?{WHOLE}?=", KAZAKH),
    "windows-1251 under utf-8": (f"=?utf-8?B?{b(RUSSIAN.encode('cp1251'))}?=", RUSSIAN),
    "koi8-r under iso-8859-1": (f"=?iso-8859-1?Q?{q(RUSSIAN.encode('koi8-r'))}?=", RUSSIAN),
    "an unknown charset": (f"=?x-unknown?Q?{q(RUSSIAN.encode('cp1251'))}?=", RUSSIAN),
    "blanks inside a word": (
        f"=?koi8-r?Q?{q(RUSSIAN.encode('koi8-r')).replace('=20', ' ')}?= [VR-2026-000001]",
        f"{RUSSIAN} [VR-2026-000001]",
    ),
    "glued to other words": (f"Re:=?utf-8?Q?{q(KAZAKH.encode())}?=!", f"Re:{KAZAKH}!"),
    "a language named": (f"=?utf-8*kk?B?{WHOLE}?=", KAZAKH),
    "two charsets": (f"=?utf-8?B?{WHOLE}?= =?koi8-r?B?{b(RUSSIAN.encode('koi8-r'))}?=", KAZAKH + RUSSIAN),
    "a line break inside": ("=?utf-8?Q?x=0D=0AInjected:_y?=", "x Injected: y"),
    "nothing inside": ("=?utf-8?B??= =?utf-8?b?====?=", ""),
    "decomposed letters": (raw("арызи\u0306".encode()), "арызй"),
}


@pytest.mark.parametrize(("value", "text"), SHAPES.values(), ids=SHAPES.keys())
def test_header_words_are_read_in_every_shape(value: str, text: str) -> None:
    assert header_text(value) == text
