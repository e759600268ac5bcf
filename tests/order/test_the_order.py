"""Order No. 127-НҚ, chapter 2, paragraph by paragraph (docs/order-127.kk.txt). Each test is the paragraph told as a
story that happens to made-up people in the real daemon; read it beside the paragraph.

The autumn of 2026 in Kazakhstan: Sunday 25 October is Republic Day, so Monday the 26th is a day off.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

from inbox_daemon.order.asks import Ask
from inbox_daemon.order.workdays import almaty_day
from parsers.readings import Language, QuestionnaireId
from registry_store.records import ClerkRefused, LetterKind, Look, State
from tests.simulation.people import form, person
from tests.story.told import files_of, filing, ministry, words_of

SAULE, ARMAN, OLGA, DANA = (person(n) for n in (1, 2, 3, 4))
LANGUAGES: tuple[Language, Language] = ("kk", "ru")
CATEGORIES: tuple[QuestionnaireId, ...] = ("volunteer", "group", "organization", "coordinator", "organizer")
# The columns of Appendix 1, counted from 0: where the name of each category stands, and the last one.
NAME_COLUMN = {"volunteer": 1, "group": 2, "organization": 3, "coordinator": 4, "organizer": 4}
CONTACTS, STOPPED = 5, 10


def test_paragraph_3_the_register_is_kept_by_the_form_of_appendix_1_in_kazakh_and_russian(tmp_path: Path) -> None:
    """§3. The authorised body keeps the register by the form of Appendix 1, in Kazakh and in Russian."""
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        story.receives(SAULE, *filing(SAULE, language="kk"))
        story.receives(ARMAN, *filing(ARMAN, language="ru"))

        kazakh, russian = story.published("kk"), story.published("ru")

        # One row for each applicant, the same rows in both languages, numbered in the order of inclusion …
        assert [row[0] for row in kazakh] == [row[0] for row in russian] == ["1", "2"]
        assert [row[NAME_COLUMN["volunteer"]] for row in kazakh] == [SAULE.name, ARMAN.name]
        # … and each row has the eleven columns of Appendix 1.
        assert {len(row) for row in kazakh + russian} == {11}


def test_paragraph_4_five_kinds_of_applicants_mail_an_application_and_a_questionnaire(tmp_path: Path) -> None:
    """§4. To be included, volunteers, groups, organisations, coordinators and organisers mail an application and a
    questionnaire by the form of Appendix 2, in Kazakh and Russian."""
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        people = [person(n) for n in range(10, 20)]
        for who, (kind, language) in zip(people, [(k, x) for k in CATEGORIES for x in LANGUAGES], strict=True):
            number = story.receives(who, *filing(who, kind, language=language))

            # An application with the questionnaire of its category is enough, in either language.
            assert number is not None
            assert story.case(number).state is State.INCLUDED
            row = story.published(language)[-1]
            assert who.name in row[NAME_COLUMN[kind]] or kind == "organizer"
            assert [n for n in (1, 2, 3, 4) if row[n]] == [NAME_COLUMN[kind]]

        # Without the application, or without the questionnaire, nobody is included.
        only_application = story.receives(OLGA, filing(OLGA)[0])
        only_questionnaire = story.receives(DANA, filing(DANA)[1], subject="Сауалнама", words="")
        assert only_application is not None
        assert only_questionnaire is not None
        assert story.case(only_application).state is State.INCOMPLETE
        assert story.case(only_questionnaire).state is State.WITH_CLERK


def test_paragraph_5_keeping_the_register_is_to_enter_to_update_and_to_publish(tmp_path: Path) -> None:
    """§5. To keep the register is 1) to enter the applicants, 2) to bring changes and additions up to date, 3) to
    publish the register on the official site."""
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        number = story.receives(SAULE, *filing(SAULE, "coordinator"))
        assert number is not None
        entered = story.published("kk")[0]

        story.until("2026-11-16 10:00")
        story.receives(SAULE, form(SAULE, "programme"), subject="Бағдарлама", words="Бағдарлама қоса беріледі.")
        added = story.published("kk")[0]

        # 1) entered, 2) with what was added later, 3) in the files that the site shows.
        assert entered[6] == ""
        assert added[:6] == entered[:6]
        assert added[6] == "1. Таза өзен"
        assert {"register.xlsx", "register.kk.html", "register.ru.html"} <= set(story.published_files())


def test_paragraph_6_a_named_officer_watches_the_mailbox_every_day(tmp_path: Path) -> None:
    """§6. The head of the body appoints an officer, whose name and contacts stand on the site. Every day the officer
    watches the mailbox for applications and questionnaires that have come."""
    with ministry(tmp_path, "2026-10-22 10:00") as story:
        number = story.receives(SAULE, *filing(SAULE))
        assert number is not None
        story.until("2026-10-28 10:00")

        # The officer is named where the register is published, and in every letter.
        for language in LANGUAGES:
            page = story.published_files()[f"register.{language}.html"].decode()
            assert "Үлгі Айжан" in page
            assert "101" in page
        assert "Үлгі Айжан" in words_of(story.letter(LetterKind.INCLUSION, number))
        # The diary of looks proves that no day went by, days off among them.
        looked = {almaty_day(look.began) for look in story.world.store.looks() if look.complete}
        assert looked == {date(2026, 10, day) for day in range(22, 29)}


def test_paragraph_7_when_facts_change_the_applicant_sends_the_questionnaire_again(tmp_path: Path) -> None:
    """§7. When facts change, the applicant sends the questionnaire within 10 working days of the change.

    The ten days bind the applicant; a change that is sent later is entered all the same.
    """
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        number = story.receives(SAULE, *filing(SAULE))
        assert number is not None
        before, old_row = story.entry(number), story.published("kk")[0]

        story.until("2026-12-01 10:00")
        moved = replace(SAULE, town="Шымкент, Тәуке хан 5")
        words = "Тұрғылықты жерім өзгерді, сауалнама қоса беріледі."
        change = story.receives(SAULE, form(moved, "volunteer"), subject="Өзгеріс", words=words)

        # The same entry says it anew; what it said before stays in its history; the applicant is told.
        assert change is not None
        assert story.case(change).state is State.CARRIED_OUT
        assert [row[0] for row in story.published("kk")] == [str(before.number)]
        assert "Алматы" in old_row[CONTACTS]
        assert "Шымкент" in story.published("kk")[0][CONTACTS]
        assert [entry.version for _, entry in story.world.store.entry_history(before.number)] == [1, 2]
        assert LetterKind.CHANGE in story.letters(change)


def test_paragraph_8_the_officer_looks_whether_application_and_questionnaire_are_filled_in_completely(
    tmp_path: Path,
) -> None:
    """§8. On receiving the facts the officer looks at applications and questionnaires for *completeness*."""
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        complete = story.receives(SAULE, *filing(SAULE))
        with_gap = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        application = filing(OLGA)[0]
        smudged = story.receives(OLGA, application, form(OLGA, "volunteer", doubtful={"iin"}))
        closed = story.receives(DANA, filing(DANA)[0], unreadable=("скан.pdf",))
        assert complete is not None
        assert with_gap is not None
        assert smudged is not None
        assert closed is not None
        story.until("2026-11-16 10:00")

        # Complete is included. A gap, and nothing else, is sent back, and it is named by its label.
        assert LetterKind.INCLUSION in story.letters(complete)
        assert LetterKind.REWORK in story.letters(with_gap)
        assert "Тұрғылықты жері" in words_of(story.letter(LetterKind.REWORK, with_gap))
        # A value that cannot be read surely, or a file that cannot be opened, is the officer's to look at and no
        # ground to send a form back or to refuse.
        for number in (smudged, closed):
            assert story.case(number).state is State.WITH_CLERK
            assert not {LetterKind.REWORK, LetterKind.REFUSAL} & set(story.letters(number))


def test_paragraph_9_facts_about_volunteer_activity_are_open_to_all(tmp_path: Path) -> None:
    """§9. Facts about volunteer activity are open to all: the columns of Appendix 1, and nothing else."""
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        story.receives(SAULE, *filing(SAULE))
        story.receives(ARMAN, *filing(ARMAN, without="residence"))

        files = story.published_files()

        # The pages ask nobody to sign in, and what they say can be downloaded.
        assert b"<form" not in files["register.kk.html"]
        assert SAULE.name in files["register.kk.html"].decode()
        assert len(json.loads(files["register.json"])["rows"]) == 1
        # What Appendix 1 has no column for is not open: the IIN, the year of birth, who is still under review.
        text = b"".join(content for name, content in files.items() if not name.endswith(".xlsx")).decode()
        for private in (SAULE.iin, str(SAULE.birth_year), ARMAN.name, ARMAN.address):
            assert private not in text


def test_paragraph_10_review_takes_five_working_days_and_rework_three(tmp_path: Path) -> None:
    """§10. The officer reviews what has come within 5 working days. If it is not complete, it is sent for rework
    within 5 working days of receipt. The applicant reworks it within 3 working days and sends it again."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        number = story.receives(SAULE, *filing(SAULE, without="residence"))
        assert number is not None

        # Day 1 is Wed 21.10, then Thu 22, Fri 23, Tue 27 (Mon 26 is off), Wed 28: the fifth and last. The letter
        # goes by itself a working day before, when the officer has not sent it.
        assert story.world.store.due_of(number) == date(2026, 10, 28)
        story.until("2026-10-27 10:00")
        assert story.left_at(LetterKind.REWORK, number) == "2026-10-27 09:00"

        # Three working days after Tue 27.10: Wed 28, Thu 29, Fri 30. The letter says so, and brings the form back.
        letter = story.letter(LetterKind.REWORK, number)
        assert story.world.store.due_of(number) == date(2026, 10, 30)
        assert "2026 жылғы 30 қазан, жұма" in words_of(letter)
        assert "30 октября 2026 года, пятница" in words_of(letter)
        assert any(name.endswith(".docx") for name in files_of(letter))

        # Sent again in the last minute of the last day is in time.
        story.until("2026-10-30 23:59")
        story.receives(SAULE, *filing(SAULE), answering=letter)
        assert story.case(number).state is State.INCLUDED
        story.until("2026-11-02 10:00")
        assert story.letters(number)[-1] is LetterKind.INCLUSION


