"""How benchmarks measure and how they tell it."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a benchmark's table. at_most: the limit that it must keep, None where it is only told."""

    name: str
    value: float
    unit: str
    at_most: float | None = None

    @property
    def kept(self) -> bool:
        return self.at_most is None or self.value <= self.at_most


def milliseconds(work: Callable[[], object], times: int) -> float:
    """Return what the work usually takes: the median of so many runs, after one that does not count."""
    return by_turns(times, work)[0]


def by_turns(times: int, *works: Callable[[], object]) -> list[float]:
    """Return what each work usually takes, in milliseconds.

    They are run one after the other, again and again, so that whatever else the machine does meets them all alike.
    """
    for work in works:
        work()
    rounds = [[once(work) for work in works] for _ in range(times)]
    return [median(taken) for taken in zip(*rounds, strict=True)]


def once(work: Callable[[], object]) -> float:
    """Return the milliseconds of the clock that one run takes."""
    before = time.perf_counter()
    work()
    return (time.perf_counter() - before) * 1000


def both(work: Callable[[], object]) -> tuple[float, float]:
    """Return the milliseconds of the clock that one run takes, and those of the processor that this process took.

    Others on the machine lengthen the first and hardly the second.
    """
    clock, processor = time.perf_counter(), time.process_time()
    work()
    return (time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000


def load() -> Figure:
    """Return how many processes wanted the processor in the last minute: above 1 others disturbed the figures."""
    return Figure(f"load of the machine, {os.cpu_count()} cores", os.getloadavg()[0], "processes")


def add_json(command: argparse.ArgumentParser) -> None:
    """Register the option for machines."""
    command.add_argument("--json", action="store_true", help="one object instead of a table")


def tell(figures: Sequence[Figure], as_json: bool) -> int:
    """Print the figures; return 1 when a limit is missed."""
    kept = all(figure.kept for figure in figures)
    if as_json:
        print(json.dumps({"kept": kept, "figures": [asdict(figure) for figure in figures]}, indent=2))
        return 0 if kept else 1
    width = max(len(figure.name) for figure in figures)
    for figure in figures:
        limit = (
            "" if figure.at_most is None else f"   at most {figure.at_most:g}: {'kept' if figure.kept else 'MISSED'}"
        )
        print(f"{figure.name:<{width}} {figure.value:>10.2f} {figure.unit}{limit}")
    return 0 if kept else 1
