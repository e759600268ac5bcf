"""scripts/torture scans: made-up forms on paper, taken in every way, read back: how much, and what is surely wrong.

What comes from a picture is a suggestion to the clerk. A form fails when an answer is read otherwise than it was
meant and nobody is asked: no doubt stands at that answer, or the verdict is another than needs_clerk.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from random import Random

from inbox_daemon.mailbox.noted import sheet_of
from inbox_daemon.order.completeness import check
from parsers.lines import PICTURE, lines_of
from registry_store.records import Category, Judgement
from tests.parsers.test_scans import UNSCORED, alike, mail
from tests.parsers.written_forms import written_form
from tests.torture.roundtrip import CATEGORIES, ON
from tests.torture.spoiled import taken


@dataclass(frozen=True, slots=True)
class Outcome:
    """meant, got, right: answers meant, read, read as meant; sure: answers read wrongly and without a doubt."""

    seed: int
    form: str
    story: str
    meant: int
    got: int
    right: int
    sure: tuple[str, ...]
    faults: tuple[str, ...]
    judgement: Judgement
    seconds: float

    @property
    def failed(self) -> bool:
        return bool(self.sure) or (bool(self.faults) and self.judgement is not Judgement.NEEDS_CLERK)


def outcome_of(seed: int) -> Outcome:
    """Write, print and take the made-up form of this number, read it, compare and judge it."""
    random = Random(f"scan {seed}")
    written = written_form(seed)
    signed = any(PICTURE in line.text for line in lines_of(written.document))
    inked = written.form == "application" and not signed and not written.meant.get("signature")
    how, files = taken(written.document, random, inked=inked)
    began = time.monotonic()
    reading = mail(*files)
    seconds = time.monotonic() - began
    read = next((form for form in reading.forms if form.form == written.form), None)
    values = {} if read is None else {k: v for k, v in read.fields.items() if k not in UNSCORED}
    meant = {name: value for name, value in written.meant.items() if name not in UNSCORED}
    right = {name for name in meant if name in values and alike(name, values[name].value, meant[name])}
    wrong = sorted({*meant, *values} - right)
    verdict = check(
        tuple(sheet_of(form, "") for form in reading.forms),
        category=CATEGORIES.get(written.form, Category.CHANGE),
        unreadable=tuple(one.part for one in reading.unreadable),
        on=ON,
    )
    faults = [f"{k}: {values[k].value if k in values else None!r} instead of {meant.get(k)!r}" for k in wrong]
    if [form.form for form in reading.forms] != [written.form]:
        faults.append(f"read as {[form.form for form in reading.forms]} instead of {written.form}")
    return Outcome(
        seed,
        written.form,
        f"{how} | {written.story}",
        len(meant),
        len(values),
        len(right),
        tuple(name for name in wrong if name in values and values[name].doubt is None),
        tuple(faults),
        verdict.judgement,
        seconds,
    )


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    command = commands.add_parser("scans", help="made-up forms on paper", description=__doc__)
    command.add_argument("start", type=int, metavar="START", help="the first form")
    command.add_argument("end", type=int, metavar="END", help="the form behind the last one")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Return 1 when any form was read wrongly without anybody being asked."""
    told: defaultdict[str, Counter[str]] = defaultdict(Counter)
    failed = 0
    for seed in range(options.start, options.end):
        outcome = outcome_of(seed)
        failed += outcome.failed
        print(
            f"{seed} {outcome.right}/{outcome.meant} read {outcome.got} {outcome.judgement} {outcome.seconds:.0f} s"
            f"{' WRONG AND SURE' if outcome.failed else ''}: {outcome.story}"
        )
        print(*(f"    {fault}" for fault in outcome.faults), sep="\n", end="\n" if outcome.faults else "", flush=True)
        for kind in ("all", outcome.story.split()[0], outcome.form):
            told[kind].update(meant=outcome.meant, got=outcome.got, right=outcome.right, forms=1)
    for kind, count in told.items():
        recall, precision = count["right"] / max(1, count["meant"]), count["right"] / max(1, count["got"])
        print(f"{kind:14} {count['forms']:4} forms, recall {recall:.3f}, precision {precision:.3f}")
    print(f"wrong and sure: {failed}")
    return 1 if failed else 0
