"""The contacts of a questionnaire: phones, e-mails, sites, Instagram and WhatsApp out of free words.

The answer is read from left to right: a word that announces a channel counts for what follows it, an
unannounced phone, address or site speaks for itself. Other messengers are not kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from parsers.wording import key

CHANNELS = ("phone", "email", "website", "instagram", "whatsapp")

_PART = r"[^\s@,;:<>()\[\]«»\"/]+"
_EMAIL = rf"{_PART}(?:@|\s@\s){_PART}\.[^\s@,;:<>()\[\]«»\"/.]+"
_URL = r"(?:https?://|www\.)[^\s,;<>()«»\"]+"
_LETTER = "a-zа-яёәғқңөұүһі"
_DOMAIN = rf"(?:[{_LETTER}0-9][{_LETTER}0-9-]*\.)+[{_LETTER}][{_LETTER}0-9-]+(?:/[^\s,;<>()«»\"]*)?"
_PHONE = r"\+?\d(?:[\d()\-–—.\u2011]|/(?=\d{3}/)|(?<=/\d{3})/|[^\S\n]){5,}\d"
_HANDLE = r"@[\w.]+"
_WORD = r"[^\W\d_][\w.-]*"
_TOKEN = re.compile(
    rf"(?P<email>{_EMAIL})|(?P<url>{_URL})|(?P<handle>{_HANDLE})|(?P<phone>{_PHONE})"
    rf"|(?P<announce>(?:e|э|и|web|веб)-?\s?(?:mail|мейл|мэйл|сайт|site|пошта|почта)\w*|эл\.?\s?(?:почта|пошта|адрес)\w*)"
    rf"|(?P<domain>{_DOMAIN})|(?P<word>{_WORD})|(?P<sign>[/,;&+\n:()]|\S)",
    re.IGNORECASE,
)
_EXTENSION = re.compile(r"(?:ішкі|ішк|доб|доп|вн|внутр|ext)\.?\s*\d+", re.IGNORECASE)
_SAME = frozenset(("сол", "осы", "дал", "тот", "этот", "same"))  # «WhatsApp: сол нөмір»
_JOINING = frozenset({"ждане", "жане", "и", "немесе", "или", "мен", "пен", "бен"})


@dataclass(slots=True)
class Contacts:
    """What was found. flaws: "email_impossible". doubt: something here may be a contact, or another one."""

    channels: dict[str, list[str]] = field(default_factory=dict)
    flaws: tuple[str, ...] = ()
    doubt: str | None = None

    def add(self, channel: str, value: str) -> None:
        known = self.channels.setdefault(channel, [])
        if value not in known:
            known.append(value)


@cache
def _announcing() -> dict[str, str]:
    table: dict[str, str] = {}
    for line in (files("parsers.values") / "channels.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            channel, _, words = line.partition("\t")
            table |= {"".join(key(word)): channel for word in words.split()}
    return table


@lru_cache(maxsize=2_048)
def _announced(word: str) -> str | None:
    plain = "".join(key(word))
    table = _announcing()
    if plain in table:
        return table[plain]
    return next((table[stem] for stem in table if len(stem) >= 5 and plain.startswith(stem)), None)


def announces(text: str) -> bool:
    """Say whether a label names channels and nothing else: «Телефон», «e-mail», «WhatsApp (при наличии)»."""
    bare = re.sub(r"\([^()]*\)", " ", text)
    said = [match for match in _TOKEN.finditer(bare) if match.lastgroup in ("word", "announce")]
    named = [_announced(match[0]) is not None or "".join(key(match[0])) in _JOINING for match in said]
    return bool(named) and all(named)


def phone_of(text: str) -> str | None:
    """Return the first phone number of a text in E.164 (numbers without a country are Kazakhstan's), or None."""
    numbers = phones_of(text)
    return numbers[0] if numbers else None


def phones_of(text: str) -> list[str]:
    """Return all phone numbers of a text in E.164, in order, each once."""
    found = []
    for match in re.finditer(_PHONE, _EXTENSION.sub(" ", text)):
        for one in _one_by_one(match[0]):
            number = _e164(one)
            if number is not None and number not in found:
                found.append(number)
    return found


def _one_by_one(text: str) -> list[str]:
    """«87010112233 87010112244» is two numbers, «8 701 011 22 33» one."""
    pieces = text.split()
    whole = len(pieces) > 1 and all(_e164(piece) is not None for piece in pieces)
    return pieces if whole else [text]


@lru_cache(maxsize=2_048)
def _e164(text: str) -> str | None:
    digits = re.sub(r"\D", "", text)
    if len(digits) == 11 and digits[0] in "78":
        digits = "7" + digits[1:]
    elif len(digits) == 10 and digits[0] == "7":
        digits = "7" + digits
    elif len(digits) < 10:
        return None
    try:
        number = phonenumbers.parse("+" + digits)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email_of(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Return (address, flaws) of the first e-mail address; None when there is none that looks like one."""
    match = re.search(_EMAIL, text)
    if match is None:
        return None
    address = re.sub(r"\s", "", match[0])
    return address, () if email_possible(address) else ("email_impossible",)


@lru_cache(maxsize=2_048)
def email_possible(address: str) -> bool:
    """Say whether mail could be sent to the address as written; the domain is not asked."""
    try:
        validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    local = address.rpartition("@")[0]
    return local.isascii() or not re.search(r"[a-z]", local, re.IGNORECASE)  # mixed alphabets are a slip


def contacts_of(text: str) -> Contacts:
    """Return the channels found in an answer; empty when there are none."""
    got = Contacts()
    flaws: list[str] = []
    announced: list[str] = []
    fresh = False  # no value yet since the last announcement
    last: tuple[str, str] | None = None  # (channel, value) just read, for «8 701 … (WhatsApp)»
    in_brackets = False
    leftovers = 0
    for match in _TOKEN.finditer(_EXTENSION.sub(" ", text)):
        kind, token = match.lastgroup, match[0]
        if kind in ("word", "announce"):
            channel = _announced(token)
            if channel is not None:
                if in_brackets and last is not None and last[0] in ("phone", "whatsapp"):
                    _also(got, last, channel)
                    continue
                announced = [*announced, channel] if fresh else [channel]
                fresh = True
            elif fresh and announced[-1] == "whatsapp" and "".join(key(token)) in _SAME and got.channels.get("phone"):
                got.add("whatsapp", got.channels["phone"][-1])
                fresh = False
            elif fresh and announced[-1] in ("instagram", "website", "other") and len(token) > 2:
                if announced[-1] == "instagram" and token.isascii():  # «нет» is nobody's name there
                    got.add("instagram", "@" + token.rstrip("."))
                fresh = False
            elif "".join(key(token)) not in _JOINING and len(token) > 3:
                leftovers += 1
            continue
        if kind == "sign":
            in_brackets = token == "(" or (in_brackets and token != ")")
            if token == "\n":
                announced, last = ([], None) if not fresh else (announced, None)
            continue
        for one in _one_by_one(token) if kind == "phone" else [token]:
            last = _value(got, kind or "", one, announced, flaws) or last
        fresh = False
    got.flaws = tuple(dict.fromkeys(flaws))
    if not got.channels and leftovers:
        got.doubt = "no contact recognised"
    return got


def _value(got: Contacts, kind: str, token: str, announced: list[str], flaws: list[str]) -> tuple[str, str] | None:
    """Put one value into its channel; return (channel, value) when it is a number."""
    other = announced[-1:] == ["other"]
    if kind == "email":
        address = re.sub(r"\s", "", token)
        got.add("email", address)
        if not email_possible(address):
            flaws.append("email_impossible")
    elif kind == "handle":
        if not other:
            got.add("instagram", token.rstrip("."))
            if "instagram" not in announced:
                got.doubt = "a name with @ and no network"
    elif kind in ("url", "domain"):
        _site(got, token.rstrip(".)/") if kind == "domain" else token.rstrip(".)"), announced)
    else:
        number = _e164(token)
        if number is None:
            if not other and len(re.sub(r"\D", "", token)) >= 6:
                got.doubt = "a number that is no phone"
            return None
        channels = [channel for channel in dict.fromkeys(announced) if channel in ("phone", "whatsapp")]
        if other and not channels:
            return None
        for channel in channels or ["phone"]:
            got.add(channel, number)
        return (channels or ["phone"])[-1], number
    return None


def _site(got: Contacts, token: str, announced: list[str]) -> None:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", token, flags=re.IGNORECASE)
    host, _, path = bare.partition("/")
    host = host.casefold()
    if host in ("instagram.com", "instagr.am"):
        got.add("instagram", "@" + path.split("?")[0].strip("/@"))
    elif host in ("wa.me", "api.whatsapp.com"):
        number = _e164(re.sub(r"\D", "", path))
        if number is not None:
            got.add("whatsapp", number)
    elif host in ("t.me", "telegram.me", "facebook.com", "vk.com", "tiktok.com", "youtube.com"):
        return
    elif announced[-1:] == ["instagram"] and "://" not in token and not token.lower().startswith("www."):
        got.add("instagram", "@" + token)
    elif announced[-1:] != ["other"]:
        got.add("website", token)


def _also(got: Contacts, last: tuple[str, str], channel: str) -> None:
    """«8 701 … (тел., WhatsApp)»: what stands in brackets behind a number says what the number is."""
    if channel in ("phone", "whatsapp"):
        got.add(channel, last[1])
