"""How people begin: the first mail of a matter, in all the ways in which it comes."""

from __future__ import annotations

from parsers.readings import FilledForm, FormId, QuestionnaireId
from tests.simulation.applicant import GAPS, HOUR, MINUTE, Applicant
from tests.simulation.people import form, person
from tests.simulation.posts import Enclosed

KINDS: tuple[QuestionnaireId, ...] = ("volunteer", "group", "organization", "coordinator", "organizer")
WORDS = "Мені тізілімге қосуды сұраймын. Прошу включить меня в реестр, документы в приложении."


def apply(who: Applicant) -> None:
    """An application, now: whole, with gaps, in two mails, of two people …"""
    who.new_matter()
    left = [kind for kind in KINDS if kind not in who.included]
    who.kind = who.random.choice([*left, "volunteer", "volunteer"] if "volunteer" in left else left)
    way = who.one_of(whole=40, gaps=35, form_forgotten=8, unsure=5, unreadable=4, two_people=1, in_two_mails=5,
                     nothing_enclosed=2)  # fmt: skip
    enclosed: tuple[FormId, ...] = ()
    if who.kind in ("coordinator", "organizer") and who.crowd.chance(0.4):
        enclosed = (who.random.choice(("programme", "action")),)
    if way in ("gaps", "in_two_mails"):
        _leave_gaps(who, enclosed)
    elif way == "form_forgotten":
        who.without = (who.random.choice(("application", who.kind)),)
    forms = who.forms(gaps=who.gaps, without=who.without, enclosed=enclosed, doubtful=way == "unsure")
    if way == "two_people":
        forms += (form(who.crowd.truth.meet(person(next(who.crowd.people))), who.kind),)
    elif way == "nothing_enclosed":
        forms = ()
    _first_mail(who, forms, ("скан.pdf",) if way == "unreadable" else ())
    if who.kind in ("volunteer", "group") and not who.dead and who.crowd.chance(0.08):
        _second_kind(who)
    if way == "in_two_mails":
        later = who.world.now + MINUTE * who.random.choice((1, 30, 300, 3000))
        forgotten: tuple[FormId, ...] = who.random.choice(((), ("application",), (who.kind,)))
        whole = Enclosed(who.forms(without=forgotten))
        who.world.later(later, lambda: who.send("Тағы құжаттар / Еще документы", "Анкета", whole))


def _second_kind(who: Applicant) -> None:
    """A volunteer who leads a group files for both."""
    twin = who.beside()
    twin.kind = "group" if who.kind == "volunteer" else "volunteer"
    who.crowd.ways["two cases of one person"] += 1
    if twin.kind in who.included:
        return
    if who.crowd.chance(0.5):
        _leave_gaps(twin, ())
    later = who.world.now + HOUR * who.random.choice((1, 20, 70))
    who.world.later(later, lambda: _first_mail(twin, twin.forms(gaps=twin.gaps), ()))


def _leave_gaps(who: Applicant, enclosed: tuple[FormId, ...]) -> None:
    kinds: list[FormId] = ["application", who.kind, who.kind, *enclosed]
    chosen = who.random.sample(kinds, who.random.choice((1, 1, 2)))
    who.gaps = tuple(sorted({(kind, who.random.choice(GAPS[kind])) for kind in chosen}))


def _first_mail(who: Applicant, forms: tuple[FilledForm, ...], unreadable: tuple[str, ...]) -> None:
    now = who.world.now
    stamped = now - MINUTE * who.random.choice((1, 5, 30)) if who.crowd.chance(0.1) else None
    folder = "Junk" if who.crowd.chance(0.05) else "INBOX"
    raw = who.send("Арыз / Заявление", WORDS, Enclosed(forms, unreadable), stamped=stamped, folder=folder)
    if who.crowd.chance(0.04):
        who.crowd.ways["the same mail twice"] += 1
        who.world.later(now + HOUR * who.random.randint(0, 60), lambda: who.deliver(raw, "Junk"))
