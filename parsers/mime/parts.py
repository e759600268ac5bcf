"""A raw mail as a row of its leaves, whatever the nesting. Total: a mail that cannot be taken apart gives
its header lines and a defect."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import policy
from email.feedparser import BytesFeedParser
from email.message import Message

from parsers.mime.header_text import as_bytes
from parsers.mime.parameters import Field, field, file_name
from parsers.mime.transfer import decoded

MOST_LEAVES = 1000
_CHUNK = 65_536
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
# How a mailbox file begins a mail (RFC 4155), and how it is quoted there: no header line, though it stands among them.
_MBOX_LINE = re.compile(rb"(?:\A|(?<=[\r\n]))>*From [^\r\n]*(?:\r\n|\r|\n)")
_LONGEST_HEAD = 4_000_000
_HEADER_LINE = re.compile(r"([!-9;-~]+)[ \t]*:(.*)\Z", re.DOTALL)
_ENCODED = ("base64", "quoted-printable")


@dataclass(frozen=True, slots=True)
class Leaf:
    """One part that is no multipart.

    data: decoded. group: the outermost multipart/alternative around it, 0 outside of any. blocks: the
    header blocks of a delivery status. inner: the mail inside a message/rfc822, then data is empty.
    """

    content_type: Field
    disposition: Field
    name: str
    data: bytes
    group: int
    only: bool
    blocks: tuple[Headers, ...] = ()
    inner: Message | None = None


class Headers:
    """The header lines of a mail or a part, in order, as they came (bytes beyond ASCII as surrogates)."""

    __slots__ = ("lines",)

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self.lines = [(name.strip().lower(), value) for name, value in lines]

    def first(self, name: str) -> str | None:
        """Return the first, topmost value, None when there is no such line."""
        return next((value for key, value in self.lines if key == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return all values, topmost first."""
        return tuple(value for key, value in self.lines if key == name)


def headers_of(message: Message) -> Headers:
    """Return the header lines of a message untouched (RFC 5322 §2.2)."""
    return Headers((name, str(value)) for name, value in message.raw_items())


def parsed(raw: bytes) -> tuple[Message, tuple[str, ...]]:
    """Return the message tree of raw bytes and the defects that were met. Raises nothing but MemoryError.

    The compat32 policy reads what the modern one raises on; fed in pieces, because the parser's own
    way for whole bytes holds the mail three times.
    """
    raw = _without_mbox_lines(raw)
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    while raw[start : start + 1] in (b"\r", b"\n"):
        start += 1  # blank lines above the header
    parser = BytesFeedParser(policy=policy.compat32)
    view = memoryview(raw)
    try:
        for at in range(start, len(raw), _CHUNK):
            parser.feed(bytes(view[at : at + _CHUNK]))
        return parser.close(), ()
    except MemoryError:
        raise
    except RecursionError:
        return headers_alone(raw), ("nested_too_deeply",)
    except Exception as fault:  # hostile parameters break the parser of `email` in ways it does not list
        return headers_alone(raw), (f"parser_failed:{type(fault).__name__}",)


def _without_mbox_lines(raw: bytes) -> bytes:
    """Return a mail without the lines of a mailbox file above or among its header lines."""
    begin = len(raw) - len(raw.lstrip(b"\xef\xbb\xbf\r\n \t")) if raw[:1] in (b"\xef", b"\r", b"\n", b" ") else 0
    end = _HEAD_END.search(raw, begin, _LONGEST_HEAD)
    head = raw[begin : end.start() if end else _LONGEST_HEAD]
    return raw if b"From " not in head else _MBOX_LINE.sub(b"", head) + raw[begin + len(head) :]


def leaves(message: Message, defects: list[str]) -> Iterator[Leaf]:
    """Yield the parts in reading order. Each part's text is let go once it was decoded: mails are large."""
    stack: list[tuple[Message, int]] = [(message, 0)]
    group = count = 0
    while stack:
        part, within = stack.pop()
        headers = headers_of(part)
        content_type = field(headers.first("content-type"))
        children = part.get_payload() if part.is_multipart() else None
        if isinstance(children, list) and content_type.value.startswith("multipart"):
            if content_type.value == "multipart/alternative" and not within:
                group += 1
                within = group
            stack.extend((child, within) for child in reversed(children) if isinstance(child, Message))
            continue
        count += 1
        if count > MOST_LEAVES:
            defects.append("too_many_parts")
            return
        if content_type.value.startswith("multipart"):
            repaired = _with_its_boundary(part)
            if repaired is not None:
                defects.append("boundary_missing")
                stack.append((repaired, within))
                continue
            defects.append("multipart_without_parts")
        yield _leaf(part, headers, content_type, children, within, only=part is message)


