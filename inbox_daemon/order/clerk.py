"""Rules for what a clerk decides. An act that the Order does not allow raises NotAllowed with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.completeness import ENCLOSURES
from inbox_daemon.order.going_on import went_to
from inbox_daemon.order.own_words import explanations, own_words
from inbox_daemon.order.paragraphs import next_office_moment, p10_rework_due, p11_no_ground, p11_obstacle
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.standing import may_be_told
from inbox_daemon.order.steps import ASKING, include, judged, moved, send_rework, to_clerk
from inbox_daemon.order.terms import GROUND_OF_REFUSAL, refused
from inbox_daemon.order.unread import unopened
from inbox_daemon.order.workdays import WorkingDays, almaty_day, known
from parsers.catalogue import catalogue
from parsers.readings import FormId
from parsers.typed import flaws_of
from registry_store.records import (
    OPEN_STATES,
    Answer,
    Case,
    CaseKind,
    ClerkApproved,
    ClerkClosed,
    ClerkIncluded,
    ClerkRecast,
    ClerkRefused,
    ClerkRevoked,
    ClerkSawFilled,
    ClerkSentRework,
    ClerkSetAddress,
    ClerkSetField,
    ClerkStopped,
    ClerkUndid,
    ComposeAnew,
    Correction,
    Effect,
    Judgement,
    LetterKind,
    NotTold,
    RestoreEntry,
    Said,
    Send,
    Sheet,
    State,
    Step,
    StopEntry,
    UndoEntry,
    Verdict,
    Withdraw,
)

WORDED = frozenset({"text", "people_list"})  # kinds of fields whose answer is words, in a language of its own
TAKEN_BACK = "taken back"  # the ground of a case that an act opened and that was undone with it
# What a mail that a clerk takes to another case does there; undone, all that it sent is taken back.
BROUGHT_BY_AN_ACT = frozenset({"Filed", "StopAsked", "Wrote"})


def include_by_clerk(case: Case, event: ClerkIncluded, days: WorkingDays, practice: Practice) -> Step:
    """The clerk's yes (§12). What is missing must first be set, or be seen to be filled: the record then says why."""
    case = replace(case, entry=event.entry or case.entry)
    if case.verdict is None:
        message = "a message that asks to stop is carried out as a stop, or closed"
        raise NotAllowed(message, "stop_or_close")
    if case.verdict.missing:
        message = f"still missing: {', '.join(case.verdict.missing)}; set the values or say that they are filled"
        raise NotAllowed(message, "still_missing", ", ".join(case.verdict.missing))
    return include(case, event.at, days, practice)


def send_rework_by_clerk(case: Case, event: ClerkSentRework, days: WorkingDays, practice: Practice) -> Step:
    """The clerk may send the rework letter at any time; after review due it is recorded as late (§10)."""
    verdict = case.verdict
    if verdict is None or not (verdict.missing or unopened(case.unreadable)):
        # A gap in an enclosed programme alone may never cost the applicant anything: the letter of
        # inclusion asks for it, and no term begins.
        message = "nothing of the applicant is missing and every file was opened: there is nothing to ask for"
        raise NotAllowed(message, "nothing_missing")
    said = explanations(event.said, verdict)
    return send_rework(case, event.at, days, practice, by_hand=True, said=said)


def refuse_by_clerk(case: Case, event: ClerkRefused, days: WorkingDays, practice: Practice) -> Step:
    """§11 names one ground; the clerk is held to it too."""
    if case.kind is not CaseKind.APPLICATION:
        message = "only an application is refused; a change or programme is ended as not carried out"
        raise NotAllowed(message, "only_application_refused")
    if (obstacle := p11_obstacle(case, event.look, days)) is not None:
        raise NotAllowed(obstacle.words, obstacle.code, obstacle.detail)
    return refused(case, event.at, event.look, days, practice)


