"""§8: is a filing complete? Judged by the form catalogue; user data never raises, it returns findings.

Two faults are worse than any question to the clerk: calling incomplete what was filled in, and calling
complete what was not. Whatever cannot be decided surely makes the verdict needs_clerk.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, zip_longest
from typing import cast

from inbox_daemon.order.paragraphs import minor_until
from parsers.catalogue import Field, catalogue
from parsers.readings import FormId, QuestionnaireId
from parsers.wording import key as words_of
from registry_store.records import Answer, Category, Judgement, Sheet, Verdict

QUESTIONNAIRES: tuple[QuestionnaireId, ...] = ("volunteer", "group", "organization", "coordinator", "organizer")
ENCLOSURES: tuple[FormId, ...] = ("programme", "action")
# Printed on the form itself, so they say nothing of whether somebody filled it in.
PRINTED = frozenset({"addressee", "liability_warning", "personal_data_consent"})
# Never required and never a ground for doubt.
IGNORED = frozenset({"addressee", "liability_warning", "stamp"})
REACHABLE_BY = ("phone", "email")
DANGEROUS_FOR_MINORS = frozenset({3, 4})
NAMED_KIND = 13


def is_filled(answer: Answer | None) -> bool:
    """Whether an answer says anything; False, zero-length lists and empty texts do not."""
    return answer is not None and answer.value is not False and answer.value not in ("", [], {})


def is_blank(sheet: Sheet) -> bool:
    """Whether nobody filled in anything: only printed sentences stand in it."""
    return not sheet.unsure_blank and not any(is_filled(a) for f, a in sheet.answers.items() if f not in PRINTED)


def counted_sheets(sheets: Iterable[Sheet]) -> tuple[Sheet, ...]:
    """Return the sheets that count: of each form and language the newest; blank ones only if all are blank.

    `sheets` stand in the order in which they came. Programmes and actions are counted by `enclosed`.
    """
    newest: dict[tuple[str, str], Sheet] = {}
    for sheet in sheets:
        if sheet.form in ENCLOSURES:
            continue
        if sheet.completes:
            _complete(newest, sheet)
            continue
        for key in [k for k, old in newest.items() if k[0] == sheet.form and _replaces(sheet, old)]:
            if not is_blank(sheet) or is_blank(newest[key]):
                del newest[key]
        key = (sheet.form, sheet.language)
        if key not in newest:
            newest[key] = sheet
    filled = tuple(s for s in newest.values() if not is_blank(s))
    return filled or tuple(newest.values())


def _complete(newest: dict[tuple[str, str], Sheet], values: Sheet) -> None:
    """Put values that came in words into the newest sheet of their form; without one they say nothing."""
    for key, old in reversed(newest.items()):
        if old.form == values.form:
            blank = tuple(f for f in old.unsure_blank if f not in values.answers)
            newest[key] = replace(old, answers={**old.answers, **values.answers}, unsure_blank=blank)
            return


def _replaces(new: Sheet, old: Sheet) -> bool:
    return new.language == old.language or new.language_any or old.language_any


@dataclass(frozen=True, slots=True)
class Copies:
    """All counted copies of one form together: a field filled in one of them is filled."""

    form: FormId
    sheets: tuple[Sheet, ...]

    def answers(self, field: str) -> tuple[Answer, ...]:
        """Return the filled answers of a field, of every copy."""
        return tuple(s.answers[field] for s in self.sheets if is_filled(s.answers.get(field)))

    def has(self, field: str) -> bool:
        """Whether any copy has the field filled, or a clerk saw it to be."""
        return bool(self.answers(field)) or any(field in s.filled_by_clerk for s in self.sheets)

    def unsure(self, field: str) -> bool:
        """Whether it could not be told if the field is filled."""
        return any(field in s.unsure_blank for s in self.sheets)


def enclosed_forms(sheets: Sequence[Sheet]) -> tuple[Copies, ...]:
    """Return the programmes and actions of a filing, each with its copies in both languages.

    In one mail the n-th form in Kazakh and the n-th in Russian are the same programme. A later mail replaces
    a programme of the same name, and the only one that had gaps: that is its rework, though its name was put
    right too. Others are added. Blank forms beside filled ones do not count.
    """
    found: list[Copies] = []
    for form in ENCLOSURES:
        items: list[Copies] = []
        for mail in dict.fromkeys(s.mail for s in sheets):
            here = [s for s in sheets if s.form == form and s.mail == mail]
            kk, ru = ([s for s in here if s.language == language] for language in ("kk", "ru"))
            new = [Copies(form, tuple(s for s in pair if s is not None)) for pair in zip_longest(kk, ru)]
            if len(items) == len(new) == 1 and _reworks(new[0], items[0]):
                items = new
            else:
                names = {_name_of(item) for item in new}
                items = [item for item in items if not _name_of(item) or _name_of(item) not in names] + new
        found.extend(items)
    filled = [c for c in found if not all(is_blank(s) for s in c.sheets)]
    nothing_else = all(is_blank(s) for s in sheets)
    return tuple(filled or (found if nothing_else and all(s.form in ENCLOSURES for s in sheets) else []))


def _reworks(new: Copies, old: Copies) -> bool:
    """Whether the one programme of a later mail is the earlier one again."""
    if not _name_of(new) or not _name_of(old) or _name_of(new) == _name_of(old):
        return True
    found = _Findings([], [], [])
    _check_form(old, found, date.max)
    return bool(found.missing or found.unsure)


def _name_of(copies: Copies) -> str:
    return next((str(a.value).casefold() for a in copies.answers("name")), "")


@dataclass(slots=True)
class _Findings:
    missing: list[str]
    unsure: list[str]
    notices: list[str]


def check(
    sheets: Sequence[Sheet],
    *,
    category: Category,
    unreadable: Sequence[str],
    on: date,
    languages: str = "either",
    unrecognised: Sequence[str] = (),
) -> Verdict:
    """Return the verdict on a filing (§8; the corpus of truth rules 1–15 in one place).

    category: application, change or programme. unreadable: parts that could not be opened. on: the day
    of filing, for the age of a minor. languages: "either" or "both" (§4). unrecognised: parts that were read
    and in which no form was recognised: a whole form that is not there may stand in them.
    """
    counted = counted_sheets(sheets)
    forms = {form: Copies(cast(FormId, form), _of(counted, form)) for form in {s.form for s in counted}}
    found, enclosed = _Findings([], [], []), _Findings([], [], [])
    applicant: str | None = None
    if category is not Category.PROGRAMME:
        applicant = _check_applicant(forms, found, category, languages, on)
    for copies in enclosed_forms(sheets):
        _check_form(copies, found if category is Category.PROGRAMME else enclosed, on)
    _several_applicants(sheets, found)
    if not sheets and not unreadable and not unrecognised:
        # Told in words, an invitation to somebody's own event, or a file that was forgotten: nothing to carry out, and
        # nothing that was seen to be left empty. What is asked for, a person decides.
        found.unsure.append("no_form")
    whole_form_missing = "application" in found.missing or applicant not in forms
    if unrecognised and (not sheets or (category is not Category.PROGRAMME and whole_form_missing)):
        found.unsure.append("unrecognised")
    if unreadable:
        found.notices.append("attachment.unreadable")
        found.unsure.append("attachment.unreadable")
        found.missing.clear()
        enclosed.missing.clear()
        if applicant not in forms:
            applicant = None
    unsure = _sorted(found.unsure + enclosed.unsure)
    if unsure:
        judgement = Judgement.NEEDS_CLERK
    elif found.missing or enclosed.missing:
        judgement = Judgement.INCOMPLETE
    else:
        judgement = Judgement.COMPLETE
    return Verdict(
        judgement=judgement,
        applicant=applicant,
        missing=_sorted(found.missing),
        programme_missing=_sorted(enclosed.missing),
        unsure=unsure,
        notices=_sorted(found.notices + enclosed.notices),
    )


def _of(sheets: Iterable[Sheet], form: str) -> tuple[Sheet, ...]:
    return tuple(s for s in sheets if s.form == form)


def _sorted(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(items)))


# ------------------------------------------------------------ whose questionnaire is needed


def _check_applicant(
    forms: dict[str, Copies], found: _Findings, category: Category, languages: str, on: date
) -> str | None:
    enclosed = [q for q in QUESTIONNAIRES if q in forms]
    application = forms.get("application")
    if category is Category.APPLICATION:
        if application is None:
            found.missing.append("application")
        else:
            _check_form(application, found, on)
            _check_languages(application, found, languages)
    marked = _marked_categories(application)
    if len(marked) > 1:
        found.unsure.append("application.register_category")
        applicant = None
    elif marked:
        applicant = _questionnaire_of(marked[0], enclosed, found)
    else:
        applicant = _from_questionnaires(enclosed, found, application)
    if applicant in forms:
        _check_form(forms[applicant], found, on)
        _check_languages(forms[applicant], found, languages)
        if len(enclosed) > 1:
            found.unsure.append("other_questionnaire")
    return applicant


def _marked_categories(application: Copies | None) -> list[str]:
    if application is None:
        return []
    values = [v for a in application.answers("register_category") if isinstance(a.value, list) for v in a.value]
    return sorted({str(v) for v in values})


def _questionnaire_of(category: str, enclosed: list[QuestionnaireId], found: _Findings) -> str | None:
    """Rule 6: the category's questionnaire is needed, whatever else lies beside it."""
    wanted = catalogue().questionnaires_of(category)
    here = [q for q in wanted if q in enclosed]
    if len(here) == 1:
        return here[0]
    if here:
        found.unsure.append("two_questionnaires")
        return None
    # Under "coordinator and organiser" either of two questionnaires is meant: both are named.
    found.missing.extend(wanted)
    return wanted[0] if len(wanted) == 1 else None


