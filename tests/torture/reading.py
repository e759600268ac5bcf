"""scripts/torture reading: damaged mails through the real worker, each followed by a good one.

A mail fails when the worker's child does not answer (it raised, died or took too long), when the parent
raises, when it costs more than ten seconds of the processor or 300 MB, or when the next good mail is not
read as ever.
"""

from __future__ import annotations

import argparse
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from parsers.readings import Reading
from parsers.understand import understand
from parsers.worker import Limits
from tests.parsers.files import png
from tests.parsers.raw_mails import attached
from tests.torture.damage_mails import mutated
from tests.torture.mails import SHARES, Made, good, made, of_saved
from tests.torture.measured import Cost, WatchedWorker
from tests.torture.poison import POISON

CPU_AT_MOST = 10.0  # seconds
SECONDS_AT_MOST = 40.0  # of the clock
MEMORY_AT_MOST = 300_000_000  # bytes
RENEWED_AFTER = 400  # mails, as the worker itself would
TOLD_EVERY = 500


@dataclass(slots=True)
class Tally:
    """What came out so far. worst: the mail's name, its cost."""

    read: int = 0
    forms: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    unreadable: Counter[str] = field(default_factory=Counter)
    slowest: tuple[str, float] = ("", 0.0)
    largest: tuple[str, int] = ("", 0)

    def take(self, name: str, reading: Reading, cost: Cost) -> None:
        self.read += 1
        self.forms += bool(reading.forms)
        self.unreadable.update(one.reason for one in reading.unreadable)
        self.slowest = max(self.slowest, (name, cost.cpu), key=lambda one: one[1])
        self.largest = max(self.largest, (name, cost.memory), key=lambda one: one[1])

    def __str__(self) -> str:
        return (
            f"{self.read} read, {self.forms} with forms, {len(self.failures)} failed; "
            f"slowest {self.slowest[1]:.1f} s ({self.slowest[0]}), "
            f"largest +{self.largest[1] / 1e6:.0f} MB ({self.largest[0]})"
        )


class Torturer:
    """Reads damaged mails one after the other and notes what they do to the worker."""

    def __init__(self, keep: Path | None = None) -> None:
        self.keep = keep
        self.tally = Tally()
        self._good = good()
        self._meant = understand(self._good)
        # Renewed here, where it is warmed again; what takes longer than this has failed anyhow.
        self._worker = WatchedWorker(Limits(seconds=SECONDS_AT_MOST, mails=1 << 40))

    def __enter__(self) -> Torturer:
        self._warm()
        return self

    def __exit__(self, *_: object) -> None:
        self._worker.close()

    def _warm(self) -> None:
        """Let the child load what it needs for good: no mail's cost."""
        self._worker.close()
        for raw in (self._good, attached(png(), b'; filename="a.png"')):
            self._worker.read(raw)

    def read(self, name: str, raw: bytes) -> None:
        """Read one mail, then the good one; keep the mail when anything was wrong."""
        if self.tally.read % RENEWED_AFTER == RENEWED_AFTER - 1:
            self._warm()
        for fault in self._faults(name, raw):
            self.tally.failures.append((name, fault))
            if self.keep is not None:
                self.keep.mkdir(parents=True, exist_ok=True)
                (self.keep / f"{name.replace(' ', '-').replace('/', '-')}.eml").write_bytes(raw)

    def _faults(self, name: str, raw: bytes) -> Iterator[str]:
        before = len(self._worker.unanswered)
        try:
            reading, cost = self._worker.measured(raw)
        except Exception:  # whatever it is, it is what we are looking for
            yield "the parent raised:\n" + traceback.format_exc()
            self._warm()
            return
        self.tally.take(name, reading, cost)
        if why := self._worker.unanswered[before:]:
            yield f"the child did not answer: {', '.join(why)}"
            self._warm()
        else:
            if cost.cpu > CPU_AT_MOST:
                yield f"{cost.cpu:.1f} s of the processor"
            if cost.memory > MEMORY_AT_MOST:
                yield f"{cost.memory / 1e6:.0f} MB more"
        yield from _unwritable(reading)
        before = len(self._worker.unanswered)
        if self._worker.read(self._good) != self._meant or len(self._worker.unanswered) > before:
            yield "the good mail behind it was not read as ever"


