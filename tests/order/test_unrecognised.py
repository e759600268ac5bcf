"""A floor under all reading: what brings a paper of its own, or tells who somebody is, is a person's to read.

The kind of fault: where no form is recognised, words of the form itself (its questions above all) told what the mail
was, and an application was answered as a question, kept as something else, or called incomplete with nothing read.
"""

from __future__ import annotations

from datetime import date

import pytest

from inbox_daemon.order.completeness import check
from inbox_daemon.order.triage import what_is_it
from inbox_daemon.order.unrecognised import unrecognised
from parsers.readings import Reading, Unreadable
from registry_store.records import Category, Judgement, Sheet, Verdict
from tests.order.test_triage import form, mail, rows

LONG = "Правила помощи на мероприятиях. " * 60
PAPER = {"Құжат.docx": "Фамилия, имя: Сәрсенов Ақжол\nСколько часов?\n4"}


def reading_of(row: dict[str, str]) -> Reading:
    text = (row["text"] or "").replace("\\n", "\n").replace("{long}", LONG)
    return Reading(mail(row["subject"], row["body"] or ""), (), (), {"Құжат.docx": text} if text else {})


def verdict_on(reading: Reading, category: Category, *sheets: Sheet) -> Verdict:
    parts = [one.part for one in unrecognised(reading)]
    return check(sheets, category=category, unreadable=(), unrecognised=parts, on=date(2026, 10, 1))


@pytest.mark.parametrize(
    "row", rows("unrecognised_mails.tsv"), ids=lambda row: f"{row['brings']}: {row['subject'] or row['body']}"[:60]
)
def test_whoever_brings_a_paper_or_tells_who_they_are_is_read_by_a_person(row: dict[str, str]) -> None:
    reading = reading_of(row)
    category = what_is_it(reading)
    expected = {"clerk": "application", "stop": "termination"}.get(row["brings"], row["brings"])
    assert category == expected
    if row["brings"] == "clerk":
        assert verdict_on(reading, category).judgement is Judgement.NEEDS_CLERK


def test_nothing_that_was_not_read_is_called_missing_surely() -> None:
    """A file that was forgotten looks the same as words that were not understood."""
    forgotten = Reading(mail("документы", "Направляю заявление и анкету."), ())
    assert what_is_it(forgotten) is Category.APPLICATION
    assert verdict_on(forgotten, Category.APPLICATION).judgement is Judgement.NEEDS_CLERK


def test_a_paper_beside_forms_counts_where_a_whole_form_is_missing() -> None:
    """The questionnaire that is missing may be the paper that was not recognised; a diploma beside a whole filing
    holds nothing back."""
    alone = Reading(mail("арыз"), (form("application", "phone"),), (), PAPER)
    application = Sheet("application", "ru", "a.docx", "m", {})
    assert [one.part for one in unrecognised(alone)] == ["Құжат.docx"]
    verdict = verdict_on(alone, Category.APPLICATION, application)
    assert (verdict.judgement, "unrecognised" in verdict.unsure) == (Judgement.NEEDS_CLERK, True)
    both = (application, Sheet("volunteer", "ru", "b.docx", "m", {}))
    assert verdict_on(alone, Category.APPLICATION, *both).judgement is Judgement.INCOMPLETE


def test_what_programs_enclose_and_pictures_hardly_legible_are_no_papers() -> None:
    enclosed = Reading(mail("вопрос", "Как стать волонтером?"), (), (), {"invite.ics": "BEGIN VCALENDAR", "a.vcf": "N"})
    assert unrecognised(enclosed) == ()
    assert what_is_it(enclosed) is Category.QUESTION
    picture = Reading(mail(), (), (Unreadable("a.jpg", "picture"),), {"a.jpg": "ж 4 ет"})
    assert unrecognised(picture) == ()


@pytest.mark.parametrize("quoted", ["> Примеров Олег, ИИН 900827526259", "> Как подать анкету?"])
def test_a_quoted_letter_tells_nothing_of_its_sender(quoted: str) -> None:
    answered = Reading(mail("Re: хат", f"Спасибо, всё хорошо.\n\n01.10.2026 10:00, Реестр пишет:\n{quoted}"), ())
    assert unrecognised(answered) == ()
    assert what_is_it(answered) is Category.OTHER


def test_questions_of_a_form_are_no_questions_of_its_sender() -> None:
    """Pasted into the mail, the printed questions ask; the sender does not."""
    questions = "Сіз қанша волонтерді үйлестіресіз?\nСіз үшін волонтерлік қызмет қай уақытта қолайлы?"
    assert what_is_it(Reading(mail("тізілім", questions), ())) is not Category.QUESTION
