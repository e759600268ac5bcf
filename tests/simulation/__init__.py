"""A ministry in time-lapse: the real daemon, store and letters under arbitrary applicants for whole legal years.

scripts/simulate runs it with thousands of cases, tests/story/ with few; what may never happen is checked
after every step by code of its own (checks_*.py), which reads the database and asks none of the rules.
"""