def _from_questionnaires(
    enclosed: list[QuestionnaireId], found: _Findings, application: Copies | None
) -> QuestionnaireId | None:
    unsure = application is not None and application.unsure("register_category")
    if len(enclosed) == 1:
        if application is not None and not application.has("register_category"):
            found.notices.append("application.register_category.unmarked")
            if unsure:
                found.unsure.append("application.register_category")
        return enclosed[0]
    if enclosed:
        found.unsure.append("two_questionnaires")
    elif application is not None and not application.has("register_category"):
        (found.unsure if unsure else found.missing).append("application.register_category")
    return None


def _check_languages(copies: Copies, found: _Findings, languages: str) -> None:
    """§4 «қазақ және орыс тілдерінде»: where the ministry asks for both, a missing one is an incompleteness."""
    if languages == "both" and not any(s.language_any for s in copies.sheets):
        here = {s.language for s in copies.sheets}
        found.missing.extend(f"{copies.form}.in_{language}" for language in ("kk", "ru") if language not in here)


# ------------------------------------------------------------ one form


def _check_form(copies: Copies, found: _Findings, on: date) -> None:
    fields = catalogue().forms[copies.form].by_id
    needed = [f for f in fields.values() if _is_needed(f, copies)]
    for field in needed:
        if copies.form == "application" and field.id == "register_category":
            continue  # judged with the questionnaires: rule 6
        if _is_answered(field, copies):
            continue
        unsure = copies.unsure(field.id) or (field.or_else is not None and copies.unsure(field.or_else))
        (found.unsure if unsure or _half_answered(field, copies) else found.missing).append(f"{copies.form}.{field.id}")
    for sheet in copies.sheets:
        found.unsure.extend(copies.form for _ in sheet.doubts)
        _flaws_and_doubts(sheet, copies, found)
    _minor_notice(copies, found, on)


