"""The applicant's own forms, given back with their gaps marked: what is kept, what is marked, who may have it.

What is given back is read as it was: the same values, and the same fields missing. A signature cannot be
given back, so its place is always marked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from inbox_daemon.letters import addresses, words
from inbox_daemon.letters.filling import Filling, in_plain_words
from inbox_daemon.order.completeness import ENCLOSURES, Copies, check, counted_sheets, enclosed_forms, is_filled
from inbox_daemon.order.workdays import almaty_day
from inbox_daemon.recognition import identifiers, written_addresses
from parsers.answers import meaning_of
from parsers.catalogue import FORM_ORDER, Field, Kind, catalogue
from parsers.readings import FieldValue, FormId, Language
from parsers.values.blank import is_blank
from registry_store.records import Answer, Case, Category, Sheet

# What the order's form asks for by hand, or prints itself: never written by us.
BY_HAND: frozenset[Kind] = frozenset({"statement", "signature", "stamp"})
# What says the same in both languages and may be carried from one copy to the other.
NEUTRAL: frozenset[Kind] = frozenset({"year", "date", "number", "iin", "bin", "phone", "email", "contacts", "choice"})
BY_CLERK = "clerk"  # the place of an answer that a clerk typed
NO_LETTERS = frozenset({"Cc", "Cs", "Co", "Zl", "Zp"})
NO_XML = "\ufffe\uffff"
LONGEST_ANSWER = 4_000  # characters; a longer one would make the letter large
MOST_OF_A_FORM = 6  # programmes of one kind; of more, only a blank form goes


@dataclass(frozen=True, slots=True)
class OwnForm:
    """One form to give back in one language. n: which of several of its kind, 0 for the only one."""

    form: FormId
    language: Language
    filling: Filling
    n: int = 0


def own_forms(case: Case, missing: tuple[str, ...]) -> tuple[OwnForm, ...]:
    """Return the forms of a case in which something is missing, as they are to be given back.

    missing: what the letter asks for (`form.field`). A form comes in the languages in which it was filed.
    Left out is whatever the letter's reader may not have, or where it is in doubt whose it is.
    """
    if case.verdict is None or "several_applicants" in case.verdict.unsure:
        return ()
    asked = _by_form(missing)
    found: list[OwnForm] = []
    for form in FORM_ORDER:
        each = [(copies, _gaps(copies, asked.get(form, frozenset()), case)) for copies in _copies(case, form)]
        wanting = [(copies, gaps) for copies, gaps in each if gaps]
        if len(wanting) > MOST_OF_A_FORM:
            continue
        for n, (copies, gaps) in enumerate(wanting, 1):
            found.extend(_in_each_language(case, copies, gaps, n if len(wanting) > 1 else 0))
    return tuple(found)


def may_have(case: Case, sheet: Sheet) -> bool:
    """Whether the address that letters go to may have back what stands in a sheet.

    It sent the sheet, or its sender named it in a form. Anybody can write a case number into a subject, and
    the next letter goes to whoever wrote last: that alone must not bring him another person's IIN.
    """
    senders = {mail.mail: mail.sender for mail in case.mails}
    sender = senders.get(sheet.mail)
    if not sender:
        return False
    if addresses.same(sender, case.reply_to):
        return True
    theirs = [s for s in case.sheets if addresses.same(senders.get(s.mail, ""), sender)]
    return case.reply_to.lower() in written_addresses(theirs)


def languages_of(sheet: Sheet) -> tuple[Language, ...]:
    """Return the languages of a copy: both where it was printed in both."""
    return tuple(language for language in ("kk", "ru") if sheet.language_any or sheet.language == language)


# ------------------------------------------------------------ what is missing where


def _by_form(missing: tuple[str, ...]) -> Mapping[str, frozenset[str]]:
    pairs = [item.partition(".")[::2] for item in missing]
    return {form: frozenset(field for one, field in pairs if one == form and field) for form, _ in pairs}


def _copies(case: Case, form: FormId) -> tuple[Copies, ...]:
    if form in ENCLOSURES:
        return tuple(copies for copies in enclosed_forms(case.sheets) if copies.form == form)
    # Single values that came in words are merged into a form: only those of a sender who may have it back.
    filed = (sheet for sheet in case.sheets if not sheet.completes or may_have(case, sheet))
    sheets = tuple(sheet for sheet in counted_sheets(filed) if sheet.form == form)
    return (Copies(form, sheets),) if sheets else ()


def _gaps(copies: Copies, asked: frozenset[str], case: Case) -> frozenset[str]:
    """Return what is missing in these copies. The verdict names a programme's field once for all programmes."""
    gaps = asked & set(catalogue().forms[copies.form].by_id)
    if copies.form not in ENCLOSURES:
        return gaps
    on = date.max if case.received is None else almaty_day(case.received)
    alone = check(copies.sheets, category=Category.PROGRAMME, unreadable=(), on=on).missing
    return gaps & _by_form(alone).get(copies.form, frozenset())


