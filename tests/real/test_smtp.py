"""SmtpPostman against a real server that fails at every step: what may have left, and what has not."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inbox_daemon.letters import smtp
from inbox_daemon.letters.postman import Accepted, Deferred, Delivery, Refused, Uncertain
from inbox_daemon.letters.smtp import SmtpPostman, SmtpSettings
from tests.real.smtp_sink import DROP, HANG, TOKEN, SmtpSink

SENDER, AIGUL, SECOND = "inbox@example.org", "aigul@example.org", "second@example.com"
LETTER = b"Message-ID: <VR-2026-000001.1.1@example.org>\r\nSubject: x\r\n\r\nline\r\n"
BIG = LETTER + b"0123456789abcdef\r\n" * 400_000
ENDLESS = {"body": BIG * 4}  # more than the buffers on the way can hold


def send(sink: SmtpSink, raw: bytes = LETTER, to: tuple[str, ...] = (AIGUL,), **settings: object) -> Delivery:
    return SmtpPostman(sink.settings(**settings)).send(raw, SENDER, to)


PHASES_BEFORE_THE_DOT = ["connect", "ehlo", "auth", "mail", "rcpt", "data", "body"]


@pytest.mark.parametrize("phase", PHASES_BEFORE_THE_DOT)
def test_a_line_cut_before_the_final_dot_has_handed_over_nothing(sink: SmtpSink, phase: str) -> None:
    sink.script[phase] = DROP
    assert isinstance(send(sink, ENDLESS.get(phase, LETTER)), Deferred)
    assert sink.taken == []


@pytest.mark.parametrize("phase", PHASES_BEFORE_THE_DOT)
def test_a_server_silent_before_the_final_dot_has_been_handed_nothing(sink: SmtpSink, phase: str) -> None:
    sink.script[phase] = HANG
    began = time.monotonic()
    assert isinstance(send(sink, ENDLESS.get(phase, LETTER), timeout=0.4), Deferred)
    assert time.monotonic() - began < 8
    assert sink.taken == []


def test_a_line_cut_after_the_final_dot_leaves_it_uncertain(sink: SmtpSink) -> None:
    sink.script["dot"] = DROP
    assert isinstance(send(sink), Uncertain)
    assert len(sink.taken) == 1  # that server had it all


def test_a_server_silent_after_the_final_dot_leaves_it_uncertain(sink: SmtpSink) -> None:
    sink.script["dot"] = HANG
    assert isinstance(send(sink, final_timeout=0.4), Uncertain)


def test_the_answer_after_the_final_dot_may_take_longer_than_all_others(sink: SmtpSink) -> None:
    sink.script["dot"] = HANG
    began = time.monotonic()
    send(sink, timeout=0.2, final_timeout=1.5)
    assert time.monotonic() - began > 1.4


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("250 2.0.0 ok", Accepted),
        ("251 forwarded", Accepted),
        ("421 4.3.2 shutting down", Deferred),
        ("451 4.3.0 later", Deferred),
        ("452 4.2.2 full", Deferred),
        ("550 5.7.1 spam", Refused),
        ("552 5.3.4 too big", Refused),
        ("354 what?", Uncertain),
        ("what gibberish", Uncertain),
    ],
)
def test_the_answer_to_the_final_dot_decides(sink: SmtpSink, reply: str, kind: type[Delivery]) -> None:
    sink.script["dot"] = reply
    delivery = send(sink)
    assert isinstance(delivery, kind)
    assert reply.split()[-1] in delivery.reply


@pytest.mark.parametrize("phase", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        ("450 4.2.0 greylisted", Deferred),
        ("421 4.3.2 shutting down", Deferred),
        ("550 5.1.1 nobody here", Refused),
        ("530 5.7.0 log in first", Deferred),  # about us, not about the letter
    ],
)
def test_a_no_before_the_letter_is_deferred_or_refused(
    sink: SmtpSink, phase: str, reply: str, kind: type[Delivery]
) -> None:
    sink.script[phase] = reply
    delivery = send(sink)
    assert delivery == kind(reply)
    assert sink.taken == []


@pytest.mark.parametrize(("phase", "reply"), [("connect", "554 go away"), ("ehlo", "550 no"), ("auth", "535 no")])
def test_a_server_that_does_not_let_us_in_has_not_judged_the_letter(sink: SmtpSink, phase: str, reply: str) -> None:
    sink.script[phase] = reply
    assert isinstance(send(sink), Deferred)


def test_a_wrong_password_is_told_without_the_password(sink: SmtpSink) -> None:
    delivery = send(sink, secret=lambda: "wrong-one")
    assert isinstance(delivery, Deferred)
    assert "refused the login of 'inbox@example.org': 535" in delivery.reply
    assert "wrong-one" not in delivery.reply
    assert isinstance(send(sink), Accepted)


def test_a_secret_that_cannot_be_had_hands_over_nothing(sink: SmtpSink) -> None:
    def broken() -> str:
        msg = "the file of the secret is not there"
        raise FileNotFoundError(msg)

    assert "secret is not there" in send(sink, secret=broken).reply
    assert isinstance(send(sink, secret=broken), Deferred)


def test_a_token_is_taken_afresh_for_each_letter(sink: SmtpSink) -> None:
    tokens = iter(["expired", TOKEN, TOKEN])
    postman = SmtpPostman(sink.settings(auth="xoauth2", secret=lambda: next(tokens)))
    kinds = [type(postman.send(LETTER, SENDER, (AIGUL,))) for _ in range(3)]
    assert kinds == [Deferred, Accepted, Accepted]


def test_the_first_recipient_decides(sink: SmtpSink) -> None:
    sink.recipients[SECOND] = "550 5.1.1 nobody here"
    delivery = send(sink, to=(AIGUL, SECOND))
    assert delivery == Accepted(
        "250 2.0.0 queued as 1; not taken for second@example.com: 550 5.1.1 nobody here", (SECOND,)
    )
    assert send(sink, to=(SECOND, AIGUL)) == Refused("550 5.1.1 nobody here")
    sink.recipients[SECOND] = "451 4.7.1 later"
    assert send(sink, to=(SECOND, AIGUL)) == Deferred("451 4.7.1 later")
    assert [taken.recipients for taken in sink.taken] == [(AIGUL,)]


# ------------------------------------------------------------ extensions


def test_delivery_reports_are_asked_for_where_they_are_offered(sink: SmtpSink) -> None:
    send(sink)
    mail, rcpt = sink.heard
    assert "RET=HDRS" in mail
    assert "ENVID=VR-2026-000001.1.1@example.org" in mail
    assert rcpt == "RCPT TO:<aigul@example.org> NOTIFY=SUCCESS,FAILURE,DELAY"


def test_delivery_reports_are_not_asked_for_elsewhere(sink: SmtpSink) -> None:
    sink.hidden.add("DSN")
    assert isinstance(send(sink), Accepted)
    assert not any(word in line for line in sink.heard for word in ("RET", "ENVID", "NOTIFY"))


@pytest.mark.parametrize(
    ("message_id", "envid"),
    [
        ("<a+b=c@example.org>", "ENVID=a+2Bb+3Dc@example.org"),
        ("\r\n <folded@example.org>", "ENVID=folded@example.org"),
        ("<" + "x" * 101 + ">", None),
    ],
)
def test_the_envelopes_id_is_written_so_that_it_can_be_read_back(
    sink: SmtpSink, message_id: str, envid: str | None
) -> None:
    assert isinstance(send(sink, f"Message-ID: {message_id}\r\n\r\nx\r\n".encode()), Accepted)
    assert [word for word in sink.heard[0].split() if "ENVID" in word] == ([envid] if envid else [])


def test_addresses_in_cyrillic_go_by_smtputf8_and_domains_by_their_ascii_form(sink: SmtpSink) -> None:
    assert isinstance(send(sink, to=("айгүл@пошта.қаз",)), Accepted)
    assert sink.heard[0].endswith("SMTPUTF8 RET=HDRS ENVID=VR-2026-000001.1.1@example.org")
    assert sink.heard[1].startswith("RCPT TO:<айгүл@xn--80a1acn3a.xn--80ao21a>")
    sink.heard.clear()
    assert isinstance(send(sink, to=("aigul@пошта.қаз",)), Accepted)
    assert "SMTPUTF8" not in sink.heard[0]


def test_a_server_without_smtputf8_or_8bitmime_refuses_what_it_could_not_carry(sink: SmtpSink) -> None:
    sink.hidden.update({"SMTPUTF8", "8BITMIME"})
    assert "SMTPUTF8" in send(sink, to=("айгүл@example.org",)).reply
    assert "8BITMIME" in send(sink, "Subject: x\r\n\r\nжүз\r\n".encode()).reply
    assert sink.heard == []
    assert isinstance(send(sink), Accepted)


@pytest.mark.parametrize(
    "raw",
    [b"Subject: x\n\na\n.\nb\n", b"Subject: x\r\n\r\na\r.\rb\r\n", b"Subject: x\r\n\r\na\n.\r\nb"],
)
def test_no_lone_line_end_can_smuggle_a_second_letter(sink: SmtpSink, raw: bytes) -> None:
    assert isinstance(send(sink, raw), Accepted)
    assert [taken.raw for taken in sink.taken] == [b"Subject: x\r\n\r\na\r\n.\r\nb\r\n"]


def test_a_big_letter_arrives_whole(sink: SmtpSink) -> None:
    assert isinstance(send(sink, BIG), Accepted)
    assert sink.taken[0].raw == BIG


# ------------------------------------------------------------ the line


@pytest.fixture
def implicit(certificate: tuple[Path, Path]) -> Iterator[SmtpSink]:
    server = SmtpSink(certificate, tls="implicit")
    server.start()
    yield server
    server.stop()


def test_implicit_tls_works_too(implicit: SmtpSink) -> None:
    assert isinstance(send(implicit), Accepted)


def test_a_relay_that_wants_no_login_gets_none(certificate: tuple[Path, Path]) -> None:
    relay = SmtpSink(certificate, login_required=False)
    relay.start()
    try:
        assert isinstance(send(relay, user="", secret=lambda: pytest.fail("no secret is needed")), Accepted)
    finally:
        relay.stop()


@pytest.mark.parametrize("server", ["sink", "implicit"])
def test_a_certificate_that_nobody_vouches_for_gets_neither_secret_nor_letter(
    request: pytest.FixtureRequest, server: str
) -> None:
    sink: SmtpSink = request.getfixturevalue(server)
    delivery = send(sink, ca_file=None, secret=lambda: "unused")
    assert isinstance(delivery, Deferred)
    assert "not trusted" in delivery.reply
    assert "[smtp] ca_file" in delivery.reply
    assert (sink.taken, sink.heard) == ([], [])


def test_a_server_without_starttls_gets_neither_secret_nor_letter(sink: SmtpSink) -> None:
    sink.hidden.add("STARTTLS")
    delivery = send(sink)
    assert isinstance(delivery, Deferred)
    assert "does not offer STARTTLS" in delivery.reply


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_port_that_accepts_and_never_greets_holds_us_no_longer_than_the_timeout(sink: SmtpSink, tls: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        assert isinstance(send(sink, port=mute.getsockname()[1], tls=tls, timeout=0.4), Deferred)
        assert time.monotonic() - began < 3


def test_a_host_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = SmtpSettings("localhost", "u", lambda: "s", port=taken.getsockname()[1], timeout=2)
        delivery = SmtpPostman(settings).send(LETTER, SENDER, (AIGUL,))
    assert isinstance(delivery, Deferred)
    assert "refused" in delivery.reply


def test_a_server_that_dies_after_its_yes_has_the_letter(sink: SmtpSink, monkeypatch: pytest.MonkeyPatch) -> None:
    """QUIT comes after the answer: whatever happens then changes nothing."""
    monkeypatch.setattr(smtp, "GOODBYE", 0.3)
    sink.script["quit"] = HANG
    began = time.monotonic()
    assert isinstance(send(sink), Accepted)
    assert time.monotonic() - began < 3
    sink.script["quit"] = DROP
    assert isinstance(send(sink), Accepted)


def test_several_letters_can_be_on_their_way_at_once(sink: SmtpSink) -> None:
    postman = SmtpPostman(sink.settings())
    kinds: list[type[Delivery]] = []
    threads = [
        threading.Thread(target=lambda: kinds.append(type(postman.send(LETTER, SENDER, (AIGUL,))))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert kinds == [Accepted] * 4
