"""From, To and message identifiers, also in broken lines."""

from __future__ import annotations

import base64

import pytest

from parsers.mime.addresses import addresses, identifier, identifiers, sender
from parsers.readings import Address

ENCODED = "=?utf-8?B?" + base64.b64encode("Иванов, Иван <q@w.example>".encode()).decode() + "?="


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a@b.example", Address("", "a@b.example")),
        ("Aizhan <A@B.Example>", Address("Aizhan", "a@b.example")),
        ('"Ivanov, Ivan" <a@b.example>', Address("Ivanov, Ivan", "a@b.example")),
        ("Ivanov, Ivan <a@b.example>", Address("Ivanov, Ivan", "a@b.example")),
        ("a@b.example (Aizhan)", Address("Aizhan", "a@b.example")),
        ('"office@mki.gov.kz" <stranger@x.example>', Address("office@mki.gov.kz", "stranger@x.example")),
        (f"{ENCODED} <a@b.example>", Address("Иванов, Иван <q@w.example>", "a@b.example")),
        ("=?utf-8?Q?x=0Ay?= <a@b.example>", Address("x y", "a@b.example")),
        ("<a@b.example", Address("", "a@b.example")),
        ("MAILER-DAEMON", Address("MAILER-DAEMON", "")),
        ("<>", Address("", "")),
        ("", Address("", "")),
        ("((((((((", Address("((((((((", "")),
    ],
)
def test_the_sender_is_one_mailbox(line: str, expected: Address) -> None:
    assert sender(line) == expected


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("x <a@b.example>, y <c@d.example>;z@w.example", ["a@b.example", "c@d.example", "z@w.example"]),
        ("unlisted-recipients:; (no To-header on input)", []),
        ("friends: a@b.example, c@d.example;", ["a@b.example", "c@d.example"]),
        ('"a, b" <c@d.example>, (x@y.example) e@f.example', ["c@d.example", "e@f.example"]),
        ("(c):", []),
    ],
)
def test_recipients_are_told_apart(line: str, found: list[str]) -> None:
    assert [address.addr for address in addresses(line)] == found


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<a@b>", "<a@b>"),
        (" <[x@y]> ", "<[x@y]>"),
        ("a@b", "<a@b>"),
        ("<a b@c>", None),
        ("", None),
        (None, None),
    ],
)
def test_a_message_identifier_has_its_brackets(line: str | None, expected: str | None) -> None:
    assert identifier(line) == expected


def test_references_are_kept_in_order_each_once() -> None:
    assert identifiers("<a@b> <c@d>\r\n\t<e@f> <a@b> junk") == ("<a@b>", "<c@d>", "<e@f>")


def test_of_an_endless_thread_the_latest_letter_is_still_known() -> None:
    line = " ".join(f"<{number}@x.example>" for number in range(20_000))
    assert identifiers(line)[-1] == "<19999@x.example>"
