"""What a letter says: the facts of a case as its template may print them, in one language.

Only what stands here can reach a letter. Answers of the applicant are not among it: a missing field is
named by the label of its form.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from inbox_daemon.letters.enclosed import Enclosed
from inbox_daemon.letters.errors import LetterError
from inbox_daemon.letters.gaps import FormGap, gaps, unread_files
from inbox_daemon.letters.office import Office
from inbox_daemon.order.going_on import JOINED
from inbox_daemon.order.paragraphs import (
    REVIEW_DAYS,
    REWORK_DAYS,
    STOP_DAYS,
    apc64_registered_on,
    p10_last_day_if_sent,
    p10_review_due,
    p10_rework_due,
    p13_carry_out_by,
)
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.steps import review_clock
from inbox_daemon.order.unread import unopened
from inbox_daemon.order.workdays import Deadline, WorkingDays, almaty_day, known
from parsers.catalogue import catalogue
from parsers.readings import FormId, Language
from registry_store.records import Case, CaseKind, Entry, LetterKind, Rework, Said, Send
from registry_store.release.rows import shows_contacts

# Endings of files that hold a private key; the sender is told to revoke it (rules, section 7).
KEY_FILES = (".p12", ".pfx", ".jks", ".key")
REASONS_OF_CLOSING = ("not_application", "withdrawn", "not_carried_out")


@dataclass(frozen=True, slots=True)
class Matter:
    """All that a letter about a case may be made of.

    enclosed: the forms that go with it. day: when the letter is planned to leave, in Asia/Almaty.
    """

    send: Send
    case: Case
    entry: Entry | None
    office: Office
    days: WorkingDays
    practice: Practice
    day: date
    enclosed: tuple[Enclosed, ...] = ()

    @property
    def blanks(self) -> frozenset[FormId]:
        """The forms of which a blank is enclosed."""
        return frozenset(one.form for one in self.enclosed if one.own is None)

    @property
    def own(self) -> tuple[Enclosed, ...]:
        """The applicant's own forms that are given back."""
        return tuple(one for one in self.enclosed if one.own is not None)


def facts_of(matter: Matter, language: Language) -> dict[str, object]:
    """Return what the letter's template may print. Raises LetterError when a needed fact is missing."""
    case = matter.case
    return {
        "office": matter.office.words(language),
        "number": case.number,
        "case_kind": case.kind.value,
        **OF_KIND[matter.send.letter](matter, language),
    }


def review_term(matter: Matter) -> Deadline:
    """Return the term that a receipt names: review (§10), or carrying out a stop (§13)."""
    if matter.case.received is None:
        raise LetterError(f"{matter.case.number}: nothing was received yet")
    if matter.case.kind is CaseKind.TERMINATION:
        return p13_carry_out_by(matter.case.received, matter.days)
    return p10_review_due(review_clock(matter.case), matter.days)


def rework_term(matter: Matter) -> Deadline:
    """Return the three days of §10 as the letter counts them: planned, or running since acceptance."""
    if matter.send.letter is LetterKind.REWORK:
        return p10_last_day_if_sent(matter.day, matter.days)
    term = p10_rework_due(_rework(matter.case), matter.days)
    if term is None:
        raise LetterError(f"{matter.case.number}: no server has accepted the rework letter yet")
    return term


def printed_last_day(matter: Matter) -> date:
    """Return the last day that the letter prints: what the step says, else what the running term says."""
    return matter.send.last_day or rework_term(matter).last


def last_mail_at(case: Case) -> datetime:
    """Return when the mail came that a receipt answers: the last one of the case."""
    if not case.mails:
        raise LetterError(f"{case.number}: there is no mail to answer")
    return case.mails[-1].at


def own_missing(case: Case) -> tuple[str, ...]:
    """Return what the case itself needs; in a case about a programme that is the programme's gaps."""
    if case.verdict is None:
        return ()
    if case.kind is CaseKind.PROGRAMME:
        return case.verdict.missing + case.verdict.programme_missing
    return case.verdict.missing


