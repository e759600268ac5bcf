"""The configuration file: read, checked, and explained where it is wrong. Secrets are never in it."""

from __future__ import annotations

import difflib
import re
import tomllib
import types
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from inbox_daemon.errors import SettingsError
from inbox_daemon.letters.office import Office
from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import ALMATY
from inbox_daemon.secrets import ENVIRONMENT
from registry_store.records import Text

LOOPBACK = ("127.0.0.1", "::1", "localhost")
SECRET_WORDS = ("password", "secret", "token", "passwd", "pass")


class Section(BaseModel):
    """One table of the file. Unknown keys are refused, every key is optional unless it has no default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class OfficeSection(Section):
    mailbox: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    ministry_kk: str
    ministry_ru: str
    officer_kk: str
    officer_ru: str
    contacts_kk: str
    contacts_ru: str
    register_page: str = Field(pattern=r"^https?://")
    appeal_kk: str
    appeal_ru: str

    def office(self) -> Office:
        """Return the office as its letters name it."""
        return Office(
            mailbox=self.mailbox,
            ministry=Text(self.ministry_kk, self.ministry_ru),
            officer=Text(self.officer_kk, self.officer_ru),
            contacts=Text(self.contacts_kk, self.contacts_ru),
            register_page=self.register_page,
            appeal=Text(self.appeal_kk, self.appeal_ru),
        )


class ServerSection(Section):
    """What a mail server needs; its secret is found by `secrets.secret_of`."""

    host: str = Field(min_length=1)
    port: int = Field(ge=1, le=65535)
    tls: Literal["implicit", "starttls"] = "implicit"
    user: str
    auth: Literal["password", "xoauth2"] = "password"
    secret_file: str = ""
    secret_command: tuple[str, ...] = ()
    ca_file: str = ""
    timeout: float = Field(default=60, gt=0, le=600)


class ImapSection(ServerSection):
    folders: tuple[str, ...] = Field(default=("INBOX", "Junk"), min_length=1)
    processed: str = Field(default="Processed", min_length=1)
    review: str = Field(default="Review", min_length=1)
    poll_seconds: float = Field(default=60, ge=1, le=3600)


class TrustSection(Section):
    authserv_id: str = ""
    received_by: str = ""


class StoreSection(Section):
    url: str = Field(pattern=r"^[a-z0-9+]+://")
    archive: str = Field(min_length=1)


class OrderSection(Section):
    mode: Literal["shadow", "training", "automatic"] = "training"
    training_letters: int = Field(default=20, ge=1)
    start_from: date | Literal[""] = ""
    languages: Literal["either", "both"] = "either"
    inclusion: Literal["auto", "clerk"] = "auto"
    refusal: Literal["auto", "clerk"] = "auto"


class ReworkSection(Section):
    send: Literal["clerk_then_lead", "at_once"] = "clerk_then_lead"
    lead_days: int = Field(default=1, ge=0, le=4)


class HoursSection(Section):
    opens: time = time(9, 0)
    closes: time = time(18, 30)


class CalendarSection(Section):
    file: str = ""


class ClockSection(Section):
    tolerance_hours: float = Field(default=12, ge=0)


class LettersSection(Section):
    stop: bool = False
    per_address_a_day: int = Field(default=3, ge=1)
    all_in_15_minutes: int = Field(default=30, ge=1)
    paced_in_15_minutes: int = Field(default=100, ge=1)


class PublishSection(Section):
    folder: str = Field(min_length=1)
    keep: int = Field(default=30, ge=2)
    may_shrink_by: int = Field(default=10, ge=0)


class DeskSection(Section):
    """The clerk's desk. proxy_user_header: believed from proxy_addresses alone."""

    host: str = "127.0.0.1"
    port: int = Field(default=8127, ge=1, le=65535)
    tls_certificate: str = ""
    tls_private_key: str = ""
    session_hours: float = Field(default=10, gt=0, le=24)
    idle_minutes: float = Field(default=60, gt=0, le=1440)
    undo_minutes: int = Field(default=10, ge=0, le=120)
    proxy_addresses: tuple[str, ...] = ()
    proxy_user_header: str = ""


class Settings(Section):
    """The whole file."""

    office: OfficeSection
    imap: ImapSection
    smtp: ServerSection
    store: StoreSection
    publish: PublishSection
    trust: TrustSection = TrustSection()
    order: OrderSection = OrderSection()
    rework: ReworkSection = ReworkSection()
    hours: HoursSection = HoursSection()
    calendar: CalendarSection = CalendarSection()
    clock: ClockSection = ClockSection()
    letters: LettersSection = LettersSection()
    desk: DeskSection = DeskSection()

    @property
    def shadow(self) -> bool:
        """Whether the live mailbox is only looked at."""
        return self.order.mode == "shadow"

    def start_from(self) -> datetime | None:
        """Return the first moment of the day of going live in Asia/Almaty, None when there is none."""
        day = self.order.start_from
        return None if day == "" else datetime.combine(day, time.min, ALMATY)

    def clock_tolerance(self) -> timedelta | None:
        """Return by how much our clock may go on before it is held against the mail servers', None where never."""
        hours = self.clock.tolerance_hours
        return timedelta(hours=hours) if hours else None

    def practice(self) -> Practice:
        """Return what the ministry chose where the Order is silent."""
        return Practice(
            languages=self.order.languages,
            rework_send=self.rework.send,
            rework_lead_days=self.rework.lead_days,
            inclusion=self.order.inclusion,
            refusal=self.order.refusal,
            office_opens=self.hours.opens,
            office_closes=self.hours.closes,
        )


