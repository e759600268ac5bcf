"""The head of the application, above its title: whom it goes to and, often, whom it is from.

The Order prints the applicant below the title; people write it above all the same, as in any letter to an office:
«… министрлігіне Ибраева Сәуледен», «от Ибраевой С. М.», a name over «(Ф.И.О. физического лица)».
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.lines import Line
from parsers.values.blank import is_blank, without_rule
from parsers.wording import key

NOT_SURE = "nothing but the place tells that this is the applicant"

_FROM = re.compile(
    r"\s*(?:от(?:\s+кого)?|кімнен|заявитель|өтініш\s+(?:беруші|иесі)|арыз\s+иесі)\b[\s:–—-]*", re.IGNORECASE
)
_SPEAKER = re.compile(r"\s*(?:я|мен|от(?:\s+(?:граждан(?:ина|ки)|имени))?)\b[\s,:–—-]+", re.IGNORECASE)
_FROM_BEHIND = re.compile(r"(?:дан|ден|тан|тен|нан|нен)\s*$", re.IGNORECASE)
_CAPTION = re.compile(r"\s*\(.*\)?\s*")
_AFTER_NAME = re.compile(r"\s*(?:,|;|\bИИН\b|\bЖСН\b|\bтел\b|\bпрожив|\bтұратын).*$", re.IGNORECASE | re.DOTALL)
_NAMED = frozenset(("фио", "таа", "таж"))
_PERSON = frozenset(("лица", "тулга", "тулганын", "заявителя", "заявитель", "гражданина", "иесиний", "беруши"))
_SHORT_TITLES = frozenset((("заявление",), ("арыз",), ("отиниш",), ("отиним",)))
_OFFICE = (
    "минист",
    "мадени",
    "культу",
    "респуб",
    "казакс",
    "басшыс",
    "руково",
    "комите",
    "управл",
    "департ",
    "вице",
    "акпара",
    "информ",
)


@dataclass(frozen=True, slots=True)
class Named:
    """Words and the line that they stand on. doubt: why they may be something else."""

    text: str
    line: Line
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """addressee, applicant: None where the head names none."""

    addressee: Named | None
    applicant: Named | None


def head_of(lines: Sequence[Line]) -> Head:
    """Return whom the application goes to and whom it is from. lines: above the title, known captions left out."""
    written = [line for line in lines if not is_blank(line.text)]
    free = [line for line in written if not _is_caption(line)]
    applicant = _said_to_be_from(free) or _over_its_caption(written) or _by_its_place(free)
    before = [line for line in free if applicant is None or line.number < applicant.line.number]
    before = [line for line in before if not _FROM.fullmatch(line.text)]
    if not before:
        return Head(None, applicant)
    text = without_rule(before[-1].words_only)
    return Head(Named(text, before[-1]), applicant)


def name_within(text: str) -> tuple[int, int]:
    """Return where in «Я, Искаков Қайрат,» and «от гражданина …» the applicant's name begins and ends."""
    speaker = _SPEAKER.match(text)
    start = speaker.end() if speaker is not None and text[speaker.end() : speaker.end() + 1].isupper() else 0
    return start, len(text.rstrip(" ,;")) if start else len(text)


def is_short_title(text: str) -> bool:
    """Whether a line says «ЗАЯВЛЕНИЕ» or «АРЫЗ» and nothing more."""
    return key(text) in _SHORT_TITLES


def is_free_application(lines: Sequence[Line]) -> bool:
    """Whether lines are an application in words of its own: its short title, and a consent to the use of data.

    A person looks at such a one; it is neither read as if it were the form nor missed as if nothing had come.
    """
    titles = [line.number for line in lines if is_short_title(line.text)]
    return bool(titles) and any(line.number > titles[0] and consents(line) for line in lines)


def consents(line: Line) -> bool:
    """Whether a line is the consent to the use of personal data, in other words than the Order's too."""
    stems = {word[:5] for word in key(line.text)}
    return bool(stems & {"согла", "келис"}) and bool(stems & {"персо", "дербе"})


def _is_caption(line: Line) -> bool:
    return _CAPTION.fullmatch(line.text) is not None


def _said_to_be_from(free: Sequence[Line]) -> Named | None:
    for n, line in enumerate(free):
        begin = _FROM.match(line.text)
        if begin is not None:
            text = _name(line.text[begin.end() :])
            if text:
                return Named(text, line)
            if n + 1 < len(free) and (text := _name(free[n + 1].text)):
                return Named(text, free[n + 1])
        elif n and _FROM_BEHIND.search(line.text.rstrip(" ,.")) and _names_somebody(_name(line.text)):
            return Named(_name(line.text), line)
    return None


def _over_its_caption(written: Sequence[Line]) -> Named | None:
    for above, line in pairwise(written):
        words = frozenset(key(line.text))
        if _is_caption(line) and words & (_NAMED | _PERSON) and not _is_caption(above) and not _is_office(above.text):
            return Named(_name(above.text), above)
    return None


def _by_its_place(free: Sequence[Line]) -> Named | None:
    """A line that is no office's, behind one that is: a name, or words that a person should look at."""
    if len(free) < 2 or not _is_office(free[0].text):
        return None
    others = [line for line in free[1:] if not _is_office(line.text)]
    if not others:
        return None
    named = next((line for line in others if _is_name(_name(line.text))), None)
    return Named(_name((named or others[0]).text), named or others[0], NOT_SURE)


def _name(text: str) -> str:
    name = without_rule(_AFTER_NAME.sub("", text)).strip(" ,:;")
    return name if re.search(r"\b\w\.$", name) else name.rstrip(".")


def _is_name(text: str) -> bool:
    """Two to four words that begin with a capital letter, initials among them."""
    words = text.replace(".", ". ").split()
    return 2 <= len(words) <= 4 and all(word[0].isupper() and word.strip(".-").isalpha() for word in words)


def _names_somebody(text: str) -> bool:
    return _is_name(text) or any(sign in text for sign in '«“"')


def _is_office(text: str) -> bool:
    return any(word.startswith(_OFFICE) for word in key(text))
