"""Sample letters: made-up cases, one or more for each kind. The command line shows them, docs/letters draws
them, the tests read them. The words of the made-up people stand in samples.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any

from inbox_daemon.letters.compose import compose
from inbox_daemon.letters.filling import in_plain_words
from inbox_daemon.letters.office import Office
from inbox_daemon.order.completeness import check
from inbox_daemon.order.going_on import JOINED
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import ALMATY, WorkingDays, almaty_day
from registry_store.records import (
    NOTHING_SAID,
    Answer,
    Case,
    CaseKind,
    CaseMail,
    Category,
    Contacts,
    Entry,
    EntryFacts,
    Explained,
    FileSeen,
    Judgement,
    LetterKind,
    Look,
    NewLetter,
    Resubmission,
    Rework,
    Said,
    Send,
    Sheet,
    State,
    Stop,
    Text,
    Verdict,
)

NUMBER = "VR-2026-000417"
ADDRESS = "saule@post.example"
FIRST_MAIL, SECOND_MAIL = "01" * 32, "02" * 32
ENTRY_NUMBER = 15


@dataclass(frozen=True, slots=True)
class Sample:
    """One letter: the case that it is about, and when it is planned to leave."""

    kind: LetterKind
    case: Case
    leaves: datetime
    entry: Entry | None = None
    last_day: date | None = None
    look: Look | None = None
    said: Said = NOTHING_SAID


@cache
def table() -> Mapping[str, Any]:
    """Return samples.toml, read once."""
    return tomllib.loads((files("inbox_daemon.letters") / "samples.toml").read_text(encoding="utf-8"))


@cache
def sample_office() -> Office:
    """Return the office that signs sample letters."""
    words = table()["office"]
    named = {name: Text(**words[name]) for name in ("ministry", "officer", "contacts", "appeal")}
    return Office(mailbox=words["mailbox"], register_page=words["register_page"], **named)


def compose_sample(
    sample: Sample, *, days: WorkingDays, practice: Practice | None = None, office: Office | None = None
) -> NewLetter:
    """Return a sample as a finished letter, from the made-up office unless another is given."""
    at_once = sample.kind is LetterKind.RECEIPT
    return compose(
        Send(
            sample.kind,
            sample.leaves,
            last_day=sample.last_day,
            any_hour=at_once,
            look=sample.look,
            said=sample.said,
            mail=sample.case.mails[-1].mail,
        ),
        sample.case,
        office=office or sample_office(),
        days=days,
        practice=practice or Practice(),
        now=sample.leaves,
        n=1,
        entry=sample.entry,
    )


def at(text: str) -> datetime:
    """Return a moment of Asia/Almaty."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)


def mail(moment: str, mail_id: str = FIRST_MAIL, *, forms: bool = True) -> CaseMail:
    """Return a mail of the made-up applicant."""
    return CaseMail(mail_id, at(moment), f"<letter-{mail_id[:2]}@post.example>", ADDRESS, forms)


def sheet(form: str, language: str, *, without: tuple[str, ...] = (), mail_id: str = FIRST_MAIL) -> Sheet:
    """Return a form as the made-up applicant filled it in, some fields left out."""
    given = table()["answers"][language][form]
    written = table()["written"].get(language, {}).get(form, {})
    answers = {
        name: Answer(value, written.get(name, in_plain_words(value)))
        for name, value in given.items()
        if name not in without
    }
    return Sheet(form, language, f"{form}.docx", mail_id, answers)


def judged(case: Case, *, languages: str = "either") -> Case:
    """Return the case with the verdict on its forms."""
    assert case.received is not None
    verdict = check(
        case.sheets,
        category=Category(case.kind.value),
        unreadable=case.unreadable,
        on=almaty_day(case.received),
        languages=languages,
    )
    return replace(case, verdict=verdict)


@cache
def samples() -> Mapping[str, Sample]:
    """Return all samples by name; the first of each kind is the plainest."""
    return {**_receipts(), **_reworks(), **_decisions(), **_others()}


