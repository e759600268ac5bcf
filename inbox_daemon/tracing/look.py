"""What the last look through the mailbox says of one case: which mails may be its applicant's answer (§11)."""

from __future__ import annotations

from datetime import datetime

from inbox_daemon.order.asks import Ask
from inbox_daemon.tracing.person import Person, another_matter, person_of, somebody_else
from registry_store.records import Case, Look, MailId, MailKeys, OutcomeKind
from registry_store.store import Store

CLOCK_TOLD = "clock told"  # a note: the task that says that our clock is in doubt
UNTRACED = "mails without traces"  # a note: the copy up to which mails of an older version are still to be read again
# Tasks that a rework letter has answered: it is the decision on the review that they warn about.
ANSWERED_BY_LETTER = frozenset({Ask.DEEMED_REFUSAL})
ARRIVED = ("delivered", "relayed", "expanded")  # reports that a letter was not stopped


def look_for(case: Case, store: Store) -> Look | None:
    """Return the last complete look as it concerns a case (§11), None when there is none, when a mail that it saw has
    no final outcome yet, or while mails of an older version are still to be read again.

    Every mail that the look saw counts, not only those stamped before the term's end: the stricter side.
    """
    record = store.last_complete_look()
    if record is None or store.note(UNTRACED):
        return None
    unread = store.unread(record.began)
    if any(copy.outcome is None for mail in unread for copy in store.arrivals_of(mail)):
        return None
    open_tasks = (task.code for task in store.tasks(case=case.number))
    tasks = tuple(dict.fromkeys(code for code in open_tasks if code not in ANSWERED_BY_LETTER))
    doubts = dict.fromkeys((*unread, *_may_be_theirs(case, store, record.began)))
    return Look(record.began, record.complete, tuple(doubts), tasks, clock_doubted(store))


def clock_doubted(store: Store) -> bool:
    """Whether our clock ran away from the mail servers' and no person has said that it is right all the same."""
    told = store.note(CLOCK_TOLD)
    return bool(told) and store.task(int(told or 0)).done_at is None


def _may_be_theirs(case: Case, store: Store, before: datetime) -> list[MailId]:
    """Return the mails since the rework letter left, and those that wait for a person, which may come from the
    applicant and of which neither the case knows nor a clerk has said that they are nothing."""
    if case.rework is None:
        return []
    person = person_of(case, store)
    found = store.mails_with_traces(letter_left(case, store), before, person.traces(), person.stems())
    known = {mail.mail for mail in case.mails} | _settled_by_clerk(case, store)
    asked = [mail for mail in found if mail not in known]
    keys = store.keys_of_mails(asked)
    return [mail for mail in asked if _is_doubt(mail, found[mail], keys[mail], case, person, store)]


def _is_doubt(
    mail: MailId, traces: frozenset[tuple[str, str]], keys: MailKeys, case: Case, person: Person, store: Store
) -> bool:
    if keys.report in ARRIVED:
        return False
    if all(kind == "name" for kind, _ in traces) and not person.is_named_by(keys):
        return False
    copies = [copy for copy in store.arrivals_of(mail) if copy.outcome is not None]
    ends = [copy for copy in copies if copy.outcome is not None and copy.outcome.kind is not OutcomeKind.DUPLICATE]
    if not ends or all(copy.cleared_at is not None for copy in ends):
        return False
    cases = {number for copy in ends if copy.outcome is not None for number in copy.outcome.cases}
    if case.number in cases:
        return False
    brought = [sheet for number in sorted(cases) for sheet in store.case(number).sheets if sheet.mail == mail]
    if any(kind in ("token", "reference") and person.is_plain((kind, value)) for kind, value in traces):
        return True
    if another_matter(case.sheets, brought):
        return False
    return any(map(person.is_plain, traces)) or not somebody_else(case.sheets, brought)


def letter_left(case: Case, store: Store) -> datetime:
    """Return the moment from which a mail may answer the rework letter: it cannot have left before it was written."""
    assert case.rework is not None
    letter = store.letter_by_message_id(case.rework.message_id)
    moments = [case.rework.accepted_at, None if letter is None else letter.created_at, case.received]
    known = [moment for moment in moments[:2] if moment is not None] or [m for m in moments if m is not None]
    return min(known)


def _settled_by_clerk(case: Case, store: Store) -> set[MailId]:
    """Return the mails of which a clerk has said that they hold nothing in this case: tasks about them that are done
    (a task that is about no mail names something else)."""
    tasks = store.tasks(open_only=False, case=case.number)
    return {task.detail for task in tasks if task.done_at is not None}