def _is_needed(field: Field, copies: Copies) -> bool:
    match field.needed:
        case "always":
            return True
        case "never":
            return False
        case "named_kind":
            return any(NAMED_KIND in a.value for a in copies.answers("activity_kinds") if isinstance(a.value, list))
        case "person" | "legal_entity":
            return field.needed == _organizer_is(copies)


def _organizer_is(copies: Copies) -> str:
    """An organiser is a legal entity when any of its fields is filled and the person's are not all filled."""
    fields = catalogue().forms[copies.form].by_id.values()
    person = [copies.has(f.id) or copies.unsure(f.id) for f in fields if f.needed == "person"]
    legal = [copies.has(f.id) for f in fields if f.needed == "legal_entity"]
    return "legal_entity" if any(legal) and not all(person) else "person"


def _is_answered(field: Field, copies: Copies) -> bool:
    if copies.has(field.id):
        return field.kind != "contacts" or field.id in _by_clerk(copies) or _reachable(copies.answers(field.id))
    return field.or_else is not None and copies.has(field.or_else)


def _by_clerk(copies: Copies) -> set[str]:
    return {f for s in copies.sheets for f in s.filled_by_clerk}


def _reachable(answers: Iterable[Answer]) -> bool:
    return any(isinstance(a.value, dict) and any(a.value.get(c) for c in REACHABLE_BY) for a in answers)


