"""Raw mails for tests, written byte by byte: what broken mailers send no library would write."""

from __future__ import annotations

import base64

HEAD = b"From: Aizhan <aizhan@post.example>\r\nTo: volunteer@mki.gov.kz\r\nSubject: x\r\n"


def plain(body: bytes, headers: bytes = b'Content-Type: text/plain; charset="utf-8"\r\n', head: bytes = HEAD) -> bytes:
    """A mail of one part."""
    return head + headers + b"\r\n" + body


def part(data: bytes, headers: bytes) -> bytes:
    """A part of a multipart, base64-encoded."""
    return headers + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(data).replace(b"\n", b"\r\n")


def multipart(*parts: bytes, kind: bytes = b"mixed", head: bytes = HEAD, boundary: bytes = b"=_cut") -> bytes:
    """A mail of several parts, each with its own header lines."""
    opening = head + b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
    return (
        opening + b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in parts) + b"--" + boundary + b"--\r\n"
    )


def attached(data: bytes, disposition: bytes, content_type: bytes = b"application/octet-stream") -> bytes:
    """A mail with a line of text and one file; `disposition` is what follows «attachment»."""
    words = b"Content-Type: text/plain\r\n\r\nhello\r\n"
    lines = b"Content-Type: " + content_type + b"\r\nContent-Disposition: attachment" + disposition + b"\r\n"
    return multipart(words, part(data, lines))
