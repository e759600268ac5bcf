"""Due days become events. Work lives in the database; this only asks what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from inbox_daemon.casework import Casework
from inbox_daemon.errors import InboxError
from inbox_daemon.logs import where
from inbox_daemon.order.asks import Ask
from inbox_daemon.order.clock_held import clock_is_sure
from inbox_daemon.order.paragraphs import p11_refused_too_early
from inbox_daemon.order.terms import due_day, due_event
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.tracing.look import CLOCK_TOLD, clock_doubted, look_for
from registry_store.records import OPEN_STATES, CalendarChanged, Case, CaseNumber, State
from registry_store.store import Store

log = logging.getLogger(__name__)

CALENDAR = "calendar"
CLOCK_SURE = "clock sure"  # a note: when our clock was sure
LAST_MAILS = 50
DECEMBER = 12


class ClockFailed(InboxError):
    """What the clock says of these cases could not be carried; all other cases were served."""

    def __init__(self, numbers: list[CaseNumber]) -> None:
        super().__init__(f"the clock could not be carried for {', '.join(numbers)}: see the log and the clerk's tasks")
        self.numbers = tuple(numbers)


@dataclass(frozen=True, slots=True)
class Timers:
    """Asks each case that the clock may concern, and carries what is due. clock_tolerance: by how much our clock may
    go on unwatched before it is held against the mail servers'; None: it is believed."""

    store: Store
    casework: Casework
    clock_tolerance: timedelta | None = None

    def tick(self, now: datetime) -> int:
        """Carry every event that is due at `now`; return how many. One bad case never stops the others.

        Raises ClockFailed at the end when a case failed; the clerk has a task for each.
        """
        self._hold_clock(now)
        failed = []
        carried = 0
        for number in self.store.cases_to_wake(now):
            try:
                carried += self._wake(number, now)
            except Exception as error:
                log.error("%s: the clock failed: %s", number, where(error))
                failed.append(number)
                self._tell_clerk(number, now)
        if failed:
            raise ClockFailed(failed)
        return carried

    def _hold_clock(self, now: datetime) -> None:
        """Hold our clock against the stamps of the mail servers. While it is in doubt an open task says so, and nobody
        is refused; a later mail, or a person who has seen to the task, makes it sure again."""
        if self.clock_tolerance is None:
            return
        noted, told = self.store.note(CLOCK_SURE), self.store.note(CLOCK_TOLD)
        sure_at = None if noted is None else datetime.fromisoformat(noted)
        seen_to = bool(told) and not clock_doubted(self.store)
        stamps = (arrival.received_at for arrival in self.store.arrivals(limit=LAST_MAILS))
        if seen_to or clock_is_sure(now, sure_at, stamps, self.clock_tolerance):
            if not told and sure_at is not None and abs(now - sure_at) < self.clock_tolerance / 4:
                return  # nothing new that would be worth a transaction
            with self.store.writing() as writing:
                writing.put_note(CLOCK_SURE, now.isoformat())
                writing.put_note(CLOCK_TOLD, "")
                if told:
                    writing.task_done(int(told), now)
        elif not told:
            log.error("the clock leapt, or the daemon slept: nobody is refused until a mail server's stamp agrees")
            with self.store.writing() as writing:
                writing.put_note(CLOCK_TOLD, str(writing.add_task(None, Ask.CLOCK_LEAP, noted or "", now)))

    def _tell_clerk(self, number: CaseNumber, now: datetime) -> None:
        """One open task a case, however often the clock fails for it."""
        with self.store.writing() as writing:
            open_tasks = {(task.case, task.code) for task in writing.tasks()}
            if (number, Ask.CLOCK_FAILED) not in open_tasks:
                writing.add_task(number, Ask.CLOCK_FAILED, "", now)

    def check_calendar(self, now: datetime) -> int:
        """Count every open due day anew when another calendar is in force; return how many cases were told.

        From 1 December on, the clerk is told once when next year's working days are not confirmed.
        """
        days = self.casework.days
        told = 0
        if self.store.note(CALENDAR) != days.version:
            refused = (case for case in self.store.cases(states=(State.REFUSED,)) if p11_refused_too_early(case, days))
            concerned = (*self.store.cases(states=OPEN_STATES), *refused)
            told = sum(self._tell_calendar(case, now) for case in concerned)
            if told == len(concerned):
                with self.store.writing() as writing:
                    writing.put_note(CALENDAR, days.version)
        today = almaty_day(now)
        alarm = f"{CALENDAR} {today.year + 1}"
        missing = today.year + 1 > days.last.year or today.year + 1 in days.unconfirmed
        if today.month == DECEMBER and missing and self.store.note(alarm) is None:
            with self.store.writing() as writing:
                writing.add_task(None, Ask.CALENDAR_MISSING, str(today.year + 1), now)
                writing.put_note(alarm, today.isoformat())
        self._warn_of_the_end(now)
        return told

    def _warn_of_the_end(self, now: datetime) -> None:
        """Once for each end of the table: a task, and a line in the log. The task is done by adding the year."""
        last = self.casework.days.last
        warned = f"{CALENDAR} ends {last}"
        open_tasks = [task for task in self.store.tasks() if task.code == Ask.CALENDAR_ENDS]
        is_near = self.casework.days.ends_soon(almaty_day(now))
        over = [task for task in open_tasks if not is_near or task.detail != last.isoformat()]
        if over or (is_near and self.store.note(warned) is None):
            with self.store.writing() as writing:
                for task in over:
                    writing.task_done(task.id, now)
                if is_near and writing.note(warned) is None:
                    writing.add_task(None, Ask.CALENDAR_ENDS, last.isoformat(), now)
                    writing.put_note(warned, almaty_day(now).isoformat())
                    log.error("the calendar ends on %s: no term beyond it can be counted; add the year", last)

    def _tell_calendar(self, case: Case, now: datetime) -> bool:
        days = self.casework.days
        try:
            event = CalendarChanged(now, days.version, self.store.due_of(case.number), due_day(case, days))
            self.casework.carry(event, case.number, now=now)
        except Exception as error:
            log.error("%s: the new calendar could not be told: %s", case.number, where(error))
            return False
        return True

    def _wake(self, number: CaseNumber, now: datetime) -> bool:
        case = self.store.case(number)
        look = look_for(case, self.store) if case.state is State.AWAITING_REWORK else None
        event = due_event(case, now, look, self.casework.days, self.casework.practice)
        if event is None:
            return False
        self.casework.carry(event, number, now=now)
        return True
