"""What a step does to the register (§5): entries are made, changed, marked, undone, restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_daemon.errors import NotAllowed
from inbox_daemon.finding import words_of_entry
from inbox_daemon.order.asks import Ask
from inbox_daemon.recognition import addresses_on_file
from registry_store.records import (
    Amend,
    Enter,
    Entry,
    EntryNumber,
    Programme,
    RestoreEntry,
    Step,
    Stop,
    StopEntry,
    UndoEntry,
)
from registry_store.store import Store, Writing


def into_register(writing: Writing, step: Step, now: datetime) -> tuple[Step, Entry | None]:
    """Carry out what a step does to the register (§5); return the entry that its letters may name."""
    entry: Entry | None = None
    for effect in step.effects:
        match effect:
            case Enter():
                number = writing.new_entry_number()
                entry = Entry(number, 1, step.case.number, effect.on, effect.facts, effect.programmes)
                step = replace(step, case=replace(step.case, entry=number))
                writing.put_entry(entry, now, addresses_on_file(step.case), words_of_entry(effect.facts))
            case Amend():
                old = writing.entry(effect.entry)
                entry = replace(
                    old,
                    version=old.version + 1,
                    facts=effect.facts or old.facts,
                    programmes=_merged(old.programmes, effect.programmes),
                )
                addresses = None if effect.facts is None else addresses_on_file(step.case)
                words = None if effect.facts is None else words_of_entry(effect.facts)
                writing.put_entry(entry, now, addresses, words)
            case StopEntry():
                entry = writing.entry(effect.entry)
                if entry.stop is None:  # a second stop is recorded with its case; the first mark stands
                    entry = replace(entry, version=entry.version + 1, stop=Stop(effect.on, step.case.number))
                    writing.put_entry(entry, now)
            case UndoEntry():
                old = writing.entry(effect.entry)
                writing.put_entry(replace(old, version=old.version + 1, undone=True), now)
            case RestoreEntry():
                _restore(writing, effect, now)
            case _:
                continue
    return step, entry


def _merged(old: tuple[Programme, ...], new: tuple[Programme, ...]) -> tuple[Programme, ...]:
    """The programmes of an entry and what came later: in its place what is known, at the end what is not, so that
    their running numbers stay (rules, section 6)."""
    merged = list(old)
    for one in new:
        places = [n for n, known in enumerate(merged) if _same(known, one)]
        if places:
            merged[places[0]] = one
        else:
            merged.append(one)
    return tuple(merged)


def _same(old: Programme, new: Programme) -> bool:
    """Whether two forms are about one programme or action: the same name in one of the languages."""
    names = [{" ".join(name.casefold().split()) for name in (one.name.kk, one.name.ru) if name} for one in (old, new)]
    return old.kind == new.kind and bool(names[0] & names[1])


def _restore(writing: Writing, effect: RestoreEntry, now: datetime) -> None:
    """Let the entry say again what it said before; who is on file then is who was when it was entered."""
    history = writing.entry_history(effect.entry)
    if len(history) < 2 or history[-1][0] != effect.written:
        message = f"entry {effect.entry} was changed since; put it right with a new change"
        raise NotAllowed(message, "entry_changed", str(effect.entry))
    last, before = history[-1][1], history[-2][1]
    addresses = addresses_on_file(writing.case(before.case))
    writing.put_entry(replace(before, version=last.version + 1), now, addresses, words_of_entry(before.facts))


def decide_contacts(store: Store, number: EntryNumber, *, public: bool, now: datetime) -> None:
    """Note a person's word on the contacts of a minor (rules, section 6), and that the task is done.

    Raises EntryUnknown, EntryChanged.
    """
    with store.writing() as writing:
        entry = writing.entry(number)
        writing.put_entry(replace(entry, version=entry.version + 1, contacts_public=public), now)
        for task in writing.tasks(case=entry.case):
            if task.code == Ask.MINOR_CONTACTS:
                writing.task_done(task.id, now)
