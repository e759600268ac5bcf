"""One applicant: who they are, what they file, and the mails that they send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from itertools import count
from random import Random

from parsers.readings import FilledForm, FormId, QuestionnaireId
from tests.simulation.office_days import day_of, nth_after, over
from tests.simulation.people import NUMBER_FIELD, Person, form, person
from tests.simulation.posts import NOTHING, Enclosed, in_words, report, written
from tests.simulation.servers import Fate, Handed
from tests.simulation.truth import Meaning, Sent, Truth
from tests.simulation.world import World

GAPS: dict[FormId, tuple[str, ...]] = {
    "application": ("signature", "phone", "filled_date", "email"),
    "volunteer": ("iin", "contacts", "volunteer_role", "residence", "birth_year"),
    "group": ("leader_iin", "members", "contacts"),
    "organization": ("bin", "head_name", "volunteers_count"),
    "coordinator": ("coordinator_experience", "contacts", "iin"),
    "organizer": ("contacts", "activity_kinds", "residence"),
    "programme": ("goal", "place_and_time"),
    "action": ("place", "requirements"),
}
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
AUTOMATIC = {"Auto-Submitted": "auto-generated"}

Gap = tuple[FormId, str]  # a form, and the field that is left empty


@dataclass(frozen=True, slots=True)
class Got:
    """A letter of ours in somebody's mailbox."""

    at: datetime
    kind: str
    case: str | None
    message_id: str
    to: str

    @property
    def last_moment(self) -> datetime:
        """The end of the third working day after it."""
        return over(nth_after(day_of(self.at), 3)) - timedelta(seconds=1)


