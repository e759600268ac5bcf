"""Whom nothing is answered: RFC 3834 and the habits of servers."""

from __future__ import annotations

import pytest

from inbox_daemon.order.triage import AutomaticKind, automatic, what_is_it
from parsers.readings import DeliveryReport, Mail, Reading, Unreadable
from registry_store.records import Category
from tests.order.test_triage import mail, rows


@pytest.mark.parametrize(
    ("letter", "kind"),
    [
        (mail("x", report=DeliveryReport("failed")), "bounce"),
        (mail("x", return_path=""), "auto_reply"),
        (mail("x", headers={"auto-submitted": "auto-replied"}), "auto_reply"),
        (mail("x", headers={"auto-submitted": "Auto-Generated; owner-email=x"}), "auto_reply"),
        (mail("x", headers={"x-autorespond": ""}), "auto_reply"),
        (mail("x", headers={"precedence": "auto_reply"}), "auto_reply"),
        (mail("Автоответ: Реестр"), "auto_reply"),
        (mail("Out of Office"), "auto_reply"),
        (mail("x", headers={"list-id": "<a.b>"}), "list"),
        (mail("x", headers={"list-unsubscribe": "<https://x.example>"}), "list"),
        (mail("x", headers={"precedence": "list"}), "list"),
        (mail("x", headers={"precedence": "Bulk"}), "bulk"),
        (mail("x", headers={"precedence": "junk"}), "bulk"),
        (mail("x", headers={"x-auto-response-suppress": "DR, OOF, AutoReply"}), "suppressed"),
        (mail("x", sender="noreply@org.example"), "robot"),
        (mail("x", sender="no-reply+7@org.example"), "robot"),
        (mail("x", sender="MAILER-DAEMON@org.example".lower()), "robot"),
    ],
)
def test_automatic_mail_is_known(letter: Mail, kind: str) -> None:
    assert automatic(letter) is AutomaticKind(kind)


@pytest.mark.parametrize(
    "letter",
    [
        mail("Тізілімге қосу туралы арыз"),
        mail("x", headers={"auto-submitted": "no"}),
        mail("x", headers={"x-auto-response-suppress": "DR, RN, NRN"}),  # asks for no receipts, no more
        mail("x", headers={"precedence": "normal"}),
        mail("x", return_path="a@post.example"),
        mail("Re: автоответ не пришёл"),
        mail("x", sender="norepinova@post.example"),
        mail("Демалыс кезінде волонтер болу"),
    ],
)
def test_a_person_is_answered(letter: Mail) -> None:
    assert automatic(letter) is None


@pytest.mark.parametrize("row", rows("automatic_mails.tsv"), ids=lambda row: f"{row['whose']}: {row['body']}"[:70])
def test_an_automatic_reply_is_one_only_where_its_own_words_add_nothing(row: dict[str, str]) -> None:
    """The kind of fault: a missing value, a plea or a promise is lost because a telephone, Exchange or a form of a
    website set a header line, or because its subject begins like an absence."""
    name, _, value = (row["header"] or "").partition("=")
    read = Reading(mail(row["subject"], row["body"], {name: value} if name else {}), ())
    assert (what_is_it(read) is Category.AUTO_REPLY) == (row["whose"] == "auto")


@pytest.mark.parametrize("headers", [{"auto-submitted": "auto-replied"}, {"precedence": "bulk"}], ids=str)
def test_whoever_encloses_something_is_no_program(headers: dict[str, str]) -> None:
    said = mail("Автоответ: арыз", "Мен демалыстамын", headers)
    assert what_is_it(Reading(said, ())) is Category.AUTO_REPLY
    assert what_is_it(Reading(said, (), (Unreadable("бет.jpg", "picture"),))) is not Category.AUTO_REPLY
    assert what_is_it(Reading(said, (), (), {"a.docx": "Примеров Олег, Тараз"})) is Category.APPLICATION
