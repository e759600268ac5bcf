"""A whole office for a test: a configuration file over a real Dovecot and the SMTP sink, and mails to it.

All days are worked and the office never closes, so that the hour at which the tests run plays no part.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import docx

from inbox_daemon.daemon import Daemon
from inbox_daemon.letters.blank_form import filled_form
from inbox_daemon.letters.filling import Filling, in_plain_words
from inbox_daemon.settings import Settings, load_settings
from inbox_daemon.wiring import wire
from parsers.readings import FormId, Language, Reading
from registry_store.records import Answer, FieldValue
from tests.order.build import FILLED
from tests.real.dovecot import PASSWORD, Account
from tests.real.smtp_sink import PASSWORD as SMTP_PASSWORD
from tests.real.smtp_sink import USER, SmtpSink

OFFICE = "volunteer@ministry.example"
SECRETS = {"INBOX_DAEMON_IMAP_SECRET": PASSWORD, "INBOX_DAEMON_SMTP_SECRET": SMTP_PASSWORD}
DOCX = ("application", "vnd.openxmlformats-officedocument.wordprocessingml.document")

CONFIG = """
[office]
mailbox = "{office}"
ministry_kk = "Үлгі министрлігі"
ministry_ru = "Министерство-образец"
officer_kk = "Үлгі Айжан"
officer_ru = "Үлгі Айжан"
contacts_kk = "тел. +7 7172 00-00-00"
contacts_ru = "тел. +7 7172 00-00-00"
register_page = "https://www.ministry.example/register"
appeal_kk = "министрлік"
appeal_ru = "министерство"

[imap]
host = "localhost"
port = {imap_port}
user = "{user}"
ca_file = "{imap_ca}"
timeout = 20
poll_seconds = 1

[smtp]
host = "localhost"
port = {smtp_port}
tls = "starttls"
user = "{smtp_user}"
ca_file = "{smtp_ca}"
timeout = 5

[store]
url = "sqlite:///{folder}/register.db"
archive = "{folder}/archive"

[order]
mode = "automatic"
training_letters = 20

[rework]
send = "at_once"

[hours]
opens = "00:00"
closes = "23:59:59"

[calendar]
file = "{folder}/calendar.toml"

[clock]
# The clock of the tests is not that of the servers.
tolerance_hours = 0

[letters]
per_address_a_day = 1000
all_in_15_minutes = 1000

[publish]
folder = "{folder}/public"
"""


@dataclass(frozen=True)
class Office:
    """One ministry: its mailbox, its relay, its files."""

    account: Account
    sink: SmtpSink
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def settings(self) -> Settings:
        return load_settings(self.config)

    def daemon(self, read: Callable[[bytes], Reading], now: Callable[[], datetime]) -> Daemon:
        """The daemon of this office, wired as the command line wires it."""
        return wire(self.settings(), read=read, now=now)


def open_office(account: Account, sink: SmtpSink, folder: Path, today: date) -> Office:
    """Write the files of an office. today: it and a fortnight after it are working days."""
    office = Office(account, sink, folder)
    office.config.write_text(
        CONFIG.format(
            office=OFFICE,
            imap_port=account.server.tls_port,
            user=account.user,
            imap_ca=account.server.cert,
            smtp_port=sink.port,
            smtp_user=USER,
            smtp_ca=sink.certificate[0],
            folder=folder,
        ),
        "utf-8",
    )
    years = "".join(f'{year} = "unconfirmed"\n' for year in range(2028, today.year + 2))
    worked = (today + timedelta(days=n) for n in range(-3, 15))
    rows = "".join(f'[[days]]\nday = {day}\nis = "work"\nkk = "сынақ"\nru = "проба"\n' for day in worked)
    (folder / "calendar.toml").write_text(f"[years]\n{years}\n{rows}", "utf-8")
    return office


# ---------------------------------------------------------------- mails


def mail(
    n: int,
    *,
    subject: str = "Өтініш",
    body: str = "Сәлеметсіз бе!",
    files: Iterable[tuple[str, bytes]] = (),
    **headers: str,
) -> bytes:
    """A mail of the n-th person, with CRLF as a server has it."""
    message = EmailMessage(policy=SMTP)
    message["From"] = headers.pop("sender", f"person{n}@post.example")
    message["To"] = OFFICE
    message["Subject"] = subject
    message["Date"] = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    message["Message-ID"] = headers.pop("message_id", f"<mail-{n}@post.example>")
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(body)
    for name, data in files:
        message.add_attachment(data, maintype=DOCX[0], subtype=DOCX[1], filename=name)
    return message.as_bytes()


def form(form_id: FormId, *without: str, language: Language = "kk", **values: FieldValue) -> tuple[str, bytes]:
    """A filled and signed form as a .docx in the Order's own layout: its name and bytes."""
    given = {name: value for name, value in {**FILLED[form_id], **values}.items() if name not in without}
    answers = {name: Answer(value, in_plain_words(value)) for name, value in given.items()}
    made = filled_form(form_id, language, Filling(answers))
    return f"{form_id}-{language}.docx", _signed(made) if given.get("signature") else made


def _signed(made: bytes) -> bytes:
    """Write a short signature on its line: the first cell of the application's last table."""
    document = docx.Document(io.BytesIO(made))
    document.tables[-1].cell(0, 0).paragraphs[0].add_run("Қыдырова С.")
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def iin(n: int) -> str:
    """The n-th made-up IIN: born in 1896, right check digit."""
    for serial in range(100 * n, 100 * n + 100):
        digits = f"9603151{serial % 10000:04}"
        for weights in ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)):
            rest = sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
            if rest < 10:
                return digits + str(rest)
    raise AssertionError(n)


def filing(n: int, *without: str) -> bytes:
    """The n-th person asks to be registered as a volunteer; `without`: fields of the questionnaire left blank."""
    email = f"person{n}@post.example"
    contacts: FieldValue = {"phone": [f"+7700000{n:04}"], "email": [email]}
    return mail(n, files=[form("application", email=email), form("volunteer", *without, iin=iin(n), contacts=contacts)])


def sha256(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
