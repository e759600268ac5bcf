"""Codes that change every half minute (RFC 6238 over RFC 4226, SHA-1, six digits), as every phone's app makes them."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
SECRET_BYTES = 20  # RFC 4226, section 4: 160 bits


def new_secret() -> str:
    """Return a fresh secret in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def code_at(secret: str, step: int) -> str:
    """Return the code of a time step (RFC 4226, section 5.3)."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(code: str, secret: str, now: datetime, last_used: int) -> int | None:
    """Return the time step that a code belongs to, None when it is wrong or was used before.

    The steps before and after count too: clocks of phones are not exact (RFC 6238, section 5.2).
    """
    current = int(now.timestamp()) // STEP
    for step in (current - 1, current, current + 1):
        if step > last_used and hmac.compare_digest(code_at(secret, step), "".join(code.split())):
            return step
    return None


def address_of(secret: str, name: str, issuer: str) -> str:
    """Return the otpauth:// address that an app takes, by hand or as a picture."""
    return f"otpauth://totp/{quote(f'{issuer}:{name}')}?{urlencode({'secret': secret, 'issuer': issuer})}"
