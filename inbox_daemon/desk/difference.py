"""What a filing says that an earlier one did not: form by form, field by field. Pure.

A side is what counted after a mail (§8): of each form and language the newest copy. So a form that was not sent
again stands on both sides, and values that came in words are seen in their form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Literal

from inbox_daemon.desk.edits import Edit, edits, put_in, taken_out, words
from inbox_daemon.desk.labels import label_of, shown, title_of
from inbox_daemon.order.completeness import Copies, counted_sheets, enclosed_forms, is_filled
from parsers.catalogue import Field, catalogue
from parsers.readings import Language
from registry_store.records import Answer, Case, CaseMail, Sheet, Verdict

# Each copy with the one in its own language; or the old side's Kazakh copy with the new side's Russian one; or so.
Pairing = Literal["each", "kk-ru", "ru-kk"]
PAIRINGS: tuple[Pairing, ...] = ("each", "kk-ru", "ru-kk")


@dataclass(frozen=True, slots=True)
class Round:
    """A mail that brought forms. number: from 1, in the order in which they came; languages: of its forms."""

    number: int
    mail: str
    at: datetime | None
    sender: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineDifference:
    """One question. status: same, changed, came, gone, or blank on both sides.

    counts: what a question without an answer on the new side means (§8): missing; unsure, a person decides;
    elsewhere, another copy answers it; seen, a clerk saw that it is filled; unjudged, while a file cannot be read;
    optional, nobody has to answer. Empty where it is answered. by: the clerk who set the new value.
    """

    item: str
    label: str
    status: str
    old: tuple[Edit, ...]
    new: tuple[Edit, ...]
    counts: str = ""
    by: str = ""
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class FormDifference:
    """One form on both sides. how: compared; unsent, the same copy counts on both sides; new or gone as a whole."""

    form: str
    title: str
    language: str
    how: str
    old: Sheet | None
    new: Sheet | None
    lines: tuple[LineDifference, ...]

    def of(self, *statuses: str) -> tuple[LineDifference, ...]:
        """Return the questions with one of these statuses."""
        return tuple(line for line in self.lines if line.status in statuses)

    @property
    def still_missing(self) -> tuple[LineDifference, ...]:
        """Return what the new side lacks and §8 asks for."""
        return tuple(line for line in self.lines if line.counts == "missing")


def rounds(case: Case) -> tuple[Round, ...]:
    """Return the mails of a case that brought forms, oldest first."""
    mails: dict[str, CaseMail] = {mail.mail: mail for mail in case.mails}
    found = []
    for number, mail in enumerate(dict.fromkeys(sheet.mail for sheet in case.sheets), 1):
        known = mails.get(mail)
        languages = tuple(dict.fromkeys(sheet.language for sheet in case.sheets if sheet.mail == mail))
        at, sender = (None, "") if known is None else (known.at, known.sender)
        found.append(Round(number, mail, at, sender, languages))
    return tuple(found)


def before_rework(case: Case) -> int:
    """Return the number of the last round before the first answer to a rework letter; else the last but one."""
    every = rounds(case)
    answers = {answer.mail for answer in case.answers}
    first = next((one.number for one in every if one.mail in answers), len(every))
    return max(1, first - 1)


def until(case: Case, number: int) -> tuple[Sheet, ...]:
    """Return the forms that had come with the first `number` rounds."""
    mails = {one.mail for one in rounds(case)[:number]}
    return tuple(sheet for sheet in case.sheets if sheet.mail in mails)


def likely_pairing(case: Case, old: int, new: int) -> Pairing:
    """Return which copies a person would lay side by side: those of one language where the new side has such."""
    every = rounds(case)
    before, now = (
        {x for one in every[:old] for x in one.languages},
        {x for one in every[old:new] for x in one.languages},
    )
    pair = f"{min(before, default='')}-{min(now, default='')}"
    return "each" if before & now else next((one for one in PAIRINGS if one == pair), "each")


def can_be_compared(case: Case) -> bool:
    """Whether some form of the case came twice, in another mail or in the other language."""
    forms = [sheet.form for sheet in case.sheets]
    return len(set(forms)) < len(forms)


def difference(
    old: Sequence[Sheet], new: Sequence[Sheet], verdict: Verdict, language: Language, pairing: Pairing = "each"
) -> tuple[FormDifference, ...]:
    """Return how what counts of the sheets `new` differs from what counts of `old`.

    Both stand in the order in which they came. verdict: of the new side. language: of labels and options.
    """
    everywhere = _counting(new)
    made = [_form(*pair, everywhere, verdict, language) for pair in _pairs(_counting(old), everywhere, pairing)]
    order: dict[str, int] = {form: n for n, form in enumerate(catalogue().forms)}
    return tuple(sorted(made, key=lambda one: (order.get(one.form, len(order)), one.language)))


# ------------------------------------------------------------ which copy stands beside which


def _counting(sheets: Sequence[Sheet]) -> tuple[Copies, ...]:
    """Return every form that counts with its copies: a programme each, all else by its name."""
    counted = counted_sheets(sheets)
    forms = [form for form in catalogue().forms if any(sheet.form == form for sheet in counted)]
    named = [Copies(form, tuple(sheet for sheet in counted if sheet.form == form)) for form in forms]
    return (*named, *enclosed_forms(sheets))


def _pairs(
    old: Sequence[Copies], new: Sequence[Copies], pairing: Pairing
) -> Iterator[tuple[Sheet | None, Sheet | None]]:
    left = list(old)
    for now in new:
        before = next((one for one in left if _is_about_the_same(one, now, old, new)), None)
        if before is not None:
            left.remove(before)
        yield from _copies(before, now, pairing)
    for gone in left:
        yield from _copies(gone, None, pairing)


def _is_about_the_same(one: Copies, other: Copies, old: Sequence[Copies], new: Sequence[Copies]) -> bool:
    """Of several programmes those of one name; the only one on both sides is the same, whatever its name is now."""
    if one.form != other.form:
        return False
    if all(sum(side.form == one.form for side in sides) == 1 for sides in (old, new)):
        return True
    names = [{str(a.value).casefold() for a in copies.answers("name")} for copies in (one, other)]
    return bool(names[0] & names[1])


def _copies(old: Copies | None, new: Copies | None, pairing: Pairing) -> Iterator[tuple[Sheet | None, Sheet | None]]:
    before, now = () if old is None else old.sheets, () if new is None else new.sheets
    if pairing != "each":
        one, _, other = pairing.partition("-")
        pair = _in_language(before, one), _in_language(now, other)
        if pair != (None, None):
            yield pair
        return
    languages = dict.fromkeys(sheet.language for sheet in (*before, *now))
    pairs = [(_in_language(before, one), _in_language(now, one)) for one in languages]
    # A copy printed in both languages takes the place of each; and two lone copies are one form in two languages.
    alone_before = [one for one, other in pairs if one is not None and other is None]
    alone_now = [other for one, other in pairs if other is not None and one is None]
    yield from ((one, other) for one, other in pairs if one is not None and other is not None)
    yield from zip_longest(alone_before, alone_now)


def _in_language(sheets: Iterable[Sheet], language: str) -> Sheet | None:
    return next((sheet for sheet in sheets if sheet.language == language), None)


# ------------------------------------------------------------ one form, one field


def _form(
    old: Sheet | None, new: Sheet | None, everywhere: Sequence[Copies], verdict: Verdict, language: Language
) -> FormDifference:
    sheet = new or old
    assert sheet is not None
    fields = next((one.fields for name, one in catalogue().forms.items() if name == sheet.form), iter(()))
    others = next((one for one in everywhere if new is not None and any(new is copy for copy in one.sheets)), None)
    lines = tuple(_line(old, new, others, asked, verdict, language) for asked in fields)
    how = "new" if old is None else "gone" if new is None else "unsent" if old == new else "compared"
    return FormDifference(sheet.form, title_of(sheet.form, language), sheet.language, how, old, new, lines)


def _line(
    old: Sheet | None, new: Sheet | None, copies: Copies | None, asked: Field, verdict: Verdict, language: Language
) -> LineDifference:
    sheet = new or old
    assert sheet is not None
    before, now = _answer(old, asked), _answer(new, asked)
    pieces = edits(_said(before, asked, language), _said(now, asked, language))
    item = f"{sheet.form}.{asked.id}"
    return LineDifference(
        item=item,
        label=label_of(item, language),
        status=_status(before, now, pieces),
        old=taken_out(pieces),
        new=put_in(pieces),
        counts="" if now is not None or new is None else _counts(item, asked, new, copies, verdict),
        by="" if now is None else now.by,
        doubtful=now is not None and bool(now.doubt or now.flaws),
    )


def _answer(sheet: Sheet | None, asked: Field) -> Answer | None:
    answer = None if sheet is None else sheet.answers.get(asked.id)
    return answer if is_filled(answer) else None


def _said(answer: Answer | None, asked: Field, language: Language) -> tuple[str, ...]:
    """Return an answer in words; of a list each item is one, so that an option stays whole."""
    if answer is None:
        return ()
    text = shown(answer, asked, language)
    if not isinstance(answer.value, list):
        return words(text)
    items = text.split("; ")
    return tuple(bit for n, item in enumerate(items) for bit in (("; ", item) if n else (item,)))


def _status(before: Answer | None, now: Answer | None, pieces: Sequence[Edit]) -> str:
    if before is None and now is None:
        return "blank"
    if before is None:
        return "came"
    if now is None:
        return "gone"
    return "same" if all(one.did == "kept" for one in pieces) else "changed"


def _counts(item: str, asked: Field, new: Sheet, copies: Copies | None, verdict: Verdict) -> str:
    if "attachment.unreadable" in verdict.unsure:
        return "unjudged"
    if item in (*verdict.missing, *verdict.programme_missing):
        return "missing"
    if item in verdict.unsure:
        return "unsure"
    if asked.id in new.filled_by_clerk:
        return "seen"
    return "elsewhere" if copies is not None and copies.has(asked.id) else "optional"
