"""What an applicant said, as frozen values: answers, forms as they were read, the verdict on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MailId = str  # SHA-256 of the raw mail, lower-case hex
FieldValue = str | int | bool | list[str] | list[int] | dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a form. doubt: why the reading is unsure, None when sure. flaws: what is wrong with
    the value itself ("checksum", "email_impossible"). by: the clerk who set it, empty when read."""

    value: FieldValue
    text: str
    place: str = ""
    doubt: str | None = None
    flaws: tuple[str, ...] = ()
    by: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form of Appendix 2 as it was read from one mail. Only filled fields stand in `answers`.

    language_any: printed in both languages side by side. unsure_blank: fields that may or may not be
    filled; filled_by_clerk: fields that a clerk saw to be filled though no value was read. completes: a few
    values sent in words; they complete the newest sheet of their form and replace nothing.
    """

    form: str
    language: str
    part: str
    mail: MailId
    answers: Mapping[str, Answer]
    doubts: tuple[str, ...] = ()
    unsure_blank: tuple[str, ...] = ()
    filled_by_clerk: tuple[str, ...] = ()
    language_any: bool = False
    completes: bool = False


class Judgement(StrEnum):
    """§8: an officer looks at completeness and at nothing else."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    NEEDS_CLERK = "needs_clerk"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the look at completeness says of a filing.

    missing: `form.field` or a whole form; programme_missing: the same for enclosed programmes and
    actions, which are asked for but never cost the applicant anything; unsure: what could not be
    decided; applicant: the questionnaire kind, None when it cannot be told.
    """

    judgement: Judgement
    applicant: str | None
    missing: tuple[str, ...] = ()
    programme_missing: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
