"""A document → the forms in it: blocks, their meanings, one assignment, the answers, how certain they are."""
