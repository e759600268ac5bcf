"""A group's members in a table of several columns: «№ | Т.А.Ә. | Туған жылы | Телефоны»."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from parsers.labels import find
from parsers.layout import Piece
from parsers.values.blank import is_blank
from parsers.values.people import looks_like_a_name, people_in
from parsers.wording import key, one_line

PARTS = ("family", "given", "father")
LABEL = 0.9
TWO = 2

Grid = list[dict[int, str]]  # rows: column → text


@cache
def name_parts() -> dict[tuple[str, ...], str]:
    """Return what the parts of a name are called, as compared → "family", "given", "father"."""
    table = tomllib.loads((files("parsers") / "name_parts.toml").read_text(encoding="utf-8"))
    return {key(label): part for part, labels in table.items() for label in labels}


def names_part(label: str) -> bool:
    """Say whether a label asks for one part of a name: «Әкесінің аты»."""
    return key(label) in name_parts()


def members_in_columns(pieces: Sequence[Piece]) -> list[str] | None:
    """Return the names out of the one column that holds them, None where the pieces are no such table."""
    tables: dict[int, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for piece in pieces:
        if not piece.line.cells:
            return None
        cell = piece.line.cells[-1]
        row = tables[cell.table][cell.row]
        row[cell.column] = one_line(f"{row.get(cell.column, '')} {piece.text}")
    if len(tables) != 1:
        return None
    (rows,) = tables.values()
    grid = [rows[n] for n in sorted(rows)]
    columns = sorted({column for row in grid for column in row})
    if len(grid) < TWO or len(columns) < TWO:
        return None
    return _in_parts(grid, columns) or _in_one_column(grid, columns)


def _in_one_column(grid: Grid, columns: Sequence[int]) -> list[str] | None:
    found = []
    for column in columns:
        body = grid[1:] if _is_header(grid, column) else grid
        names = [" ".join(people_in([row.get(column, "")])) for row in body if _worded(row)]
        if names and all(map(looks_like_a_name, names)):
            found.append(names)
    return found[0] if len(found) == 1 else None


def _in_parts(grid: Grid, columns: Sequence[int]) -> list[str] | None:
    """Read «Тегі | Аты | Әкесінің аты», in whatever order the columns stand."""
    parts = {column: name_parts().get(key(grid[0].get(column, ""))) for column in columns}
    named = [column for column in columns if parts[column] is not None]
    if len({parts[column] for column in named} & {"family", "given"}) < TWO or len(named) > len(PARTS):
        return None
    names = [one_line(" ".join(row.get(column, "") for column in named)) for row in grid[1:] if _worded(row)]
    return names if names and all(map(looks_like_a_name, names)) else None


def _worded(row: dict[int, str]) -> bool:
    return any(not is_blank(text) and not text.strip(" .)").isdigit() for text in row.values())


def _is_header(grid: Grid, column: int) -> bool:
    """Say whether the first row names the columns: a label of ours, or no figure where all others have one."""
    first = grid[0].get(column, "")
    if key(first) in name_parts() or any(one.like >= LABEL and one.whole for one in find(first)):
        return True
    return any(
        not any(map(str.isdigit, grid[0][other])) and all(any(map(str.isdigit, row.get(other, ""))) for row in grid[1:])
        for other in grid[0]
        if other != column
    )
