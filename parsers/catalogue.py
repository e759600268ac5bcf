"""The eight forms of Appendix 2, Kazakh and Russian side by side, as data.

The words stand in `forms/*.toml`, one file for each form; a new wording of a label is a new line
there, not new code. Loading checks everything and names all faults at once.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal, cast, get_args

from parsers.readings import FormId, Language, QuestionnaireId

Kind = Literal[
    "text",
    "year",
    "date",
    "number",
    "iin",
    "bin",
    "phone",
    "email",
    "contacts",
    "people_list",
    "choice",
    "statement",
    "signature",
    "stamp",
]

# always; never; by the person or legal entity that an organiser is; only where a kind asks for words
Needed = Literal["always", "never", "person", "legal_entity", "named_kind"]

FORM_ORDER: tuple[FormId, ...] = get_args(FormId)


class CatalogueError(Exception):
    """The catalogue's files contradict themselves; `problems` lists every fault."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__(f"form catalogue: {len(problems)} problems\n" + "\n".join(f"  - {p}" for p in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Words:
    """One thing said in both languages. The first wording is the printed one, others are met in practice."""

    kk: tuple[str, ...]
    ru: tuple[str, ...]

    def printed(self, language: Language) -> str:
        """Return the wording of the Order's form."""
        return (self.kk if language == "kk" else self.ru)[0]

    def all(self, language: Language) -> tuple[str, ...]:
        return self.kk if language == "kk" else self.ru


