"""python -m inbox_daemon"""

from __future__ import annotations

import sys

from inbox_daemon.commands import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
