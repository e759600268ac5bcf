"""Benchmarks: one module each, with `add(commands)` that registers its sub-command of scripts/bench."""