@dataclass(frozen=True, slots=True)
class Option:
    """One of several printed answers.

    value: what stands in the answer instead of the number (the four categories). own_words: the field
    that takes what the applicant adds in words. forms: the questionnaires that belong to a category.
    """

    number: int
    words: Words
    value: str | None = None
    own_words: str | None = None
    forms: tuple[QuestionnaireId, ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form.

    caption: printed under the line that it explains. name: the answer is a person's or organisation's
    name. within: the field whose answer this one completes; such a field has no printed line of its
    own. or_else: the field that may stand in for this one. blank: the printed gap, where it is more
    than a line. rows: how many numbered rows are printed for a list.
    """

    id: str
    words: Words
    kind: Kind
    needed: Needed = "always"
    options: tuple[Option, ...] = ()
    caption: bool = False
    name: bool = False
    within: str | None = None
    or_else: str | None = None
    channels: tuple[str, ...] = ()
    rows: int = 0
    blank: Words | None = None
    hint: Words | None = None
    prefilled: Words | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A printed line that asks nothing."""

    words: Words


@dataclass(frozen=True, slots=True)
class Form:
    """One form: its lines in the order of print."""

    id: FormId
    title: Words
    lines: tuple[Field | Heading, ...]
    by_id: Mapping[str, Field] = field(repr=False, compare=False, default_factory=dict)

    @property
    def fields(self) -> Iterator[Field]:
        """All fields, those without a printed line included, in order."""
        return (line for line in self.lines if isinstance(line, Field))


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All forms, by their name, in the order of the Appendix."""

    forms: Mapping[FormId, Form]

    def field(self, form: FormId, field_id: str) -> Field:
        """Return a field; KeyError when the form has none of that name."""
        return self.forms[form].by_id[field_id]

    def questionnaires_of(self, category: str) -> tuple[QuestionnaireId, ...]:
        """Return which questionnaires belong to a value of `application.register_category`."""
        for option in self.field("application", "register_category").options:
            if option.value == category:
                return option.forms
        raise KeyError(category)


@cache
def catalogue() -> Catalogue:
    """Return the catalogue of this installation, loaded and checked once; raises CatalogueError."""
    return load(files("parsers") / "forms")


def load(folder: Traversable) -> Catalogue:
    """Return the catalogue that stands in `folder`; raises CatalogueError with every fault found."""
    problems: list[str] = []
    shared: dict[str, tuple[Option, ...]] = {}
    loaded: dict[FormId, Form] = {}
    tables = {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text(encoding="utf-8"))
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    }
    for name, table in tables.items():
        if "form" not in table:
            shared[name] = _options(table.get("option", []), name, problems)
    for form_id in FORM_ORDER:
        if form_id not in tables:
            problems.append(f"{form_id}.toml is missing.")
            continue
        loaded[form_id] = _form(form_id, tables[form_id], shared, problems)
    if problems:
        raise CatalogueError(tuple(problems))
    return Catalogue(loaded)


def _form(
    form_id: FormId, table: Mapping[str, Any], shared: Mapping[str, tuple[Option, ...]], problems: list[str]
) -> Form:
    where = f"{form_id}.toml"
    if table.get("form") != form_id:
        problems.append(f'{where}: form = "{table.get("form")}" does not name the file.')
    lines = tuple(
        Heading(_words(line, f"{where} line {n}", problems))
        if line.get("heading")
        else _field(line, f"{where} line {n}", shared, problems)
        for n, line in enumerate(table.get("line", []), start=1)
    )
    by_id: dict[str, Field] = {}
    for one in lines:
        if isinstance(one, Field):
            if one.id in by_id:
                problems.append(f"{where}: {one.id} stands twice.")
            by_id[one.id] = one
    for one in by_id.values():
        wanted = [one.within, one.or_else, *(option.own_words for option in one.options)]
        problems.extend(
            f'{where}: {one.id} names "{other}", which is no field of this form.'
            for other in wanted
            if other is not None and other not in by_id
        )
    return Form(form_id, _words(table.get("title", {}), f"{where} title", problems), lines, by_id)


def _field(line: Mapping[str, Any], where: str, shared: Mapping[str, tuple[Option, ...]], problems: list[str]) -> Field:
    known = {"id", "kk", "ru", "kind", "needed", "options", "options_from", "caption", "name", "within", "or_else"}
    known |= {"channels", "rows", "blank", "hint", "printed"}
    problems.extend(f"{where}: {key}: no such setting." for key in sorted(set(line) - known))
    kind, needed = line.get("kind"), line.get("needed", "always")
    if kind not in get_args(Kind):
        problems.append(f'{where}: kind = "{kind}" must be one of {", ".join(get_args(Kind))}.')
    if needed not in get_args(Needed):
        problems.append(f'{where}: needed = "{needed}" must be one of {", ".join(get_args(Needed))}.')
    options = _options(line.get("options", []), where, problems)
    if source := line.get("options_from"):
        if source not in shared:
            problems.append(f"{where}: options_from names {source}.toml, which is missing.")
        options = shared.get(source, ())
    if (kind == "choice") != bool(options):
        problems.append(f"{where}: a choice has options, and nothing else has.")
    return Field(
        id=str(line.get("id", "")),
        words=_words(line, where, problems),
        kind=cast(Kind, kind),
        needed=cast(Needed, needed),
        options=options,
        caption=bool(line.get("caption", False)),
        name=bool(line.get("name", False)),
        within=line.get("within"),
        or_else=line.get("or_else"),
        channels=tuple(line.get("channels", ())),
        rows=int(line.get("rows", 0)),
        blank=_pair(line.get("blank")),
        hint=_pair(line.get("hint")),
        prefilled=_pair(line.get("printed")),
    )


def _options(entries: list[Mapping[str, Any]], where: str, problems: list[str]) -> tuple[Option, ...]:
    numbers = [entry.get("number") for entry in entries]
    if numbers != list(range(1, len(entries) + 1)):
        problems.append(f"{where}: options must be numbered 1, 2, 3 … in order.")
    return tuple(
        Option(
            number=n,
            words=Words(
                (str(entry.get("kk", "")), *entry.get("also_kk", ())),
                (str(entry.get("ru", "")), *entry.get("also_ru", ())),
            ),
            value=entry.get("value"),
            own_words=entry.get("own_words"),
            forms=tuple(entry.get("forms", ())),
        )
        for n, entry in enumerate(entries, start=1)
    )


def _words(entry: Mapping[str, Any], where: str, problems: list[str]) -> Words:
    kk, ru = tuple(entry.get("kk", ())), tuple(entry.get("ru", ()))
    problems.extend(
        f"{where}: {language} has no wording." for language, found in (("kk", kk), ("ru", ru)) if not all(found or [""])
    )
    return Words(kk, ru)


def _pair(entry: Mapping[str, str] | None) -> Words | None:
    return None if entry is None else Words((entry["kk"],), (entry["ru"],))
