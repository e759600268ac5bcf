"""scripts/torture formats: made-up forms that LibreOffice writes anew as .doc, .rtf, .odt, .xls and .pdf.

Each must come back equal or go to the clerk; of the answers of a kind all but a few in a thousand must be there.
"""

from __future__ import annotations

import argparse
from collections import Counter

from inbox_daemon.order.completeness import IGNORED
from parsers.office.convert import shared
from parsers.readings import FilledForm
from parsers.understand import understand_file
from registry_store.records import Judgement
from tests.parsers.files import as_docx, as_xlsx
from tests.parsers.test_made_up_forms import comparable
from tests.parsers.written_forms import Written, written_form
from tests.torture.roundtrip import faults_of, fits, judgement_of

RECALL = {"doc": 0.995, "rtf": 0.995, "odt": 0.995, "xls": 0.995, "pdf": 0.99}


def _file(written: Written, kind: str) -> bytes:
    if kind == "xls":
        return shared().convert(as_xlsx(written.document), "xlsx", kind)
    return shared().convert(as_docx(written.document), "docx", kind)


def _found(written: Written, forms: tuple[FilledForm, ...]) -> int:
    got = forms[0].fields if forms else {}
    return sum(
        name in got and comparable(got[name].value) == comparable(meant)
        for name, meant in written.meant.items()
        if name not in IGNORED
    )


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    command = commands.add_parser("formats", help=__doc__.splitlines()[0].partition(": ")[2], description=__doc__)
    command.add_argument("--times", type=int, default=40, metavar="N", help="forms of each kind (40)")
    command.add_argument("--from", type=int, default=0, metavar="SEED", dest="start", help="the first form (0)")
    command.add_argument("--kind", choices=RECALL, action="append", help="only this kind; may be given again")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Return 1 when any form was read wrongly without anybody being asked, or too few answers came back."""
    failed = False
    for kind in options.kind or RECALL:
        counted: Counter[str] = Counter()
        for seed in range(options.start, options.start + options.times):
            written = written_form(seed)
            if kind == "xls" and not fits("xlsx", written):
                continue
            reading = understand_file(_file(written, kind), f"form.{kind}")
            faults, judgement = faults_of(written, reading.forms), judgement_of(written, reading.forms)
            counted["forms"] += 1
            counted["to the clerk"] += judgement is Judgement.NEEDS_CLERK
            counted["answers"] += sum(name not in IGNORED for name in written.meant)
            counted["found"] += _found(written, reading.forms)
            if faults and judgement is not Judgement.NEEDS_CLERK:
                counted["wrong and sure"] += 1
            if faults:
                print(f"seed {seed}, {kind}, judged {judgement}: {written.story}")
                print(*(f"  {fault}" for fault in faults), sep="\n", flush=True)
        recall = counted["found"] / max(1, counted["answers"])
        failed = failed or recall < RECALL[kind] or counted["wrong and sure"] > 0
        print(
            f"{kind}: {counted['forms']} forms, recall {recall:.4f} of {counted['answers']} answers, "
            f"{counted['wrong and sure']} wrong and sure, {counted['to the clerk']} to the clerk",
            flush=True,
        )
    return 1 if failed else 0
