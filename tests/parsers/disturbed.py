"""What people do to a form before they send it: rows moved, columns added, hints left, labels said again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

from parsers.catalogue import catalogue
from parsers.readings import Block, Cell, Document, Paragraph, Row, Table
from tests.parsers.written_forms import Written, cell, p

HINTS = (
    " (толық жазыңыз)", " (заполняется полностью)", " *", " (міндетті)", " – жеке куәлік бойынша",
    " (болған жағдайда)", " (при наличии):", " :", " ?", " / басқаша",
)  # fmt: skip
HINTS_IN_PLACE = (
    "(толық көрсетіңіз)", "(указать полностью)", "(ФИО полностью, как в удостоверении)", "мысалы:",
    "Ескерту: бос қалдырмаңыз", "(күні, айы, жылы)", "(число, месяц, год)",
)  # fmt: skip
CLOSINGS = (
    ("Құрметпен,", "Ахметов Нұрлан", "+7 701 111 22 33"),
    ("С уважением, Иванова Мария",),
    ("* толтыру міндетті",),
    ("Отправлено с iPhone",),
    ("Күні: 12.03.2026",),
)
OPENINGS = (
    ("Құрметті комиссия!", "Сауалнамамды жіберіп отырмын."),
    ("Приложение 2 к Правилам", "ведения реестра волонтеров"),
    ("Нысан",),
    ("1-бет",),
)
LOOKALIKES = str.maketrans("аоесрхАОЕСРХМТН", "aoecpxAOECPXMTH")


def changed(block: Block, change: Callable[[Paragraph], Paragraph]) -> Block:
    if isinstance(block, Paragraph):
        return change(block)
    rows = (Row(tuple(Cell(tuple(changed(b, change) for b in c.blocks), c.span) for c in r.cells)) for r in block.rows)
    return Table(tuple(rows))


def labels_of(written: Written) -> set[str]:
    fields = [one for one in catalogue().forms[written.form].fields if one.within is None]
    return {word.rstrip("?: ") for one in fields for word in (*one.words.kk, *one.words.ru) if len(word) > 3}


def _in_labels(written: Written, change: Callable[[str], str]) -> Document:
    """Change the paragraphs that are a label and nothing else."""
    labels = labels_of(written)

    def one(paragraph: Paragraph) -> Paragraph:
        return p(change(paragraph.text)) if paragraph.text.rstrip("?: ") in labels else paragraph

    return replace(written.document, blocks=tuple(changed(block, one) for block in written.document.blocks))


def _in_tables(written: Written, change: Callable[[list[Row]], list[Row]]) -> Document:
    """Change the rows of the tables that hold the form."""
    blocks = (
        Table(tuple(change(list(block.rows)))) if isinstance(block, Table) and len(block.rows) > 4 else block
        for block in written.document.blocks
    )
    return replace(written.document, blocks=tuple(blocks))


def _in_pairs(written: Written, change: Callable[[str, Cell], Cell]) -> Document:
    """Change the answer's cell of rows of a label and an answer."""
    labels = labels_of(written)

    def one(row: Row) -> Row:
        first = row.cells[0].blocks[0]
        if len(row.cells) != 2 or not isinstance(first, Paragraph) or first.text.rstrip("?: ") not in labels:
            return row
        return Row((row.cells[0], change(first.text, row.cells[1])))

    return _in_tables(written, lambda rows: list(map(one, rows)))


def with_hints(written: Written, random: Random) -> Document:
    hint = random.choice(HINTS)
    return _in_labels(written, lambda text: text.rstrip(": ") + hint if random.random() < 0.5 else text)


def with_lookalikes(written: Written, random: Random) -> Document:
    """Latin letters that look like Cyrillic ones."""
    return _in_labels(written, lambda text: text.translate(LOOKALIKES) if random.random() < 0.7 else text)


def in_capitals(written: Written, random: Random) -> Document:
    return _in_labels(written, str.upper)


def without_a_space(written: Written, random: Random) -> Document:
    return _in_labels(written, lambda text: text.replace(" ", "", 1) if len(text) > 14 else text)


def with_a_row_moved(written: Written, random: Random) -> Document:
    def change(rows: list[Row]) -> list[Row]:
        moved = rows.pop(random.randrange(len(rows)))
        rows.insert(random.randrange(len(rows) + 1), moved)
        return rows

    return _in_tables(written, change)


def with_a_row_twice(written: Written, random: Random) -> Document:
    def change(rows: list[Row]) -> list[Row]:
        at = random.randrange(len(rows))
        return [*rows[:at], rows[at], *rows[at:]]

    return _in_tables(written, change)


def with_an_empty_column(written: Written, random: Random) -> Document:
    at = random.choice((0, 1, 9))
    return _in_tables(written, lambda rows: [Row((*row.cells[:at], cell(), *row.cells[at:])) for row in rows])


def with_labels_said_again(written: Written, random: Random) -> Document:
    def change(label: str, answer: Cell) -> Cell:
        first = answer.blocks[0]
        if random.random() > 0.4 or not isinstance(first, Paragraph) or not first.text.strip():
            return answer
        return replace(answer, blocks=(p(f"{label.rstrip('?:')}: {first.text}"), *answer.blocks[1:]))

    return _in_pairs(written, change)


def with_hints_in_place(written: Written, random: Random) -> Document:
    hint = p(random.choice(HINTS_IN_PLACE))

    def change(label: str, answer: Cell) -> Cell:
        if random.random() > 0.3:
            return answer
        return replace(answer, blocks=(hint, *answer.blocks) if random.random() < 0.5 else (*answer.blocks, hint))

    return _in_pairs(written, change)


def with_closing_words(written: Written, random: Random) -> Document:
    return replace(written.document, blocks=(*written.document.blocks, *map(p, random.choice(CLOSINGS))))


def with_opening_words(written: Written, random: Random) -> Document:
    return replace(written.document, blocks=(*map(p, random.choice(OPENINGS)), *written.document.blocks))


def with_labels_of_both_languages(written: Written, random: Random) -> Document:
    other: dict[str, str] = {}
    for line in catalogue().forms[written.form].lines:
        kk, ru = line.words.printed("kk"), line.words.printed("ru")
        other |= {kk: ru, ru: kk}
    return _in_labels(written, lambda text: other.get(text, text) if random.random() < 0.4 else text)


ANYWHERE = (with_hints, with_lookalikes, in_capitals, without_a_space, with_closing_words, with_opening_words)
IN_TABLES = (
    with_a_row_moved, with_a_row_twice, with_an_empty_column, with_labels_said_again, with_hints_in_place,
    with_labels_of_both_languages,
)  # fmt: skip
