"""What every postman keeps, whether the letter goes to a server or into a folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from inbox_daemon.folders import FolderPostman
from inbox_daemon.letters.postman import Accepted, Postman, Refused
from inbox_daemon.letters.smtp import SmtpPostman
from tests.real.smtp_sink import SmtpSink

SENDER = "inbox@example.org"
LETTER = b"Message-ID: <VR-2026-000001.1.1@example.org>\r\nSubject: x\r\n\r\nline one\r\n.\r\n..two dots\r\nend\r\n"


@dataclass(frozen=True, slots=True)
class Office:
    """A postman, and what has left through him: sender, recipients, bytes."""

    postman: Postman
    left: Callable[[], list[tuple[str, tuple[str, ...], bytes]]]


@pytest.fixture(params=["smtp", "folder"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Office:
    if request.param == "folder":
        return Office(FolderPostman(tmp_path / "letters"), lambda: kept(tmp_path / "letters"))
    sink: SmtpSink = request.getfixturevalue("sink")
    return Office(
        SmtpPostman(sink.settings()), lambda: [(taken.sender, taken.recipients, taken.raw) for taken in sink.taken]
    )


def kept(home: Path) -> list[tuple[str, tuple[str, ...], bytes]]:
    found = []
    for file in sorted(home.glob("*.eml")):
        envelope = json.loads(file.with_suffix(".json").read_text())
        found.append((envelope["from"], tuple(envelope["to"]), file.read_bytes()))
    return found


def test_a_letter_arrives_byte_for_byte_with_its_envelope(office: Office) -> None:
    delivery = office.postman.send(LETTER, SENDER, ("aigul@example.org",))
    assert isinstance(delivery, Accepted)
    assert delivery.reply.startswith("250 ")
    assert delivery.not_taken == ()
    assert office.left() == [(SENDER, ("aigul@example.org",), LETTER)]


def test_letters_leave_in_the_order_of_sending(office: Office) -> None:
    for n in range(12):
        office.postman.send(LETTER + b"%d\r\n" % n, SENDER, ("aigul@example.org",))
    assert [raw.split()[-1] for _, _, raw in office.left()] == [b"%d" % n for n in range(12)]


def test_all_recipients_get_the_letter_in_one(office: Office) -> None:
    office.postman.send(LETTER, SENDER, ("aigul@example.org", "second@example.com"))
    assert [recipients for _, recipients, _ in office.left()] == [("aigul@example.org", "second@example.com")]


def test_raw_letters_outside_ascii_are_carried(office: Office) -> None:
    raw = "Subject: Құрметті\r\n\r\nҚұрметті өтініш беруші\r\n".encode()
    assert isinstance(office.postman.send(raw, SENDER, ("aigul@example.org",)), Accepted)
    assert [left for _, _, left in office.left()] == [raw]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "@example.org",
        "a@",
        "a b@example.org",
        "a@example.org>",
        "a@example.org\r\nRCPT TO:<b@b>",
        "a@b..c",
    ],
)
def test_an_address_that_can_be_none_is_refused_and_told(office: Office, address: str) -> None:
    assert isinstance(office.postman.send(LETTER, SENDER, (address,)), Refused)
    assert office.left() == []
    delivery = office.postman.send(LETTER, SENDER, ("aigul@example.org", address))
    assert isinstance(delivery, Accepted)
    assert delivery.not_taken == (address,)
    assert "553" in delivery.reply
    assert [recipients for _, recipients, _ in office.left()] == [("aigul@example.org",)]


@pytest.mark.parametrize(("sender", "recipients"), [(SENDER, ()), ("nowhere", ("aigul@example.org",))])
def test_an_envelope_that_only_we_can_have_got_wrong_raises(
    office: Office, sender: str, recipients: tuple[str, ...]
) -> None:
    with pytest.raises(ValueError, match=r"recipient|bounces"):
        office.postman.send(LETTER, sender, recipients)
