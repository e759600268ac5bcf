"""The register as CSV and JSON, for programs.

CSV: UTF-8 with a byte order mark, commas, CRLF; one file a language; the first record is the headings.
A cell may have several lines. A cell that a spreadsheet would take for a formula has one apostrophe in
front; whoever reads the file by program takes one leading apostrophe off where a formula sign follows.
JSON: the words exactly as they are; every row has its number and eleven cells in each language.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .appendix import LANGUAGES, Appendix, Language
from .rows import Row

# Also the full-width signs, which some spreadsheets take for the same.
FORMULA_SIGNS = tuple("=+-@\t\r＝＋－＠")


def is_formula(cell: str) -> bool:
    """Would a spreadsheet take this cell for a formula?"""
    return cell.startswith(FORMULA_SIGNS)


def neutral(cell: str) -> str:
    """Return the cell as it may stand in a CSV file."""
    return f"'{cell}" if is_formula(cell) else cell


def write_csv(path: Path, rows: Iterable[Row], language: Language, form: Appendix) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(form.headings(language))
        writer.writerows([neutral(cell) for cell in row.cells(language)] for row in rows)


def write_json(path: Path, rows: Iterable[Row], head: dict[str, Any], form: Appendix) -> None:
    """Write one object: `head`, title, columns, rows. The rows are written one by one, one a line."""
    head = head | {
        "title": {language: form.title.in_language(language) for language in LANGUAGES},
        "columns": [
            {"n": n, "id": c.id} | {language: c.heading.in_language(language) for language in LANGUAGES}
            for n, c in enumerate(form.columns, 1)
        ],
    }
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}"))
        file.write(',\n "rows": [')
        for n, row in enumerate(rows):
            cells = {"number": row.number} | {language: row.cells(language) for language in LANGUAGES}
            file.write(",\n  " if n else "\n  ")
            file.write(json.dumps(cells, ensure_ascii=False))
        file.write("\n ]\n}\n")
