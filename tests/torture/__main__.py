"""The sub-commands of scripts/torture."""

from __future__ import annotations

import argparse
import sys

from tests.torture import formats, reading, roundtrip, scans


def main() -> int:
    """Run a torture; exit status 1 when anything did not stand it."""
    parser = argparse.ArgumentParser(prog="scripts/torture", description="What the tests do, many thousand times.")
    commands = parser.add_subparsers(required=True, metavar="TORTURE")
    reading.add(commands)
    roundtrip.add(commands)
    formats.add(commands)
    scans.add(commands)
    options = parser.parse_args()
    status: int = options.run(options)
    return status


if __name__ == "__main__":
    sys.exit(main())