def _half_answered(field: Field, copies: Copies) -> bool:
    """A WhatsApp number alone is a telephone number after all: a person decides."""
    return field.kind == "contacts" and any(
        isinstance(a.value, dict) and a.value.get("whatsapp") for a in copies.answers(field.id)
    )


def _flaws_and_doubts(sheet: Sheet, copies: Copies, found: _Findings) -> None:
    for field, answer in sheet.answers.items():
        if field in IGNORED:
            continue
        name = f"{copies.form}.{field}"
        for flaw in answer.flaws:
            found.notices.append(f"{name}.{flaw}")
            if flaw == "checksum":
                found.unsure.append(name)
        surely_elsewhere = any(a.doubt is None for a in copies.answers(field))
        if answer.doubt is not None and not surely_elsewhere:
            found.unsure.append(name)


def _minor_notice(copies: Copies, found: _Findings, on: date) -> None:
    years = [a.value for f in ("birth_year", "leader_birth_year") for a in copies.answers(f)]
    kinds = {k for a in copies.answers("activity_kinds") if isinstance(a.value, list) for k in a.value}
    if kinds & DANGEROUS_FOR_MINORS and any(isinstance(y, int) and minor_until(y, on) for y in years):
        found.notices.append(f"{copies.form}.minor_activity")


def _several_applicants(sheets: Sequence[Sheet], found: _Findings) -> None:
    """Forms of more than one applicant in one mail go to the clerk, who splits them."""
    for form in QUESTIONNAIRES:
        by_mail: dict[str, set[str]] = {}
        for sheet in sheets:
            if sheet.form == form:
                identifiers = {str(sheet.answers[f].value) for f in ("iin", "leader_iin", "bin") if f in sheet.answers}
                by_mail.setdefault(sheet.mail, set()).update(identifiers - {""})
        # An organiser may give both a person's IIN and the BIN.
        several = any(len(ids) > (2 if form == "organizer" else 1) for ids in by_mail.values())
        if several or _two_names([sheet for sheet in sheets if sheet.form == form]):
            found.unsure.append("several_applicants")


def _two_names(sheets: Sequence[Sheet]) -> bool:
    """Whether two sheets of one mail and language name two people; a slip or a patronymic more is the same person."""
    named: dict[tuple[str, str], list[set[str]]] = {}
    for sheet in sheets:
        for field in ("full_name", "leader_name"):
            if field in sheet.answers:
                spoken = set(words_of(str(sheet.answers[field].value)))
                named.setdefault((sheet.mail, sheet.language), []).append(spoken)
    pairs = ((one, other) for names in named.values() for one, other in combinations(names, 2))
    return any(len(one & other) < min(2, len(one), len(other)) for one, other in pairs)
