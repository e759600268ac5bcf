"""Content-Transfer-Encoding (RFC 2045): from what was mailed to what was meant. Never raises."""

from __future__ import annotations

import binascii
import re

_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=\s]")
_UU_BEGIN = re.compile(rb"begin(?:-base64)? [0-7]{3,4}[^\r\n]*\r?\n", re.IGNORECASE)


def decoded(body: bytes, encoding: str) -> bytes:
    """Return the bytes of a part. An encoding that the bytes do not bear out is not believed."""
    match encoding.strip().strip("\"'").lower():
        case "base64":
            return body if _is_no_base64(body[:4096]) else from_base64(body)
        case "quoted-printable":
            return binascii.a2b_qp(body)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _from_uu(body)
        case _:
            return body


def from_base64(text: bytes) -> bytes:
    """Decode base64 as far as it goes: foreign signs are skipped, missing padding is added."""
    try:
        return binascii.a2b_base64(text)
    except binascii.Error:
        pass  # wrong padding: count the letters and make it right
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", text)
    whole = len(letters) - (1 if len(letters) % 4 == 1 else 0)
    return binascii.a2b_base64(letters[:whole] + b"=" * (-whole % 4))


def _is_no_base64(sample: bytes) -> bool:
    """Plain words under the label base64: some mailers label every part alike."""
    letters = len(sample) - sum(sample.count(blank) for blank in (b"\r", b"\n"))
    return letters > 0 and (len(_NOT_BASE64.findall(sample)) + sample.count(b" ")) / letters > 0.05


def _from_uu(body: bytes) -> bytes:
    begin = _UU_BEGIN.search(body)
    if begin is None:
        return body
    out = bytearray()
    for line in body[begin.end() :].splitlines():
        if line.strip().lower() == b"end":
            break
        try:
            out += binascii.a2b_uu(line)
        except binascii.Error:
            # Lines that lost or gained trailing blanks say their own length in the first sign.
            length = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
            try:
                out += binascii.a2b_uu(line[:length])
            except binascii.Error:
                break
    return bytes(out)