@dataclass(slots=True)
class Crowd:
    """All applicants of a world: makes them, brings our letters to them, and counts the ways that they take.

    trouble: address → what becomes of letters to it, and until when.
    """

    world: World
    random: Random
    truth: Truth
    reads: Callable[[Applicant, Got], None]
    by_address: dict[str, Applicant] = field(default_factory=dict)
    by_filing: dict[int, Applicant] = field(default_factory=dict)  # matters beside another one of the same person
    ways: Counter[str] = field(default_factory=Counter)
    trouble: dict[str, tuple[Fate, datetime]] = field(default_factory=dict)
    relay_down: bool = False  # the ministry's own server puts everything off
    numbers: count[int] = field(default_factory=lambda: count(1))
    filings: count[int] = field(default_factory=lambda: count(1))
    people: count[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.world.listeners.append(self._brought)
        self.world.fates = self._fate

    def newcomer(self) -> Applicant:
        who = self.truth.meet(person(next(self.people)))
        applicant = Applicant(self, who, Random(self.random.random()))
        self.by_address[who.address] = self.by_address[who.other_address] = applicant
        return applicant

    def chance(self, of: float) -> bool:
        return self.random.random() < of

    def _fate(self, address: str) -> Fate:
        if self.relay_down:
            return Fate.LATER
        fate, until = self.trouble.get(address, (Fate.TAKEN, self.world.now))
        if fate is Fate.REFUSED or (fate is Fate.LATER and self.world.now < until):
            return fate
        if fate not in (Fate.TAKEN, Fate.LATER):
            del self.trouble[address]  # a cut line is an accident of one letter
            return fate
        return Fate.TAKEN

    def _about(self, case: str | None) -> Applicant | None:
        """Somebody as the applicant of one of their matters."""
        mails = self.world.store.case(case).mails if case is not None else ()
        filings = (sent.filing for mail in mails if (sent := self.truth.of(mail.mail)) is not None)
        return next((self.by_filing[filing] for filing in filings if filing in self.by_filing), None)

    def _brought(self, handed: Handed) -> None:
        letter = self.world.store.letter_by_message_id(handed.message_id)
        assert letter is not None
        got = Got(self.world.now, letter.kind, letter.case, letter.message_id, handed.recipients[0])
        applicant = self._about(letter.case) or self.by_address.get(handed.recipients[0])
        if applicant is not None and handed.recipients[0] in (applicant.who.address, applicant.who.other_address):
            self.world.later(self.world.now + MINUTE, lambda: self.reads(applicant, got))


@dataclass(slots=True)
class Applicant:
    """One person (or body) with one matter at a time.

    filing: the number of the matter in the truth. gaps, without: fields and whole forms that they forgot.
    dead: letters to them come back. answers_itself: a machine answers every letter. is_program: all their mail
    bears the marks of automatic mail. included: as what they stand in the register, by what they were told.
    """

    crowd: Crowd
    who: Person
    random: Random
    kind: QuestionnaireId = "volunteer"
    filing: int = 0
    gaps: tuple[Gap, ...] = ()
    without: tuple[FormId, ...] = ()
    dead: bool = False
    answers_itself: bool = False
    is_program: bool = False
    included: list[QuestionnaireId] = field(default_factory=list)

    @property
    def world(self) -> World:
        return self.crowd.world

    def one_of(self, **ways: float) -> str:
        """One of the ways, by weight; counted."""
        way = self.random.choices(list(ways), list(ways.values()))[0]
        self.crowd.ways[way] += 1
        return way

    def beside(self) -> Applicant:
        """The same person with another matter at the same time."""
        twin = replace(self, filing=next(self.crowd.filings), gaps=(), without=())
        self.crowd.by_filing[twin.filing] = twin
        return twin

    def new_matter(self) -> None:
        self.filing, self.gaps, self.without = next(self.crowd.filings), (), ()

    # ------------------------------------------------------------ mails

    def send(
        self,
        subject: str,
        body: str,
        enclosed: Enclosed = NOTHING,
        *,
        sender: str = "",
        about: Got | None = None,
        token: bool = False,
        stamped: datetime | None = None,
        dmarc: str = "pass",
        folder: str = "INBOX",
        known: bool = True,
        stops: bool = False,
        kind: QuestionnaireId | None = None,
        marks: Mapping[str, str] | None = None,
        name: str = "",
    ) -> bytes:
        """A mail to the ministry, now. about: the letter that it answers, by References or by the token alone.
        known: the case can be told from it. stops: it asks to be taken out of the register, as this kind, or as all
        that they stand for there. marks: headers that their mail program sets. name: beside their address."""
        if token and about is not None and about.case is not None:
            subject = f"Re: [{about.case}] {subject}"
        raw = written(
            sender or self.who.address,
            subject,
            body,
            message_id=f"<m{next(self.crowd.numbers)}@post.example>",
            in_reply_to=about.message_id if about is not None and not token else None,
            stamped=stamped,
            dmarc=dmarc,
            more=AUTOMATIC if self.is_program else marks,
            name=name,
        )
        self.deliver(self.world.reader.put(raw, enclosed), folder)
        moment = min(self.world.now, stamped or self.world.now)
        meaning = Meaning.FILES if enclosed.forms else Meaning.STOPS if stops else Meaning.SAYS
        kind = self.kind if meaning is Meaning.FILES else kind
        self.crowd.truth.note(
            Sent(
                sha256(raw).hexdigest(),
                self.filing,
                moment,
                meaning,
                known,
                self.who.n,
                sender or self.who.address,
                kind,
            )
        )
        return raw

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        self.world.mailbox.append(raw, self.world.now, folder)

    def forms(
        self,
        *,
        gaps: Collection[Gap] = (),
        without: Collection[FormId] = (),
        doubtful: bool = False,
        enclosed: Collection[FormId] = (),
    ) -> tuple[FilledForm, ...]:
        """Their forms as a reader would see them. doubtful: the number could not be read surely."""
        kinds: tuple[FormId, ...] = ("application", self.kind, *enclosed)
        return tuple(
            form(
                self.who,
                kind,
                without=[field for of, field in gaps if of == kind],
                doubtful=[NUMBER_FIELD[kind]] if doubtful and kind == self.kind else (),
                category=self.kind,
            )
            for kind in kinds
            if kind not in without
        )

    def answer(
        self,
        letter: Got | None,
        *,
        complete: bool,
        doubtful: bool = False,
        unreadable: bool = False,
        sender: str = "",
        token: bool = False,
        stamped: datetime | None = None,
        folder: str = "INBOX",
    ) -> bytes:
        """Forms sent again. Not complete: one gap is left, or the forgotten form still is."""
        gaps = () if complete else self.gaps[:1] or ((self.kind, GAPS[self.kind][-1]),)
        return self.send(
            "Толықтырылды / Исправлено",
            "Анкета исправлена, в приложении.",
            Enclosed(
                self.forms(gaps=gaps, without=() if complete else self.without, doubtful=doubtful),
                ("фото.pdf",) if unreadable else (),
            ),
            about=letter,
            sender=sender,
            token=token,
            stamped=stamped,
            folder=folder,
        )

    def writes(self, words: str, letter: Got | None) -> None:
        self.send("Сұрақ / Вопрос", words, about=letter)

    def asks_to_stop(self, letter: Got | None, sender: str = "") -> None:
        if letter is None:
            self.filing = next(self.crowd.filings)
        words = "Волонтерлік қызметімді тоқтатамын. Прошу исключить меня из реестра, прекращаю деятельность."
        self.send("Тоқтату / Прекращение", words, about=letter, sender=sender, stops=True)

    def report(self, letter: Got, action: str) -> None:
        """What their mail server says of a letter."""
        raw = report(letter.to, letter.message_id, action, next(self.crowd.numbers))
        self.deliver(raw)
        if action == "failed":
            self.crowd.truth.came_back(letter.message_id, raw, self.world.now)

    def bounce(self, letter: Got) -> None:
        """A letter that never arrived comes back, in the words and with the names that this mailer knows."""
        way = self.one_of(by_the_book=6, mbox_line=2, names_recipient=2, names_case=2, in_russian=2, in_kazakh=1)
        if way == "by_the_book" or letter.case is None:
            self.report(letter, "failed")
            return
        raw = in_words(way, letter.to, letter.message_id, letter.case, next(self.crowd.numbers))
        self.deliver(raw)
        self.crowd.truth.came_back(letter.message_id, raw, self.world.now)

    def machine_answers(self, letter: Got) -> None:
        raw = written(
            self.who.address,
            "Автоответ: я в отпуске",
            "Меня не будет до конца месяца.",
            message_id=f"<m{next(self.crowd.numbers)}@post.example>",
            in_reply_to=letter.message_id,
            more={"Auto-Submitted": "auto-replied"},
        )
        self.deliver(raw)
