"""A PDF that asks for a password, written by hand as ISO 32000-1, 7.6 (40 bits of RC4) says."""

from __future__ import annotations

import hashlib
import warnings

with warnings.catch_warnings():  # the oldest of the locks, which is all that this is for
    warnings.simplefilter("ignore")
    from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

_PAD = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
_ID = b"made-up-for-test"


def locked_pdf(words: str, password: bytes) -> bytes:
    """Return a page of Latin words. password: to open it; empty: it only may not be changed, as many offices send."""
    user, owner = (password + _PAD)[:32], (b"owner" + _PAD)[:32]
    keys = _rc4(hashlib.md5(owner).digest()[:5], user)
    key = hashlib.md5(user + keys + (0xFFFFFFC0).to_bytes(4, "little") + _ID).digest()[:5]
    page = _rc4(hashlib.md5(key + b"\4\0\0\0\0").digest()[:10], f"BT /F 12 Tf 50 700 Td ({words}) Tj ET".encode())
    lock = b"<</Filter/Standard/V 1/R 2/P -64/O<%s>/U<%s>>>" % (keys.hex().encode(), _rc4(key, _PAD).hex().encode())
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(page), page),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        lock,
    )
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<</Size 7/Root 1 0 R/Encrypt 6 0 R/ID[<%s><%s>]>>" % ((_ID.hex().encode(),) * 2)
    return out + b"xref\n0 7\n0000000000 65535 f \n%strailer%s\nstartxref\n%d\n%%%%EOF\n" % (table, trailer, len(out))


def _rc4(key: bytes, data: bytes) -> bytes:
    # The library takes keys of 40, 56, 64, 80 and 128 bits and more: both of ours are among them.
    return Cipher(ARC4(key), mode=None).encryptor().update(data)