def set_field(case: Case, event: ClerkSetField, days: WorkingDays, practice: Practice) -> Step:
    """The clerk corrects values, or takes them out; the case is judged again, once for all of them."""
    for one in event.corrections:
        case = _seen(case, one, event.by, event.why) if one.seen else _set(case, one, event.by)
    return corrected(case, event.at, days, practice)


def saw_filled(case: Case, event: ClerkSawFilled, days: WorkingDays, practice: Practice) -> Step:
    """awaiting × clerk says "it was filled": included, the term is void; else judged again."""
    seen = Correction(event.field, language=event.language, seen=True)
    return corrected(_seen(case, seen, event.by, event.why), event.at, days, practice)


def _set(case: Case, one: Correction, by: str) -> Case:
    """A typed value goes through the rules for read ones: a wrong check digit stays a doubt until the clerk says
    that the number is right. What is no wording is the same in both languages: the other copy follows."""
    form, field = _known_field(one.field)
    sheet = _sheet_of(case, form, one.language)
    twin = _twin(case, sheet)
    follows = catalogue().field(form, field).kind not in WORDED
    flaws = flaws_of(form, field, one.value)
    answer = None if one.value == "" else Answer(one.value, one.text, place="clerk", flaws=flaws, by=by)

    def with_it(other: Sheet) -> Sheet:
        if other is sheet:
            answers = {k: v for k, v in sheet.answers.items() if k != field}
            if answer is not None:
                answers[field] = answer
            return replace(sheet, answers=answers, unsure_blank=tuple(f for f in sheet.unsure_blank if f != field))
        if other is not twin:
            return other
        if follows and answer is not None and field in other.answers:
            return replace(other, answers={**other.answers, field: answer})
        return _without_doubt(other, field)

    return replace(case, sheets=tuple(map(with_it, case.sheets)))


def _seen(case: Case, one: Correction, by: str, why: str) -> Case:
    """What the clerk saw is no doubt any more. A value that breaks a rule is right only for a reason on record."""
    form, field = _known_field(one.field)
    sheet = _sheet_of(case, form, one.language)
    blank = tuple(f for f in sheet.unsure_blank if f != field)
    answers = dict(sheet.answers)
    if field in answers:
        if answers[field].flaws and not why.strip():
            message = f"{one.field}: the value breaks a rule ({', '.join(answers[field].flaws)}); say why it is right"
            raise NotAllowed(message, "flaw_needs_reason", one.field)
        answers[field] = replace(answers[field], doubt=None, flaws=(), by=by)
    seen = () if field in answers else (field,)
    changed = replace(
        sheet, answers=answers, unsure_blank=blank, filled_by_clerk=(*sheet.filled_by_clerk, *seen), doubts=()
    )
    twin = _twin(case, sheet)
    sheets = tuple(changed if s is sheet else _without_doubt(s, field) if s is twin else s for s in case.sheets)
    return replace(case, sheets=sheets)


def corrected(case: Case, now: datetime, days: WorkingDays, practice: Practice) -> Step:
    """Judge a case anew after a person's act. A letter that waits says what was missing: it is taken back, or
    composed anew."""
    before, verdict = case.verdict, judged(case, practice)
    case = replace(case, verdict=verdict)
    if verdict.judgement is Judgement.NEEDS_CLERK:
        asks = case.asks or (Ask.UNSURE,)
        return Step(replace(case, state=State.WITH_CLERK, asks=asks), (Withdraw(ASKING),))
    asks = tuple(a for a in case.asks if a not in (Ask.UNSURE, Ask.CONFIRM_INCLUSION))
    if verdict.missing and (before is None or _asked_for(before) != _asked_for(verdict)):
        if case.state is State.REWORK_SENT and case.rework is not None and case.rework.accepted_at is None:
            again = replace(case, asks=asks)
            return send_rework(again, now, days, practice, by_hand=case.rework.by_hand, said=case.rework.said)
        anew: tuple[Effect, ...] = (ComposeAnew((LetterKind.STILL_INCOMPLETE, LetterKind.UNREADABLE)),)
    else:
        anew = ()
    if verdict.missing:
        state = State.INCOMPLETE if case.state is State.COMPLETE else case.state
        return Step(replace(case, state=state, asks=asks), anew)
    entry_known = case.kind is CaseKind.APPLICATION or case.entry is not None
    if case.state in (State.REWORK_SENT, State.AWAITING_REWORK) and entry_known:
        return include(case, now, days, practice)
    ask = Ask.CONFIRM_INCLUSION if entry_known else Ask.ENTRY_UNKNOWN
    asks = asks if ask in asks else (*asks, ask)
    return Step(replace(case, state=State.COMPLETE, asks=asks), (Withdraw(ASKING),))


