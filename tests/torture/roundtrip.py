"""scripts/torture roundtrip: made-up forms written in random layouts and formats must come back equal, or doubted.

Equal: every answer is read as it was meant. Doubted: whoever judges the form (order/completeness) sends it to
the clerk. What is read otherwise and judged without the clerk is a failure: the worst that reading can do.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from random import Random

from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import IGNORED, check
from parsers.lines import lines_of
from parsers.readings import Document, FilledForm, Run, Table
from parsers.understand import understand, understand_file
from registry_store.records import Category, Judgement
from tests.parsers.docx_written import docx_of
from tests.parsers.files import as_docx, as_odt, as_rtf, as_xlsx
from tests.parsers.raw_mails import plain
from tests.parsers.test_made_up_forms import comparable
from tests.parsers.written_forms import Written, written_form

ON = date(2026, 11, 20)  # the day of filing: those born later than 18 years before are minors
TOLD_EVERY = 500
CATEGORIES = {"application": Category.APPLICATION, "programme": Category.PROGRAMME, "action": Category.PROGRAMME}
# What no format but a word processor's can say: plain text has no underlining and no boxes.
IN_PLAIN_TEXT = frozenset(("sign", "numbers", "words", "before", "brackets", "rows"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """faults: answers read otherwise than meant; judgement: what the verdict was."""

    seed: int
    format: str
    story: str
    faults: tuple[str, ...]
    judgement: Judgement

    @property
    def failed(self) -> bool:
        return bool(self.faults) and self.judgement is not Judgement.NEEDS_CLERK


FORMATS: dict[str, Callable[[Document, Random], bytes]] = {
    "docx": lambda document, _: as_docx(document),
    "docx twisted": docx_of,
    "odt": lambda document, _: as_odt(document),
    "rtf": lambda document, random: as_rtf(document, code_page=random.random() < 0.5),
    "xlsx": lambda document, _: as_xlsx(document),
}


def outcome_of(seed: int) -> Outcome:
    """Write the made-up form of this number in a random format, read it, judge it."""
    random = Random(f"roundtrip {seed}")
    written = written_form(seed)
    chosen = random.choice([name for name in FORMATS if fits(name, written)])
    if _survives_in_plain_text(written) and random.random() < 0.7:
        chosen = "body"
    forms = _read(written, chosen, random)
    faults = tuple(faults_of(written, forms))
    return Outcome(seed, chosen, written.story, faults, judgement_of(written, forms))


def judgement_of(written: Written, forms: tuple[FilledForm, ...]) -> Judgement:
    """Return what whoever judges the form says of what was read."""
    sheets = tuple(sheet_of(form, "") for form in forms)
    return check(sheets, category=CATEGORIES.get(written.form, Category.CHANGE), unreadable=(), on=ON).judgement


def _read(written: Written, chosen: str, random: Random) -> tuple[FilledForm, ...]:
    if chosen == "body":
        return understand(plain("\r\n".join(line.words_only for line in lines_of(written.document)).encode())).forms
    ending = chosen.partition(" ")[0]
    return understand_file(FORMATS[chosen](written.document, random), f"form.{ending}").forms


def fits(name: str, written: Written) -> bool:
    """Say whether a format can hold a form.

    A sheet of cells has no tables in tables, and nothing that a cell holds beside its own text.
    """
    return name != "xlsx" or not _nested(written.document)


def _nested(document: Document) -> bool:
    return any(
        isinstance(inner, Table)
        for block in document.blocks
        if isinstance(block, Table)
        for row in block.rows
        for cell in row.cells
        for inner in cell.blocks
    )


def _survives_in_plain_text(written: Written) -> bool:
    habits = {word.partition(":")[2] for word in written.story.split() if word.startswith(("kinds:", "lists:"))}
    flat = not any(isinstance(block, Table) for block in written.document.blocks)
    runs = (inline for block in written.document.blocks if not isinstance(block, Table) for inline in block.inlines)
    return flat and habits <= IN_PLAIN_TEXT and written.form != "application" and all(isinstance(i, Run) for i in runs)


def faults_of(written: Written, forms: tuple[FilledForm, ...]) -> list[str]:
    """Return the answers that were read otherwise than meant."""
    if [form.form for form in forms] != [written.form]:
        return [f"read as {[form.form for form in forms]} instead of {written.form}"]
    got = {name: comparable(value.value) for name, value in forms[0].fields.items() if name not in IGNORED}
    meant = {name: comparable(value) for name, value in written.meant.items() if name not in IGNORED}
    return [
        f"{name}: {got.get(name)!r} instead of {meant.get(name)!r}"
        for name in sorted({*got, *meant})
        if got.get(name) != meant.get(name)
    ]


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    command = commands.add_parser("roundtrip", help=__doc__.splitlines()[0].partition(": ")[2], description=__doc__)
    command.add_argument("--times", type=int, default=5_000, metavar="N", help="forms (5,000)")
    command.add_argument("--from", type=int, default=0, metavar="SEED", dest="start", help="the first form (0)")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Return 1 when any form was read wrongly without anybody being asked."""
    formats: Counter[str] = Counter()
    failed = doubted = 0
    for n, seed in enumerate(range(options.start, options.start + options.times), 1):
        outcome = outcome_of(seed)
        formats[outcome.format] += 1
        doubted += outcome.judgement is Judgement.NEEDS_CLERK
        if outcome.failed:
            failed += 1
            print(f"seed {seed}, {outcome.format}, judged {outcome.judgement}: {outcome.story}")
            print(*(f"  {fault}" for fault in outcome.faults), sep="\n", flush=True)
        if n % TOLD_EVERY == 0 or n == options.times:
            print(f"{n}/{options.times}: {failed} wrong and sure, {doubted} to the clerk", flush=True)
    print("formats: " + ", ".join(f"{name} {count}" for name, count in formats.most_common()))
    return 1 if failed else 0
