"""Who mails what when, and a clock that leaps from one moment that matters to the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from hashlib import sha256

from inbox_daemon.daemon import Daemon, Round
from inbox_daemon.demo.mails import Exchanger, write_bounce, write_mail
from inbox_daemon.demo.people import Person, Sample
from inbox_daemon.demo.servers import Delivery, Letter, SmtpServer
from inbox_daemon.errors import InboxError, NotAllowed, NotForeseen
from inbox_daemon.order.workdays import ALMATY, DAY, Ground, WorkingDays
from registry_store.records import ClerkIncluded, ClerkSetField, LetterKind, MailId

LOOKS_AFTER = timedelta(minutes=1)  # from the arrival of a mail to the daemon's next look
CLERK = "clerk@ministry.example"


@dataclass(frozen=True, slots=True)
class Mails:
    """A mail arrives. at: in Asia/Almaty."""

    at: str
    person: str
    mail: str


@dataclass(frozen=True, slots=True)
class ClerkSets:
    """The clerk puts a value right."""

    at: str
    person: str
    field: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class ClerkSaysYes:
    """The clerk includes an applicant."""

    at: str
    person: str
    why: str


Scene = Mails | ClerkSets | ClerkSaysYes

STORY: tuple[Scene, ...] = (
    Mails("2026-10-12 10:14", "sarsenova", "application"),
    Mails("2026-10-12 11:40", "nurlan", "question"),
    Mails("2026-10-12 14:05", "zhumabekov", "application"),
    Mails("2026-10-12 19:20", "vasilenko", "application"),  # after office hours
    Mails("2026-10-13 09:12", "vasilenko", "bounce"),
    Mails("2026-10-13 09:45", "sarsenova", "copy"),
    Mails("2026-10-13 11:20", "zhyly_zhurek", "application"),
    Mails("2026-10-13 15:02", "zhasyl_dala", "application"),
    Mails("2026-10-14 15:40", "kim", "application"),
    Mails("2026-10-15 20:10", "aliev", "application"),
    ClerkSets("2026-10-16 10:30", "kim", "volunteer.iin", "910225600181", "read out on the telephone"),
    ClerkSaysYes("2026-10-16 10:32", "kim", "complete"),
    Mails("2026-10-16 17:05", "ospanov", "application"),
    Mails("2026-10-19 09:02", "zhyly_zhurek", "absent"),
    Mails("2026-10-19 12:00", "aliev", "again"),
    Mails("2026-10-20 16:45", "zhyly_zhurek", "answer"),
    Mails("2026-10-21 18:50", "zhyly_zhurek", "answer_again"),  # after office hours, in time all the same
    Mails("2026-10-22 12:30", "sarsenova", "change"),
    Mails("2026-10-24 03:12", "shop", "offer"),  # on a Saturday
    Mails("2026-10-27 10:05", "zhumabekov", "stop"),
)
LAST_DAY = date(2026, 10, 30)


class StoryBroken(InboxError):
    """The story cannot go on: something that should have happened has not."""


class Clock:
    """The one time of the demo; it only goes forward."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def __call__(self) -> datetime:
        return self._now

    def leap(self, to: datetime) -> None:
        """Go to a moment. Raises ValueError for one that is over."""
        if to < self._now:
            message = f"{to} is before {self._now}"
            raise ValueError(message)
        self._now = to


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail as it was delivered. at: its INTERNALDATE."""

    sample: Sample
    at: datetime
    raw: bytes

    @property
    def mail(self) -> MailId:
        return sha256(self.raw).hexdigest()


@dataclass(frozen=True, slots=True)
class Worked:
    """A round of the daemon, and the scene that led to it, None for the morning's look."""

    scene: Scene | None
    round: Round


@dataclass(frozen=True, slots=True)
class DaysOff:
    """Days over which the clock leapt, and why nobody worked on them."""

    days: tuple[tuple[date, Ground], ...]


def moment(words: str) -> datetime:
    """Return a moment of the story as an aware datetime."""
    return datetime.fromisoformat(words).replace(tzinfo=ALMATY)


