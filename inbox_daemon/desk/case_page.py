"""One case: what is known of it, and what a clerk may do. A click is an event for casework.carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from starlette.responses import RedirectResponse, Response

from inbox_daemon.acts import Act, carry, event_of
from inbox_daemon.candidates import case_candidates, entry_candidates
from inbox_daemon.casework import NOT_LEFT, CaseMoved
from inbox_daemon.desk.asking import Asking
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.case_facts import history, sheets_shown, terms, unread_shown
from inbox_daemon.desk.choosing import case_in, chosen, sure_entry, with_named_case
from inbox_daemon.desk.corrections import CHANNELS, Typed, corrections_in
from inbox_daemon.desk.difference import can_be_compared
from inbox_daemon.desk.difference_page import TOLD, compared
from inbox_daemon.desk.labels import field_of, label_of, region_named
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.desk.queue_page import NUMBER, line_of
from inbox_daemon.desk.said import said_of
from inbox_daemon.desk.words import moment_in_words
from inbox_daemon.errors import InboxError, NotAllowed
from inbox_daemon.finding import region_of_case
from inbox_daemon.order.asks import FOR_A_PERSON
from inbox_daemon.order.case import BY_KEY
from inbox_daemon.order.regional import OF_SOMEBODY
from inbox_daemon.order.translating import in_one_language
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.rehearsal import why_not
from parsers.regions import regions
from registry_store.accounts import Role
from registry_store.errors import CaseUnknown, StoreError
from registry_store.queue import Wanted
from registry_store.records import (
    NOTHING_SAID,
    Case,
    CaseKind,
    CaseNumber,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkJoined,
    ClerkRecast,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkSetRegion,
    ClerkStopped,
    ClerkTookOut,
    ClerkTranslated,
    Correction,
    LetterKind,
    LetterState,
    MailId,
    Step,
)

# The acts, the event of each, and whether the record must say why.
ACTS: Mapping[str, tuple[type, bool]] = {
    "include": (ClerkIncluded, False),
    "rework": (ClerkSentRework, False),
    "refuse": (ClerkRefused, True),
    "set": (ClerkSetField, False),
    "filled": (ClerkSawFilled, False),
    "not-application": (ClerkClosed, True),
    "withdrawn": (ClerkClosed, True),
    "not-carried-out": (ClerkClosed, True),
    "stop": (ClerkStopped, True),
    "revoke": (ClerkRevoked, True),
    "address": (ClerkSetAddress, True),
    "recast": (ClerkRecast, True),
    "approve": (ClerkApproved, False),
    "join": (ClerkJoined, True),
    "take-out": (ClerkTookOut, True),
    "move": (ClerkTookOut, True),
    "translate": (ClerkTranslated, False),
    "region": (ClerkSetRegion, False),
}
# What makes a whole filing unsure and is no row of a form, as the verdict calls it.
UNSURE_CODES = ("no_form", "unrecognised", "two_questionnaires", "other_questionnaire", "several_applicants")
TO_LOOK_AT = ("missing", "unsure", "doubtful")
CLOSING = ("not-application", "withdrawn", "not-carried-out")
CHIEFS = frozenset({"revoke"})
TYING = frozenset({"join", "move", "take-out"})  # acts that tie a case to another one
FILINGS = (CaseKind.APPLICATION, CaseKind.CHANGE, CaseKind.PROGRAMME)
ARGUMENTS = {
    "address": "address",
    "recast": "kind",
    "move": "mail",
    "approve": "letter",
    "join": "other",
    "filled": "field",
}


def case_page(asking: Asking) -> Response:
    """The whole case on one page."""
    try:
        case = asking.parts.store.case(asking.path["number"])
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    asking.note("case", case.number)
    return _page(asking, case)


def case_again(asking: Asking, number: CaseNumber, refused: NotAllowed) -> Response:
    """The case's page with what was refused; what was typed stands there still."""
    try:
        case = asking.parts.store.case(number)
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    return _page(asking, case, 409, refused=refused, typed=asking.form, sent=asking.many)


