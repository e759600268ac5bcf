"""ImapMailbox against a real Dovecot that is closed, killed, frozen, strict or poor in extensions."""

from __future__ import annotations

import contextlib
import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from inbox_daemon.mailbox import imap
from inbox_daemon.mailbox.imap import ImapMailbox
from inbox_daemon.mailbox.mailbox import (
    CertificateRefused,
    FolderUnreadable,
    LoginRefused,
    MailboxDown,
    MailGone,
    Shelf,
)
from registry_store.records import Place
from tests.real.dovecot import PASSWORD, Account, Dovecot

CAME = datetime(2026, 10, 23, 5, 0, tzinfo=UTC)
LETTER = b"Subject: x\r\n\r\nline\r\n"
BIG = b"Subject: big\r\n\r\n" + b"0123456789abcdef" * 4 * 1024 * 1024 + b"\r\n"  # 64 MB


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


# ------------------------------------------------------------ getting in


def test_a_wrong_password_is_told_and_the_right_one_works_after_it(account: Account) -> None:
    secrets = iter(["wrong", PASSWORD])
    mailbox = ImapMailbox(account.settings(secret=lambda: next(secrets)))
    with pytest.raises(LoginRefused, match=f"refused the login of '{account.user}'.*secret") as refused, mailbox:
        pass
    assert "wrong" not in str(refused.value)
    with mailbox:
        assert mailbox.list("INBOX") == ()


def test_a_token_is_taken_afresh_at_each_login(account: Account) -> None:
    lasts = iter([-10, 3600, 3600])
    mailbox = ImapMailbox(account.settings(auth="xoauth2", secret=lambda: account.token(next(lasts))))
    with pytest.raises(LoginRefused), mailbox:
        pass
    for _ in range(2):
        with mailbox:
            assert mailbox.list("INBOX") == ()
    assert list(lasts) == []


def test_a_password_and_a_user_in_cyrillic_work() -> None:
    with running("passdb {\n  driver = static\n  args = password=құпия-сөз\n}\n") as server:
        settings = replace(server.account().settings(), user="пошта", secret=lambda: "құпия-сөз")
        with ImapMailbox(settings) as mailbox:
            assert mailbox.list("INBOX") == ()


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_secret_is_sent(dovecot: Dovecot, tls: str) -> None:
    account = dovecot.account()
    with (
        pytest.raises(CertificateRefused, match=r"not trusted.*\[imap\] ca_file"),
        ImapMailbox(account.settings(ca_file=None, tls=tls)),
    ):
        pass
    assert f"user=<{account.user}>" not in dovecot.log()


def test_a_server_without_starttls_never_gets_the_secret() -> None:
    with running("ssl = no") as server:
        account = server.account()
        with pytest.raises(MailboxDown, match="does not offer STARTTLS"), ImapMailbox(account.settings(tls="starttls")):
            pass
        assert "Login" not in server.log()


def test_the_server_of_these_tests_refuses_plaintext_so_our_logins_were_under_tls(dovecot: Dovecot) -> None:
    with socket.create_connection(("127.0.0.1", dovecot.port), timeout=5, source_address=("127.0.0.2", 0)) as line:
        assert b"LOGINDISABLED" in line.recv(4096)
        line.sendall(b"a LOGIN inbox1 " + PASSWORD.encode() + b"\r\n")
        assert b"PRIVACYREQUIRED" in line.recv(4096)


def test_a_ca_file_that_is_missing_or_no_certificate_is_named(account: Account, tmp_path: object) -> None:
    for file in (f"{tmp_path}/nowhere.pem", __file__):
        with pytest.raises(MailboxDown, match=r"ca_file = .*PEM"), ImapMailbox(account.settings(ca_file=file)):
            pass


