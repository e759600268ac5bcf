"""The Order itself: pure, no I/O, no clock. Read it beside the law."""
