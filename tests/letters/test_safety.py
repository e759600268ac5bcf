"""What others wrote can change neither the headers nor the shape of a letter."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox_daemon.letters.addresses import usable
from inbox_daemon.letters.compose import compose_answer
from inbox_daemon.letters.errors import LetterError, UnusableAddress
from inbox_daemon.letters.markup import clean
from inbox_daemon.letters.message import Message, to_bytes
from inbox_daemon.letters.samples import at
from registry_store.records import FileSeen, LetterKind, NewLetter, Send
from tests.letters.samples import (
    INCLUDED,
    MAIL,
    OFFICE,
    RECEIVED,
    SAMPLES,
    SHEETS,
    composed,
    how_to_apply,
)


def parsed(letter: NewLetter) -> EmailMessage:
    return email.message_from_bytes(letter.raw, policy=email.policy.default)


def receipt_for(name: str) -> NewLetter:
    return composed(replace(SAMPLES["receipt"], case=replace(RECEIVED, files=(FileSeen(name, "00" * 32),))))


def body(letter: NewLetter, subtype: str) -> str:
    part = parsed(letter).get_body((subtype,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize(
    "name",
    ["# Title.docx", "**bold**.docx", "- item", "! notice", "<b>x</b> & <script>.docx", "{{ number }}.docx", "{% x %}"],
)
def test_a_file_is_printed_as_it_is_named(name: str) -> None:
    letter = receipt_for(name)
    assert f"- {name} – SHA-256" in body(letter, "plain")
    assert "<script" not in body(letter, "html")
    assert body(letter, "html").count("<h1") == 2
    assert body(letter, "html").count("<h2") == 2


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_any_file_name_leaves_the_letter_whole(name: str) -> None:
    letter = receipt_for(name)
    assert letter.raw.isascii()
    assert body(letter, "plain").count(f"- {clean(name)} – SHA-256".replace("-  –", "- –")) == 2
    assert body(letter, "html").count("<li") == body(receipt_for("x"), "html").count("<li")


def test_a_name_may_not_turn_the_direction_of_writing_or_break_the_line() -> None:
    assert clean("a\u202egpj.exe\r\nBcc: x\ue001\ud800") == "agpj.exe Bcc: x"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "saule",
        "saule@post.example\r\nBcc: all@post.example",
        "saule@post.example, all@post.example",
        "Сәуле <saule@post.example>",
        "сәуле@post.example",
        "sau le@post.example",
        '"a@b"@post.example',
    ],
)
def test_an_address_that_smtp_cannot_carry_gets_no_letter(address: str) -> None:
    with pytest.raises(UnusableAddress):
        how_to_apply(to=address)
    with pytest.raises(UnusableAddress):
        composed(replace(SAMPLES["receipt"], case=replace(RECEIVED, reply_to=address)))


def test_an_address_in_a_kazakh_domain_is_sent_to_in_ascii() -> None:
    assert usable("saule@мекен.қаз") == "saule@xn--e1aaogi.xn--80ao21a"


@pytest.mark.parametrize("written", ["", "no address", "x@post.example\r\nBcc: y@post.example", "SAULE@POST.example"])
def test_a_second_address_that_is_unusable_or_the_same_is_left_out(written: str) -> None:
    sheet = replace(SHEETS[0], answers={"email": replace(SHEETS[0].answers["email"], value=written)})
    letter = composed(replace(SAMPLES["inclusion"], case=replace(INCLUDED, sheets=(sheet,))))
    assert letter.recipients == ("saule@post.example",)


@pytest.mark.parametrize(
    "answers", ["<a@b>\r\nBcc: x@post.example", "no brackets", "<>", "<а@б>", f"<{'a' * 400}@b>", None]
)
def test_a_message_id_that_is_none_is_not_repeated(answers: str | None) -> None:
    message = parsed(how_to_apply(answers=answers))
    assert message["In-Reply-To"] is None
    assert message["References"] is None
    assert message["Bcc"] is None


def test_a_header_with_a_line_break_is_never_written() -> None:
    good = Message(
        sender="a@b.example",
        sender_name="A",
        to=("c@d.example",),
        token="",
        subject="s",
        date=at("2026-10-23T10:00"),
        message_id="<1@b.example>",
        text="t",
        html="h",
    )
    assert b"Bcc" not in to_bytes(good)
    for bad in (
        replace(good, subject="s\r\nBcc: x@y.example"),
        replace(good, sender_name="A\nBcc: x@y.example"),
        replace(good, to=("c@d.example\r\nBcc: x@y.example",)),
        replace(good, message_id="<1@b.example>\r\nBcc: x@y.example"),
        replace(good, references=("<1@b.example>\r\nBcc: x@y.example",)),
    ):
        with pytest.raises(ValueError, match="control character"):
            to_bytes(bad)


def test_a_letter_that_lacks_a_fact_is_not_written() -> None:
    for name, case, entry in (
        ("inclusion", INCLUDED, None),
        ("stop", SAMPLES["stop"].case, SAMPLES["inclusion"].entry),
        ("change", replace(SAMPLES["change"].case, entry=None), None),
        ("rework", replace(SAMPLES["rework"].case, verdict=None), None),
        ("refusal", RECEIVED, None),
        ("unreadable", RECEIVED, None),
    ):
        with pytest.raises(LetterError):
            composed(replace(SAMPLES[name], case=case, entry=entry))


def test_a_letter_without_a_case_is_the_answer_to_a_question_only() -> None:
    moment = at("2026-10-23T10:05")
    with pytest.raises(LetterError, match="needs a case"):
        compose_answer(
            Send(LetterKind.REFUSAL, moment),
            mail=MAIL,
            to="a@post.example",
            answers=None,
            office=OFFICE,
            now=moment,
        )
