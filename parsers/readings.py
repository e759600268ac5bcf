"""The words of the reading room: what a mail holds and what a person said in it.

Nothing here knows of cases, days, letters or databases. Everything is frozen; a reader returns
these values and keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Language = Literal["kk", "ru"]
FormId = Literal["application", "volunteer", "group", "organization", "coordinator", "organizer", "programme", "action"]
QuestionnaireId = Literal["volunteer", "group", "organization", "coordinator", "organizer"]

# What a field may hold, as plain JSON: text, an ISO date, a number, a list of people or of option
# numbers, the channels of `contacts`, or yes/no for a signature, a stamp and a consent.
FieldValue = str | int | bool | list[str] | list[int] | dict[str, list[str]]


# ---------------------------------------------------------------- the mail


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a From, To or Reply-To header. `addr` is lower-cased, may be empty."""

    name: str
    addr: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail, decoded. `within` names the containers it was taken from, outermost first."""

    name: str
    declared_type: str
    data: bytes
    within: tuple[str, ...] = ()
    inline: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a delivery status notification says (RFC 3464) or a bounce in free words lets us see.

    action: failed, delayed, delivered, relayed, expanded. `original_message_id` is of the letter that
    the report is about, angle brackets kept, None when the report does not name it.
    """

    action: Literal["failed", "delayed", "delivered", "relayed", "expanded"]
    recipient: str | None = None
    status: str | None = None
    diagnostic: str | None = None
    original_message_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail taken apart (RFC 5322, MIME). Dates that the sender can write are not here on purpose.

    message_id, in_reply_to, references: with angle brackets. received: the Received headers, topmost
    first, unfolded. authentication_results: likewise (RFC 8601). headers: the few that tell automatic
    mail (RFC 3834) by lower-case name. body: the text a person typed, quotes of earlier letters and
    the signature block included; html parts are given as text lines too, body_html keeps the source.
    forwarded: mails inside this one, taken apart likewise; their attachments are listed in
    `attachments` as well, `within` naming the inner mail.
    """

    message_id: str | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    subject: str
    sender: Address
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    return_path: str | None
    received: tuple[str, ...]
    authentication_results: tuple[str, ...]
    headers: Mapping[str, str]
    body: str
    body_html: str
    attachments: tuple[Attachment, ...]
    report: DeliveryReport | None = None
    forwarded: tuple[Mail, ...] = ()
    parts_sha256: str = ""  # over the decoded parts: what "the same mail" means beside its bytes
    defects: tuple[str, ...] = ()


# ---------------------------------------------------------------- a document


class Mark(StrEnum):
    """How a run of text stands out."""

    UNDERLINE = "underline"
    STRIKE = "strike"
    HIGHLIGHT = "highlight"
    BOLD = "bold"
    ITALIC = "italic"
    COLOR = "color"

    def __reduce_ex__(self, protocol: object) -> tuple[type[Mark], tuple[str]]:
        """Travel by value. Python 3.11.0 to 3.11.3 would ask for `getattr`, which the worker's parent forbids."""
        return Mark, (self.value,)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with the same marks."""

    text: str
    marks: frozenset[Mark] = frozenset()


@dataclass(frozen=True, slots=True)
class CheckBox:
    """A box that a document itself knows to be ticked or not (w14:checkbox, form field, AcroForm)."""

    checked: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in the flow of a document. `data` may be empty where only its presence is known."""

    data: bytes = b""
    description: str = ""


Inline = Run | CheckBox | Picture


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line of a document as a person sees it: a paragraph between line breaks."""

    inlines: tuple[Inline, ...]

    @property
    def text(self) -> str:
        """The words alone, boxes and pictures left out."""
        return "".join(i.text for i in self.inlines if isinstance(i, Run))


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell as printed: merged cells appear once, `span` columns wide."""

    blocks: tuple[Block, ...]
    span: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[Row, ...]


Block = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Document:
    """One file in the one neutral shape that every reader returns.

    remarks: what a reader saw and a clerk should know: "tracked_changes", "hidden_text", "ocr" …
    """

    part: str
    format: str
    blocks: tuple[Block, ...]
    remarks: tuple[str, ...] = ()


# ---------------------------------------------------------------- the forms


@dataclass(frozen=True, slots=True)
class Source:
    """Where a value was read: the part, and a place in it that a person can find ("table 1, row 4")."""

    part: str
    place: str


@dataclass(frozen=True, slots=True)
class Value:
    """One answer. `value` is the meaning, `text` the words as written.

    doubt: None when read surely, else a short English reason; a doubtful value needs the clerk.
    flaws: what is wrong with the value itself, not with the reading: "checksum", "email_impossible".
    """

    value: FieldValue
    text: str
    source: Source
    doubt: str | None = None
    flaws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """Where a question is printed that has no answer: the words of its label in that line, and the line's place."""

    words: str
    place: str


@dataclass(frozen=True, slots=True)
class FilledForm:
    """One form of Appendix 2 found in a part. Only filled fields stand in `fields`.

    language: that of the printed labels. doubts: reasons that concern the form as a whole. A form
    without any answer is returned too, with no fields: the person sent it.
    unsure_blank: fields whose place was not found or could not be told to be empty; they may not be
    called missing, the clerk looks. asked: where the questions of fields that are not in `fields` were found.
    """

    part: str
    form: FormId
    language: Language
    fields: Mapping[str, Value]
    doubts: tuple[str, ...] = ()
    unsure_blank: tuple[str, ...] = ()
    language_any: bool = False
    asked: Mapping[str, Asked] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be opened or understood.

    reason: "encrypted", "damaged", "unsupported" (a document kind we cannot read here), "too_large",
    "crashed" (the worker died or ran out of time or memory), "picture" (needs a person's eyes),
    "unrecognised" (readable words in which no form was recognised: said of a mail by order/unrecognised.py).
    """

    part: str
    reason: Literal["encrypted", "damaged", "unsupported", "too_large", "crashed", "picture", "unrecognised"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was read from one mail or one form file."""

    mail: Mail
    forms: tuple[FilledForm, ...]
    unreadable: tuple[Unreadable, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)  # part → words of readable non-form files


# ---------------------------------------------------------------- for a person's eyes


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A document with the forms that were found in it: where each answer stands can be told from both."""

    document: Document
    forms: tuple[FilledForm, ...]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an answer stands on a page, as shares (0 … 1) of its width and height from the upper left corner.

    field: "volunteer.iin"; an answer of several lines has several spots. language, doubt: of the answer. blank: the
    question of a field without an answer stands here.
    """

    field: str
    left: float
    top: float
    right: float
    bottom: float
    language: str = ""
    doubt: str = ""
    blank: bool = False


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it looks. number: from 1 within its part; jpeg: the picture's bytes; width, height: in pixels."""

    part: str
    number: int
    jpeg: bytes
    width: int
    height: int
    spots: tuple[Spot, ...] = ()


@dataclass(frozen=True, slots=True)
class NotShown:
    """Why pages of a file are not all there. part: "mail" for all of them; reason: as of `Unreadable`, or
    "too_many_pages"; detail: a short English word more."""

    part: str
    reason: Literal["encrypted", "damaged", "unsupported", "too_large", "crashed", "picture", "too_many_pages"]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LaidOpen:
    """A mail laid open: what was read, every document as read, and the pages of those that have pages."""

    reading: Reading
    documents: tuple[DocumentRead, ...] = ()
    pages: tuple[PagePicture, ...] = ()
    left_out: tuple[NotShown, ...] = ()