def _page(asking: Asking, case: Case, status: int = 200, **more: Any) -> Response:
    parts, language = asking.parts, asking.language
    store, days = parts.store, parts.casework.days
    letters = store.letters(case.number)
    journal = store.journal(case.number)
    possible = _possible(case)
    forms = sheets_shown(case, language, more.get("sent"))
    facts = {
        "refused": None,
        "moved": False,
        "typed": {},
        "case": case,
        "line": line_of(case, almaty_day(asking.now), days),
        "sheets": forms,
        "problems": [(one, line) for one in forms if one.newest for line in one.lines if line.status in TO_LOOK_AT],
        "unsure_codes": [one for one in (case.verdict.unsure if case.verdict else ()) if one in UNSURE_CODES],
        "terms": terms(case, days, language),
        "whole_missing": _whole(case, language),
        "letters": letters,
        "parked": [one for one in letters if one.state is LetterState.PARKED],
        "mails": case.mails,
        "shown_mails": _to_show(case),
        "history": history(journal, store.case_notes(case.number), language),
        "asked_of_me": [one for one in store.notes_to(asking.user.name) if one.case == case.number],
        "colleagues": [one for one in store.users() if one.name != asking.user.name],
        "kinds": [one for one in FILINGS if one is not case.kind],
        "acts": possible,
        "needs_why": [name for name, (_, why) in ACTS.items() if why],
        "chiefs": CHIEFS,
        "obstacles": obstacles(asking, case, possible),
        "undo": _undo(asking, case),
        "one_language": in_one_language(case),
        "region": region_named(_region(asking, case), language),
        "regions": [(one.iso, region_named(one.iso, language)) for one in regions()],
        "tasks": store.tasks(case=case.number),
        "label": lambda item: label_of(item, language),
        "letter_of": letter_of(case),
        "comparable": can_be_compared(case),
        "came_back": compared(case, parts.casework.practice, language) if case.answers else None,
        "told": TOLD,
        **_choices(asking, case, possible, more.get("typed", {})),
        "went_to": asked_to if NUMBER.fullmatch(asked_to := asking.query.get("went_to", "")) else "",
        "seems_other": lambda act: _seems_other(act, more),
        "translated": translated(more.get("sent", {})),
        "channels": CHANNELS,
        "unread": [unread_shown(one) for one in case.unreadable],
    }
    return asking.page("case.html", status, **{**facts, **more})