def _asked_for(verdict: Verdict) -> tuple[str, ...]:
    return verdict.missing + verdict.programme_missing


def recast(case: Case, event: ClerkRecast, days: WorkingDays, practice: Practice) -> Step:
    """The filing is of another kind than it was taken for; it is judged as that."""
    if event.kind is CaseKind.TERMINATION or case.kind is CaseKind.TERMINATION:
        message = "a message that asks to stop is no filing: close it, or carry the stop out"
        raise NotAllowed(message, "recast_stop")
    settled = (Ask.WHOSE, Ask.ENTRY_UNKNOWN, Ask.NOT_ON_FILE, Ask.CONFIRM_INCLUSION)
    case = replace(case, kind=event.kind, asks=tuple(a for a in case.asks if a not in settled))
    return corrected(case, event.at, days, practice)


def revoke(case: Case, event: ClerkRevoked, days: WorkingDays, practice: Practice) -> Step:
    """A decision is taken back (APC art. 84, a superior's or a court's ruling): decide anew. An entry made by
    it is undone and its number never used again. So is a closing, unless the filing goes on as another case."""
    if (other := went_to(case)) is not None or case.ground == TAKEN_BACK:
        message = f"{case.number} has nothing to decide: its forms are in {other or 'the case that they came from'}"
        raise NotAllowed(message, "goes_on_elsewhere", other or "")
    # One that was joined to itself, in earlier days, holds every form twice.
    case = replace(case, sheets=tuple(s for n, s in enumerate(case.sheets) if s not in case.sheets[:n]))
    undo: tuple[Effect, ...] = () if case.entry is None else (UndoEntry(case.entry),)
    effects = undo if case.state is State.INCLUDED else ()
    case = replace(
        case,
        state=State.WITH_CLERK,
        asks=(Ask.REVOKED,),
        entry=None if effects else case.entry,
        decided_at=None,
        ground="",
        review_from=event.at,
        overdue=False,
        warned_on=None,
    )
    return Step(case, effects)


def undo(case: Case, event: ClerkUndid, days: WorkingDays, practice: Practice) -> Step:
    """The clerk takes the last act back before its letter has left: nobody was told anything, the case is what it
    was. Letters that the act itself took back do not return: where one was under way, a person goes on.
    """
    before = replace(event.before, version=case.version)
    if event.before.version == 0:  # the act opened this case: there is nothing in it any more
        before = replace(before, state=State.CLOSED, decided_at=event.at, ground=TAKEN_BACK)
        untold = NotTold(LetterKind.CLOSED, "taken back before anybody was told of it")
        return Step(before, (Withdraw(tuple(LetterKind), since=case.version), *_undone_entry(case), untold))
    if case.state in OPEN_STATES and case.rework == before.rework and event.undone not in BROUGHT_BY_AN_ACT:
        # A correction, which sent nothing of its own; what waits says again what it said before.
        effects: list[Effect] = [ComposeAnew((LetterKind.STILL_INCOMPLETE, LetterKind.UNREADABLE))]
    else:
        effects = [Withdraw(tuple(LetterKind), since=case.version)]
    decided = case.state is not before.state
    if decided:
        effects.extend(_undone_entry(case))
    if decided and case.state is State.CARRIED_OUT and case.entry is not None and case.decided_at is not None:
        effects.append(RestoreEntry(case.entry, case.decided_at))
    if event.taken_back:
        return to_clerk(before, Ask.UNDONE, effects=tuple(effects))
    return Step(before, tuple(effects))