# ------------------------------------------------------------ what is written


def _in_each_language(case: Case, copies: Copies, gaps: frozenset[str], n: int) -> list[OwnForm]:
    given = tuple(sheet for sheet in copies.sheets if may_have(case, sheet))
    return [
        OwnForm(copies.form, language, _filling(case, copies.form, sheet, given, language, gaps), n)
        for sheet in given
        for language in languages_of(sheet)
    ]


def _filling(
    case: Case, form: FormId, sheet: Sheet, given: tuple[Sheet, ...], language: Language, gaps: frozenset[str]
) -> Filling:
    answers: dict[str, Answer] = {}
    marked: dict[str, str] = {}
    remarks: dict[str, str] = {}
    for field in catalogue().forms[form].fields:
        if field.id in gaps:
            marked[field.id] = words.remark(field, language)
        elif field.kind == "signature":
            marked[field.id] = words.other_remark("sign_again", language)
        if field.kind in BY_HAND or field.prefilled is not None:
            continue
        answer = _kept(field, sheet) or _carried(field, sheet, given)
        if answer is not None:
            answers[field.id] = answer
        elif field.id not in gaps and _was_filled(field.id, sheet):
            remarks[field.id] = words.other_remark("not_copied", language)
    return Filling(answers, marked, remarks, words.note_above(case.number, language))


def _kept(field: Field, sheet: Sheet) -> Answer | None:
    """Return a copy's own answer as it is to be written; None for none, an endless one, and a clerk's words."""
    answer = sheet.answers.get(field.id)
    if answer is None or not (is_filled(answer) or answer.doubt):
        return None
    if answer.place == BY_CLERK:
        return _neutral(field, answer) if field.kind in NEUTRAL else None
    if isinstance(answer.value, list):
        people = [_one_line(one) for one in answer.value if isinstance(one, str)]
        value = people if field.kind == "people_list" else answer.value
        return replace(answer, value=value, text="") if len("".join(people)) <= LONGEST_ANSWER else None
    written = _one_line(answer.text)
    text = written if _means(field, written) == answer.value else _best(field, answer.value, written)
    return replace(answer, text=text) if text and len(text) <= LONGEST_ANSWER else None


def _carried(field: Field, sheet: Sheet, given: tuple[Sheet, ...]) -> Answer | None:
    """Return an answer of the copy in the other language, where it says the same in both and was read surely."""
    if field.kind not in NEUTRAL:
        return None
    mine = identifiers((sheet,))
    for other in given:
        theirs = identifiers((other,))
        answer = other.answers.get(field.id)
        if answer is None or answer.doubt or not is_filled(answer) or (mine and theirs and not mine & theirs):
            continue
        return _neutral(field, answer)
    return None


def _neutral(field: Field, answer: Answer) -> Answer | None:
    """Return the bare value: the words around it belong to a language, or to a clerk."""
    if isinstance(answer.value, list):
        return replace(answer, text="")
    text = _plain(field, answer.value)
    return replace(answer, text=text) if _means(field, text) == answer.value else None


def _was_filled(field_id: str, sheet: Sheet) -> bool:
    return field_id in sheet.answers or field_id in sheet.filled_by_clerk or field_id in sheet.unsure_blank


def _best(field: Field, value: FieldValue, written: str) -> str:
    """Words that lost their sense with their lines are replaced by the bare value, if that is understood."""
    plain = _one_line(_plain(field, value))
    return plain if not written or _means(field, plain) == value else written


def _means(field: Field, text: str) -> FieldValue | None:
    return None if is_blank(text) else meaning_of(field, text).value


def _plain(field: Field, value: FieldValue) -> str:
    if field.kind == "date" and isinstance(value, str):
        try:
            return f"{date.fromisoformat(value):%d.%m.%Y}"
        except ValueError:  # a doubtful date is kept in its own words
            return value
    return in_plain_words(value)


def _one_line(text: str) -> str:
    """Return words as one line that a document can hold: no control, private or half characters."""
    return " ".join("".join(" " if unicodedata.category(c) in NO_LETTERS or c in NO_XML else c for c in text).split())
