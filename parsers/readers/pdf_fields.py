"""What people put on a PDF instead of into it: answers of a fillable form, notes, marks, stamps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pdfminer.pdftypes import resolve1

from parsers.readers.pdf_ink import Box, Thing, letters_of
from parsers.readings import CheckBox, Mark, Picture, Run

_HIDDEN = 0b10_0010  # annotation flags: hidden, no view (PDF 32000, 12.5.3)
_PUSH_BUTTON = 1 << 16
_MANY_LINES = 1 << 12
_MARKS = {
    "Highlight": Mark.HIGHLIGHT,
    "Underline": Mark.UNDERLINE,
    "Squiggly": Mark.UNDERLINE,
    "StrikeOut": Mark.STRIKE,
}
_SMALL = 20.0
_DEPTH = 12


def put_on(page: Any, things: list[Thing]) -> None:
    """Add the answers, notes and stamps that lie on a page, and the marks that they make."""
    for note in page.annots:
        data = note.get("data")
        if not isinstance(data, dict) or int(_number(data.get("F"))) & _HIDDEN:
            continue
        box = Box(float(note["x0"]), float(note["top"]), float(note["x1"]), float(note["bottom"]))
        kind = _name(data.get("Subtype"))
        if kind == "Widget":
            things.extend(_answer(data, box))
        elif kind == "FreeText":
            things.extend(_written(_decoded(data.get("Contents")), box, many=True))
        elif kind in ("Stamp", "Ink"):
            small = kind == "Ink" and max(box.width, box.height) <= _SMALL
            things.append(Thing(box, box.bottom, 12.0, Run("✓") if small else Picture(b"", kind)))
        elif kind in _MARKS:
            for quad in _quads(data, page, box):
                _mark(things, quad, _MARKS[kind])
        elif kind in ("Circle", "Square") and box.height < 60:
            _mark(things, box, Mark.UNDERLINE)


def _answer(data: dict[str, Any], box: Box) -> Iterator[Thing]:
    """Yield what a field of a form shows."""
    kind = _name(_inherited(data, "FT"))
    flags = int(_number(_inherited(data, "Ff")))
    value = _inherited(data, "V")
    if kind == "Btn" and not flags & _PUSH_BUTTON:
        state = _name(data.get("AS"))
        on = state not in ("", "Off") if state else _name(value) in _states(data)
        yield Thing(box, box.bottom - 0.15 * box.height, max(8.0, min(14.0, box.height)), CheckBox(on))
    elif kind == "Tx":
        yield from _written(_decoded(value), box, many=bool(flags & _MANY_LINES))
    elif kind == "Ch":
        chosen = resolve1(value)
        chosen = chosen if isinstance(chosen, list) else [chosen]
        yield from _written(", ".join(filter(None, (_shown(data, _decoded(one)) for one in chosen))), box, many=False)
    elif kind == "Sig" and value is not None and box.width > 4:
        yield Thing(box, box.bottom, 12.0, Picture(b"", "Sig"))


def _written(text: str, box: Box, *, many: bool) -> Iterator[Thing]:
    """Yield an answer as if it were printed, line under line."""
    lines = [line for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()]
    size = min(10.0, box.height / max(1, len(lines)))
    first = box.top + size if many and len(lines) > 1 else (box.top + box.bottom) / 2 + 0.35 * size
    for n, line in enumerate(lines):
        base = first + n * size * 1.15
        end = min(box.x1, box.x0 + 2 + 0.5 * size * len(line))
        yield Thing(Box(box.x0 + 2, base - 0.8 * size, max(end, box.x0 + 3), base + 0.2 * size), base, size, Run(line))


def _shown(data: dict[str, Any], value: str) -> str:
    """Return the words of a choice whose value is only a code for them."""
    for option in resolve1(_inherited(data, "Opt")) or ():
        pair = resolve1(option)
        if isinstance(pair, list) and len(pair) == 2 and _decoded(pair[0]) == value:
            return _decoded(pair[1])
    return value


def _states(data: dict[str, Any]) -> set[str]:
    """Return the names of the states in which a box is shown ticked."""
    shown = resolve1(data.get("AP"))
    normal = resolve1(shown.get("N")) if isinstance(shown, dict) else None
    return {str(name) for name in normal if name != "Off"} if isinstance(normal, dict) else set()


def _inherited(data: dict[str, Any], name: str) -> Any:
    """Return what a field says itself or takes from the fields above it."""
    node: Any = data
    for _ in range(_DEPTH):
        if not isinstance(node, dict):
            return None
        if node.get(name) is not None:
            return resolve1(node[name])
        node = resolve1(node.get("Parent"))
    return None


def _quads(data: dict[str, Any], page: Any, box: Box) -> Iterator[Box]:
    points = resolve1(data.get("QuadPoints"))
    numbers = [_number(one) for one in points] if isinstance(points, list) else []
    for n in range(0, len(numbers) - 7, 8):
        xs, ys = numbers[n : n + 8 : 2], numbers[n + 1 : n + 8 : 2]
        low, high = min(ys), max(ys)
        yield Box(min(xs), float(page.height) - high, max(xs), float(page.height) - low)
    if len(numbers) < 8:
        yield box


def _mark(things: Sequence[Thing], box: Box, meaning: Mark) -> None:
    for thing in letters_of(things):
        if box.holds(*thing.middle) and isinstance(thing.inline, Run):
            thing.inline = Run(thing.inline.text, thing.inline.marks | {meaning})


def _name(value: Any) -> str:
    value = resolve1(value)
    name = getattr(value, "name", value)
    if isinstance(name, bytes):
        return name.decode("latin-1")
    return name if isinstance(name, str) else ""


def _number(value: Any) -> float:
    value = resolve1(value)
    return float(value) if isinstance(value, int | float) else 0.0


def _decoded(value: Any) -> str:
    value = resolve1(value)
    if isinstance(value, bytes):
        if value[:2] in (b"\xfe\xff", b"\xff\xfe"):
            return value.decode("utf-16", "replace")
        if value[:3] == b"\xef\xbb\xbf":
            return value[3:].decode("utf-8", "replace")
        return value.decode("cp1251", "replace")  # programs here write it in place of PDFDocEncoding
    return value if isinstance(value, str) else _name(value)