def _undone_entry(case: Case) -> tuple[Effect, ...]:
    """What undoing an inclusion does to the register."""
    made = case.state is State.INCLUDED and case.entry is not None
    return (UndoEntry(case.entry),) if made and case.entry is not None else ()


def set_address(case: Case, event: ClerkSetAddress, days: WorkingDays, practice: Practice) -> Step:
    """Letters go to another address from now on, also those that have not left.

    A rework letter that left for the old one asked nobody: whoever has not answered it gets it anew, and three new
    days; where the case is with the clerk, the old letter is no ground of refusal any more.
    """
    is_other = event.address.lower() != case.reply_to.lower()
    case = replace(case, reply_to=event.address)
    if case.state is State.REWORK_SENT and case.rework is not None and case.rework.accepted_at is None:
        return send_rework(case, event.at, days, practice, by_hand=True, said=case.rework.said)
    if is_other and case.rework is not None and case.state in OPEN_STATES and not case.answers:
        if case.state is State.AWAITING_REWORK:
            return send_rework(case, event.at, days, practice, by_hand=True, said=case.rework.said)
        case = replace(case, rework=replace(case.rework, readdressed=True))
    # A reply goes to whoever wrote the mail that it answers.
    stay = (LetterKind.REWORK, LetterKind.REPLY)
    return Step(case, (ComposeAnew(tuple(kind for kind in LetterKind if kind not in stay)),))


def approve(case: Case, event: ClerkApproved, days: WorkingDays, practice: Practice) -> Step:
    """The clerk's yes to a letter that waits, or one of a decision once more that is known not to have arrived:
    composed anew, it leaves at once."""
    last_day = None
    of_now = event.letter in {*case.undelivered, LetterKind.STILL_INCOMPLETE, LetterKind.CLOSED}
    if of_now and not may_be_told(event.letter, case.state):
        message = f"{case.number} is {case.state}: a letter of {event.letter} would tell what no longer stands"
        raise NotAllowed(message, "letter_void")
    match event.letter:
        case kind if kind in case.undelivered:
            case = replace(case, undelivered=tuple(k for k in case.undelivered if k is not kind))
        case LetterKind.UNREADABLE | LetterKind.CLOSED:
            pass
        case LetterKind.STILL_INCOMPLETE if case.rework is not None:
            rework = case.rework
            term = known(lambda: p10_rework_due(rework, days))
            if term is None:
                message = "the day that the letter would tell is not known yet"
                raise NotAllowed(message, "dates_unknown", str(days.last))
            last_day = term.last
        case LetterKind.REPLY:
            message = "a reply is written anew, not approved"
            raise NotAllowed(message, "reply_anew")
        case _:
            message = f"{event.letter}: approved by deciding the case (include, rework, refuse, stop)"
            raise NotAllowed(message, "approved_by_deciding")
    letter = Send(event.letter, event.at, not_after=last_day, last_day=last_day, any_hour=True)
    return Step(case, (Withdraw((event.letter,)), letter))