def test_paragraph_11_who_does_not_send_the_reworked_application_in_time_is_refused(tmp_path: Path) -> None:
    """§11. If the reworked application is not submitted within the terms of §10, registration is refused.

    It is the only ground: who answered in time is never refused by the daemon, whatever the answer is worth.
    """
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        silent = story.receives(SAULE, *filing(SAULE, without="residence"))
        answers = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        assert silent is not None
        assert answers is not None
        story.until("2026-10-29 12:00")
        still_a_gap = filing(ARMAN, without="residence")
        story.receives(ARMAN, *still_a_gap, answering=story.letter(LetterKind.REWORK, answers))

        # The term ends with Fri 30.10. Nobody is refused on that day, nor on the weekend after it …
        story.until("2026-11-02 08:59")
        assert story.case(silent).state is State.AWAITING_REWORK
        # … and on Monday, after a look through the whole mailbox, who was silent is.
        story.until("2026-11-02 09:00")
        assert story.case(silent).state is State.REFUSED
        assert story.case(silent).ground == "§11"
        assert story.left_at(LetterKind.REFUSAL, silent) == "2026-11-02 09:00"

        # Who answered in time is not, and not even the officer can refuse them.
        story.until("2026-11-16 10:00")
        assert story.case(answers).state is State.WITH_CLERK
        refusal = ClerkRefused(story.world.now, "officer", "", Look(story.world.now, complete=True))
        assert story.world.clerk(refusal, answers) is None
        assert LetterKind.REFUSAL not in story.letters(answers)


