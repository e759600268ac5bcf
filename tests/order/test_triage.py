"""What a mail is: forms first, then headers, then words."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from inbox_daemon.order.plain_stop import stops_plainly
from inbox_daemon.order.triage import asks_inclusion, case_token, what_is_it
from parsers.readings import Address, DeliveryReport, FilledForm, FormId, Mail, Reading, Source, Unreadable, Value
from registry_store.records import Category

HERE = Path(__file__).parent
REASONS = ("encrypted", "damaged", "unsupported", "too_large", "crashed", "picture")


def rows(name: str) -> list[dict[str, str]]:
    lines = (HERE / name).read_text("utf-8").splitlines()
    return list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def mail(
    subject: str = "",
    body: str = "",
    headers: Mapping[str, str] | None = None,
    sender: str = "a@post.example",
    return_path: str | None = None,
    report: DeliveryReport | None = None,
    forwarded: tuple[Mail, ...] = (),
) -> Mail:
    return Mail(
        message_id=None,
        in_reply_to=(),
        references=(),
        subject=subject,
        sender=Address("", sender),
        reply_to=(),
        to=(),
        return_path=return_path,
        received=(),
        authentication_results=(),
        headers=headers or {},
        body=body.replace("\\n", "\n"),
        body_html="",
        attachments=(),
        report=report,
        forwarded=forwarded,
    )


def unread(files: str | None) -> tuple[Unreadable, ...]:
    found = []
    for file in filter(None, (files or "").split("|")):
        part, _, reason = file.rpartition(":")
        assert reason in REASONS
        found.append(Unreadable(part, reason))  # type: ignore[arg-type]
    return tuple(found)


def form(kind: FormId, *filled: str) -> FilledForm:
    return FilledForm("a.docx", kind, "kk", {name: Value("x", "x", Source("a.docx", "")) for name in filled})


# ---------------------------------------------------------------- mails without a readable form


@pytest.mark.parametrize(
    "row", rows("triage_mails.tsv"), ids=lambda row: f"{row['category']}: {row['subject'] or row['body']}"[:70]
)
def test_words_tell_what_a_mail_without_forms_is(row: dict[str, str]) -> None:
    reading = Reading(mail(row["subject"], row["body"] or ""), (), unread(row["files"]))
    assert what_is_it(reading) == row["category"]


@pytest.mark.parametrize("row", rows("stop_mails.tsv"), ids=lambda row: f"{row['plain']}: {row['body']}"[:70])
def test_a_stop_is_carried_out_without_a_person_only_in_plain_words(row: dict[str, str]) -> None:
    """The kind of fault: somebody asks for a part of an entry, for somebody else, for later, on a condition or not at
    all, and is taken out of the register. Only «me, out of the register», word by word, is carried out by itself."""
    reading = Reading(mail(row["subject"], row["body"]), (), ())
    stops = what_is_it(reading) is Category.TERMINATION

    assert stops == (row["plain"] != "never")
    assert not stops or stops_plainly(reading) == (row["plain"] == "yes")


def test_every_category_has_its_mails_in_the_table() -> None:
    counted = Counter(row["category"] for row in rows("triage_mails.tsv"))
    assert set(counted) == set(Category) - {Category.BOUNCE}
    assert sum(counted[name] for name in ("termination", "question", "auto_reply", "other")) >= 60


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("Волонтерлік қызметімізді тоқтатқанымызды хабарлаймыз.", "termination"),
        ("Прошу исключить меня из реестра волонтеров. 12.11.2026", "termination"),
        ("Мені волонтерлер тізіліміне қосуыңызды сұраймын.", "application"),
        # Papers in which no form was recognised are a person's to read, whatever words stand in them.
        ("Телефон нөмірім өзгерді.", "application"),
        ("Тізілімге қалай тіркелемін?", "application"),
        ("Смета расходов на ноябрь", "application"),
    ],
)
def test_an_attached_letter_is_a_stop_or_a_filing_that_a_person_reads(text: str, category: str) -> None:
    reading = Reading(mail("Хабарлама", "Хат қоса беріледі."), (), (), {"Письмо.docx": text})
    assert what_is_it(reading) == category


def test_a_mail_passed_on_speaks_like_the_mail_itself() -> None:
    inner = mail("Тізілімнен шығару", "Мені тізілімнен шығаруыңызды сұраймын.")
    assert what_is_it(Reading(mail("FW: хат", "Азаматтың хаты", forwarded=(inner,)), ())) == Category.TERMINATION


# ---------------------------------------------------------------- forms


@pytest.mark.parametrize(
    "kind", [kind for kind in get_args(FormId) if kind not in ("application", "programme", "action")]
)
def test_an_application_decides_whatever_else_is_there(kind: FormId) -> None:
    forms = (form("application", "phone"), form(kind, "iin"), form("programme", "name"))
    assert what_is_it(Reading(mail("Изменение сведений", "исключите меня из реестра"), forms)) == Category.APPLICATION


@pytest.mark.parametrize(
    "row", rows("inclusion_mails.tsv"), ids=lambda row: f"{row['asks']}: {row['subject'] or row['body']}"[:70]
)
def test_a_questionnaire_alone_is_a_change_unless_words_ask_for_inclusion(row: dict[str, str]) -> None:
    reading = Reading(mail(row["subject"], row["body"]), (form("volunteer", "iin"),))
    assert asks_inclusion(reading) is (row["asks"] == "yes")
    assert what_is_it(reading) == ("application" if row["asks"] == "yes" else "change")


@pytest.mark.parametrize("kinds", [("programme",), ("action",), ("programme", "action")])
def test_programmes_alone_are_a_programme(kinds: tuple[FormId, ...]) -> None:
    forms = tuple(form(kind, "name") for kind in kinds)
    assert what_is_it(Reading(mail("Бағдарлама", "Тізілімге енгізу үшін жолдаймыз"), forms)) == Category.PROGRAMME


def test_beside_a_programme_an_unread_application_is_not_overlooked() -> None:
    forms = (form("programme", "name"),)
    files = unread("Заявление.docx:damaged")
    assert what_is_it(Reading(mail("документы", "во вложении"), forms, files)) == Category.APPLICATION


def test_an_old_questionnaire_beside_a_stop_is_a_stop() -> None:
    reading = Reading(mail("исключение", "Прошу исключить меня из реестра волонтеров"), (form("volunteer", "iin"),))
    assert what_is_it(reading) == Category.TERMINATION


def test_blank_forms_are_an_application_from_a_person_and_nothing_in_an_automatic_reply() -> None:
    blank = (form("application", "personal_data_consent"), form("volunteer"))
    assert what_is_it(Reading(mail("арыз"), blank)) == Category.APPLICATION
    assert what_is_it(Reading(mail("Автоответ: арыз", "в отпуске"), blank)) == Category.AUTO_REPLY


# ---------------------------------------------------------------- headers


def test_a_delivery_report_is_a_bounce_whatever_it_quotes() -> None:
    report = DeliveryReport("failed")
    assert what_is_it(Reading(mail("Undelivered", "исключите меня из реестра", report=report), ())) == Category.BOUNCE


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"auto-submitted": "auto-replied"}, "Прошу обращаться к коллегам по поводу заявлений"),
        ({"auto-submitted": "auto-generated"}, "Каникулы до 10 января."),
        ({"x-autoreply": "yes"}, "Бүгін жоқпын"),
        ({"precedence": "auto_reply"}, "Бүгін жоқпын"),
        ({"content-type": "multipart/report; report-type=disposition-notification"}, "Displayed"),
        ({"x-auto-response-suppress": "All"}, "Кейін хабарласамын"),
    ],
)
def test_header_lines_make_an_automatic_reply(headers: dict[str, str], body: str) -> None:
    assert what_is_it(Reading(mail("Re: Реестр", body, headers), ())) == Category.AUTO_REPLY


AUTOMATIC: list[dict[str, str]] = [
    {"auto-submitted": "auto-replied"},
    {"auto-submitted": "auto-generated"},
    {"x-auto-response-suppress": "All"},
    {"precedence": "bulk"},
    {"precedence": "list", "list-id": "<group.example>"},
    {"list-unsubscribe": "<mailto:x@x.example>"},
]


@pytest.mark.parametrize("headers", AUTOMATIC, ids=str)
def test_marks_of_automatic_mail_never_cost_an_applicant_the_intake(headers: dict[str, str]) -> None:
    words = mail("арыз және сауалнама", "Құжаттарды жолдап отырмын", headers)
    assert what_is_it(Reading(words, (form("application", "phone"),))) == Category.APPLICATION
    assert what_is_it(Reading(words, (), unread("арыз.docx:encrypted"))) == Category.APPLICATION


@pytest.mark.parametrize("headers", AUTOMATIC, ids=str)
def test_a_group_address_or_a_gateway_may_pass_on_a_stop(headers: dict[str, str]) -> None:
    reading = Reading(mail("Прекращение", "Прошу исключить меня из реестра волонтеров", headers), ())
    assert what_is_it(reading) == Category.TERMINATION


# ---------------------------------------------------------------- the case token


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("[VR-2026-000417] арыз", "VR-2026-000417"),
        ("Re: [VR-2026-000417]", "VR-2026-000417"),
        ("RE[2]: FW: арыз [VR-2026-000417]", "VR-2026-000417"),
        ("Re: VR-2026-000417] арыз", "VR-2026-000417"),
        ("[VR-2026-000417", "VR-2026-000417"),
        ("(vr–2026–000417)", "VR-2026-000417"),
        ("[VR-2026-0004 17]", "VR-2026-000417"),
        ("ВР-2026-000417 2 файла", "VR-2026-000417"),
        ("VR-2026-417", "VR-2026-000417"),
        ("VR-2026-1000417", "VR-2026-1000417"),
        ("SVR-2026-000417", None),
        ("VR-2026", None),
        ("№ 2026-000417", None),
        ("", None),
    ],
)
def test_the_case_token_is_found_also_when_damaged(subject: str, number: str | None) -> None:
    assert case_token(subject) == number


# Not the mails of nobody's concern: a question mark under a token is a question about that case.
TOLD = [row for row in rows("triage_mails.tsv") if row["category"] != "other"]


@pytest.mark.parametrize("row", TOLD[::3], ids=lambda row: f"{row['category']}: {row['subject'] or row['body']}"[:70])
def test_the_case_token_plays_no_part_in_the_category(row: dict[str, str]) -> None:
    reading = Reading(mail(f"[VR-2026-000417] {row['subject'] or ''}", row["body"] or ""), (), unread(row["files"]))
    assert what_is_it(reading) == row["category"]
