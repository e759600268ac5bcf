"""A clerk asks a colleague: notes about a case. No letter and no rule of the Order knows of them."""

from __future__ import annotations

from datetime import datetime

from inbox_daemon.errors import NotAllowed
from registry_store.case_notes import CaseNote
from registry_store.records import CaseNumber
from registry_store.store import Store

LONGEST = 4000  # characters


def write_note(
    store: Store, case: CaseNumber, words: str, *, by: str, now: datetime, to: str = "", answers: int | None = None
) -> CaseNote:
    """Keep a note about a case. to: the account that is asked. answers: the note that it answers; it then goes to
    whoever wrote that one, and that one is seen to.

    Raises CaseUnknown, NotStored for another note, NotAllowed when nothing is said or nobody has that name.
    """
    words = words.strip()
    if not words:
        message = "the note says nothing"
        raise NotAllowed(message, "note_empty")
    if len(words) > LONGEST:
        message = f"a note has at most {LONGEST} characters"
        raise NotAllowed(message, "too_long", str(LONGEST))
    with store.writing() as writing:
        writing.case(case)
        if answers is not None:
            asked = writing.case_note(answers)
            if asked.case != case:
                message = f"note {answers} is about another case"
                raise NotAllowed(message, "note_elsewhere")
            to = to or asked.by
            if asked.to == by:
                writing.case_note_read(answers, now)
        # A name at the command line needs no account, and whoever wrote a note may have none any more.
        if to and answers is None and writing.user(to) is None:
            message = f"{to}: nobody has this name"
            raise NotAllowed(message, "nobody", to)
        return writing.case_note(writing.add_case_note(case, words, by=by, at=now, to=to, answers=answers))


def see_to(store: Store, id: int, *, by: str, now: datetime) -> CaseNote:
    """Note that the one who is asked has read it. Raises NotStored, NotAllowed for anybody else."""
    with store.writing() as writing:
        asked = writing.case_note(id)
        if asked.to != by:
            message = f"note {id} asks {asked.to or 'nobody'}"
            raise NotAllowed(message, "note_of_another")
        writing.case_note_read(id, now)
        return writing.case_note(id)