def test_paragraph_12_inclusion_and_refusal_are_made_known_by_e_mail(tmp_path: Path) -> None:
    """§12. Inclusion in the register, or refusal, is made known to the applicant by a message to their e-mail."""
    with ministry(tmp_path, "2026-10-20 11:00") as story:
        included = story.receives(SAULE, *filing(SAULE))
        refused = story.receives(ARMAN, *filing(ARMAN, without="residence"))
        assert included is not None
        assert refused is not None
        story.until("2026-11-02 10:00")

        yes, no = story.letter(LetterKind.INCLUSION, included), story.letter(LetterKind.REFUSAL, refused)
        # To the applicant's own address, in both languages; what their server said is kept with the letter.
        assert yes.recipients == (SAULE.address,)
        assert no.recipients == (ARMAN.address,)
        assert yes.reply.startswith("250")
        assert no.reply.startswith("250")
        assert f"№ {story.entry(included).number}" in words_of(yes)
        # A refusal names its ground and where to appeal.
        assert "11-тарма" in words_of(no)
        assert "пункт" in words_of(no)
        assert "руководству министерства" in words_of(no)
        # Each decision is told once.
        assert story.letters(included).count(LetterKind.INCLUSION) == 1
        assert story.letters(refused).count(LetterKind.REFUSAL) == 1


def test_paragraph_13_activity_stops_at_the_applicants_own_wish_and_the_register_says_so(tmp_path: Path) -> None:
    """§13. Activity is stopped at the applicant's own wish by a message in free form within 10 working days of the
    decision; a mark of it is made in the register."""
    wish = "Волонтерлік қызметімді 2026 жылғы 9 қарашадан бастап тоқтатамын. Прошу исключить меня из реестра."
    with ministry(tmp_path, "2026-10-12 10:00") as story:
        number = story.receives(SAULE, *filing(SAULE))
        assert number is not None
        story.until("2026-11-12 14:00")

        # What may mean somebody else is asked of a person first.
        told = story.receives(SAULE, words="Моя коллега просила передать, что хочет выйти из реестра.")
        assert told is not None
        assert story.case(told).asks == (Ask.CONFIRM_STOP,)
        story.until("2026-11-12 15:00")

        stop = story.receives(SAULE, subject="Тоқтату туралы", words=wish)
        assert stop is not None
        story.until("2026-11-13 10:00")

        # The entry stays, with the mark in column 11, and the sender is told.
        assert story.case(stop).state is State.CARRIED_OUT
        assert story.letters(stop)[-1] is LetterKind.STOP
        row = story.published("ru")[0]
        assert row[NAME_COLUMN["volunteer"]] == SAULE.name
        assert "09.11.2026" in row[STOPPED]
        # Somebody else cannot stop it for them: a message from an address that is not on file is the officer's.
        other = story.receives(ARMAN, subject="Тоқтату туралы", words=f"{wish} ЖСН {SAULE.iin}")
        assert other is not None
        assert story.case(other).state is State.WITH_CLERK
        assert Ask.NOT_ON_FILE in story.case(other).asks