def received(moment: str = "2026-10-23T10:00") -> Case:
    """Return a complete application that has just come, the questionnaire and the application in Kazakh."""
    named = table()["files"]
    return Case(
        number=NUMBER,
        kind=CaseKind.APPLICATION,
        version=1,
        received=at(moment),
        mails=(mail(moment),),
        files=(FileSeen(named["application"], "ab" * 32), FileSeen(named["questionnaire"], "cd" * 32)),
        sheets=(sheet("application", "kk"), sheet("volunteer", "kk")),
        reply_to=ADDRESS,
    )


def incomplete(*sheets: Sheet, kind: CaseKind = CaseKind.APPLICATION, languages: str = "either") -> Case:
    """Return a case of these forms that was found incomplete."""
    case = replace(received(), kind=kind, version=2, state=State.INCOMPLETE, sheets=sheets)
    return judged(case, languages=languages)


def with_gaps() -> Case:
    """Return an application in which several fields are missing."""
    return incomplete(
        sheet("application", "kk", without=("signature",)),
        sheet("volunteer", "kk", without=("birth_year", "iin", "activity_other")),
    )


def awaiting() -> Case:
    """Return a case whose three days run."""
    rework = Rework(
        f"<{NUMBER.lower()}.2.1@ministry.example>", date(2026, 11, 2), accepted_at=at("2026-10-28T09:00:05")
    )
    return replace(with_gaps(), version=3, state=State.AWAITING_REWORK, rework=rework)


def answered() -> Case:
    """Return a case whose answer came in time and is still incomplete: the application was signed, the
    questionnaire not completed."""
    moment = at("2026-10-30T16:00")
    case = awaiting()
    return judged(
        replace(
            case,
            version=4,
            mails=(*case.mails, mail("2026-10-30T16:00", SECOND_MAIL)),
            sheets=(*case.sheets, sheet("application", "kk", mail_id=SECOND_MAIL)),
            answers=(Resubmission(moment, SECOND_MAIL, Judgement.INCOMPLETE, in_time=True),),
            review_from=moment,
        )
    )


def included() -> Case:
    """Return an application that is in the register."""
    return replace(judged(received()), state=State.INCLUDED, version=2, decided_at=at("2026-10-27T11:00"))


def stopping() -> Case:
    """Return a message that asked to stop, carried out."""
    return Case(
        number=NUMBER,
        kind=CaseKind.TERMINATION,
        state=State.CARRIED_OUT,
        version=1,
        received=at("2026-10-23T10:00"),
        mails=(mail("2026-10-23T10:00", forms=False),),
        reply_to=ADDRESS,
        entry=ENTRY_NUMBER,
        stop_decided_on=date(2026, 10, 20),
        decided_at=at("2026-10-23T10:01"),
    )


def entry() -> Entry:
    """Return the register entry of the made-up applicant."""
    given = table()["answers"]["kk"]["volunteer"]
    facts = EntryFacts("volunteer", given["iin"], Text(given["full_name"], None), Contacts(), None)
    return Entry(ENTRY_NUMBER, 1, NUMBER, date(2026, 10, 27), facts)


def words_of(name: str) -> Text:
    """Return what a made-up clerk writes."""
    return Text(**table()["said"][name])


# ------------------------------------------------------------ the samples


def _receipts() -> dict[str, Sample]:
    kind, soon = LetterKind.RECEIPT, at("2026-10-23T10:01")
    key = FileSeen(table()["files"]["key"], "ef" * 32)
    return {
        "receipt": Sample(kind, received(), soon),
        "receipt-on-saturday": Sample(kind, received("2026-10-24T12:00"), at("2026-10-24T12:01")),
        "receipt-of-more": Sample(kind, answered(), at("2026-10-30T16:01")),
        "receipt-overdue": Sample(kind, replace(received(), overdue=True), at("2026-11-20T10:00")),
        "receipt-change": Sample(kind, replace(received(), kind=CaseKind.CHANGE), soon),
        "receipt-programme": Sample(kind, replace(received(), kind=CaseKind.PROGRAMME), soon),
        "receipt-stop": Sample(kind, stopping(), soon),
        "receipt-with-key": Sample(kind, replace(received(), files=(*received().files, key)), soon),
        "receipt-unconfirmed": Sample(kind, received("2027-03-01T10:00"), at("2027-03-01T10:01")),
    }


