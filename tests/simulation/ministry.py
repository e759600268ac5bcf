"""One simulated ministry: a world, its crowd, its clerk, and what befalls its servers, from one day to another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from tests.simulation.applicant import Crowd
from tests.simulation.audit import Audit
from tests.simulation.clerk import Clerk
from tests.simulation.filing import apply
from tests.simulation.office_days import at, is_worked
from tests.simulation.posts import written
from tests.simulation.replies import reads
from tests.simulation.servers import Fate
from tests.simulation.truth import Truth
from tests.simulation.world import World

DAY = timedelta(days=1)
# The daemon looks at these moments of a day, and at random ones: where days and office hours begin and end.
EDGES = ("00:00:00", "08:59:59", "09:00:00", "18:30:00", "18:30:01", "23:59:59")
EDGES_OF_A_DAY_OFF = ("00:00:00", "12:00:00")
EDGES_OF_THE_RUN_OUT = ("00:00:00", "09:00:00", "18:30:00")
LOOKS_A_DAY = 2
RUN_OUT = 40  # days after the last filing in which all terms run out
NOISE = (
    ("Вопрос", "Как подать заявление в реестр волонтеров?"),
    ("Сұрақ", "Тізілімге қалай жазыламын?"),
    ("Акция! Скидки 50%", "Купите принтер со скидкой, предложение действует до конца недели."),
    ("Тоқтату", "Прошу исключить меня из реестра, я больше не волонтер."),
    ("(без темы)", "Добрый день!"),
)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one ministry."""

    name: str
    violations: tuple[str, ...]
    states: Counter[str]
    ways: Counter[str]
    acts: Counter[str]
    steps: int
    rounds: int
    letters: int
    mails: int
    problems: int


@dataclass(slots=True)
class Ministry:
    """filings: how many applications are sent by newcomers in these days; many of them lead to more cases."""

    name: str
    home: Path
    seed: str
    first: date
    last: date
    filings: int
    settings: str = '[order]\nmode = "automatic"\n'

    def run(self, progress: Callable[[date], None] = lambda day: None) -> Result:
        """Live through the days; say what happened."""
        random, truth = Random(self.seed), Truth()
        world = World(self.home, at(self.first), self.settings)
        crowd = Crowd(world, random, truth, reads)
        clerk = Clerk(world, crowd, Random(random.random()))
        audit = Audit(world, truth)
        world.checks.append(audit.check)
        per_day = self._per_day(random)
        try:
            day = self.first
            while day <= self.last + DAY * RUN_OUT:
                self._plan(day, per_day.get(day, 0), world, crowd, clerk, random)
                world.run(at(day + DAY) - timedelta(microseconds=1))
                progress(day)
                day += DAY
            return Result(
                self.name,
                tuple(audit.violations),
                audit.states,
                crowd.ways,
                clerk.acts,
                audit.steps,
                world.rounds,
                len(world.postman.handed),
                world.mailbox.copies,
                len(world.problems),
            )
        finally:
            audit.close()
            world.close()

    def _per_day(self, random: Random) -> Counter[date]:
        days = (self.last - self.first).days + 1
        return Counter(self.first + DAY * random.randrange(days) for _ in range(self.filings))

    def _plan(self, day: date, newcomers: int, world: World, crowd: Crowd, clerk: Clerk, random: Random) -> None:
        for _ in range(newcomers):
            applicant = crowd.newcomer()
            applicant.dead = crowd.chance(0.02)
            applicant.answers_itself = crowd.chance(0.03)
            if crowd.chance(0.02):
                applicant.is_program = True
                crowd.truth.robots |= {applicant.who.address, applicant.who.other_address}
            trouble = random.random()
            if trouble < 0.06:
                fate = random.choice((Fate.LATER, Fate.LATER, Fate.REFUSED, *Fate))
                until = at(day) + DAY * random.choice((1, 2, 8, 15))
                crowd.trouble[applicant.who.address] = (fate, until)
            world.later(self._moment(day, random), partial(apply, applicant))
        for _ in range(random.choice((0, 0, 1, 2))):
            world.later(self._moment(day, random), lambda: self._noise(world, crowd, random))
        clerk.day(day)
        if random.random() < 0.025:
            self._misfortune(day, world, crowd, random)
        if day > self.last:
            looks = [at(day, edge) for edge in EDGES_OF_THE_RUN_OUT]
        else:
            edges = EDGES if is_worked(day) else EDGES_OF_A_DAY_OFF
            looks = [at(day, edge) for edge in edges] + [self._moment(day, random) for _ in range(LOOKS_A_DAY)]
        for moment in looks:
            world.later(moment, world.round_unless_asleep)

    def _moment(self, day: date, random: Random) -> datetime:
        """Most things happen by day."""
        if random.random() < 0.7:
            return at(day, "08:00:00") + timedelta(seconds=random.randint(0, 43_200))
        return at(day) + timedelta(seconds=random.randint(0, 86_399))

    def _noise(self, world: World, crowd: Crowd, random: Random) -> None:
        subject, body = random.choice(NOISE)
        n = next(crowd.numbers)
        sender = f"stranger{random.randint(1, 300)}@cafe.example"
        world.mailbox.append(written(sender, subject, body, message_id=f"<n{n}@cafe.example>"), world.now)

    def _misfortune(self, day: date, world: World, crowd: Crowd, random: Random) -> None:
        """Servers fail for hours or days, letters are stopped over a weekend, the daemon sleeps for days."""
        begins = self._moment(day, random)
        ends = begins + timedelta(hours=random.choice((1, 3, 10, 30, 100, 200)))

        def set_to(what: str, value: bool) -> None:
            match what:
                case "mailbox":
                    world.mailbox.down = value
                case "junk":
                    (world.mailbox.shut.add if value else world.mailbox.shut.discard)("Junk")
                case "moving":
                    world.mailbox.unmovable = value
                case "relay":
                    crowd.relay_down = value
                case "letters":
                    world.stop_letters(value)
                case _:
                    world.asleep = value
                    if not value:
                        world.restart()

        what = random.choice(("mailbox", "mailbox", "junk", "moving", "daemon", "relay", "letters"))
        world.later(begins, lambda: set_to(what, True))
        world.later(ends, lambda: set_to(what, False))
