"""Why this letter and these dates: an account in English that is kept with every letter."""

from __future__ import annotations

from datetime import date

from inbox_daemon.letters.facts import Matter, last_mail_at, review_term, rework_term
from inbox_daemon.order.paragraphs import apc64_registered_on
from inbox_daemon.order.workdays import Deadline, almaty
from registry_store.records import LetterKind

WHY = {
    LetterKind.RECEIPT: "A mail with forms is acknowledged at once (rules, section 7).",
    LetterKind.REWORK: "The filing is incomplete and goes back for rework (§10; APC art. 73).",
    LetterKind.STILL_INCOMPLETE: "An answer came in time and something is still missing; the last day stays (§10).",
    LetterKind.INCLUSION: "The filing is complete and was entered into the register (§12).",
    LetterKind.REFUSAL: "Nothing was submitted within the term of §10, so registration is refused (§11, §12).",
    LetterKind.CHANGE: "A change, programme or action was entered into the register (§5, §7).",
    LetterKind.STOP: "A message asked to stop; the register bears the mark (§13).",
    LetterKind.UNREADABLE: "A file could not be opened. This letter starts no term (rules, section 7).",
    LetterKind.HOW_TO_APPLY: "A question is answered once with the blank forms (rules, section 4).",
}


def explain(matter: Matter) -> str:
    """Return the reason, the dates that the letter prints, and how each was counted."""
    kind, case, days = matter.send.letter, matter.case, matter.days
    lines = [f"{case.number} {kind.value}: {WHY[kind]}"]
    match kind:
        case LetterKind.RECEIPT:
            came = last_mail_at(case)
            registered = apc64_registered_on(came, days, matter.practice)
            lines.append(
                f"Received {almaty(came):%Y-%m-%d %H:%M:%S} (Asia/Almaty), registered {registered} (APC art. 64)."
            )
            lines.append(f"Last day: {counted(review_term(matter), days.version)}")
        case LetterKind.REWORK | LetterKind.STILL_INCOMPLETE | LetterKind.REFUSAL:
            if matter.send.last_day is not None:
                lines.append(f"Last day printed: {named(matter.send.last_day)}.")
            lines.append(f"Term: {counted(rework_term(matter), days.version)}")
            if case.verdict is not None and case.verdict.missing:
                lines.append(f"Missing: {', '.join(case.verdict.missing)}.")
        case LetterKind.INCLUSION | LetterKind.CHANGE | LetterKind.STOP:
            number = case.entry if matter.entry is None else matter.entry.number
            lines.append(f"Register entry {number}. Last day for it: {counted(review_term(matter), days.version)}")
        case LetterKind.UNREADABLE | LetterKind.HOW_TO_APPLY:
            pass
    if case.verdict is not None and case.verdict.programme_missing and kind is not LetterKind.REFUSAL:
        lines.append(f"Asked for beside, at no cost: {', '.join(case.verdict.programme_missing)}.")
    return "\n".join(lines)


def counted(term: Deadline, version: str) -> str:
    """Return a term day by day: what was counted, what was skipped and why, by which calendar."""
    parts = [f"{named(term.last)} ({term.ground}), day zero {named(term.after)}"]
    parts.append("counted " + ", ".join(named(day) for day in term.counted))
    if term.skipped:
        parts.append("skipped " + ", ".join(f"{named(day)} ({why.en})" for day, why in term.skipped))
    parts.append(f"calendar {version}" + (", not confirmed for this year" if term.unconfirmed else ""))
    return "; ".join(parts) + "."


def named(day: date) -> str:
    """Return the day with its weekday in three letters; English whatever the machine's locale."""
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[day.weekday()]} {day.isoformat()}"
