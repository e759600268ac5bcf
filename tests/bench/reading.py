"""scripts/bench reading: what it costs to understand a form, against merely unpacking and parsing its XML.

A made-up volunteer's questionnaire is read as .docx by stage and in whole in the warm worker, as .doc through
LibreOffice, and as a scanned sheet through Tesseract.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from collections.abc import Iterator
from datetime import date

from lxml import etree

from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import check
from parsers.form import forms_in
from parsers.office.convert import Office
from parsers.readers import docx
from parsers.readings import FilledForm
from parsers.understand import understand, understand_file
from parsers.worker import Worker
from registry_store.records import Category
from tests.bench._told import Figure, add_json, by_turns, load, milliseconds, once, tell
from tests.parsers.files import as_docx
from tests.parsers.paper import file_of, filled, printed, scanned
from tests.parsers.raw_mails import attached
from tests.torture.measured import memory_of

RATIO_AT_MOST = 25.0  # of the whole, in the worker, to unpacking and parsing
ON = date(2026, 11, 20)
NAMED = b'; filename="form.docx"'


def figures(times: int) -> Iterator[Figure]:
    """Measure everything, each many-times figure as a median of so many runs."""
    yield load()
    form = filled("volunteer", "kinds:sign").document
    file = as_docx(form)
    yield Figure("the .docx", len(file) / 1000, "kB")
    yield from _of_docx(file, times)
    yield from _of_doc(file, times)
    pages = [scanned(page) for page in printed(form)]
    picture = file_of(*pages, ending="PDF")
    yield Figure("scanned page", once(lambda: understand_file(picture, "scan.pdf")) / 1000 / len(pages), "s")


def _of_docx(file: bytes, times: int) -> Iterator[Figure]:
    document = docx.read(file, "form.docx")
    forms = forms_in(document, signed=False)
    raw = attached(file, NAMED)
    with Worker() as worker:
        first = once(lambda: worker.read(raw))
        parsed, opened, aligned, checked, mail, whole = by_turns(
            times,
            lambda: _unpacked_and_parsed(file),
            lambda: docx.read(file, "form.docx"),
            lambda: forms_in(document, signed=False),
            lambda: _judged(forms),
            lambda: understand(raw),
            lambda: _judged(worker.read(raw).forms),
        )
        child = worker._child
        memory = memory_of(child.pid) if child is not None else 0
    yield Figure("unzip + lxml parse of it", parsed, "ms")
    yield Figure("open", opened, "ms")
    yield Figure("align", aligned, "ms")
    yield Figure("check", checked, "ms")
    yield Figure(
        "open + align + check, to unzip + parse", (opened + aligned + checked) / parsed, "times", RATIO_AT_MOST
    )
    yield Figure("the mail around it, in one process", mail, "ms")
    yield Figure("the same and check, in the warm worker", whole, "ms")
    yield Figure("that, to unzip + parse", whole / parsed, "times", RATIO_AT_MOST)
    yield Figure("first mail of a worker", first, "ms")
    yield Figure("memory of a warm worker", memory / 1e6, "MB")


def _unpacked_and_parsed(file: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        etree.fromstring(package.read("word/document.xml"))


def _judged(forms: tuple[FilledForm, ...] | list[FilledForm]) -> None:
    check(tuple(sheet_of(form, "") for form in forms), category=Category.CHANGE, unreadable=(), on=ON)


def _of_doc(file: bytes, times: int) -> Iterator[Figure]:
    office = Office()
    try:
        first = once(lambda: office.convert(file, "docx", "doc"))
        old = office.convert(file, "docx", "doc")
        steady = milliseconds(lambda: docx.read(office.convert(old, "doc", "docx"), "form.doc"), max(3, times // 10))
    finally:
        office.close()
    yield Figure("first .doc, LibreOffice started for it", first, "ms")
    yield Figure("every other .doc", steady, "ms")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    command = commands.add_parser("reading", help=__doc__.splitlines()[0].partition(": ")[2], description=__doc__)
    command.add_argument("--times", type=int, default=100, metavar="N", help="runs that a median is of (100)")
    add_json(command)
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Return 1 when understanding costs more than it may."""
    return tell(list(figures(options.times)), options.json)
