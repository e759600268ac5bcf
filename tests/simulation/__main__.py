"""scripts/simulate: ten thousand cases live through two legal years, and everything is checked after every step."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tests.simulation.ministry import Ministry, Result

# What one newcomer's matter grows into on average: later changes, stops, programmes, new applications.
CASES_PER_FILING = 1.26
MEMORY = Path("/dev/shm")


@dataclass(frozen=True, slots=True)
class Order:
    """One ministry's year."""

    year: int
    part: int
    filings: int
    seed: int
    home: Path


def main() -> int:
    """Simulate; 1 when anything happened that may not."""
    options = _options()
    years = [int(year) for year in options.years.split(",")]
    jobs = options.jobs or len(os.sched_getaffinity(0))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="simulation-", dir=MEMORY if MEMORY.is_dir() else None) as scratch:
        root = Path(options.keep or scratch)
        orders = _orders(years, jobs, options, root)
        print(
            f"{len(orders)} ministries, {jobs} at a time; about {options.cases} cases in {', '.join(map(str, years))}",
            flush=True,
        )
        results = _all(orders, jobs)
    _tell(results, time.monotonic() - started)
    return 1 if any(result.violations for result in results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000, help="about so many cases in all (default: %(default)s)")
    parser.add_argument("--years", default="2025,2026", help="of 2025 and 2026 (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=127, help="another seed, another story (default: %(default)s)")
    parser.add_argument("--jobs", type=int, help="processes at a time (default: one for each core)")
    parser.add_argument("--keep", metavar="DIR", help="keep the ministries' stores there (default: in memory, gone)")
    return parser.parse_args()


def _orders(years: list[int], jobs: int, options: argparse.Namespace, root: Path) -> list[Order]:
    parts = max(1, -(-jobs // len(years)))  # each core has a ministry to live through
    filings = round(options.cases / CASES_PER_FILING / len(years) / parts)
    return [
        Order(year, part, filings, options.seed, root / f"{year}-{part}") for year in years for part in range(parts)
    ]


def _all(orders: list[Order], jobs: int) -> list[Result]:
    results: list[Result] = []
    with ProcessPoolExecutor(min(jobs, len(orders))) as pool:
        waiting = [pool.submit(_live, order) for order in orders]
        for done in as_completed(waiting):
            results.append(done.result())
            result = results[-1]
            print(
                f"{result.name}: {sum(result.states.values())} cases, {len(result.violations)} violations", flush=True
            )
    return results


def _live(order: Order) -> Result:
    logging.disable(logging.ERROR)  # servers fail all the time here
    gc.set_threshold(50_000, 50, 50)
    order.home.mkdir(parents=True, exist_ok=True)
    name = f"{order.year}" + (f" ({order.part + 1})" if order.part else "")
    first, last = date(order.year, 1, 1), date(order.year, 12, 31)
    ministry = Ministry(name, order.home, f"{order.seed}:{order.year}:{order.part}", first, last, order.filings)
    return ministry.run(lambda day: _progress(name, day))


def _progress(name: str, day: date) -> None:
    if day.day == 1:
        print(f"{name}: {day:%Y-%m}", file=sys.stderr, flush=True)


def _tell(results: list[Result], seconds: float) -> None:
    states: Counter[str] = sum((result.states for result in results), Counter())
    ways: Counter[str] = sum((result.ways for result in results), Counter())
    acts: Counter[str] = sum((result.acts for result in results), Counter())
    print()
    for title, counted in (("Cases and how they stand", states), ("What applicants did", ways), ("The clerk", acts)):
        print(title)
        for what, number in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
            print(f"{number:>8}  {what}")
    for what in ("mails", "letters", "steps", "rounds"):
        print(f"{sum(getattr(result, what) for result in results):>8}  {what}")
    violations = [f"{result.name}: {sentence}" for result in results for sentence in result.violations]
    print(f"\n{sum(states.values())} cases in {seconds:.0f} seconds, {len(violations)} violations")
    for sentence in violations[:50]:
        print(f"  {sentence}")


if __name__ == "__main__":
    sys.exit(main())
