"""What a step does to the register (§5): entries are made, changed, marked, undone, restored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_daemon.errors import NotAllowed
from inbox_daemon.finding import words_of_entry
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.entries import IDENTITIES
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.recognition import addresses_on_file
from registry_store.errors import EntryChanged
from registry_store.records import (
    Amend,
    AskClerk,
    Enter,
    Entry,
    Event,
    Origin,
    Programme,
    PutContacts,
    PutRegion,
    RestoreEntry,
    Reword,
    Step,
    Stop,
    StopEntry,
    Text,
    UndoEntry,
)
from registry_store.store import Writing


def into_register(writing: Writing, step: Step, event: Event, now: datetime) -> tuple[Step, Entry | None]:
    """Carry out what a step does to the register (§5); return the entry that its letters may name."""
    entry: Entry | None = None
    origin = Origin(step.case.number, getattr(event, "by", ""), getattr(event, "why", ""))
    for effect in step.effects:
        match effect:
            case Enter():
                number = writing.new_entry_number()
                entry = Entry(number, 1, step.case.number, effect.on, effect.facts, effect.programmes)
                step = replace(step, case=replace(step.case, entry=number))
                writing.put_entry(entry, now, addresses_on_file(step.case), words_of_entry(effect.facts), origin)
                _region_known(writing, entry, now)
            case Amend():
                old = writing.entry(effect.entry)
                facts = effect.facts or old.facts
                if facts.region is None and IDENTITIES[facts.kind].residence is None:
                    # No form of theirs could have told of another region.
                    facts = replace(facts, region=old.facts.region)
                # A person's yes was said to the contacts that were there: others of a minor wait for one of their own.
                said = old.contacts_public if facts.contacts == old.facts.contacts else None
                entry = replace(
                    old,
                    version=old.version + 1,
                    facts=facts,
                    programmes=_merged(old.programmes, effect.programmes),
                    contacts_public=said,
                )
                addresses = None if effect.facts is None else addresses_on_file(step.case)
                words = None if effect.facts is None else words_of_entry(effect.facts)
                writing.put_entry(entry, now, addresses, words, origin)
                if facts.region is not None:
                    _region_known(writing, entry, now)
                    step = replace(step, effects=tuple(e for e in step.effects if e != AskClerk(Ask.REGION_MISSING)))
            case PutRegion():
                entry = _put_region(writing, effect, origin, now)
                _region_known(writing, entry, now)
            case PutContacts():
                entry = _put_contacts(writing, effect, origin, now)
            case Reword():
                entry = _reworded(writing.entry(effect.entry), effect)
                writing.put_entry(entry, now, None, words_of_entry(entry.facts), origin)
            case StopEntry():
                entry = writing.entry(effect.entry)
                if entry.stop is None:  # a second stop is recorded with its case; the first mark stands
                    entry = replace(entry, version=entry.version + 1, stop=Stop(effect.on, step.case.number))
                    writing.put_entry(entry, now, origin=origin)
            case UndoEntry():
                old = writing.entry(effect.entry)
                writing.put_entry(replace(old, version=old.version + 1, undone=True), now, origin=origin)
            case RestoreEntry():
                _restore(writing, effect, origin, now)
            case _:
                continue
    return step, entry


def _reworded(entry: Entry, effect: Reword) -> Entry:
    """The next version of an entry with the other language where it still says the words. NotAllowed: nowhere."""
    texts = {one.before: one.after for one in effect.texts}

    def new(text: Text) -> Text:
        return texts.get(text, text)

    facts = replace(entry.facts, name=new(entry.facts.name))
    programmes = tuple(
        replace(one, name=new(one.name), place_time=new(one.place_time), requirements=new(one.requirements))
        for one in entry.programmes
    )
    if (facts, programmes) == (entry.facts, entry.programmes):
        message = f"entry {entry.number} was changed since; put it right with a new change"
        raise NotAllowed(message, "entry_changed", str(entry.number))
    return replace(entry, version=entry.version + 1, facts=facts, programmes=programmes)


def _put_region(writing: Writing, effect: PutRegion, origin: Origin, now: datetime) -> Entry:
    old, facts = writing.entry(effect.entry), effect.facts
    if old.undone or (old.facts.name, old.facts.contacts) != (facts.name, facts.contacts):
        message = f"entry {old.number} was changed since; put it right with a new change"
        raise NotAllowed(message, "entry_changed", str(old.number))
    if old.facts.region == facts.region:
        return old
    new = replace(old, version=old.version + 1, facts=replace(old.facts, region=facts.region))
    writing.put_entry(new, now, origin=origin)
    return new


def _region_known(writing: Writing, entry: Entry, now: datetime) -> None:
    """Nobody need look for a region that the entry has by now."""
    if entry.facts.region is not None:
        _seen_to(writing, entry, Ask.REGION_MISSING, now)


def _seen_to(writing: Writing, entry: Entry, code: Ask, now: datetime) -> None:
    cases = {entry.case, *(one.origin.case for one in writing.entry_versions(entry.number))}
    for task in (task for case in cases if case is not None for task in writing.tasks(case=case)):
        if task.code == code:
            writing.task_done(task.id, now)


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


def _restore(writing: Writing, effect: RestoreEntry, origin: Origin, now: datetime) -> None:
    """Let the entry say again what it said before; who is on file then is who was when it was entered."""
    history = writing.entry_history(effect.entry)
    if len(history) < 2 or history[-1][0] != effect.written:
        message = f"entry {effect.entry} was changed since; put it right with a new change"
        raise NotAllowed(message, "entry_changed", str(effect.entry))
    last, before = history[-1][1], history[-2][1]
    addresses = addresses_on_file(writing.case(before.case))
    writing.put_entry(replace(before, version=last.version + 1), now, addresses, words_of_entry(before.facts), origin)


def _put_contacts(writing: Writing, effect: PutContacts, origin: Origin, now: datetime) -> Entry:
    entry = writing.entry(effect.entry)
    if effect.seen is not None and effect.seen != entry.version:
        message = f"entry {entry.number} is at version {entry.version}, decided on was {effect.seen}"
        raise EntryChanged(message)
    until = entry.facts.minor_until
    if entry.undone or until is None or almaty_day(now) > until:
        message = f"entry {entry.number} is no minor's"
        raise NotAllowed(message, "no_minor", str(entry.number))
    decided = replace(entry, version=entry.version + 1, contacts_public=effect.public)
    writing.put_entry(decided, now, origin=origin)
    _seen_to(writing, entry, Ask.MINOR_CONTACTS, now)
    return decided
