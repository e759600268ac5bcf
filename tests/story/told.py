"""A ministry to tell stories with: the real daemon, store, letters and register; the mailbox, the mail server and
the clock are simulated. What a file says is told by the test, since reading files is not the subject here."""

from __future__ import annotations

import csv
import email
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from email.policy import default
from hashlib import sha256
from itertools import count
from pathlib import Path

from inbox_daemon.order.workdays import ALMATY, almaty, almaty_day
from inbox_daemon.tracing.look import look_for
from inbox_daemon.wiring import release_now
from parsers.readings import FilledForm, FormId, Language, QuestionnaireId
from registry_store.records import Case, CaseNumber, ClerkRefused, Entry, Event, Letter, LetterKind, LetterState, Task
from tests.order.build import at
from tests.simulation.people import Person, form
from tests.simulation.posts import Enclosed, written
from tests.simulation.world import World

AUTOMATIC = '[order]\nmode = "automatic"\n'
# Looks through the mailbox that a day has at least: after midnight, when the office opens, in its last minute.
LOOKS = (time(0, 0, 30), time(9, 0), time(18, 29))


class Ministry:
    """`world` has everything that a story does not tell itself. url: of a store that does not lie in its home."""

    def __init__(self, home: Path, now: str, settings: str = "", url: str = "") -> None:
        self.world = World(home, at(now), settings or AUTOMATIC, url)
        self._mails = count(1)

    # ------------------------------------------------------------ what happens

    def until(self, moment: str) -> None:
        """Let the days go by, with the daemon at its work."""
        end = at(moment)
        day = almaty_day(self.world.now)
        while day <= almaty_day(end):
            for hour in LOOKS:
                look = datetime.combine(day, hour, ALMATY)
                if self.world.now < look < end:
                    self._round_at(look)
            day += timedelta(days=1)
        self._round_at(end)

    def leap(self, moment: str, mail: bytes = b"") -> None:
        """As if the daemon had slept until then. mail: one that comes just before it wakes."""
        self.world.run(at(moment))
        if mail:
            self.world.mailbox.append(mail, self.world.now)
        self.world.round()

    def _round_at(self, moment: datetime) -> None:
        self.world.run(moment)
        self.world.round()

    def receives(
        self,
        who: Person,
        *forms: FilledForm,
        subject: str = "Арыз / Заявление",
        words: str = "Құжаттар қоса беріледі. Документы в приложении.",
        answering: Letter | None = None,
        unreadable: tuple[str, ...] = (),
        sender: str = "",
    ) -> CaseNumber | None:
        """A mail comes, now, and is worked; return the case that it opened or moved."""
        raw = written(
            sender or who.address,
            subject,
            words,
            message_id=f"<story-{next(self._mails)}@post.example>",
            in_reply_to=None if answering is None else answering.message_id,
            dmarc="pass",
        )
        return self.receives_raw(self.world.reader.put(raw, Enclosed(forms, unreadable)))

    def receives_raw(self, raw: bytes, folder: str = "INBOX") -> CaseNumber | None:
        """Any bytes come, now, and are worked; return the case that they opened or moved."""
        self.world.mailbox.append(raw, self.world.now, folder)
        self.world.round()
        outcome = self.world.store.arrivals_of(sha256(raw).hexdigest())[-1].outcome
        return outcome.cases[0] if outcome is not None and outcome.cases else None

    def clerk(self, event: Event, number: CaseNumber) -> None:
        """The clerk decides, now; what the decision owes is carried out."""
        self.world.casework.carry(event, number, now=self.world.now)
        self.world.round()

    def refusal(self, number: CaseNumber) -> ClerkRefused:
        """A clerk's refusal, after the last look."""
        look = look_for(self.case(number), self.world.store)
        assert look is not None
        return ClerkRefused(self.world.now, "clerk", "silence", look)

    # ------------------------------------------------------------ what became of it

    def case(self, number: CaseNumber) -> Case:
        return self.world.store.case(number)

    def letters(self, number: CaseNumber) -> tuple[LetterKind, ...]:
        """The kinds of the letters that left, in the order in which they left."""
        return tuple(letter.kind for letter in self._left(number))

    def letter(self, kind: LetterKind, number: CaseNumber) -> Letter:
        """The last letter of a kind that left."""
        return [letter for letter in self._left(number) if letter.kind is kind][-1]

    def left_at(self, kind: LetterKind, number: CaseNumber) -> str:
        """When it left, by the clock on the wall."""
        accepted = self.letter(kind, number).accepted_at
        assert accepted is not None
        return f"{almaty(accepted):%Y-%m-%d %H:%M}"

    def _left(self, number: CaseNumber) -> list[Letter]:
        left = [one for one in self.world.store.letters(number) if one.state is LetterState.ACCEPTED]
        return sorted(left, key=lambda letter: (letter.accepted_at is None, letter.accepted_at, letter.id))

    def entry(self, number: CaseNumber) -> Entry:
        """The register entry of a case."""
        entry = self.case(number).entry
        assert entry is not None
        return self.world.store.entry(entry)

    def tasks(self, number: CaseNumber | None = None) -> tuple[Task, ...]:
        """What the clerk is called for; without a number, by all cases and mails."""
        return tuple(task for task in self.world.store.tasks() if number is None or task.case == number)

    def published(self, language: Language) -> list[list[str]]:
        """The rows of the register as it is published now, without their headings."""
        release = release_now(self.world.store, self.world.settings, self.world.now)
        text = (release.folder / f"register.{language}.csv").read_text("utf-8-sig")
        return list(csv.reader(text.splitlines(keepends=True)))[1:]

    def published_files(self) -> dict[str, bytes]:
        """Every published file, by name."""
        release = release_now(self.world.store, self.world.settings, self.world.now)
        return {path.name: path.read_bytes() for path in release.folder.iterdir()}


@contextmanager
def ministry(home: Path, now: str, settings: str = "", url: str = "") -> Iterator[Ministry]:
    """A ministry that begins to work at that moment; nothing that it did may have failed."""
    told = Ministry(home, now, settings, url)
    try:
        yield told
        assert told.world.problems == []
    finally:
        told.world.close()


def filing(
    who: Person, kind: QuestionnaireId = "volunteer", *, without: str = "", language: Language = "kk"
) -> tuple[FilledForm, ...]:
    """Somebody's application and questionnaire. without: a field of the questionnaire that is left empty."""
    kinds: tuple[FormId, ...] = ("application", kind)
    return tuple(
        form(who, one, without={without} if one == kind else (), language=language, category=kind) for one in kinds
    )


def words_of(letter: Letter) -> str:
    """What a person reads in a letter."""
    body = email.message_from_bytes(letter.raw, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def files_of(letter: Letter) -> list[str]:
    """The names of the files that a letter brings."""
    return [
        part.get_filename() or "" for part in email.message_from_bytes(letter.raw, policy=default).iter_attachments()
    ]
