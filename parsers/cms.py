"""Signed envelopes (CMS, RFC 5652): .p7s, .cms, .sig, .p7m. Signatures are seen here, never verified."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Literal

from asn1crypto import cms as asn1
from asn1crypto import core

_PEM = re.compile(rb"-----BEGIN (?:PKCS ?#?7|CMS|PKCS7|SIGNED MESSAGE)-----(.*?)-----END", re.DOTALL)
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]+={0,2}\s*\Z")
_OID = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"  # 1.2.840.113549.1.7.…
_SIGNED, _ENVELOPED, _DATA = b"\x02", b"\x03", b"\x01"


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a CMS file is: signed with the document inside, signed beside it, encrypted, or damaged.

    content: the document inside, None unless "enveloping".
    """

    kind: Literal["enveloping", "detached", "encrypted", "damaged"]
    content: bytes | None = None


def der_of(data: bytes) -> bytes | None:
    """Return the DER of a CMS file in DER, PEM or bare base64; None when it is no CMS file."""
    if _is_cms(data):
        return data
    head = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"-----BEGIN"):
        pem = _PEM.search(data)
        return _checked(pem[1]) if pem else None
    # NCALayer and its like write the base64 of the DER without any frame; "MI" is how a SEQUENCE begins.
    if head.startswith(b"MI") and _BASE64.match(data):
        return _checked(data)
    return None


def opened(data: bytes) -> Envelope:
    """Return what a CMS file holds. Never raises."""
    der = der_of(data)
    if der is None:
        return Envelope("damaged")
    try:
        info = asn1.ContentInfo.load(der)
        if info["content_type"].native == "enveloped_data":
            return Envelope("encrypted")
        if info["content_type"].native != "signed_data":
            return Envelope("damaged")
        content = _content(info["content"]["encap_content_info"])
        return Envelope("detached" if content is None else "enveloping", content)
    except (ValueError, TypeError, KeyError, RecursionError, OverflowError):
        # asn1crypto reads lazily and tells broken structures by all of these.
        return Envelope("damaged")


def is_private_key(data: bytes) -> bool:
    """Whether bytes are a private key or a store of keys (.p12, .pfx, .key, .jks), locked or not."""
    head = data[:4096]
    if re.search(rb"-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----", head) or data.startswith(b"\xfe\xed\xfe\xed"):
        return True
    if re.match(rb"openssh-key-v1\0|PuTTY-User-Key-File-", head):
        return True
    body = _inside_sequence(head)
    if body is None:
        text = head.strip()
        if text.startswith(b"MI") and _BASE64.match(data):
            decoded = _decoded(data)
            return decoded is not None and is_private_key(decoded)
        return False
    if body.startswith(b"\x02\x01\x03\x30") and _OID in body[:40]:  # PFX, RFC 7292: version 3, then ContentInfo
        return True
    # PKCS #8 (RFC 5958): version 0 or 1, an algorithm, an octet string; PKCS #1 and SEC 1: version, big number.
    if re.match(rb"\x02\x01[\x00\x01]\x30.{1,40}?\x04", body, re.DOTALL):
        return True
    if re.match(rb"\x02\x01\x00\x02\x82", body) or re.match(rb"\x02\x01\x01\x04[\x14-\x42]", body):
        return True
    # EncryptedPrivateKeyInfo: an algorithm of password-based encryption, then an octet string.
    return bool(re.match(rb"\x30.{1,4}?\x06.\x2a\x86\x48\x86\xf7\x0d\x01(\x05|\x0c\x01)", body, re.DOTALL))


def _inside_sequence(data: bytes) -> bytes | None:
    """The inside of a DER (or indefinite-length BER) SEQUENCE at the start of the bytes."""
    if len(data) < 4 or data[0] != 0x30:
        return None
    return data[2:] if data[1] <= 0x80 else data[2 + (data[1] & 0x7F) :]


def _is_cms(data: bytes) -> bool:
    body = _inside_sequence(data[:64])
    return body is not None and (body.startswith(_OID + _SIGNED) or body.startswith(_OID + _ENVELOPED))


def _checked(text: bytes) -> bytes | None:
    der = _decoded(text)
    return der if der is not None and _is_cms(der) else None


def _decoded(text: bytes) -> bytes | None:
    try:
        return base64.b64decode(re.sub(rb"\s+", b"", text) + b"==")
    except binascii.Error:
        return None


def _content(encapsulated: core.Asn1Value) -> bytes | None:
    content = encapsulated["content"]
    if content is None or content.native is None:
        return None
    native = content.native
    return native if isinstance(native, bytes) else content.contents