def _reworks() -> dict[str, Sample]:
    named = table()["files"]
    cases = {
        "rework": with_gaps(),
        "rework-one": incomplete(sheet("application", "kk"), sheet("volunteer", "kk", without=("contacts",))),
        "rework-form": incomplete(
            sheet("volunteer", "kk", without=("iin",)), sheet("programme", "ru", without=("goal", "methods"))
        ),
        "rework-two-languages": incomplete(
            *(sheet("application", language, without=("filled_date",)) for language in ("kk", "ru")),
            *(sheet("volunteer", language, without=("iin", "residence")) for language in ("kk", "ru")),
        ),
        "rework-language": incomplete(
            sheet("application", "kk"),
            sheet("application", "ru"),
            sheet("volunteer", "kk", without=("volunteer_role",)),
            languages="both",
        ),
        "rework-unreadable": judged(replace(with_gaps(), unreadable=(f"{named['encrypted']}: encrypted",))),
        "rework-change": incomplete(sheet("volunteer", "kk", without=("contacts",)), kind=CaseKind.CHANGE),
        "rework-programme": incomplete(sheet("programme", "ru", without=("objectives",)), kind=CaseKind.PROGRAMME),
    }
    leaves, last_day = at("2026-10-28T09:00"), date(2026, 11, 2)
    found = {name: Sample(LetterKind.REWORK, case, leaves, last_day=last_day) for name, case in cases.items()}
    said = Said(words_of("remark"), (Explained("volunteer.iin", words_of("about_iin")),))
    found["rework-explained"] = replace(found["rework"], said=said)
    kind = LetterKind.STILL_INCOMPLETE
    return {**found, "still-incomplete": Sample(kind, answered(), at("2026-10-30T16:05"), last_day=last_day)}


def closed(ground: str) -> Case:
    """A case that ended without a decision of §12."""
    return replace(received(), version=3, state=State.CLOSED, decided_at=at("2026-10-27T11:00"), ground=ground)


def _decisions() -> dict[str, Sample]:
    decided, case = at("2026-10-27T11:00"), included()
    waits = replace(case, sheets=(*case.sheets, sheet("programme", "ru", without=("goal",))))
    changed = replace(case, kind=CaseKind.CHANGE, state=State.CARRIED_OUT, entry=ENTRY_NUMBER)
    stopped = replace(entry(), version=2, stop=Stop(date(2026, 10, 20), NUMBER))
    refused = replace(awaiting(), version=4, state=State.REFUSED, decided_at=at("2026-11-03T09:00"), ground="§11")
    look = Look(at("2026-11-03T08:59"), complete=True)
    unfinished = replace(closed("not_carried_out"), kind=CaseKind.CHANGE, verdict=awaiting().verdict)
    return {
        "inclusion": Sample(LetterKind.INCLUSION, case, decided, entry()),
        "inclusion-programme-waits": Sample(LetterKind.INCLUSION, judged(waits), decided, entry()),
        "refusal": Sample(LetterKind.REFUSAL, refused, at("2026-11-03T09:00"), look=look),
        "change": Sample(LetterKind.CHANGE, changed, decided, entry()),
        "change-programme": Sample(LetterKind.CHANGE, replace(changed, kind=CaseKind.PROGRAMME), decided, entry()),
        "stop": Sample(LetterKind.STOP, stopping(), at("2026-10-23T10:05"), stopped),
        "closed": Sample(LetterKind.CLOSED, closed("not_application"), decided),
        "closed-joined": Sample(LetterKind.CLOSED, closed(f"{JOINED}VR-2026-000416"), decided),
        "closed-change": Sample(LetterKind.CLOSED, unfinished, decided),
    }


def _others() -> dict[str, Sample]:
    soon, named = at("2026-10-23T10:05"), table()["files"]
    one = (f"{named['damaged']}: damaged",)
    two = (*one, f"{named['encrypted']}: encrypted")
    unread = replace(received(), sheets=(), verdict=Verdict(Judgement.NEEDS_CLERK, None))
    return {
        "unreadable": Sample(LetterKind.UNREADABLE, replace(unread, unreadable=one), soon),
        "unreadable-two": Sample(LetterKind.UNREADABLE, replace(unread, unreadable=two), soon),
        "how-to-apply": Sample(LetterKind.HOW_TO_APPLY, received(), soon),
        "reply": Sample(LetterKind.REPLY, received(), soon, said=Said(words_of("reply"))),
    }