def test_a_host_that_is_not_there_is_told() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        with (
            pytest.raises(MailboxDown, match=r"failed us while connecting: .*refused"),
            ImapMailbox(imap.ImapSettings("localhost", "u", lambda: "s", port=taken.getsockname()[1])),
        ):
            pass


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_port_that_accepts_and_never_greets_holds_us_no_longer_than_the_timeout(account: Account, tls: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        settings = account.settings(port=mute.getsockname()[1], tls=tls, timeout=0.5)
        with within(3), pytest.raises(MailboxDown, match=r"no answer in time|timed out"), ImapMailbox(settings):
            pass


# ------------------------------------------------------------ the line breaks


def fetch_for_ever(mailbox: ImapMailbox, place: Place) -> None:
    while True:
        mailbox.fetch(place)


def move_for_ever(mailbox: ImapMailbox, places: tuple[Place, ...]) -> None:
    for place in itertools.cycle(places):
        mailbox.move(place, Shelf.PROCESSED)


def test_a_server_killed_in_the_midst_of_a_fetch_is_down_and_afterwards_all_is_well(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    account.append(BIG, CAME)
    account.append(LETTER, CAME)
    mailbox = ImapMailbox(account.settings())
    with mailbox:
        big, small = mailbox.list("INBOX")
        killer = threading.Timer(0.05, mortal_dovecot.kill)
        killer.start()
        with within(10), pytest.raises(MailboxDown):
            fetch_for_ever(mailbox, big)
        killer.join()
        with pytest.raises(MailboxDown, match="no connection"):
            mailbox.fetch(small)
    with pytest.raises(MailboxDown, match="connecting"), mailbox:
        pass
    mortal_dovecot.start()
    with mailbox:
        assert mailbox.list("INBOX") == (big, small)
        assert mailbox.fetch(small).raw == LETTER
        assert mailbox.fetch(big).raw == BIG


def test_a_server_that_freezes_in_a_fetch_holds_us_no_longer_than_the_timeout(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    account.append(LETTER, CAME)
    with within(8), ImapMailbox(account.settings(timeout=1.0)) as mailbox:
        (place,) = mailbox.list("INBOX")
        mortal_dovecot.freeze()
        with pytest.raises(MailboxDown, match="no answer in time"):
            mailbox.fetch(place)
    mortal_dovecot.thaw()


def test_leaving_a_frozen_server_does_not_wait_for_its_goodbye(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    with within(8), ImapMailbox(account.settings(timeout=60.0)) as mailbox:
        mailbox.list("INBOX")
        mortal_dovecot.freeze()
    mortal_dovecot.thaw()


def test_a_server_killed_while_we_idle_is_noticed_and_does_not_make_us_spin(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    with ImapMailbox(account.settings()) as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        killer = threading.Timer(0.5, mortal_dovecot.kill)
        killer.start()
        busy = time.process_time()
        with within(5), pytest.raises(MailboxDown):
            mailbox.wait(30)
        killer.join()
        assert time.process_time() - busy < 0.5


def test_a_server_that_freezes_while_we_idle_is_noticed(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    with ImapMailbox(account.settings(timeout=1.0)) as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        sleep = threading.Timer(0.5, mortal_dovecot.freeze)
        sleep.start()
        with within(8), pytest.raises(MailboxDown):
            mailbox.wait(2)
        sleep.join()
    mortal_dovecot.thaw()


def test_a_mail_is_never_lost_or_doubled_when_the_server_dies_in_a_move(mortal_dovecot: Dovecot) -> None:
    account = mortal_dovecot.account()
    letters = [b"Subject: %d\r\n\r\n" % n for n in range(40)]
    for letter in letters:
        account.append(letter, CAME)
    mailbox = ImapMailbox(account.settings())
    with mailbox:
        places = mailbox.list("INBOX")
        killer = threading.Timer(0.01, mortal_dovecot.kill)
        killer.start()
        with pytest.raises(MailboxDown):
            move_for_ever(mailbox, places)
        killer.join()
    mortal_dovecot.start()
    with mailbox:
        for place in places:
            mailbox.move(place, Shelf.PROCESSED)  # again from the start: what is gone already is done
    assert account.bodies("INBOX") == []
    assert sorted(account.bodies("Processed")) == sorted(letters)


def test_a_stop_asked_for_while_waiting_is_heard_within_seconds(account: Account) -> None:
    asked = threading.Event()
    with ImapMailbox(account.settings(), stopping=asked.is_set) as mailbox:
        for folder in mailbox.folders():
            mailbox.list(folder)
        threading.Timer(0.3, asked.set).start()
        with within(4):
            assert mailbox.wait(60) is False


# ------------------------------------------------------------ what the server is left with


def test_fetching_leaves_no_trace_on_the_server(account: Account) -> None:
    uid = account.append(LETTER, CAME)
    for readonly in (False, True):
        with ImapMailbox(account.settings(readonly=readonly)) as mailbox:
            mailbox.fetch(*mailbox.list("INBOX"))
    assert account.flags("INBOX", uid) == set()


@pytest.mark.parametrize("size", [999, 1000, 1001, 4000, 4001])
def test_a_mail_fetched_in_pieces_is_the_same(account: Account, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(imap, "CHUNK", 1000)
    raw = (b"Subject: x\r\n\r\n" + b"0123456789" * 500)[: size - 2] + b"\r\n"
    account.append(raw, CAME)
    with ImapMailbox(account.settings()) as mailbox:
        assert mailbox.fetch(*mailbox.list("INBOX")).raw == raw


def test_a_mail_that_another_client_removes_in_between_is_gone(account: Account) -> None:
    uid = account.append(LETTER, CAME)
    with ImapMailbox(account.settings()) as mailbox:
        (place,) = mailbox.list("INBOX")
        with account.client() as other:
            other.select_folder("INBOX")
            other.delete_messages([uid])
            other.uid_expunge([uid])
        with pytest.raises(MailGone):
            mailbox.fetch(place)
        mailbox.move(place, Shelf.PROCESSED)


def test_a_shelf_removed_while_we_are_logged_in_is_made_again(account: Account) -> None:
    account.append(LETTER, CAME)
    with ImapMailbox(account.settings()) as mailbox:
        (place,) = mailbox.list("INBOX")
        with account.client() as other:
            other.delete_folder("Review")
        mailbox.move(place, Shelf.REVIEW)
    assert account.bodies("Review") == [LETTER]


def test_a_folder_removed_while_we_are_logged_in_stops_no_other(account: Account) -> None:
    account.append(LETTER, CAME, "Қосымша")
    account.append(LETTER, CAME)
    with ImapMailbox(account.settings(folders=("Қосымша", "INBOX"))) as mailbox:
        assert mailbox.folders() == ("Қосымша", "INBOX")
        with account.client() as other:
            other.delete_folder("Қосымша")
        with pytest.raises(FolderUnreadable, match="Қосымша"):
            mailbox.list("Қосымша")
        assert len(mailbox.list("INBOX")) == 1


# ------------------------------------------------------------ servers that offer less


@contextlib.contextmanager
def running(more: str) -> Iterator[Dovecot]:
    server = Dovecot(more)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def offering(capabilities: str) -> Callable[[], contextlib.AbstractContextManager[Dovecot]]:
    return lambda: running(f"protocol imap {{\n  imap_capability = IMAP4rev1 {capabilities}\n}}")


def test_without_move_a_mail_is_copied_and_removed_alone_and_nobody_elses_goes_with_it() -> None:
    with offering("UIDPLUS NAMESPACE")() as server:
        account = server.account()
        doomed, goes = account.append(b"Subject: of somebody else\r\n\r\n", CAME), account.append(LETTER, CAME)
        with account.client() as other:
            other.select_folder("INBOX")
            other.delete_messages([doomed])
        with ImapMailbox(account.settings(review="Қарау")) as mailbox:
            place = mailbox.list("INBOX")[1]
            mailbox.move(place, Shelf.REVIEW)
            mailbox.move(place, Shelf.REVIEW)
        assert account.uids("INBOX") == [doomed]
        assert account.bodies("Қарау") == [LETTER]
        assert goes not in account.uids("INBOX")


@pytest.mark.parametrize(("shelf", "flag"), [(Shelf.PROCESSED, b"\\Seen"), (Shelf.REVIEW, b"\\Flagged")])
def test_without_move_and_uidplus_a_mail_is_left_and_flagged(shelf: Shelf, flag: bytes) -> None:
    with offering("NAMESPACE")() as server:
        account = server.account()
        uid = account.append(LETTER, CAME)
        with ImapMailbox(account.settings()) as mailbox:
            (place,) = mailbox.list("INBOX")
            for _ in range(3):
                mailbox.move(place, shelf)
            assert mailbox.list("INBOX") == (place,)
        assert account.flags("INBOX", uid) == {flag}
        assert account.bodies("Processed") == account.bodies("Review") == []


def test_without_idle_the_folders_are_asked_at_the_end_of_the_wait() -> None:
    with offering("UIDPLUS")() as server:
        account = server.account()
        with ImapMailbox(account.settings()) as mailbox:
            for folder in mailbox.folders():
                mailbox.list(folder)
            assert mailbox.wait(0.3) is False
            threading.Timer(0.3, account.append, (LETTER, CAME, "Junk")).start()
            assert mailbox.wait(1.5) is True