def _leaf(part: Message, headers: Headers, content_type: Field, children: object, group: int, *, only: bool) -> Leaf:
    disposition = field(headers.first("content-disposition"))
    name = file_name(disposition, content_type)
    transfer = (headers.first("content-transfer-encoding") or "").split(";")[0].split("(")[0]
    if isinstance(children, list):
        inner = [child for child in children if isinstance(child, Message)]
        encoded = transfer.strip().lower() in _ENCODED
        if content_type.value == "message/delivery-status":
            blocks = tuple(map(headers_of, inner))
            if encoded:
                blocks = _blocks(decoded(_lines_of(inner), transfer))
            return Leaf(content_type, disposition, name, b"", group, only, blocks)
        if encoded and inner:  # forbidden (RFC 2046 §5.2.1), yet mailed: the mail inside was not seen yet
            data = decoded(_lines_of(inner), transfer)
            return Leaf(content_type, disposition, name, data, group, only)
        return Leaf(content_type, disposition, name, b"", group, only, (), inner[0] if inner else None)
    data = decoded(_bytes_of(part), transfer)
    return Leaf(content_type, disposition, name, data, group, only)


def _bytes_of(part: Message) -> bytes:
    # Without the header line the bytes come as they were mailed; with `decode=False` they would be read
    # in whatever codec the part names, "idna" and "rot13" included.
    del part["content-transfer-encoding"]
    data = part.get_payload(decode=True)
    part.set_payload("")
    return data if isinstance(data, bytes) else b""


def _lines_of(blocks: list[Message]) -> bytes:
    """The bytes that were mistaken for the header and body of an inner message."""
    out: list[bytes] = []
    for block in blocks:
        out.extend(as_bytes(f"{name}:{value}\n") for name, value in block.raw_items())
        out.append(_bytes_of(block))
    return b"\n".join(out)


def _blocks(data: bytes) -> tuple[Headers, ...]:
    texts = re.split(r"\r?\n\r?\n", data.decode("utf-8", "surrogateescape"))
    return tuple(_header_lines(text) for text in texts if text.strip())


def _header_lines(text: str) -> Headers:
    lines: list[tuple[str, str]] = []
    for line in re.split(r"\r\n|\r|\n", text):
        match = _HEADER_LINE.match(line)
        if line[:1] in (" ", "\t") and lines:
            lines[-1] = (lines[-1][0], lines[-1][1] + "\n" + line)
        elif match is not None:
            lines.append((match[1], match[2].strip()))
    return Headers(lines)


def headers_alone(raw: bytes) -> Message:
    """Return the header lines of a mail whose inside cannot be taken apart, without a body."""
    raw = _without_mbox_lines(raw)
    end = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
    head = raw[: end.start()] if end else raw[:1_000_000]
    message = Message(policy=policy.compat32)
    for name, value in _header_lines(head.decode("ascii", "surrogateescape")).lines:
        if name != "content-type":
            message[name] = value.replace("\n", " ")
    return message


def _with_its_boundary(part: Message) -> Message | None:
    """A multipart whose header names no boundary, or another one: the lines tell which it was."""
    data = _bytes_of(part)
    found = re.search(rb"(?:\A|\n)--([^\s-][^\r\n]{0,200}?)[ \t]*\r?\n(?:[!-9;-~]+:|\r?\n)", data)
    if found is None or data.count(b"--" + found[1]) < 2:
        part.set_payload(data.decode("ascii", "surrogateescape"))
        return None
    head = b'Content-Type: multipart/mixed; boundary="' + found[1].replace(b'"', b'\\"') + b'"\n\n'
    message, defects = parsed(head + data)
    return message if message.is_multipart() and not defects else None