@dataclass(frozen=True, slots=True)
class Director:
    """Puts mails into the mailbox and lets the daemon work. sent: what was delivered, in order."""

    people: Mapping[str, Person]
    daemon: Daemon
    clock: Clock
    delivery: Delivery
    letters: SmtpServer
    exchanger: Exchanger
    days: WorkingDays
    opens: time
    sent: list[Sent] = field(default_factory=list)

    def play(self, story: Sequence[Scene], last_day: date) -> Iterator[Worked | DaysOff]:
        """Play the story: a look each morning of a working day, and one after whatever happens."""
        day = self.clock().astimezone(ALMATY).date()
        off: list[tuple[date, Ground]] = []
        while day <= last_day:
            why = self.days.why_off(day)
            todays = [scene for scene in story if moment(scene.at).date() == day]
            if why is not None:
                off.append((day, why))
            elif off:
                yield DaysOff(tuple(off))
                off = []
            if why is None:
                self.clock.leap(datetime.combine(day, self.opens, ALMATY))
                yield Worked(None, self.daemon.once())
            for scene in todays:
                yield Worked(scene, self._act(scene))
            day += DAY

    def who(self, mail: MailId) -> str:
        """Return the short name of whoever sent a mail, empty for a mail of others."""
        return next((one.sample.short for one in self.sent if one.mail == mail), "")

    def got(self, sample: Sample, kind: LetterKind) -> Letter:
        """Return the letter of this kind that really came to the sample's sender. StoryBroken: none did."""
        for letter in reversed(self.letters.to(sample.address)):
            known = self.daemon.store.letter_by_message_id(letter.message_id)
            if known is not None and known.kind is kind:
                return letter
        message = f"{sample.address}: expected a {kind} letter to have come, found none"
        raise StoryBroken(message)

    def _act(self, scene: Scene) -> Round:
        at = moment(scene.at)
        match scene:
            case Mails():
                self._deliver(self.people[scene.person].mails[scene.mail], at)
                at += LOOKS_AFTER
                self.clock.leap(at)
            case ClerkSets():
                self.clock.leap(at)
                self._decide(scene, ClerkSetField(at, CLERK, scene.field, scene.value, scene.value, scene.why))
            case ClerkSaysYes():
                self.clock.leap(at)
                self._decide(scene, ClerkIncluded(at, CLERK, scene.why))
        return self.daemon.once()

    def _decide(self, scene: ClerkSets | ClerkSaysYes, event: ClerkSetField | ClerkIncluded) -> None:
        """As the clerk's desk does it: through the one door."""
        address = self.people[scene.person].address
        numbers = self.daemon.store.cases_by_key("address", address)
        if len(numbers) != 1:
            message = f"{address}: expected one case for the clerk to decide, found {len(numbers)}"
            raise StoryBroken(message)
        try:
            self.daemon.timers.casework.carry(event, numbers[0], now=event.at)
        except (NotForeseen, NotAllowed) as no:
            message = f"{address}: expected the clerk's {type(event).__name__} to be carried out, found: {no}"
            raise StoryBroken(message) from no

    def _deliver(self, sample: Sample, at: datetime) -> None:
        raw = self._written(sample, at)
        self.sent.append(Sent(sample, at, raw))
        self.delivery.put(raw, at, sample.folder)

    def _written(self, sample: Sample, at: datetime) -> bytes:
        if sample.same_as is not None:
            return next(s.raw for s in self.sent if (s.sample.person, s.sample.key) == (sample.person, sample.same_as))
        if sample.bounces is not None:
            return write_bounce(sample, self.exchanger, at, self.got(sample, sample.bounces).message)
        if sample.automatic:  # a mail program answers the letter that came last
            return write_mail(sample, self.exchanger, at, self.letters.to(sample.address)[-1].message)
        answered = None if sample.answers is None else self.got(sample, sample.answers).message
        return write_mail(sample, self.exchanger, at, answered)
