"""ImapMailbox against servers that are strict, broken or peculiar: one bad mail stops no other."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from inbox_daemon.mailbox.imap import ImapMailbox
from inbox_daemon.mailbox.mailbox import (
    FolderUnreadable,
    LoginRefused,
    MailboxDown,
    MailGone,
    MailUnfetchable,
    MailUnmovable,
    Shelf,
)
from registry_store.records import Place
from tests.real.odd_imap import CUT, FACTS, MAIL, OddImap

Files = tuple[Path, Path]
ONE, TWO, THREE = (Place("INBOX", 7, uid) for uid in (1, 2, 3))
BODY_OF_2 = r"UID FETCH 2 \(BODY"
FACTS_OF_2 = r"UID FETCH 2 \(INTERNALDATE"


def test_plain_commands_are_enough(certificate: Files) -> None:
    with OddImap(certificate) as server, ImapMailbox(server.settings()) as mailbox:
        assert mailbox.list("INBOX") == (ONE, TWO, THREE)
        arrived = mailbox.fetch(TWO)
        assert (arrived.raw, arrived.internal_date) == (MAIL, datetime(2026, 10, 23, 5, tzinfo=UTC))
        mailbox.move(TWO, Shelf.REVIEW)
    assert not [line for line in server.lines if ":*" in line or line.startswith("EXPUNGE")]


@pytest.mark.parametrize(
    "script",
    [
        {BODY_OF_2: "TAG NO [SERVERBUG] cannot read it"},
        {BODY_OF_2: "TAG BAD what?"},
        {BODY_OF_2: "* 2 FETCH (UID 2 BODY[] NIL)\r\nTAG OK"},
        {BODY_OF_2: "* 2 FETCH (UID 2)\r\nTAG OK"},
        {BODY_OF_2: "TAG OK"},
        {BODY_OF_2: "* 2 FETCH (UID 2 BODY[]\r\nTAG OK"},
        {FACTS_OF_2: "TAG NO [SERVERBUG] cannot read it"},
        {FACTS_OF_2: "* 2 FETCH (UID 2 RFC822.SIZE 9)\r\nTAG OK"},
        {FACTS_OF_2: '* 2 FETCH (UID 2 INTERNALDATE "yesterday" RFC822.SIZE 9)\r\nTAG OK'},
        {FACTS_OF_2: '* 2 FETCH (UID 2 INTERNALDATE "31-Feb-2026 10:00:00 +0500" RFC822.SIZE 9)\r\nTAG OK'},
        {FACTS_OF_2: '* 2 FETCH (UID 2 INTERNALDATE "23-Oct-2026 10:00:00 +9900" RFC822.SIZE 9)\r\nTAG OK'},
    ],
    ids=lambda script: next(iter(script.values())),
)
def test_a_mail_that_the_server_cannot_hand_over_stops_no_other(certificate: Files, script: dict[str, str]) -> None:
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        mailbox.list("INBOX")
        with pytest.raises(MailUnfetchable, match="Mail 2 of 'INBOX'"):
            mailbox.fetch(TWO)
        assert mailbox.fetch(THREE).raw == MAIL
    assert len(server.said("LOGIN")) == 1


def test_a_mail_that_cannot_be_had_because_it_is_gone_is_gone(certificate: Files) -> None:
    script = {BODY_OF_2: "TAG NO [EXPUNGEISSUED] gone", r"UID SEARCH UID 2$": "* SEARCH\r\nTAG OK"}
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox, pytest.raises(MailGone):
        mailbox.fetch(TWO)


def test_a_mail_that_breaks_the_line_each_time_is_passed_over(certificate: Files) -> None:
    with OddImap(certificate, {BODY_OF_2: CUT}) as server:
        mailbox = ImapMailbox(server.settings())
        outcomes: list[bool | type[Exception]] = []
        for _ in range(6):
            with mailbox:
                for place in (ONE, TWO, THREE):
                    try:
                        outcomes.append(mailbox.fetch(place).raw == MAIL)
                    except (MailboxDown, MailUnfetchable) as error:
                        outcomes.append(type(error))
                        if isinstance(error, MailboxDown):
                            break
    down, over = [True, MailboxDown], [True, MailUnfetchable, True]
    assert outcomes == [*down, *down, *over, *down, *down, *over]


def test_news_of_other_mails_do_not_mix_with_the_one_asked_for(certificate: Files) -> None:
    stray = "* 2 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID 1 FLAGS ())\r\n* 5 EXISTS\r\n"
    script = {FACTS_OF_2: f"{stray}* 9 FETCH ({FACTS.replace('{uid}', '2')})\r\nTAG OK"}
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        assert mailbox.fetch(TWO).internal_date == datetime(2026, 10, 23, 5, tzinfo=UTC)


def test_an_unknown_zone_of_arrival_is_taken_for_utc(certificate: Files) -> None:
    script = {FACTS_OF_2: '* 2 FETCH (UID 2 INTERNALDATE "23-Oct-2026 10:00:00 -0000" RFC822.SIZE 9)\r\nTAG OK'}
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        assert mailbox.fetch(TWO).internal_date == datetime(2026, 10, 23, 10, tzinfo=UTC)


def test_a_folder_of_three_hundred_thousand_mails_can_be_listed(certificate: Files) -> None:
    uids = range(1_000_000, 1_300_000)
    script = {r"UID SEARCH ALL": f"* SEARCH {' '.join(map(str, uids))}\r\nTAG OK"}
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        assert len(mailbox.list("INBOX")) == len(uids)


@pytest.mark.parametrize(
    "script",
    [
        {r"(SELECT|EXAMINE) ": "TAG NO [NOPERM] not yours"},
        {r"(SELECT|EXAMINE) ": "* 3 EXISTS\r\nTAG OK [READ-WRITE] no UIDVALIDITY"},
        {r"UID SEARCH ALL": "TAG NO the index is broken"},
    ],
    ids=lambda script: next(iter(script.values())),
)
def test_a_folder_that_cannot_be_read_is_told_and_the_line_stays(certificate: Files, script: dict[str, str]) -> None:
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        with pytest.raises(FolderUnreadable, match="INBOX"):
            mailbox.list("INBOX")
        server.script.clear()
        assert mailbox.list("INBOX") == (ONE, TWO, THREE)


def test_a_folder_that_we_may_only_read_is_read_and_nothing_moves(certificate: Files) -> None:
    only = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [READ-ONLY] x\r\nTAG OK [READ-ONLY] open"
    with OddImap(certificate, {r"(SELECT|EXAMINE) ": only}) as server, ImapMailbox(server.settings()) as mailbox:
        assert mailbox.list("INBOX") == (ONE, TWO, THREE)
        assert mailbox.fetch(ONE).raw == MAIL
        with pytest.raises(MailUnmovable, match="only read"):
            mailbox.move(ONE, Shelf.PROCESSED)
    assert not server.said("UID (MOVE|COPY|STORE)")


def test_in_shadow_mode_the_server_hears_of_no_change_at_all(certificate: Files) -> None:
    with OddImap(certificate) as server, ImapMailbox(server.settings(readonly=True)) as mailbox:
        for place in mailbox.list("INBOX"):
            mailbox.fetch(place)
    assert not server.said("SELECT|CREATE|APPEND|UID (MOVE|COPY|STORE|EXPUNGE)")


def test_a_move_that_the_server_refuses_leaves_the_mail_and_the_line(certificate: Files) -> None:
    with OddImap(certificate, {r"UID MOVE 2 ": "TAG NO [OVERQUOTA] full"}) as server:
        with ImapMailbox(server.settings()) as mailbox:
            with pytest.raises(MailUnmovable, match="OVERQUOTA"):
                mailbox.move(TWO, Shelf.PROCESSED)
            mailbox.move(THREE, Shelf.PROCESSED)
        assert len(server.said("LOGIN")) == 1


def test_a_copy_that_cannot_be_removed_is_not_made_again_and_again(certificate: Files) -> None:
    script = {
        r"(LOGIN )": "TAG OK [CAPABILITY IMAP4rev1 UIDPLUS] in",
        r"UID EXPUNGE ": "TAG NO [NOPERM] you may not",
    }
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        mailbox.move(TWO, Shelf.PROCESSED)  # counts as done: the copy stands, and the mail is flagged
    assert server.said("UID (COPY|STORE|EXPUNGE)") == [
        'UID COPY 2 "Processed"',
        "UID STORE 2 +FLAGS.SILENT (\\Deleted)",
        "UID EXPUNGE 2",
    ]


def test_a_server_that_keeps_all_folders_under_inbox_gets_its_shelf_there(certificate: Files) -> None:
    script = {
        r"LOGIN ": "TAG OK [CAPABILITY IMAP4rev1 MOVE NAMESPACE] in",
        r"NAMESPACE": '* NAMESPACE (("INBOX." ".")) NIL NIL\r\nTAG OK',
        r"LIST ": '* LIST () "." INBOX\r\n* LIST (\\Junk) "." INBOX.spam\r\nTAG OK',
    }
    with OddImap(certificate, script) as server, ImapMailbox(server.settings()) as mailbox:
        assert mailbox.folders() == ("INBOX", "INBOX.spam")
        mailbox.move(ONE, Shelf.REVIEW)
        mailbox.move(TWO, Shelf.REVIEW)
    assert server.said("CREATE|UID MOVE") == [
        'CREATE "INBOX.Review"',
        'UID MOVE 1 "INBOX.Review"',
        'UID MOVE 2 "INBOX.Review"',
    ]


# ------------------------------------------------------------ coming in, waiting


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ("TAG NO [AUTHENTICATIONFAILED] no", LoginRefused),
        ("TAG NO [UNAVAILABLE] the directory is down", MailboxDown),
        ("* BYE too many\r\nTAG NO", MailboxDown),
        (CUT, MailboxDown),
    ],
)
def test_a_login_that_fails_for_a_while_is_not_a_wrong_password(
    certificate: Files, reply: str, error: type[MailboxDown]
) -> None:
    with OddImap(certificate, {"LOGIN ": reply}) as server:
        with pytest.raises(MailboxDown) as raised, ImapMailbox(server.settings()):
            pass
        assert type(raised.value) is error


def test_a_server_that_sends_us_away_at_the_door_is_down(certificate: Files) -> None:
    with OddImap(certificate, greeting="* BYE too many connections") as server:
        with pytest.raises(MailboxDown, match="too many"), ImapMailbox(server.settings()):
            pass
        assert server.said("LOGIN") == []


def listed(mailbox: ImapMailbox) -> ImapMailbox:
    for folder in mailbox.folders():
        mailbox.list(folder)
    return mailbox


@pytest.mark.parametrize("answer", [f"+ idling\r\n* BYE going down\r\n{CUT}", f"+ idling\r\n{CUT}", CUT])
def test_a_server_that_leaves_while_we_idle_is_noticed(certificate: Files, answer: str) -> None:
    script = {r"LOGIN ": "TAG OK [CAPABILITY IMAP4rev1 MOVE IDLE] in", r"IDLE": answer}
    with OddImap(certificate, script) as server, ImapMailbox(server.settings(timeout=1.0)) as mailbox:
        listed(mailbox)
        began = time.monotonic()
        with pytest.raises(MailboxDown):
            mailbox.wait(30)
        assert time.monotonic() - began < 5


def test_a_server_whose_idle_is_odd_is_polled_from_then_on(certificate: Files) -> None:
    script = {r"LOGIN ": "TAG OK [CAPABILITY IMAP4rev1 MOVE IDLE] in", r"IDLE": "* 4 EXISTS\r\n+ idling"}
    with OddImap(certificate, script) as server:
        mailbox = ImapMailbox(server.settings())
        with mailbox, pytest.raises(MailboxDown, match="polled"):
            listed(mailbox).wait(5)
        with mailbox:
            assert listed(mailbox).wait(0.2) is False
        assert len(server.said("IDLE")) == 1


def waits(certificate: Files, make: Callable[[OddImap], None]) -> bool:
    with OddImap(certificate) as server, ImapMailbox(server.settings()) as mailbox:
        listed(mailbox)
        make(server)
        return mailbox.wait(0.2)


def test_a_folder_that_was_renumbered_while_we_slept_is_looked_at(certificate: Files) -> None:
    def renumbered(server: OddImap) -> None:
        server.script["SELECT"] = "* 3 EXISTS\r\n* OK [UIDVALIDITY 8] x\r\n* OK [UIDNEXT 4] x\r\nTAG OK open"

    assert waits(certificate, renumbered) is True
    assert waits(certificate, lambda server: None) is False
