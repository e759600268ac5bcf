"""What people and their machines do when a letter of ours comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from parsers.readings import FormId, QuestionnaireId
from tests.simulation.applicant import GAPS, HOUR, MINUTE, Applicant, Got
from tests.simulation.filing import apply
from tests.simulation.people import form
from tests.simulation.posts import NOTHING, Enclosed


def reads(who: Applicant, letter: Got) -> None:
    """A letter has come."""
    if who.dead:
        _comes_back(who, letter)
        return
    if who.answers_itself:
        who.machine_answers(letter)
    if (reply := REPLIES.get(letter.kind)) is not None:
        reply(who, letter)
    if who.crowd.chance(0.04):
        action = who.random.choice(("delivered", "delivered", "delayed"))
        who.world.later(letter.at + MINUTE * who.random.randint(1, 600), lambda: who.report(letter, action))


def _comes_back(who: Applicant, letter: Got) -> None:
    who.world.later(letter.at + MINUTE * who.random.choice((1, 60, 3000, 14_000)), lambda: who.bounce(letter))


def _in_days(who: Applicant, letter: Got, act: Callable[[], object]) -> None:
    who.world.later(letter.at + MINUTE * who.random.randint(1, 4000), act)


def _rework(who: Applicant, letter: Got) -> None:
    last = letter.last_moment
    soon = letter.at + (last - letter.at) * who.random.random()
    later, hours = who.world.later, who.random.randint
    way = who.one_of(
        completes=30, silent=24, partly=8, at_the_last_second=3, a_second_late=3, days_late=4, pleads=4, asks=3,
        unsure_answer=3, unreadable_answer=2, from_elsewhere=4, by_number_alone=3, by_token=3, stamped_in_time=2,
        into_junk=3, stops_instead=1, comes_back=3, comes_back_late=2, delayed=2, delayed_for_ever=1,
        forwarded=2, twice=2, automatic_answer=2, words_with_marks=2, pleads_apart=2, pleads_from_elsewhere=2,
        scan_from_elsewhere=2, as_if_absent=2,
    )  # fmt: skip
    match way:
        case "completes":
            later(soon, lambda: who.answer(letter, complete=True))
        case "partly":
            later(soon, lambda: who.answer(letter, complete=False))
        case "at_the_last_second":
            later(last, lambda: who.answer(letter, complete=True))
        case "a_second_late":
            later(last + timedelta(seconds=1), lambda: who.answer(letter, complete=True))
        case "days_late":
            later(last + HOUR * hours(1, 200), lambda: who.answer(letter, complete=who.crowd.chance(0.5)))
        case "pleads":
            later(soon, lambda: who.writes("Прошу продлить срок, не успеваю собрать документы.", letter))
        case "asks":
            later(soon, lambda: who.writes("Қалай толтыру керек? Куда писать ИИН?", letter))
        case "unsure_answer":
            later(soon, lambda: who.answer(letter, complete=True, doubtful=True))
        case "unreadable_answer":
            later(soon, lambda: who.answer(letter, complete=True, unreadable=True))
        case "from_elsewhere":
            later(soon, lambda: who.answer(letter, complete=True, sender=who.who.other_address))
        case "by_number_alone":
            later(soon, lambda: who.answer(None, complete=True, sender=f"x{who.who.n}@cafe.example"))
        case "by_token":
            later(soon, lambda: who.answer(letter, complete=True, token=True, sender=who.who.other_address))
        case "stamped_in_time":
            late = last + HOUR * hours(1, 5)
            later(late, lambda: who.answer(letter, complete=True, stamped=last - MINUTE))
        case "into_junk":
            later(soon, lambda: who.answer(letter, complete=who.crowd.chance(0.5), folder="Junk"))
        case "stops_instead":
            later(soon, lambda: who.asks_to_stop(letter))
        case "comes_back":
            _comes_back(who, letter)
        case "comes_back_late":
            later(last + HOUR * hours(10, 200), lambda: who.bounce(letter))
        case "delayed_for_ever":
            later(letter.at + HOUR * 4, lambda: who.report(letter, "delayed"))
        case "delayed":
            later(letter.at + HOUR * 4, lambda: who.report(letter, "delayed"))
            later(letter.at + HOUR * hours(5, 90), lambda: who.report(letter, "delivered"))
            later(letter.at + HOUR * 95, lambda: who.answer(letter, complete=who.crowd.chance(0.5)))
        case "forwarded":
            secretary = f"office{who.who.n}@work.example"
            later(soon, lambda: who.answer(letter, complete=True, sender=secretary, token=True))
        case "twice":
            later(soon, lambda: who.deliver(who.answer(letter, complete=True), "Junk"))
        case "words_with_marks":
            marks = who.random.choice(MARKS)
            later(soon, lambda: who.send("Re: ИИН", f"ИИН: {who.who.iin}", about=letter, marks=marks))
        case "pleads_apart":
            later(soon, lambda: who.send("Қосымша уақыт", "Прошу дать мне ещё неделю, я в больнице."))
        case "pleads_from_elsewhere":
            later(soon, lambda: _from_nowhere(who, "Прошу дать мне ещё неделю, документы в дороге."))
        case "scan_from_elsewhere":
            later(soon, lambda: _from_nowhere(who, "Қосымшада.", Enclosed((), ("скан.pdf",))))
        case "as_if_absent":
            subject = who.random.choice(("Нет на месте: исправленная анкета", "Автоответ не нужен: мой новый адрес"))
            later(soon, lambda: who.send(subject, f"{who.who.name}, ИИН {who.who.iin}", about=letter))
        case "automatic_answer":
            who.machine_answers(letter)
        case _:
            assert way == "silent"


# Headers that telephones, forms and Exchange set on what a person writes.
MARKS = (
    {"Auto-Submitted": "auto-generated"},
    {"Precedence": "bulk"},
    {"X-Auto-Response-Suppress": "All"},
    {"X-Autoreply": "yes"},
)


def _from_nowhere(who: Applicant, words: str, enclosed: Enclosed = NOTHING) -> None:
    """In a mail of its own, from an address that nobody knows, with nothing but the name."""
    sender = f"x{who.who.n}@cafe.example"
    who.send("Хат / Письмо", f"{words}\n\n{who.who.name}", enclosed, sender=sender, name=who.who.name)


def _still_incomplete(who: Applicant, letter: Got) -> None:
    if who.one_of(completes_after_all=50, gives_up=50) == "completes_after_all":
        _in_days(who, letter, lambda: who.answer(letter, complete=True))


def _unreadable(who: Applicant, letter: Got) -> None:
    if who.crowd.chance(0.6):
        _in_days(who, letter, lambda: who.answer(letter, complete=who.crowd.chance(0.6)))


# ------------------------------------------------------------ after a decision


def _inclusion(who: Applicant, letter: Got) -> None:
    if who.kind not in who.included:
        who.included.append(who.kind)
    way = who.one_of(
        content=65, changes=8, changes_from_elsewhere=2, stops=6, stops_from_elsewhere=1, brings_programme=4,
        applies_again=3, another_kind=6, thanks=3, its_letter_comes_back=2, asks_about_a_part=3,
        stops_another_kind=1, stops_in_years=1,
    )  # fmt: skip
    when = letter.at + HOUR * who.random.randint(1, 2000)
    elsewhere = who.who.other_address if way.endswith("elsewhere") else ""
    match way:
        case "changes" | "changes_from_elsewhere":
            who.world.later(when, lambda: _changes(who, elsewhere))
        case "stops" | "stops_from_elsewhere":
            who.world.later(when, lambda: who.asks_to_stop(None, elsewhere))
        case "brings_programme":
            who.world.later(when, lambda: _brings_programme(who))
        case "applies_again":
            who.world.later(when, lambda: _applies_anew(who, None))
        case "another_kind":
            who.world.later(when, lambda: apply(who))
        case "asks_about_a_part":
            words = who.random.choice(PARTS)
            who.world.later(when, lambda: who.send("Тізілім / Реестр", words, about=letter if len(words) % 2 else None))
        case "stops_another_kind":
            kind: QuestionnaireId = "volunteer" if who.kind == "group" else "group"
            words = "Прошу исключить из реестра нашу группу." if kind == "group" else "Мен енді волонтер емеспін."
            who.world.later(when, lambda: who.send("Тоқтату", words, about=letter, stops=True, kind=kind))
        case "stops_in_years":
            words = "Прошу исключить меня из реестра с 1 марта 2030 года: тогда прекращаю волонтерскую деятельность."
            who.world.later(when, lambda: who.send("Прекращение", words, about=letter))
        case "thanks":
            who.world.later(when, lambda: who.writes("Рақмет! Спасибо!", letter))
        case "its_letter_comes_back":
            who.report(letter, "failed")
        case _:
            assert way == "content"


# Requests about a part of what is published: nobody leaves the register by them.
PARTS = (
    "Прошу удалить мой номер телефона из реестра на сайте.",
    "Прошу убрать мою фотографию с сайта реестра.",
    "Телефон нөмірімді тізілімнен алып тастауыңызды сұраймын.",
)


def _changes(who: Applicant, sender: str) -> None:
    who.new_matter()
    gaps = ((who.kind, GAPS[who.kind][-1]),) if who.crowd.chance(0.3) else ()
    application: FormId = "application"
    forms = Enclosed(who.forms(gaps=gaps, without=(application,)))
    dmarc = "pass" if who.crowd.chance(0.8) else "fail"
    words = "Изменился телефон, анкета в приложении."
    who.send("Өзгерістер / Изменились сведения", words, forms, sender=sender, dmarc=dmarc)


def _brings_programme(who: Applicant) -> None:
    who.new_matter()
    kind: FormId = who.random.choice(("programme", "action"))
    without = {who.random.choice(GAPS[kind])} if who.crowd.chance(0.3) else set()
    forms = Enclosed((form(who.who, kind, without=without),))
    who.send("Бағдарлама / Программа", "Направляем программу.", forms)


def _applies_anew(who: Applicant, letter: Got | None) -> None:
    who.new_matter()
    who.send("Арыз / Заявление", "Прошу включить меня в реестр.", Enclosed(who.forms()), about=letter)


def _refusal(who: Applicant, letter: Got) -> None:
    way = who.one_of(accepts_it=60, applies_anew=18, sends_the_rest_late=10, complains=6, its_letter_comes_back=3)
    when = letter.at + HOUR * who.random.randint(1, 400)
    about = letter if who.crowd.chance(0.5) else None
    match way:
        case "applies_anew":
            who.world.later(when, lambda: _applies_anew(who, about))
        case "sends_the_rest_late":
            who.world.later(when, lambda: who.answer(letter, complete=False))
        case "complains":
            who.world.later(when, lambda: who.writes("Я отправлял ответ в срок, проверьте!", letter))
        case "its_letter_comes_back":
            who.report(letter, "failed")
        case _:
            assert way == "accepts_it"


def _stop(who: Applicant, letter: Got) -> None:
    if who.kind in who.included:
        who.included.remove(who.kind)
    way = who.one_of(goes=60, comes_again=15, stops_twice=15, changes_after_all=10)
    when = letter.at + HOUR * who.random.randint(1, 400)
    match way:
        case "comes_again":
            who.world.later(when, lambda: _applies_anew(who, None))
        case "stops_twice":
            who.world.later(when, lambda: who.asks_to_stop(None))
        case "changes_after_all":
            who.world.later(when, lambda: _changes(who, ""))
        case _:
            assert way == "goes"


REPLIES: dict[str, Callable[[Applicant, Got], None]] = {
    "rework": _rework,
    "still_incomplete": _still_incomplete,
    "unreadable": _unreadable,
    "inclusion": _inclusion,
    "refusal": _refusal,
    "stop": _stop,
}
