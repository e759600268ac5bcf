"""Everything that lasts, as frozen values: cases, what happened to them, letters, mails, register entries.

Facts are stored, dates are derived: due days are computed by the Order's paragraphs from the facts here
and stand in the database as an index only. All datetimes are aware; days are days of Asia/Almaty.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from .filings import Answer as Answer
from .filings import FieldValue as FieldValue
from .filings import Judgement as Judgement
from .filings import MailId as MailId
from .filings import Sheet as Sheet
from .filings import Verdict as Verdict

CaseNumber = str  # "VR-2026-000417"
EntryNumber = int


# ---------------------------------------------------------------- a case


class Category(StrEnum):
    """What a mail is (rules, section 4)."""

    APPLICATION = "application"
    CHANGE = "change"
    PROGRAMME = "programme"
    TERMINATION = "termination"
    QUESTION = "question"
    BOUNCE = "bounce"
    AUTO_REPLY = "auto_reply"
    OTHER = "other"


class CaseKind(StrEnum):
    """Every application (§4), change (§7), programme and stop (§13) is a case of its own."""

    APPLICATION = "application"
    CHANGE = "change"
    PROGRAMME = "programme"
    TERMINATION = "termination"


class State(StrEnum):
    RECEIVED = "received"  # opened, not yet judged
    INCOMPLETE = "incomplete"  # lies in the clerk's queue; the rework letter waits for the clerk or the lead day
    COMPLETE = "complete"  # complete, the decision waits for the clerk's yes
    WITH_CLERK = "with_clerk"  # needs a person
    REWORK_SENT = "rework_sent"  # the letter is in the outbox, no server has accepted it yet
    AWAITING_REWORK = "awaiting_rework"  # accepted: the three working days run
    INCLUDED = "included"
    REFUSED = "refused"
    CARRIED_OUT = "carried_out"  # a change, programme or stop is in the register
    NOT_CARRIED_OUT = "not_carried_out"  # an incomplete change or programme that the clerk ended
    CLOSED = "closed"  # withdrawn, not an application, joined to another case


OPEN_STATES = frozenset(
    {State.RECEIVED, State.INCOMPLETE, State.COMPLETE, State.WITH_CLERK, State.REWORK_SENT, State.AWAITING_REWORK}
)


@dataclass(frozen=True, slots=True)
class CaseMail:
    """One mail of a case. at: when the server had it. brought_forms: it carried a form. submitted: the earlier of
    `at` and our own server's Received, which answers whether it was in time; None: as `at`."""

    mail: MailId
    at: datetime
    message_id: str | None
    sender: str
    brought_forms: bool
    submitted: datetime | None = None

    @property
    def in_time_from(self) -> datetime:
        """The moment that answers whether the mail was in time."""
        return self.submitted or self.at


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file of the filing as the receipt names it: its name and the SHA-256 of its bytes.

    key: it holds a private key, told by its content; its bytes are nowhere kept but in the archived mail.
    """

    name: str
    sha256: str
    key: bool = False


@dataclass(frozen=True, slots=True)
class Explained:
    """What a clerk adds to one missing item (`form.field` or a whole form) in a letter."""

    item: str
    words: Text


@dataclass(frozen=True, slots=True)
class Said:
    """A clerk's own words in a letter. remark: a text of its own; about: beside what is missing."""

    remark: Text | None = None
    about: tuple[Explained, ...] = ()


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True)
class Rework:
    """§10: the letter that sent the case back. last_day_printed: the last day that stands in it.

    accepted_at: the 250 of our mail server. delivered_at: a later "delivered" report. delayed: a delay
    report came and no delivery since. bounced: it came back, so nobody was asked for anything. late: sent
    after review was due (rules, section 2). uncertain: nobody knows whether it left. by_hand: a clerk sent it.
    answered_before: an earlier letter of the case was answered in time; silence is then put to a person.
    said: the clerk's own words in it. readdressed: the applicant's address was changed after it had left.
    """

    message_id: str
    last_day_printed: date
    accepted_at: datetime | None = None
    delivered_at: datetime | None = None
    delayed: bool = False
    late: bool = False
    bounced: bool = False
    uncertain: bool = False
    by_hand: bool = False
    answered_before: bool = False
    said: Said = NOTHING_SAID
    readdressed: bool = False