def load_settings(path: Path) -> Settings:
    """Return the checked settings of a file. Raises SettingsError naming every problem with its line."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        hint = "copy config.example.toml and fill it in, or name another file with --config"
        raise SettingsError(str(path), (f"cannot be read ({error.strerror}): {hint}",)) from error
    except UnicodeDecodeError as error:
        raise SettingsError(str(path), ("is not UTF-8 text; save it as UTF-8",)) from error
    return parse_settings(text, str(path))


def parse_settings(text: str, where: str) -> Settings:
    """Return the checked settings of a text. Raises SettingsError naming every problem with its line."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(where, (f"is not valid TOML: {error}",)) from error
    problems: tuple[str, ...]
    try:
        settings = Settings.model_validate(table)
    except ValidationError as error:
        sentences = (_sentence(e["loc"], e["type"], e["msg"], e.get("input"), text) for e in error.errors())
        problems = tuple(dict.fromkeys(sentences))
        raise SettingsError(where, problems) from None
    problems = _combinations(settings)
    if problems:
        raise SettingsError(where, problems)
    return settings


def _combinations(settings: Settings) -> tuple[str, ...]:
    """Return what is wrong with settings that are right one by one."""
    problems = []
    if settings.hours.opens >= settings.hours.closes:
        problems.append("[hours] closes must be later than opens")
    if {settings.imap.processed, settings.imap.review} & set(settings.imap.folders):
        problems.append("[imap] processed and review must not be watched folders: mails would be read for ever")
    if settings.imap.processed == settings.imap.review:
        problems.append("[imap] processed and review must be two folders")
    problems += [
        f"[{name}] secret_file and secret_command: give one of them, not both"
        for name, server in (("imap", settings.imap), ("smtp", settings.smtp))
        if server.secret_file and server.secret_command
    ]
    return (*problems, *desk_problems(settings.desk))


def desk_problems(desk: DeskSection) -> tuple[str, ...]:
    """Return what is wrong with the desk's settings together."""
    problems = []
    if bool(desk.tls_certificate) != bool(desk.tls_private_key):
        problems.append("[desk] tls_certificate and tls_private_key: give both or neither")
    if desk.host not in LOOPBACK and not (desk.tls_certificate or desk.proxy_addresses):
        problems.append(
            f'[desk] host = "{desk.host}" is open to the network: give tls_certificate and tls_private_key, '
            "or the proxy_addresses of a proxy that does TLS"
        )
    if desk.proxy_user_header and not desk.proxy_addresses:
        problems.append("[desk] proxy_user_header is believed from proxy_addresses alone: name them")
    return tuple(problems)


# ------------------------------------------------------------ sentences


def _sentence(loc: tuple[int | str, ...], kind: str, message: str, given: Any, text: str) -> str:
    section, key = str(loc[0]), ".".join(str(part) for part in loc[1:2])
    place = _line_of(section, key, text)
    if kind == "missing":
        what = f"[{section}] {key} is missing" if key else f"[{section}] is missing: the whole section"
        return f"{what}{place}. See config.example.toml."
    if kind == "extra_forbidden":
        return _unknown(section, key, place)
    if (section, key) == ("store", "url"):  # not shown: it may hold a password
        return f"[store] url{place}: must be a database URL, e.g. sqlite:////var/lib/inbox-daemon/register.db"
    allowed = _allowed(section, key)
    shown = f"[{section}] {key} = {given!r}" if key else f"[{section}]"
    return f"{shown}{place}: must be {allowed}" if allowed else f"{shown}{place}: {message}"


def _unknown(section: str, key: str, place: str) -> str:
    if key and any(word in key.lower() for word in SECRET_WORDS):
        name = ENVIRONMENT.get(section, "the environment")
        return (
            f"[{section}] {key}{place}: secrets never stand in this file. Give it by {name}, a systemd "
            f"credential, secret_file or secret_command."
        )
    known = list(_keys_of(section)) if key else list(Settings.model_fields)
    near = difflib.get_close_matches(key or section, known, n=1)
    hint = f' Perhaps you meant "{near[0]}"?' if near else f" Known: {', '.join(known)}."
    return f"[{section}] {key}{place}: no such setting.{hint}" if key else f"[{section}]{place}: no such section.{hint}"


def _keys_of(section: str) -> tuple[str, ...]:
    field = Settings.model_fields.get(section)
    model = field.annotation if field is not None else None
    return tuple(model.model_fields) if isinstance(model, type) and issubclass(model, Section) else ()


def _allowed(section: str, key: str) -> str:
    """Return the allowed values in words, empty when the message of the check says more."""
    field = Settings.model_fields.get(section)
    model = field.annotation if field is not None else None
    if not (isinstance(model, type) and issubclass(model, Section)) or key not in model.model_fields:
        return ""
    annotation = model.model_fields[key].annotation
    if get_origin(annotation) is Literal:
        return " or ".join(f'"{v}"' for v in get_args(annotation))
    plain = {bool: "true or false", time: 'a time such as "09:00"', str: "a text in quotes"}
    if isinstance(annotation, types.GenericAlias):
        return 'a list of texts, such as ["INBOX", "Junk"]'
    bounds = [str(m) for m in model.model_fields[key].metadata]
    return plain.get(annotation, "") if isinstance(annotation, type) and not bounds else ""


def _line_of(section: str, key: str, text: str) -> str:
    """Return " (line N)" where the key stands in its section, empty when it does not."""
    current = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[+\s*([^\]\s]+)\s*\]+", line):
            current = match[1]
            if current == section and not key:
                return f" (line {number})"
        elif current == section:
            if key and re.match(rf"\s*\"?{re.escape(key)}\"?\s*=", line):
                return f" (line {number})"
        elif not current and re.match(rf"\s*{re.escape(section)}\s*=", line):
            return f" (line {number})"
    return ""