def _unwritable(reading: Reading) -> Iterator[str]:
    """What was read goes into a database and onto pages: all of it must be text that can be written."""
    try:
        words = [
            str(value) for form in reading.forms for one in form.fields.values() for value in (one.value, one.text)
        ]
        names = [one.name for one in reading.mail.attachments]
        mail = (reading.mail.subject, reading.mail.body, reading.mail.sender.name, reading.mail.sender.addr)
        "\n".join((*words, *names, *mail, *reading.texts, *reading.texts.values())).encode()
    except UnicodeEncodeError as fault:
        yield f"letters that cannot be written: {fault}"


def mails(seeds: Sequence[int], saved: Sequence[Made] = (), pictures: int = 0) -> Iterator[tuple[str, bytes]]:
    """Yield (name, mail) for each seed; `pictures` of them, evenly spread, are pictures of sheets."""
    step = len(seeds) / pictures if pictures else 0
    with_picture = {seeds[int(n * step)] for n in range(min(pictures, len(seeds)))}
    for seed in seeds:
        random = Random(f"torture {seed}")
        if seed in with_picture:
            mail = made("picture", random)
        elif saved and random.random() < 0.5:
            mail = random.choice(saved)
        else:
            mail = made(random.choices(list(SHARES), list(SHARES.values()))[0], random)
        yield f"seed {seed} {mail.kind}", mutated(mail, random)


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    command = commands.add_parser("reading", help=__doc__.splitlines()[0].partition(": ")[2], description=__doc__)
    command.add_argument("--times", type=int, default=20_000, metavar="N", help="mutated mails (20,000)")
    command.add_argument("--ocr", type=int, default=200, metavar="N", help="of them pictures of sheets (200)")
    command.add_argument("--from", type=int, default=0, metavar="SEED", dest="start", help="the first seed (0)")
    command.add_argument("--seed", type=int, metavar="SEED", help="only this one, with the child's traceback")
    command.add_argument("--mails", type=Path, metavar="DIR", help="damage these saved mails (.eml) too")
    command.add_argument("--keep", type=Path, default=Path("torture-failures"), metavar="DIR", help="for what failed")
    command.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Return 1 when any mail failed."""
    saved = of_saved(options.mails) if options.mails else []
    seeds = range(options.start, options.start + options.times)
    if options.seed is not None:
        return _one(next(raw for name, raw in mails(seeds, saved, options.ocr) if f" {options.seed} " in name))
    with Torturer(options.keep) as torturer:
        tally = torturer.tally
        for name, raw in POISON.items():
            torturer.read(f"poison {name}", raw)
        print(f"poison: {tally}", flush=True)
        told = 0
        for n, (name, raw) in enumerate(mails(seeds, saved, options.ocr), 1):
            torturer.read(name, raw)
            if n % TOLD_EVERY == 0 or n == options.times:
                print(f"{n}/{options.times}: {tally}", flush=True)
            for failed, fault in tally.failures[told:]:
                print(f"  {failed}: {fault}", flush=True)
            told = len(tally.failures)
    print(f"not read, and named so: {', '.join(f'{n} {reason}' for reason, n in tally.unreadable.most_common())}")
    if tally.failures:
        print(f"{len(tally.failures)} failures, kept in {options.keep}:")
        print(*(f"  {name}: {fault}" for name, fault in tally.failures), sep="\n")
    return 1 if tally.failures else 0


def _one(raw: bytes) -> int:
    """Read a mail in this very process, to see where it goes wrong."""
    reading = understand(raw)
    print(*(f"{form.part}: {form.form} with {len(form.fields)} fields" for form in reading.forms), sep="\n")
    print(*(f"{one.part}: {one.reason} {one.detail}" for one in reading.unreadable), sep="\n")
    return 0