def _choices(asking: Asking, case: Case, possible: frozenset[str], typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the entries and the cases that a clerk may choose from."""
    store, number = asking.parts.store, case.number
    entries = entry_candidates(number, store) if any(is_about_an_entry(case, act) for act in possible) else ()
    named = (typed.get("other_typed") or typed.get("to_typed") or "").strip().upper() or None
    cases = with_named_case(case_candidates(number, store), named, number, store) if possible & TYING else ()
    return {"entry_choices": entries, "entry_chosen": case.entry or sure_entry(entries), "case_choices": cases}


def is_about_an_entry(case: Case, act: str) -> bool:
    """Whether an act is carried out on a register entry that somebody chooses."""
    return act == "stop" or (act == "include" and case.kind is not CaseKind.APPLICATION)


def _seems_other(act: str, shown: Mapping[str, Any]) -> bool:
    """Whether an act was refused because it would tie together what seems to be two people's."""
    refused = shown.get("refused")
    return shown.get("typed", {}).get("act") == act and refused is not None and refused.code == "other_person"


def _possible(case: Case) -> frozenset[str]:
    """Return the acts for which the table has a row in this state; whether the Order allows one, its rule says."""
    possible = {name for name, (event, _) in ACTS.items() if (case.state, event) in BY_KEY}
    other = {"not-application"} if case.kind is not CaseKind.APPLICATION else {"not-carried-out"}
    if case.kind is CaseKind.TERMINATION:  # §13: what asks to stop is stopped or closed, nothing is entered
        other |= {"include", "recast"}
    else:
        other.add("stop")
    if case.kind not in OF_SOMEBODY:
        other.add("region")
    return frozenset(possible - other)


def _region(asking: Asking, case: Case) -> str | None:
    """Return the region of whoever the case is about: as it tells, else as their entry has it."""
    told = region_of_case(case)
    if told is not None or case.entry is None:
        return told
    region = asking.parts.store.entry(case.entry).facts.region
    return None if region is None else region.iso


def _to_show(case: Case) -> list[tuple[MailId, str]]:
    """Return the mails that can be laid open beside the fields: those with forms first, the newest first."""
    mails = sorted(case.mails, key=lambda mail: (mail.brought_forms, mail.at), reverse=True)
    return [(mail.mail, f"{moment_in_words(mail.at)}, {mail.sender}") for mail in mails]


def letter_of(case: Case) -> Mapping[str, LetterKind]:
    """Return the letter that each act sends."""
    included = LetterKind.INCLUSION if case.kind is CaseKind.APPLICATION else LetterKind.CHANGE
    return {
        "include": included,
        "rework": LetterKind.REWORK,
        "refuse": LetterKind.REFUSAL,
        "stop": LetterKind.STOP,
        **dict.fromkeys(CLOSING, LetterKind.CLOSED),
    }


def _whole(case: Case, language: Any) -> list[str]:
    missing = () if case.verdict is None else (*case.verdict.missing, *case.verdict.programme_missing)
    there = {sheet.form for sheet in case.sheets}
    return [label_of(item, language) for item in missing if field_of(item) is None or item.split(".")[0] not in there]


def obstacles(asking: Asking, case: Case, possible: Collection[str]) -> Mapping[str, NotAllowed]:
    """Return what the Order says against acts that need nothing more typed, before anybody clicks."""
    parts, found = asking.parts, {}
    for name in ("include", "rework", "refuse"):
        if name not in possible or (name == "include" and case.kind is not CaseKind.APPLICATION):
            continue
        event = event_of(Act(name, by=asking.user.name, why=""), case, parts.store, asking.now)
        error = why_not(event, case, parts.casework)
        if error is not None:
            found[name] = as_refusal(error)
    return found


def _undo(asking: Asking, case: Case) -> Mapping[str, Any] | None:
    """Return until when the last act can be taken back, None when it cannot."""
    store = asking.parts.store
    if store.case_before(case.number) is None:
        return None
    letters = [one for one in store.letters(case.number) if one.version == case.version]
    if any(one.state not in NOT_LEFT for one in letters):
        return None
    event = store.journal(case.number)[-1].event
    leaves = min((one.not_before for one in letters if one.state is LetterState.WAITING), default=None)
    return {"event": type(event).__name__, "by": getattr(event, "by", ""), "leaves": leaves}


# ------------------------------------------------------------ acts


def do(asking: Asking) -> Response:
    """Carry an act. Where it is not possible, the page says why and keeps what was typed."""
    form, number = asking.form, asking.path["number"]
    name = form.get("act", "")
    try:
        case = asking.parts.store.case(number)
    except CaseUnknown:
        return asking.page("refused.html", 404, why="no_case")
    if name not in ACTS and name != "undo":
        return asking.page("refused.html", 404, why="nowhere")
    if name in CHIEFS and not asking.user.role.may(Role.CHIEF):
        return asking.page("refused.html", 403, why="role")
    try:
        step = carry_act(asking, number, name)
    except CaseMoved:
        return _page(asking, case, 409, moved=True, typed=form, sent=asking.many)
    except (InboxError, StoreError) as error:
        return _page(asking, case, 409, refused=as_refusal(error), typed=form, sent=asking.many)
    if step is None:
        return RedirectResponse(f"/cases/{number}?notice=unchanged", 303)
    asking.note("act", number, name)
    went_to = f"&went_to={step.case.number}" if name in ("move", "take-out") else ""
    return RedirectResponse(f"/cases/{number}?notice=done{went_to}", 303)


def asks_still(case: Case) -> bool:
    """Whether a rework letter would still have something to ask for."""
    return case.verdict is not None and bool(case.verdict.missing) and (case.state, ClerkSentRework) in BY_KEY


def carry_act(asking: Asking, number: str, name: str) -> Step | None:
    """Carry an act as the page's form has it; return its step, None where there was nothing to carry: a form that
    comes back as it was drawn changes nothing. Raises InboxError, StoreError: nothing has changed."""
    form, parts = asking.form, asking.parts
    why, by = form.get("why", "").strip(), asking.user.name
    corrections: tuple[Correction, ...] = ()
    if name == "set":
        corrections, why = corrections_in(asking.many, form.get("seen", ""))
        if not corrections:
            return None
    seen = number_in(form.get("version", ""))
    if not why and (name == "undo" or ACTS[name][1]):
        message = "the record needs the reason"
        raise NotAllowed(message, "why_missing")
    if name == "undo":
        return parts.casework.undo(number, by=by, why=why, now=asking.now, seen=seen)
    if name == "translate":
        return _translate(asking, number, by, seen)
    choice = chosen(form)
    act = Act(
        name,
        by=by,
        why=why,
        arguments=_arguments(asking, name),
        entry=choice.entry,
        decided_on=choice.day,
        to=choice.case,
        said=said_of(form) if name == "rework" else NOTHING_SAID,
        corrections=corrections,
        other_person_why=choice.other_person_why,
        untold_why=form.get("untold_why", "").strip(),
    )
    return carry(act, number, parts.casework, asking.now, seen, parts.undo)


def _translate(asking: Asking, number: str, by: str, seen: int | None) -> Step | None:
    """All wordings that somebody put or changed, at once."""
    parts = asking.parts
    check = parts.store.case(number)
    stored = {(one.words, one.language): one.text for one in in_one_language(check)}
    put = {key: text for key, text in translated(asking.many).items() if text.strip() != stored.get(key, "")}
    if not put:
        return None
    events = [ClerkTranslated(asking.now, by, words, language, text) for (words, language), text in put.items()]
    return parts.casework.carry_together(events, number, now=asking.now, seen=seen)[-1]


def translated(sent: Typed) -> dict[tuple[str, str], str]:
    """Return the wordings of a form: for the words as written and the other language, what stands in the box."""
    rows = zip(sent.get("words", ()), sent.get("language", ()), sent.get("text", ()), strict=False)
    return {(words.replace("\r\n", "\n"), language): text for words, language, text in rows}


def _arguments(asking: Asking, name: str) -> tuple[str, ...]:
    form = asking.form
    if name == "take-out":
        return asking.many.get("sheet", ())
    if name == "join":
        return (case_in(form, "other") or "",)
    if name == "region":
        return (form.get("region", "").strip() or "-",)
    return (form.get(ARGUMENTS[name], "").strip(),) if name in ARGUMENTS else ()


def first(asking: Asking) -> Response:
    """To the most urgent case that needs a person."""
    cases, _ = asking.parts.store.queue(Wanted(states=FOR_A_PERSON), None, 1)
    return RedirectResponse(f"/cases/{cases[0].number}" if cases else "/queue", 303)
