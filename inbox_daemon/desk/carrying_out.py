"""Before a change, a programme or a stop is carried out: whose entry it is, what would change, and the letter."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from starlette.responses import RedirectResponse, Response

from inbox_daemon.acts import Act, event_of
from inbox_daemon.candidates import EntryCandidate, entry_candidate
from inbox_daemon.casework import CaseMoved
from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.case_facts import letter_shown
from inbox_daemon.desk.case_page import ACTS, carry_act, letter_of
from inbox_daemon.desk.choosing import Chosen, chosen
from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.rehearsal import Planned, letter_now, why_not
from registry_store.errors import StoreError
from registry_store.records import Case, LetterKind

NOBODYS = Chosen(None, None, None, "")


def carrying_out(asking: Asking, case: Case, act: str) -> Response:
    """The page; with its button pressed, the act. Where it is not possible, the page says why and keeps what was
    typed."""
    form = asking.form
    if form.get("act") == act:
        try:
            carry_act(asking, case.number, act)
        except CaseMoved:
            return _page(asking, asking.parts.store.case(case.number), act, moved=True)
        except (InboxError, StoreError) as error:
            return _page(asking, case, act, against=as_refusal(error))
        asking.note("act", case.number, act)
        return RedirectResponse(f"/cases/{case.number}?notice=done", 303)
    asking.note("preview", case.number, letter_of(case)[act].value)
    return _page(asking, case, act)


def _page(asking: Asking, case: Case, act: str, against: NotAllowed | None = None, moved: bool = False) -> Response:
    kind, parts = letter_of(case)[act], asking.parts
    planned: Planned | None = None
    picked, meant, refused = NOBODYS, None, against
    try:
        picked = chosen(asking.form or asking.query)
        picked = replace(picked, entry=picked.entry or case.entry)
        meant = None if picked.entry is None else entry_candidate(case.number, picked.entry, parts.store)
        if picked.entry is None or meant is None:
            message = "no register entry of this number is chosen"
            raise NotAllowed(message, "entry_unknown")
        planned = _letter(asking, case, kind, picked)
        refused = refused or _against(asking, case, act, picked)
    except (InboxError, LetterError, StoreError) as error:
        refused = refused or as_refusal(error)
    facts: dict[str, Any] = {
        "case": case,
        "kind": kind,
        "act": act,
        "said_now": None,
        "asked": (),
        "typed": asking.form,
        "moved": moved,
        "needs_why": ACTS[act][1],
        "picked": picked,
        "entry_meant": meant,
        "about_an_entry": True,
        "letter": None if planned is None else letter_shown(planned.letter.raw),
        "explanation": "" if planned is None else planned.letter.explanation,
        "refused": refused if against is not None or not _is_open_question(refused, meant) else None,
        "overruled": _is_open_question(refused, meant),
        "why_not": "",
    }
    return asking.page("preview.html", 409 if moved or against is not None else 200, **facts)


def _is_open_question(refused: NotAllowed | None, meant: EntryCandidate | None) -> bool:
    """Whether all that speaks against the act is that the entry seems to be somebody else's: a person may overrule."""
    return refused is not None and refused.code == "other_person" and meant is not None


def _letter(asking: Asking, case: Case, kind: LetterKind, picked: Chosen) -> Planned:
    return letter_now(
        kind,
        case.number,
        asking.parts.casework,
        asking.now,
        entry=picked.entry,
        decided_on=picked.day,
        other_person_why=picked.other_person_why,
    )


def _against(asking: Asking, case: Case, act: str, picked: Chosen) -> NotAllowed | None:
    """Return what the Order says against the act on the entry that is chosen."""
    parts = asking.parts
    meant = Act(
        act,
        by=asking.user.name,
        why="",
        entry=picked.entry,
        decided_on=picked.day,
        other_person_why=picked.other_person_why,
    )
    error = why_not(event_of(meant, case, parts.store, asking.now), case, parts.casework)
    return None if error is None else as_refusal(error)
