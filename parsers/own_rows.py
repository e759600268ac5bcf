"""A question that people took apart: a row for each channel of the contacts, for each part of a name."""

from __future__ import annotations

from collections.abc import Sequence

from parsers.catalogue import Field
from parsers.lines import Line
from parsers.members import PARTS, name_parts
from parsers.readings import Source, Value
from parsers.values.blank import is_blank
from parsers.values.contacts import announces, contacts_of
from parsers.values.people import looks_like_a_name
from parsers.wording import key, one_line

Row = tuple[str, str]  # what is asked, what is answered


def in_own_rows(asked: Field, lines: Sequence[Line], part: str) -> Value | None:
    """Return the answer out of the rows that stand where the question should be, None where they are others."""
    rows = [row for row in _rows(lines) if row[0].strip() or row[1].strip()]
    if not rows:
        return None
    source = Source(part, next(line.place for line in lines if line.text.strip()))
    text = one_line("; ".join(f"{label}: {answer}" for label, answer in rows))
    if asked.kind == "contacts" and all(announces(label) for label, _ in rows):
        found = contacts_of("\n".join(f"{label}: {answer}" for label, answer in rows if not is_blank(answer)))
        return Value(found.channels, text, source, found.doubt, found.flaws) if found.channels else None
    if asked.name and not asked.caption:
        parts = [name_parts().get(key(label)) for label, _ in rows]
        name = one_line(" ".join(answer for _, answer in rows if not is_blank(answer)))
        if set(PARTS[:2]) <= set(parts) and None not in parts and looks_like_a_name(name):
            return Value(name, text, source)
    return None


def _rows(lines: Sequence[Line]) -> list[Row]:
    """Return the words of the first cell and of the others in each row; outside of tables, around a colon."""
    rows: list[Row] = []
    at: dict[tuple[int, int], int] = {}
    for line in lines:
        if not line.text.strip():
            continue
        if not line.cells:
            label, _, answer = line.text.partition(":")
            rows.append((label, answer))
            continue
        cell = line.cells[-1]
        place = cell.table, cell.row
        if place not in at:
            at[place] = len(rows)
            rows.append(("", ""))
        label, answer = rows[at[place]]
        number = line.text.strip(" .)").isdigit() and not label and cell.column == 1
        if not number and (not label or (not answer and cell.column == 1)):
            rows[at[place]] = (f"{label} {line.text}".strip(), answer)
        elif not number:
            rows[at[place]] = (label, f"{answer} {line.text}".strip())
    return rows
