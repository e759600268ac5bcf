"""What the walks over .docx, .odt and others share: a paragraph taking shape, inline by inline."""

from __future__ import annotations

from collections.abc import Iterator

from parsers.readings import Block, Inline, Paragraph, Run


class Gather:
    """Gathers the inlines of a paragraph into lines; runs that look alike become one.

    after: what is anchored in the paragraph and read behind it (text boxes).
    """

    def __init__(self) -> None:
        self.after: list[Block] = []
        self.lines: list[list[Inline]] = [[]]

    @property
    def current(self) -> list[Inline]:
        return self.lines[-1]

    def add(self, inline: Inline) -> None:
        last = self.current[-1] if self.current else None
        if isinstance(inline, Run) and isinstance(last, Run) and last.marks == inline.marks:
            self.current[-1] = Run(last.text + inline.text, inline.marks)
        elif not isinstance(inline, Run) or inline.text:
            self.current.append(inline)

    def feed(self) -> None:
        """Begin a new line."""
        self.lines.append([])

    def paragraphs(self) -> Iterator[Paragraph]:
        return (Paragraph(tuple(line)) for line in self.lines)

    def blocks(self) -> Iterator[Block]:
        yield from self.paragraphs()
        yield from self.after
