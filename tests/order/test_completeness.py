"""§8, rule by rule: small filings built by hand, each with the verdict that the Order asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from inbox_daemon.order.completeness import QUESTIONNAIRES, check, counted_sheets, enclosed_forms
from parsers.catalogue import catalogue
from registry_store.records import Category, Judgement, Sheet
from tests.order.build import (
    BIN,
    FILLED,
    IIN,
    LEGAL_ENTITY,
    OTHER_IIN,
    PERSON,
    application,
    blank,
    complete,
    judged,
    said,
    sheet,
)

OK, GAPS, CLERK = Judgement.COMPLETE, Judgement.INCOMPLETE, Judgement.NEEDS_CLERK
CATEGORY_OF = {
    "volunteer": "volunteer",
    "group": "group",
    "organization": "organization",
    "coordinator": "coordinator_organizer",
    "organizer": "coordinator_organizer",
}


@dataclass(frozen=True)
class Want:
    judgement: Judgement
    applicant: str | None = "volunteer"
    missing: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    programme_missing: tuple[str, ...] = ()


def incomplete(*missing: str, applicant: str | None = "volunteer", programme: tuple[str, ...] = ()) -> Want:
    return Want(GAPS, applicant, missing, programme_missing=programme)


CHECKSUM = said(OTHER_IIN[:-1] + "5", flaws=("checksum",))
CONTACTS_OF = {
    "phone": {"phone": ["+77000001122"]},
    "email": {"email": ["a@post.example"]},
    "website": {"website": ["https://a.example"]},
    "instagram": {"instagram": ["@a"]},
    "whatsapp": {"whatsapp": ["+77000001122"]},
}
VOLUNTEER = application("volunteer")
BOTH_CATEGORIES = sheet("application", answers={"register_category": ["group", "volunteer"]})
UNMARKED = sheet("application", "register_category")
ORGANIZER = application("coordinator_organizer")


def volunteer(*without: str, **answers: object) -> Sheet:
    return sheet("volunteer", *without, answers=answers)


RULES: dict[str, tuple[tuple[Sheet, ...], Want]] = {
    # 1. the application and the questionnaire of its category, one language is enough
    "1: everything is there": ((VOLUNTEER, volunteer()), Want(OK)),
    "1: Russian alone is enough": (complete("ru"), Want(OK)),
    "1: both languages": ((*complete("kk"), *complete("ru")), Want(OK)),
    "1: the application in one language, the questionnaire in the other": (
        (application("volunteer", language="ru"), volunteer()),
        Want(OK),
    ),
    "1: no questionnaire": ((VOLUNTEER,), incomplete("volunteer")),
    "1: no application": ((volunteer(),), incomplete("application")),
    "1: a field that is blank in both languages": (
        (VOLUNTEER, volunteer("iin"), sheet("volunteer", "iin", language="ru")),
        incomplete("volunteer.iin"),
    ),
    "1: a field filled in the other language is filled": (
        (VOLUNTEER, volunteer("iin"), sheet("volunteer", "residence", language="ru")),
        Want(OK),
    ),
    # 2. what is never required, and what always is
    "2: no stamp, no addressee": ((application("volunteer", "addressee"), volunteer()), Want(OK)),
    "2: a telephone alone is enough": ((VOLUNTEER, volunteer(contacts=CONTACTS_OF["phone"])), Want(OK)),
    "2: an e-mail address alone is enough": ((VOLUNTEER, volunteer(contacts=CONTACTS_OF["email"])), Want(OK)),
    "2: a website alone is not": (
        (VOLUNTEER, volunteer(contacts=CONTACTS_OF["website"])),
        incomplete("volunteer.contacts"),
    ),
    "2: Instagram alone is not": (
        (VOLUNTEER, volunteer(contacts=CONTACTS_OF["instagram"])),
        incomplete("volunteer.contacts"),
    ),
    "2: WhatsApp alone is a telephone after all, a person decides": (
        (VOLUNTEER, volunteer(contacts=CONTACTS_OF["whatsapp"])),
        Want(CLERK),
    ),
    "2: consent is required": (
        (application("volunteer", "personal_data_consent"), volunteer()),
        incomplete("application.personal_data_consent"),
    ),
    "2: consent struck out is no consent": (
        (application("volunteer", answers={"personal_data_consent": False}), volunteer()),
        incomplete("application.personal_data_consent"),
    ),
    "2: a role in own words is a role": (
        (VOLUNTEER, volunteer("volunteer_role", volunteer_role_other="жүргізуші")),
        Want(OK),
    ),
    "2: a time in own words is a time": (
        (VOLUNTEER, volunteer("preferred_time", preferred_time_other="түнде")),
        Want(OK),
    ),
    "2: neither mark nor words": (
        (VOLUNTEER, volunteer("preferred_time", "volunteer_role")),
        incomplete("volunteer.preferred_time", "volunteer.volunteer_role"),
    ),
    "2: an organiser who is a person": ((ORGANIZER, sheet("organizer")), Want(OK, "organizer")),
    "2: an organiser that is a legal entity": (
        (ORGANIZER, sheet("organizer", *PERSON, answers=LEGAL_ENTITY)),
        Want(OK, "organizer"),
    ),
    "2: an organiser with a BIN alone is a legal entity with gaps": (
        (ORGANIZER, sheet("organizer", *PERSON, answers={"bin": BIN})),
        incomplete("organizer.org_name", "organizer.registration_date", applicant="organizer"),
    ),
    "2: a whole person with the name of a firm is a person": (
        (ORGANIZER, sheet("organizer", answers={"org_name": "Үлгі"})),
        Want(OK, "organizer"),
    ),
    "2: half a person is a person with gaps": (
        (ORGANIZER, sheet("organizer", "iin", "birth_year")),
        incomplete("organizer.birth_year", "organizer.iin", applicant="organizer"),
    ),
    "2: nobody at all is asked as a person": (
        (ORGANIZER, sheet("organizer", *PERSON)),
        incomplete(*(f"organizer.{f}" for f in sorted(PERSON)), applicant="organizer"),
    ),
    # 3. what is blank is told by the reader; a «жоқ» is an answer
    "3: no experience is an answer": ((VOLUNTEER, volunteer(volunteering_experience="нет")), Want(OK)),
    "3: an empty text is no answer": (
        (VOLUNTEER, volunteer(volunteering_experience="")),
        incomplete("volunteer.volunteering_experience"),
    ),
    "3: no kind chosen": ((VOLUNTEER, volunteer(activity_kinds=[])), incomplete("volunteer.activity_kinds")),
    "3: what could not be told to be blank is not called missing": (
        (VOLUNTEER, sheet("volunteer", "residence", unsure_blank=("residence",))),
        Want(CLERK),
    ),
    # 4. identifiers
    "4: a wrong check digit keeps its value and calls the clerk": (
        (VOLUNTEER, volunteer(iin=CHECKSUM)),
        Want(CLERK, notices=("volunteer.iin.checksum",)),
    ),
    "4: a year of birth unlike the IIN is nothing at all": ((VOLUNTEER, volunteer(birth_year=2001)), Want(OK)),
    # 5. kind 13 must be named
    "5: kind 13 without its name": (
        (VOLUNTEER, volunteer(activity_kinds=[1, 13])),
        incomplete("volunteer.activity_other"),
    ),
    "5: kind 13 with its name": ((VOLUNTEER, volunteer(activity_kinds=[13], activity_other="шахмат")), Want(OK)),
    "5: words without kind 13 are no fault": ((VOLUNTEER, volunteer(activity_other="шахмат")), Want(OK)),
    # 6. whose questionnaire
    "6: unmarked, and clear from the questionnaire": (
        (UNMARKED, volunteer()),
        Want(OK, notices=("application.register_category.unmarked",)),
    ),
    "6: unmarked, and no questionnaire": ((UNMARKED,), incomplete("application.register_category", applicant=None)),
    "6: the questionnaire of another category": (
        (application("group"), volunteer()),
        incomplete("group", applicant="group"),
    ),
    "6: a coordinator under the shared category": ((ORGANIZER, sheet("coordinator")), Want(OK, "coordinator")),
    "6: the shared category without a questionnaire names both": (
        (ORGANIZER,),
        incomplete("coordinator", "organizer", applicant=None),
    ),
    "6: both questionnaires of the shared category": (
        (ORGANIZER, sheet("coordinator"), sheet("organizer")),
        Want(CLERK, None),
    ),
    "6: two categories marked": ((BOTH_CATEGORIES, volunteer()), Want(CLERK, None)),
    "6: two categories, one in each language": (
        (VOLUNTEER, application("group", language="ru"), volunteer()),
        Want(CLERK, None),
    ),
    "6: unmarked, and two questionnaires": ((UNMARKED, volunteer(), sheet("group")), Want(CLERK, None)),
    # 8. what is enclosed is judged too, and never costs the applicant anything
    "8: a whole programme enclosed": ((VOLUNTEER, volunteer(), sheet("programme")), Want(OK)),
    "8: a programme with a gap": (
        (VOLUNTEER, volunteer(), sheet("programme", "goal")),
        incomplete(programme=("programme.goal",)),
    ),
    "8: gaps of both are told apart": (
        (VOLUNTEER, volunteer("iin"), sheet("action", "place", "duration_periodicity")),
        incomplete("volunteer.iin", programme=("action.duration_periodicity", "action.place")),
    ),
    # 10. signed or not
    "10: not signed": ((application("volunteer", "signature"), volunteer()), incomplete("application.signature")),
    "10: a name in the place of the name is no signature": (
        (application("volunteer", answers={"signature": False}), volunteer()),
        incomplete("application.signature"),
    ),
    # 12. blank forms beside filled ones
    "12: a blank group form beside a filled volunteer's": ((VOLUNTEER, volunteer(), blank("group")), Want(OK)),
    "12: a blank copy in the other language": ((VOLUNTEER, volunteer(), blank("volunteer", "ru")), Want(OK)),
    "12: a blank programme beside filled forms": ((VOLUNTEER, volunteer(), blank("programme")), Want(OK)),
    "12: a blank questionnaire under a filled application": ((VOLUNTEER, blank("volunteer")), incomplete("volunteer")),
    # 13. the clerk goes first
    "13: unsure goes before incomplete": (
        (VOLUNTEER, volunteer("residence", iin=CHECKSUM)),
        Want(CLERK, missing=("volunteer.residence",), notices=("volunteer.iin.checksum",)),
    ),
    "13: a minor with a dangerous kind is noted and nothing more": (
        (VOLUNTEER, volunteer(birth_year=2010, activity_kinds=[3])),
        Want(OK, notices=("volunteer.minor_activity",)),
    ),
    "13: a minor with a harmless kind is not even noted": (
        (VOLUNTEER, volunteer(birth_year=2010, activity_kinds=[1])),
        Want(OK),
    ),
    "13: an impossible e-mail address is noted and nothing more": (
        (application("volunteer", answers={"email": said("saule@post", flaws=("email_impossible",))}), volunteer()),
        Want(OK, notices=("application.email.email_impossible",)),
    ),
    "13: a doubtful value calls the clerk": (
        (VOLUNTEER, volunteer(iin=said(IIN, doubt="a digit is smudged"))),
        Want(CLERK),
    ),
    "13: a doubtful value that stands surely in the other copy does not": (
        (VOLUNTEER, volunteer(iin=said(IIN, doubt="a digit is smudged")), sheet("volunteer", language="ru")),
        Want(OK),
    ),
    "13: a doubt about a stamp is nobody's": (
        (application("volunteer", answers={"stamp": said(True, doubt="pale")}), volunteer()),
        Want(OK),
    ),
    # 14. one document in both languages
    "14: printed side by side": (
        (
            application("volunteer", language_any=True),
            sheet("volunteer", language_any=True),
        ),
        Want(OK),
    ),
}


@pytest.mark.parametrize(("sheets", "want"), RULES.values(), ids=RULES)
def test_a_filing_is_judged_by_the_rules_of_completeness(sheets: tuple[Sheet, ...], want: Want) -> None:
    verdict = judged(*sheets)

    assert (verdict.judgement, verdict.applicant, verdict.missing) == (want.judgement, want.applicant, want.missing)
    assert verdict.programme_missing == want.programme_missing
    assert set(want.notices) == set(verdict.notices)
    assert bool(verdict.unsure) is (want.judgement is CLERK)


@pytest.mark.parametrize(("sheets", "want"), RULES.values(), ids=RULES)
def test_forms_may_come_in_any_order(sheets: tuple[Sheet, ...], want: Want) -> None:
    forward, backward = judged(*sheets), judged(*reversed(sheets))

    assert (backward.judgement, backward.missing, backward.applicant) == (
        forward.judgement,
        forward.missing,
        forward.applicant,
    )


@pytest.mark.parametrize("language", ["kk", "ru"])
@pytest.mark.parametrize("kind", QUESTIONNAIRES)
def test_every_category_can_be_complete(kind: str, language: str) -> None:
    verdict = judged(application(CATEGORY_OF[kind], language=language), sheet(kind, language=language))

    assert (verdict.judgement, verdict.applicant) == (OK, kind)


REQUIRED = [
    (kind, field.id)
    for kind, form in catalogue().forms.items()
    for field in form.fields
    if field.needed == "always" and field.id != "register_category"
]


@pytest.mark.parametrize(("form", "field"), REQUIRED, ids=[".".join(pair) for pair in REQUIRED])
def test_every_required_field_is_asked_for_when_it_is_not_filled(form: str, field: str) -> None:
    kind = form if form in QUESTIONNAIRES else "volunteer"
    sheets = {s.form: s for s in (application(CATEGORY_OF[kind]), sheet(kind))}
    sheets[form] = sheet(form, field, answers=_marked(form, kind))

    verdict = judged(*sheets.values())

    assert verdict.judgement is GAPS
    assert verdict.missing + verdict.programme_missing == (f"{form}.{field}",)
    assert verdict.applicant == kind


def _marked(form: str, kind: str) -> dict[str, object]:
    return {"register_category": [CATEGORY_OF[kind]]} if form == "application" else {}


def test_the_samples_here_fill_every_required_field() -> None:
    for form, field in REQUIRED:
        assert field in FILLED[form], f"{form}.{field}"


# ---------------------------------------------------------------- 4, 9, 10: a clerk's eyes


def test_a_field_that_the_clerk_saw_filled_is_filled() -> None:
    seen = sheet("volunteer", "contacts", "iin", filled_by_clerk=("contacts", "iin"))

    assert judged(VOLUNTEER, seen).judgement is OK


# ---------------------------------------------------------------- 7: a questionnaire alone


@pytest.mark.parametrize("kind", QUESTIONNAIRES)
def test_a_change_is_judged_on_its_questionnaire_alone(kind: str) -> None:
    whole = judged(sheet(kind), category=Category.CHANGE)
    gap = judged(sheet(kind, "contacts"), category=Category.CHANGE)

    assert (whole.judgement, whole.applicant) == (OK, kind)
    assert (gap.judgement, gap.missing) == (GAPS, (f"{kind}.contacts",))


def test_a_questionnaire_that_asks_for_inclusion_lacks_its_application() -> None:
    verdict = judged(sheet("group"), category=Category.APPLICATION)

    assert (verdict.judgement, verdict.missing, verdict.applicant) == (GAPS, ("application",), "group")


# ---------------------------------------------------------------- 8: programmes


@pytest.mark.parametrize("form", ["programme", "action"])
def test_programmes_alone_are_judged_on_themselves_and_have_no_applicant(form: str) -> None:
    whole = judged(sheet(form), category=Category.PROGRAMME)
    gap = judged(sheet(form, "offered_work"), category=Category.PROGRAMME)

    assert (whole.judgement, whole.applicant, whole.missing) == (OK, None, ())
    assert (gap.judgement, gap.applicant, gap.missing) == (GAPS, None, (f"{form}.offered_work",))


def test_the_gaps_of_one_programme_are_not_filled_by_another() -> None:
    first = sheet("programme", "goal")
    second = sheet("programme", "methods", answers={"name": "Басқа бағдарлама"})

    verdict = judged(VOLUNTEER, volunteer(), first, second)

    assert verdict.programme_missing == ("programme.goal", "programme.methods")


def test_a_programme_in_two_languages_is_one_programme() -> None:
    both = (sheet("programme", "goal"), sheet("programme", "methods", language="ru"))

    assert len(enclosed_forms(both)) == 1
    assert judged(VOLUNTEER, volunteer(), *both).judgement is OK


def test_a_programme_sent_again_replaces_the_first() -> None:
    first, again = sheet("programme", "goal", mail="01" * 32), sheet("programme", mail="02" * 32)

    assert judged(VOLUNTEER, volunteer(), first, again).judgement is OK


# ---------------------------------------------------------------- 11: files that could not be opened


def test_a_file_that_could_not_be_opened_calls_the_clerk_and_nothing_is_called_missing() -> None:
    verdict = judged(VOLUNTEER, volunteer("iin"), sheet("programme", "goal"), unreadable=("скан.pdf: encrypted",))

    assert (verdict.judgement, verdict.applicant) == (CLERK, "volunteer")
    assert verdict.missing == verdict.programme_missing == ()
    assert "attachment.unreadable" in verdict.notices


def test_an_unread_filing_has_no_applicant_unless_a_questionnaire_tells_it() -> None:
    unread = ("сауалнама.pdf: damaged",)

    assert judged(VOLUNTEER, unreadable=unread).applicant is None
    assert judged(unreadable=unread).applicant is None
    assert judged(volunteer(), category=Category.CHANGE, unreadable=unread).applicant == "volunteer"


# ---------------------------------------------------------------- 12: blank throughout


def test_a_filing_that_is_blank_throughout_lacks_everything() -> None:
    verdict = judged(blank("application"), blank("volunteer"))

    always = [f"{form}.{field}" for form, field in REQUIRED if form in ("application", "volunteer")]
    printed = {"application.personal_data_consent"}
    assert verdict.judgement is GAPS
    assert verdict.applicant == "volunteer"
    assert set(verdict.missing) == set(always) - printed


def test_a_blank_programme_alone_lacks_everything() -> None:
    verdict = judged(blank("action"), category=Category.PROGRAMME)

    assert set(verdict.missing) == {f"action.{field}" for form, field in REQUIRED if form == "action"}


# ---------------------------------------------------------------- several mails


def test_the_newest_copy_of_a_form_and_language_counts() -> None:
    first, again = sheet("volunteer", mail="01" * 32), sheet("volunteer", "iin", mail="02" * 32)

    assert judged(VOLUNTEER, first, again).missing == ("volunteer.iin",)
    assert judged(VOLUNTEER, again, first).judgement is OK


def test_a_blank_copy_sent_later_takes_nothing_away() -> None:
    assert judged(VOLUNTEER, volunteer(), blank("volunteer")).judgement is OK
    assert blank("volunteer") not in counted_sheets((volunteer(), blank("volunteer")))


def test_forms_of_two_people_in_one_mail_go_to_the_clerk() -> None:
    other = sheet("volunteer", language="ru", answers={"iin": OTHER_IIN})

    verdict = judged(VOLUNTEER, volunteer(), other)

    assert verdict.judgement is CLERK
    assert "several_applicants" in verdict.unsure


def test_an_organiser_may_name_both_a_person_and_a_firm() -> None:
    assert judged(ORGANIZER, sheet("organizer", answers=LEGAL_ENTITY)).judgement is OK


# ---------------------------------------------------------------- §4: both languages, where the ministry asks for them


def test_a_missing_language_is_an_incompleteness_where_both_are_asked_for() -> None:
    one = judged(*complete("ru"), languages="both")
    both = judged(*complete("kk"), *complete("ru"), languages="both")
    side_by_side = judged(
        application("volunteer", language_any=True), sheet("volunteer", language_any=True), languages="both"
    )

    assert one.missing == ("application.in_kk", "volunteer.in_kk")
    assert both.judgement is OK
    assert side_by_side.judgement is OK


# ---------------------------------------------------------------- never raises


def test_no_forms_at_all_are_an_answer_and_no_error() -> None:
    for category in (Category.APPLICATION, Category.CHANGE, Category.PROGRAMME):
        verdict = check((), category=category, unreadable=(), on=date(2026, 10, 23))

        assert verdict.applicant is None


@pytest.mark.parametrize("category", [Category.CHANGE, Category.PROGRAMME])
def test_a_change_or_programme_without_any_form_is_never_complete(category: Category) -> None:
    verdict = check((), category=category, unreadable=(), on=date(2026, 11, 20))
    assert (verdict.judgement, verdict.unsure) == (Judgement.NEEDS_CLERK, ("no_form",))


@pytest.mark.parametrize(
    ("other", "several"),
    [
        ("Ахметова Дана", True),
        ("Қыдырова Дана", True),
        ("Қыдырова Сәуле Ерланқызы", False),
        ("ҚЫДЫРОВА САУЛЕ", False),
    ],
)
def test_two_people_in_one_mail_are_told_by_their_names_too(other: str, several: bool) -> None:
    first = sheet("volunteer", "iin")
    second = sheet("volunteer", answers={"full_name": other})
    assert ("several_applicants" in judged(application("volunteer"), first, second).unsure) is several