@dataclass(frozen=True, slots=True)
class Resubmission:
    """An answer to a rework letter: when it was submitted, and what it was worth then."""

    at: datetime
    mail: MailId
    judgement: Judgement
    in_time: bool


@dataclass(frozen=True, slots=True)
class Translation:
    """What a clerk wrote for words that came in one language only. words: as the form has them; language, text: the
    other language and its wording."""

    words: str
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """The facts of one case. version counts its steps; 0 is a case that is not stored yet.

    received: the server's arrival time of the first mail that brought a form (§10 counts from it).
    review_from: where the review clock runs from, if not from `received` (an answer that needs the clerk).
    entry: the register entry that it made or concerns. asks: why a person is needed, newest last.
    trusted: sent from an address on file and passed the pinned server's DMARC check.
    automatic: the filing came with marks of automatic mail, so its letters wait for the clerk's yes.
    warned_on: the day of the last warning that silence will count as a refusal (APC art. 91).
    undelivered: letters of its decision that are known not to have arrived.
    translations: what a clerk wrote in the other language, for the register (rules, section 6).
    region: ISO 3166-2, set by a clerk; empty: as the residence tells.
    named: the IIN and BIN that a message without forms names; people: the names of persons in it.
    """

    number: CaseNumber
    kind: CaseKind
    state: State = State.RECEIVED
    version: int = 0
    received: datetime | None = None
    review_from: datetime | None = None
    mails: tuple[CaseMail, ...] = ()
    files: tuple[FileSeen, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    unreadable: tuple[str, ...] = ()
    verdict: Verdict | None = None
    rework: Rework | None = None
    answers: tuple[Resubmission, ...] = ()
    reply_to: str = ""
    entry: EntryNumber | None = None
    overdue: bool = False
    asks: tuple[str, ...] = ()
    trusted: bool = False
    automatic: bool = False
    warned_on: date | None = None
    stop_decided_on: date | None = None
    decided_at: datetime | None = None
    ground: str = ""
    undelivered: tuple[LetterKind, ...] = ()
    translations: tuple[Translation, ...] = ()
    region: str = ""
    named: tuple[str, ...] = ()
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a register entry is, as the register had it when an event met the case: what identity is compared with.

    kind: the questionnaire; key: IIN or BIN; addresses: those on file, in lower case. standing: as of then.
    """

    entry: EntryNumber
    kind: str
    key: str
    name: Text
    addresses: tuple[str, ...]
    standing: Standing


# ---------------------------------------------------------------- events: what happened, in the past tense
# holder: whom the register has in the entry that the event may be carried out on; None: it concerns no entry.
# other_person_why: the clerk's own reason for tying what the Order's rules say is another person's.


@dataclass(frozen=True, slots=True)
class Filed:
    """A mail brought forms (or files that may be forms).

    at: the server's arrival time (INTERNALDATE). submitted: the earlier of it and the topmost Received of
    our own server: this one answers whether an answer was in time. read_at: when it was read.
    """

    at: datetime
    submitted: datetime
    read_at: datetime
    mail: CaseMail
    category: Category
    sheets: tuple[Sheet, ...]
    unreadable: tuple[str, ...] = ()
    files: tuple[FileSeen, ...] = ()
    asks_inclusion: bool = False
    trusted: bool = False
    automatic: bool = False
    entry: EntryNumber | None = None  # the register entry that the sender has, if surely known
    doubts: tuple[str, ...] = ()  # why it is unsure whose this is
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class StopAsked:
    """§13: a message in free form asks to stop. decided_on: the day of the decision, if stated. plain: it says
    nothing besides that could mean somebody or something else. several: it speaks of «us», «our group».
    named: the IIN and BIN in it; people: the names of persons that its words or its From header tell."""

    at: datetime
    read_at: datetime
    mail: CaseMail
    decided_on: date | None
    trusted: bool
    entry: EntryNumber | None
    automatic: bool = False
    doubts: tuple[str, ...] = ()
    plain: bool = True
    several: bool = False
    named: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class Wrote:
    """Somebody wrote about a case without forms: a question, a plea for time, anything else."""

    at: datetime
    mail: CaseMail
    category: Category


@dataclass(frozen=True, slots=True)
class MailFound:
    """A mail came while the applicant had to answer, may be theirs, and was found after the refusal. at: when it was
    submitted; noticed: when it was found."""

    at: datetime
    mail: MailId
    noticed: datetime


@dataclass(frozen=True, slots=True)
class LetterAccepted:
    """The configured SMTP server took a letter (its 250)."""

    at: datetime
    letter: str
    message_id: str
    reply: str


@dataclass(frozen=True, slots=True)
class LetterFailed:
    """The server refused a letter for good (5xx), or its state is unknown (uncertain)."""

    at: datetime
    letter: str
    message_id: str
    reply: str
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class LetterLeavesLate:
    """A letter that has not left comes to leave at `at`, on another day than it was composed for."""

    at: datetime
    letter: LetterKind
    message_id: str


@dataclass(frozen=True, slots=True)
class LetterOwedAgain:
    """A letter that an earlier version dropped, where today's rules would only have let it wait."""

    at: datetime
    letter: LetterKind


@dataclass(frozen=True, slots=True)
class LetterReported:
    """A delivery report about a letter of the case: failed (a bounce), delayed or delivered."""

    at: datetime
    letter: str
    message_id: str
    action: str
    mail: MailId
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LeadDayCame:
    """The clerk has not sent the rework letter; it goes by itself (rework.lead_days before review due).
    at: the legal moment; noticed: when the daemon saw it."""

    at: datetime
    noticed: datetime


@dataclass(frozen=True, slots=True)
class ReviewTermPassed:
    """§10: review was due and nothing was decided: overdue with the clerk."""

    at: datetime
    noticed: datetime


@dataclass(frozen=True, slots=True)
class ReviewWarned:
    """APC art. 91: review is due in `working_days_left`, and silence then counts as a refusal."""

    at: datetime
    noticed: datetime
    working_days_left: int


@dataclass(frozen=True, slots=True)
class CalendarChanged:
    """Another calendar is in force: the due day was `before` and is `after` now. calendar: its version."""

    at: datetime
    calendar: str
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look through all watched folders, Junk too. complete: every folder was read to its end.

    in_doubt: mails that nobody could take apart, and those since the rework letter left that may come from this
    applicant, whatever they were taken for, and that no person has settled. tasks: the codes of the case's open tasks.
    clock_doubted: our clock ran away from that of the mail servers.
    """

    began: datetime
    complete: bool
    in_doubt: tuple[MailId, ...] = ()
    tasks: tuple[str, ...] = ()
    clock_doubted: bool = False


@dataclass(frozen=True, slots=True)
class TermPassed:
    """§11: the last day to resubmit is over. at: the legal moment, not the moment of noticing."""

    at: datetime
    look: Look
    noticed: datetime


@dataclass(frozen=True, slots=True)
class ClerkIncluded:
    at: datetime
    by: str
    why: str = ""
    entry: EntryNumber | None = None  # for changes, programmes and stops: the entry that the clerk chose
    holder: Holder | None = None
    other_person_why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkSentRework:
    """said: the clerk's own words, which explain what is asked for and ask for nothing more."""

    at: datetime
    by: str
    why: str = ""
    said: Said = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class ClerkRefused:
    at: datetime
    by: str
    why: str
    look: Look


@dataclass(frozen=True, slots=True)
class Correction:
    """One field that a clerk corrects. field: `form.field`. value: its meaning, an empty text takes the answer out.
    text: as typed. language: of the copy of the form, empty for the newest one. seen: nothing is typed, the clerk
    sees that the field is filled, or that its value is right as it stands.
    """

    field: str
    value: FieldValue = ""
    text: str = ""
    language: str = ""
    seen: bool = False


@dataclass(frozen=True, slots=True)
class ClerkSetField:
    """field, value, text, language: as in Correction. also: what was corrected in the same act."""

    at: datetime
    by: str
    field: str
    value: FieldValue
    text: str
    why: str = ""
    language: str = ""
    also: tuple[Correction, ...] = ()
    holder: Holder | None = None

    @property
    def corrections(self) -> tuple[Correction, ...]:
        """All that the act corrects, in the order in which it stands on the page."""
        return (Correction(self.field, self.value, self.text, self.language), *self.also)


@dataclass(frozen=True, slots=True)
class ClerkSawFilled:
    """The clerk sees that a field is filled though it was called missing, or that its value is right though a rule
    doubts it: the term is void. language: of the copy of the form, empty for the newest one."""

    at: datetime
    by: str
    field: str
    why: str = ""
    language: str = ""
    holder: Holder | None = None


@dataclass(frozen=True, slots=True)
class ClerkClosed:
    """Not an application, withdrawn, or not carried out; or the refusal of before stands. refusal_left: its letter
    has left. untold_why: why no letter tells of the end. said: the clerk's own words in it."""

    at: datetime
    by: str
    why: str
    reason: str = "not_application"
    refusal_left: bool = True
    untold_why: str = ""
    said: Said = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class ClerkStopped:
    """§13, carried out by hand: the entry of this case gets the mark."""

    at: datetime
    by: str
    why: str
    decided_on: date | None = None
    entry: EntryNumber | None = None
    holder: Holder | None = None
    other_person_why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkRevoked:
    """A decision is taken back: by the clerk, a superior or a court. An entry made by it is undone."""

    at: datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class ClerkSetAddress:
    """Letters of the case go to another address from now on."""

    at: datetime
    by: str
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class ClerkApproved:
    """The clerk's yes to a letter that waits for it; it is composed anew and leaves."""

    at: datetime
    by: str
    letter: LetterKind
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkSettledLetter:
    """The clerk says of a letter whose end nobody saw: it left at `left_at`, or (None) send it once more, the
    same bytes with the same Message-ID."""

    at: datetime
    by: str
    why: str
    letter: LetterKind
    message_id: str
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class ClerkRecast:
    """The filing is of another kind than it was taken for: an application, a change or a programme."""

    at: datetime
    by: str
    why: str
    kind: CaseKind


@dataclass(frozen=True, slots=True)
class ClerkJoined:
    """Another case is the same filing: its mails and forms come to this one; the earlier receipt wins.
    there: the other case as it was before; its own step is taken back with this one."""

    at: datetime
    by: str
    why: str
    other: CaseNumber
    received: datetime | None
    mails: tuple[CaseMail, ...]
    sheets: tuple[Sheet, ...]
    there: Case | None = None
    holder: Holder | None = None
    other_person_why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkTookOut:
    """Forms that are not this applicant's leave the case. sheets: their places in case.sheets; mails: those
    that leave with them whole. to: the case that they went to. unreadable: files that leave with their mail.
    there: that case as it was before, at version 0 where it was opened for them."""

    at: datetime
    by: str
    why: str
    sheets: tuple[int, ...]
    mails: tuple[MailId, ...]
    to: CaseNumber
    unreadable: tuple[str, ...] = ()
    there: Case | None = None
    holder: Holder | None = None
    other_person_why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkReplied:
    """The clerk answers a mail of the case in words of their own; that changes nothing in the case."""

    at: datetime
    by: str
    mail: MailId
    words: Text
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkTranslated:
    """The register is in two languages: the clerk adds the wording in the one that the form did not come in."""

    at: datetime
    by: str
    words: str
    language: str
    text: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkSetRegion:
    """No form asks for the region: a clerk names it. region: ISO 3166-2; empty: as the residence tells."""

    at: datetime
    by: str
    region: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ClerkDecidedContacts:
    """The contacts of a minor are published, or held back (rules, section 6). seen: the version of the entry that it
    was decided on."""

    at: datetime
    by: str
    why: str
    entry: EntryNumber
    public: bool
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class ClerkUndid:
    """The last step of the case, a clerk's, is taken back before its letter has left. undone: the class of its
    event; before: the case as it was before that step; taken_back: letters that the step itself had taken back."""

    at: datetime
    by: str
    why: str
    undone: str
    before: Case
    taken_back: tuple[LetterKind, ...] = ()


Event = (
    Filed
    | StopAsked
    | Wrote
    | MailFound
    | LetterAccepted
    | LetterFailed
    | LetterLeavesLate
    | LetterOwedAgain
    | LetterReported
    | LeadDayCame
    | ReviewTermPassed
    | TermPassed
    | ClerkIncluded
    | ClerkSentRework
    | ClerkRefused
    | ClerkSetField
    | ClerkSawFilled
    | ClerkClosed
    | ClerkStopped
    | ReviewWarned
    | CalendarChanged
    | ClerkRevoked
    | ClerkSetAddress
    | ClerkApproved
    | ClerkSettledLetter
    | ClerkRecast
    | ClerkJoined
    | ClerkTookOut
    | ClerkReplied
    | ClerkTranslated
    | ClerkSetRegion
    | ClerkDecidedContacts
    | ClerkUndid
)


# ---------------------------------------------------------------- the register


@dataclass(frozen=True, slots=True)
class Text:
    """Words in Kazakh and Russian. One may be missing; then the other stands in both (rules, section 6)."""

    kk: str | None = None
    ru: str | None = None

    def in_language(self, language: str) -> str:
        """Return the words in `language` ("kk" or "ru"), else as written in the other, else empty."""
        first, second = (self.kk, self.ru) if language == "kk" else (self.ru, self.kk)
        return first or second or ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """The channels of the questionnaire: phones in E.164, the rest as read."""

    phone: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    website: tuple[str, ...] = ()
    instagram: tuple[str, ...] = ()
    whatsapp: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Programme:
    """A programme (project) or an action of an entry: columns 7–10 of Appendix 1. kind: programme|action."""

    kind: str
    name: Text
    place_time: Text
    requirements: Text


@dataclass(frozen=True, slots=True)
class Region:
    """A region of Kazakhstan. iso: ISO 3166-2:KZ, e.g. "KZ-71"."""

    iso: str
    name: Text


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an entry says. kind: the questionnaire. key: IIN or BIN (a group: its leader's); never published.

    name: column 2–5, with the organisation's name where the column asks for it. region: None when it
    could not be derived. minor_until: 31 December of the year a minor turns 18.
    """

    kind: str
    key: str
    name: Text
    contacts: Contacts
    region: Region | None
    minor_until: date | None = None


@dataclass(frozen=True, slots=True)
class Stop:
    """§13: column 11. on: the day of the decision to stop if stated, else of its receipt."""

    on: date
    case: CaseNumber


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the register. version counts changes; old versions stay in history (§5, §7).

    undone: taken back (an inclusion overruled); never published, its number never used again.
    contacts_public: the clerk's decision about a minor's contacts, None while it waits.
    """

    number: EntryNumber
    version: int
    case: CaseNumber
    included_on: date
    facts: EntryFacts
    programmes: tuple[Programme, ...] = ()
    stop: Stop | None = None
    undone: bool = False
    contacts_public: bool | None = None

    @property
    def active(self) -> bool:
        return self.stop is None and not self.undone

    @property
    def standing(self) -> Standing:
        if self.undone:
            return Standing.UNDONE
        return Standing.LISTED if self.stop is None else Standing.STOPPED

    @property
    def contacts_held_until(self) -> date | None:
        """The last day on which a minor's contacts are held back; None where they are not (rules, section 6)."""
        return None if self.contacts_public else self.facts.minor_until


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a version of an entry comes from. case: behind it; by: the clerk, empty where it went by itself."""

    case: CaseNumber | None = None
    by: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class EntryVersion:
    """One version of an entry, when it was written and where it comes from."""

    at: datetime
    entry: Entry
    origin: Origin


class Standing(StrEnum):
    """How an entry stands in the register."""

    LISTED = "listed"
    STOPPED = "stopped"  # §13: it keeps its row, with the mark
    UNDONE = "undone"  # taken back: no row


@dataclass(frozen=True, slots=True)
class EntriesWanted:
    """Which entries a list shows; None: whatever it is. region: ISO 3166-2, empty for those without one.

    held_on: those of minors whose contacts are held back on this day. one_language: those whose words stand in
    one language only.
    """

    kind: str | None = None
    region: str | None = None
    standing: Standing | None = None
    held_on: date | None = None
    one_language: bool = False


# ---------------------------------------------------------------- effects: what is owed


class LetterKind(StrEnum):
    RECEIPT = "receipt"
    REWORK = "rework"
    STILL_INCOMPLETE = "still_incomplete"
    INCLUSION = "inclusion"
    REFUSAL = "refusal"
    CHANGE = "change"  # change or programme carried out
    STOP = "stop"  # stop carried out
    UNREADABLE = "unreadable"  # could not open your file
    HOW_TO_APPLY = "how_to_apply"
    REPLY = "reply"  # a clerk's own answer to a mail
    CLOSED = "closed"  # a case ends without a decision of §12: why, and what to do


@dataclass(frozen=True, slots=True)
class Send:
    """A letter is owed. not_before: the earliest moment to send. not_after: the last day on which it may
    leave by itself, None without limit. last_day: the last day printed in a rework letter.
    needs_yes: parked until the clerk approves. any_hour: may leave outside office hours (receipts, and
    what the clerk sends by hand). look: the look through the mailbox that a refusal rests on (§11). said: a
    clerk's own words. mail: the one that a reply answers."""

    letter: LetterKind
    not_before: datetime
    not_after: date | None = None
    last_day: date | None = None
    needs_yes: bool = False
    any_hour: bool = False
    look: Look | None = None
    said: Said = NOTHING_SAID
    mail: MailId = ""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Letters of these kinds that have not left are taken back. since: only those that this version of the case, or
    a later one, composed."""

    letters: tuple[LetterKind, ...]
    since: int = 0


@dataclass(frozen=True, slots=True)
class ComposeAnew:
    """What letters of these kinds say has changed: those that have not left are taken back and composed anew in
    the same transaction. last_day: the last day to print and to leave, where that has moved."""

    letters: tuple[LetterKind, ...]
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class Braked:
    """A letter that was owed and not written, since the brake on letters that machines could multiply was closed.
    why: what was counted."""

    letter: LetterKind
    why: str


@dataclass(frozen=True, slots=True)
class NotTold:
    """A letter that an ending owes and that does not go, and why."""

    letter: LetterKind
    why: str


@dataclass(frozen=True, slots=True)
class Enter:
    """§12: a new entry. programmes: those enclosed and complete. on: the day of inclusion."""

    facts: EntryFacts
    on: date
    programmes: tuple[Programme, ...] = ()


@dataclass(frozen=True, slots=True)
class Amend:
    """§7: the entry gets a new version. facts None: only programmes are added."""

    entry: EntryNumber
    facts: EntryFacts | None = None
    programmes: tuple[Programme, ...] = ()


@dataclass(frozen=True, slots=True)
class StopEntry:
    """§13: the mark in column 11."""

    entry: EntryNumber
    on: date


@dataclass(frozen=True, slots=True)
class UndoEntry:
    """An inclusion was taken back: the entry leaves the publication, its number is never used again."""

    entry: EntryNumber


@dataclass(frozen=True, slots=True)
class RestoreEntry:
    """A change or stop was taken back at once: the entry says again what it said before. written: when the
    version was written that is taken back; an entry that was changed since is left alone."""

    entry: EntryNumber
    written: datetime


@dataclass(frozen=True, slots=True)
class Reworded:
    """What stood in an entry, and what stands there from now on."""

    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Reword:
    """Words of an entry get their other language; an entry that says something else by now is left alone."""

    entry: EntryNumber
    texts: tuple[Reworded, ...]


@dataclass(frozen=True, slots=True)
class PutRegion:
    """The entry gets the region of these facts; an entry that says another name or other contacts by now is left
    alone."""

    entry: EntryNumber
    facts: EntryFacts


@dataclass(frozen=True, slots=True)
class PutContacts:
    """The contacts of a minor's entry are public from now on, or are not. seen: the version that it was said of; None
    asks for none."""

    entry: EntryNumber
    public: bool
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class AskClerk:
    """A task for the clerk. code: a key of the desk's sentences; detail: which letter, mail or field."""

    code: str
    detail: str = ""


Effect = (
    Send
    | Withdraw
    | ComposeAnew
    | Braked
    | NotTold
    | Enter
    | Amend
    | Reword
    | PutRegion
    | PutContacts
    | StopEntry
    | UndoEntry
    | RestoreEntry
    | AskClerk
)


@dataclass(frozen=True, slots=True)
class Step:
    """What `decide` returns: the case after the event, and what is owed."""

    case: Case
    effects: tuple[Effect, ...] = ()


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One step of a case, never changed afterwards. noted_at: when we wrote it down."""

    case: CaseNumber
    version: int
    event: Event
    effects: tuple[Effect, ...]
    state: State
    noted_at: datetime


# ---------------------------------------------------------------- letters


class LetterState(StrEnum):
    WAITING = "waiting"
    PARKED = "parked"  # waits for the clerk's yes, or for a person
    WITHDRAWN = "withdrawn"
    SENDING = "sending"  # claimed; found so at start it becomes uncertain
    ACCEPTED = "accepted"
    UNCERTAIN = "uncertain"  # the line was cut after the final dot: never sent again blindly
    FAILED = "failed"  # 5xx
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class NewLetter:
    """A finished letter on its way into the outbox: the very bytes that will leave.

    recipients: envelope addresses. explanation: why this letter and these dates, for the record.
    """

    kind: LetterKind
    message_id: str
    recipients: tuple[str, ...]
    raw: bytes
    not_before: datetime
    not_after: date | None = None
    needs_yes: bool = False
    any_hour: bool = False
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """A row of the outbox. case is None for an answer that belongs to no case; version: of the case."""

    id: int
    case: CaseNumber | None
    version: int
    kind: LetterKind
    message_id: str
    sha256: str
    recipients: tuple[str, ...]
    raw: bytes
    state: LetterState
    created_at: datetime
    not_before: datetime
    not_after: date | None
    any_hour: bool
    tries: int
    next_try: datetime | None
    accepted_at: datetime | None
    reply: str
    explanation: str


# ---------------------------------------------------------------- mails


class OutcomeKind(StrEnum):
    """Every copy of every mail ends with exactly one of these."""

    CASE = "case"  # opened or moved a case
    ANSWERED = "answered"  # a question that got its letter
    TRAY = "tray"  # kept for the clerk: other, doubts, nothing to do by itself
    DUPLICATE = "duplicate"
    REPORT = "report"  # a bounce or another delivery report
    AUTOMATIC = "automatic"  # an automatic reply: kept, nothing to do
    BENCH = "bench"  # failed three times: the clerk has the raw mail


@dataclass(frozen=True, slots=True)
class Outcome:
    """kind, the cases it touched, why in a few words of English, and the category that was told."""

    kind: OutcomeKind
    cases: tuple[CaseNumber, ...] = ()
    why: str = ""
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail lies on the server. Only a cursor, never an identity."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """One copy of a mail, seen at one place. received_at: INTERNALDATE. settled_in: the folder it was moved
    to, None while it is not moved. cleared_at: when a person saw that there is nothing to do."""

    id: int
    mail: MailId
    place: Place
    received_at: datetime
    seen_at: datetime
    outcome: Outcome | None
    outcome_at: datetime | None
    tries: int
    next_try: datetime | None
    last_error: str
    settled_in: str | None
    cleared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MailKeys:
    """By what a mail can be recognised and searched. Filled in as soon as the mail was taken apart.

    identifiers: valid IIN and BIN found in it. What follows are traces of a person, for §11: all that the mail names
    anywhere, its files and the letters inside it too. tokens: case numbers; letters: Message-IDs; addresses; numbers:
    of ten digits or more, valid or not; phrases: places where a name may stand, as words that sound. report: what a
    delivery report says, "failed" and its like; empty: it is none.
    """

    message_id: str | None
    parts_sha256: str
    sender: str
    references: tuple[str, ...] = ()
    token: CaseNumber | None = None
    identifiers: tuple[str, ...] = ()
    tokens: tuple[CaseNumber, ...] = ()
    letters: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    report: str = ""


@dataclass(frozen=True, slots=True)
class LookRecord:
    """One look through the mailbox, for §6 and for the refusals of §11."""

    began: datetime
    ended: datetime | None
    complete: bool
    folders: Mapping[str, int] = field(default_factory=dict)  # folder → mails seen
    error: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that a person must look at, beside the state of a case."""

    id: int
    case: CaseNumber | None
    code: str
    detail: str
    at: datetime
    done_at: datetime | None