def close(case: Case, event: ClerkClosed, days: WorkingDays, practice: Practice) -> Step:
    """Not an application, withdrawn, a change or programme that is not carried out, or what came after a refusal
    and does not move it."""
    if event.reason == "not_carried_out":
        if case.kind not in (CaseKind.CHANGE, CaseKind.PROGRAMME, CaseKind.TERMINATION):
            message = "an application is included, refused, or closed as not an application"
            raise NotAllowed(message, "not_carried_out_application")
        state = State.NOT_CARRIED_OUT
    elif event.reason == "refusal_stands":
        if case.ground != GROUND_OF_REFUSAL or case.decided_at is None:
            message = "this case was not refused before: there is no refusal that could stand"
            raise NotAllowed(message, "no_refusal")
        if (obstacle := p11_no_ground(case, days)) is not None:
            raise NotAllowed(obstacle.words, obstacle.code, obstacle.detail)
        case = replace(moved(case, State.REFUSED), overdue=False)
        if event.refusal_left:
            return Step(case, (Withdraw(ASKING), NotTold(LetterKind.REFUSAL, "its letter has left before")))
        # Its letter was taken back when the refusal came into doubt: nobody has been told yet.
        return Step(case, (Withdraw(ASKING), Send(LetterKind.REFUSAL, next_office_moment(event.at, days, practice))))
    else:
        state = State.CLOSED
    case = replace(moved(case, state), decided_at=event.at, ground=event.reason, overdue=False)
    if event.untold_why:
        return Step(case, (Withdraw(ASKING), NotTold(LetterKind.CLOSED, event.untold_why)))
    said = Said() if event.said.remark is None else Said(own_words(event.said.remark))
    leaves = next_office_moment(event.at, days, practice)
    # What came from a program may be no person's: a letter to it waits for a person's yes (rules, section 7).
    letter = Send(LetterKind.CLOSED, leaves, needs_yes=case.automatic, said=said)
    return Step(case, (Withdraw(ASKING), letter))


def stop_by_clerk(case: Case, event: ClerkStopped, days: WorkingDays, practice: Practice) -> Step:
    """§13, carried out by hand: the entry gets the mark, the sender the letter. Only a message that asks to stop
    stops an entry: on any other case it would be a slip that hits somebody's entry."""
    if case.kind is not CaseKind.TERMINATION:
        message = "only a message that asks to stop is carried out as a stop"
        raise NotAllowed(message, "stop_not_asked")
    entry = event.entry or case.entry
    if entry is None:
        message = "it is not known which register entry is meant: name it"
        raise NotAllowed(message, "entry_unknown")
    assert case.received is not None
    on = event.decided_on or case.stop_decided_on or almaty_day(case.received)
    case = replace(moved(case, State.CARRIED_OUT), entry=entry, decided_at=event.at, ground="§13", overdue=False)
    letter = Send(LetterKind.STOP, next_office_moment(event.at, days, practice))
    return Step(case, (Withdraw(ASKING), StopEntry(entry, on), letter))


def _known_field(name: str) -> tuple[FormId, str]:
    form, _, field = name.partition(".")
    for known_form, one in catalogue().forms.items():
        if known_form == form and field in one.by_id:
            return known_form, field
    message = f"{name}: no such field; write form.field, such as volunteer.iin"
    raise NotAllowed(message, "no_field", name)


def _sheet_of(case: Case, form: str, language: str = "") -> Sheet:
    """Return the newest sheet of a form in a language, empty for any; a form that was never sent cannot be filled
    in by the clerk."""
    for sheet in reversed(case.sheets):
        if sheet.form == form and language in ("", sheet.language):
            return sheet
    message = f"no {form} form was filed: nobody but the applicant can fill it in"
    raise NotAllowed(message, "no_form", form)


def _twin(case: Case, sheet: Sheet) -> Sheet | None:
    """Return the copy of the same form in the other language, in which the same value may stand; None where it could
    be a form of somebody or something else: one of several in its mail, or a programme of another mail."""
    other = next((s for s in reversed(case.sheets) if s.form == sheet.form and s.language != sheet.language), None)
    if other is None or (sheet.form in ENCLOSURES and other.mail != sheet.mail):
        return None
    alike = [(s.form, s.language, s.mail) for s in case.sheets]
    lone = all(alike.count((s.form, s.language, s.mail)) == 1 for s in (sheet, other))
    return other if lone else None


def _without_doubt(sheet: Sheet, field: str) -> Sheet:
    """The same value may stand doubtful in the copy in the other language."""
    if field not in sheet.answers:
        return sheet
    return replace(sheet, answers={**sheet.answers, field: replace(sheet.answers[field], doubt=None, flaws=())})
