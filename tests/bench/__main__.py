"""The sub-commands of scripts/bench: every module beside this one that has no underscore in front of its name."""

from __future__ import annotations

import argparse
import pkgutil
import sys
from importlib import import_module

import tests.bench


def main() -> int:
    """Run a benchmark; exit status 1 when a limit is passed."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description="How quick it is.")
    commands = parser.add_subparsers(required=True, metavar="BENCHMARK")
    for module in pkgutil.iter_modules(tests.bench.__path__):
        if not module.name.startswith("_"):
            import_module(f"{tests.bench.__name__}.{module.name}").add(commands)
    options = parser.parse_args()
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