def asked_for(case: Case) -> tuple[str, ...]:
    """Return all that a letter may ask for: what the case needs, and the gaps of an enclosed programme."""
    programmes = () if case.verdict is None else case.verdict.programme_missing
    return tuple(dict.fromkeys(own_missing(case) + programmes))


def _own_forms(matter: Matter) -> dict[str, object]:
    return {
        "own_forms": len(matter.own),
        "blank_forms": len(matter.blanks),  # a form counts once, in however many languages its blank is there
        "enclosed_files": len(matter.enclosed),
        "own_application": any(one.form == "application" for one in matter.own),
    }


def _programme_gaps(matter: Matter, language: Language) -> tuple[FormGap, ...]:
    verdict = matter.case.verdict
    if verdict is None or matter.case.kind is CaseKind.PROGRAMME:
        return ()
    return gaps(verdict.programme_missing, language, matter.blanks, matter.send.said)


def _receipt(matter: Matter, language: Language) -> dict[str, object]:
    if matter.case.received is None:
        raise LetterError(f"{matter.case.number}: nothing was received yet")
    term, came, files = known(lambda: review_term(matter)), last_mail_at(matter.case), matter.case.files
    registered = known(lambda: apc64_registered_on(came, matter.days, matter.practice))
    return {
        "further": len(matter.case.mails) > 1,
        "received": almaty_day(came),
        "is_registered_known": registered is not None,  # beyond the calendar no day is told: it would be a guess
        "registered": registered or almaty_day(came),
        "is_due_known": term is not None,
        "due": matter.day if term is None else term.last,
        "due_is_past": term is not None and term.last < matter.day,  # an overdue case: no promise of a day that is gone
        "term_days": STOP_DAYS if matter.case.kind is CaseKind.TERMINATION else REVIEW_DAYS,
        "unconfirmed": term is not None and term.unconfirmed,
        "files": [{"name": file.name, "sha256": "" if file.key else file.sha256} for file in files],
        "key_files": [file.name for file in files if file.key or file.name.lower().endswith(KEY_FILES)],
    }


def _rework_letter(matter: Matter, language: Language) -> dict[str, object]:
    case = matter.case
    missing = own_missing(case)
    if not missing and not unopened(case.unreadable):
        raise LetterError(f"{case.number}: a rework letter needs something that is missing")
    if matter.send.last_day is None:
        raise LetterError(f"{case.number}: a rework letter needs its last day")
    term = rework_term(matter)
    return {
        "last_day": matter.send.last_day,
        "term_days": len(term.counted),
        "unconfirmed": term.unconfirmed,
        "gaps": gaps(missing, language, matter.blanks, matter.send.said),
        "remark": _remark(matter.send.said, language),
        "remark_in_other_language": bool(matter.send.said.remark) and not lines_said(matter.send.said, language),
        "unreadable": unread_files(unopened(case.unreadable), language),
        "programme_gaps": _programme_gaps(matter, language),
        **_own_forms(matter),
    }


def _remark(said: Said, language: Language) -> tuple[str, ...]:
    """The clerk's remark; what was written in one language only stands as written in both."""
    return () if said.remark is None else tuple(said.remark.in_language(language).splitlines())


def _still_incomplete(matter: Matter, language: Language) -> dict[str, object]:
    last_day = printed_last_day(matter)
    return {
        "last_day": last_day,
        "gaps": gaps(own_missing(matter.case), language, matter.blanks),
        "unreadable": unread_files(unopened(matter.case.unreadable), language),
        "programme_gaps": _programme_gaps(matter, language),
        **_own_forms(matter),
    }


def _inclusion(matter: Matter, language: Language) -> dict[str, object]:
    entry = matter.entry
    if entry is None:
        raise LetterError(f"{matter.case.number}: an inclusion is told with its register entry")
    return {
        "entry_number": entry.number,
        "included": entry.included_on,
        "contacts_held": not shows_contacts(entry, matter.day),
        "programme_gaps": _programme_gaps(matter, language),
    }


def _refusal(matter: Matter, language: Language) -> dict[str, object]:
    term = rework_term(matter)
    return {
        "rework_sent": term.after,
        "last_day": term.last,
        "gaps": gaps(own_missing(matter.case), language),
    }


def _change(matter: Matter, language: Language) -> dict[str, object]:
    decided = matter.case.decided_at
    return {
        "entry_number": _entry_number(matter),
        "decided": matter.day if decided is None else almaty_day(decided),
        "programme_gaps": _programme_gaps(matter, language),
    }


def _stop(matter: Matter, language: Language) -> dict[str, object]:
    if matter.entry is None or matter.entry.stop is None:
        raise LetterError(f"{matter.case.number}: a stop is told with the entry that bears its mark")
    return {"entry_number": matter.entry.number, "stopped": matter.entry.stop.on}


def _unreadable(matter: Matter, language: Language) -> dict[str, object]:
    if not (files := unopened(matter.case.unreadable)):
        raise LetterError(f"{matter.case.number}: no file is known to be unreadable")
    return {"unreadable": unread_files(files, language)}


def _how_to_apply(matter: Matter, language: Language) -> dict[str, object]:
    return how_to_apply(language)


def how_to_apply(language: Language) -> dict[str, object]:
    """Return what the answer to a question says beside the office: the forms' titles and the two terms."""
    return {
        "titles": {form.id: form.title.printed(language) for form in catalogue().forms.values()},
        "review_days": REVIEW_DAYS,
        "rework_days": REWORK_DAYS,
    }


def _reply(matter: Matter, language: Language) -> dict[str, object]:
    if matter.send.said.remark is None:
        raise LetterError(f"{matter.case.number}: a reply needs the clerk's words")
    return {"words": lines_said(matter.send.said, language)}


def _closed(matter: Matter, language: Language) -> dict[str, object]:
    case = matter.case
    joined = case.ground.startswith(JOINED)
    if not joined and case.ground not in REASONS_OF_CLOSING:
        raise LetterError(f"{case.number}: it does not say why it was closed")
    unfinished = case.ground == "not_carried_out" and case.verdict is not None
    return {
        "reason": "joined" if joined else case.ground,
        "other": case.ground.removeprefix(JOINED) if joined else "",
        "gaps": gaps(own_missing(case), language) if unfinished else (),
        "remark": _remark(matter.send.said, language),
    }


def lines_said(said: Said, language: Language) -> tuple[str, ...]:
    """Return the lines of a clerk's own words in this language alone; none where nothing is said in it."""
    text = None if said.remark is None else said.remark.kk if language == "kk" else said.remark.ru
    return tuple((text or "").splitlines())


def _entry_number(matter: Matter) -> int:
    number = matter.case.entry if matter.entry is None else matter.entry.number
    if number is None:
        raise LetterError(f"{matter.case.number}: it is not known which register entry is meant")
    return number


def _rework(case: Case) -> Rework:
    if case.rework is None:
        raise LetterError(f"{case.number}: no rework letter was sent")
    return case.rework


OF_KIND: Mapping[LetterKind, Callable[[Matter, Language], dict[str, object]]] = {
    LetterKind.RECEIPT: _receipt,
    LetterKind.REWORK: _rework_letter,
    LetterKind.STILL_INCOMPLETE: _still_incomplete,
    LetterKind.INCLUSION: _inclusion,
    LetterKind.REFUSAL: _refusal,
    LetterKind.CHANGE: _change,
    LetterKind.STOP: _stop,
    LetterKind.UNREADABLE: _unreadable,
    LetterKind.HOW_TO_APPLY: _how_to_apply,
    LetterKind.REPLY: _reply,
    LetterKind.CLOSED: _closed,
}
