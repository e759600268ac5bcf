"""Inspected mails as one HTML file that needs nothing beside it: tables, documents as read, pages with boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from inbox_daemon.commands.answers import AnswerRow, rows_of
from parsers.readings import FilledForm, LaidOpen, NotShown, Unreadable
from parsers.shown.fragment import as_html, page_html
from registry_store.records import Category, Verdict

Finding = tuple[str, str]


@dataclass(frozen=True, slots=True)
class FormShown:
    form: str
    language: str
    part: str
    doubts: tuple[str, ...]
    rows: tuple[AnswerRow, ...]


@dataclass(frozen=True, slots=True)
class PageShown:
    part: str
    number: int
    html: Markup


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """has_pages: its pages are shown as they look; the document as read is folded up below them."""

    part: str
    format: str
    has_pages: bool
    html: Markup


@dataclass(frozen=True, slots=True)
class MailShown:
    """One inspected path, as the template reads it."""

    path: str
    category: Category
    verdict: Verdict | None
    findings: tuple[Finding, ...]
    forms: tuple[FormShown, ...]
    unreadable: tuple[Unreadable, ...]
    left_out: tuple[NotShown, ...]
    pages: tuple[PageShown, ...]
    documents: tuple[DocumentShown, ...]


def mail_shown(
    path: str, opened: LaidOpen, forms: Sequence[FilledForm], category: Category, verdict: Verdict | None
) -> MailShown:
    """Return one mail laid open, ready for the page. forms: those that count."""
    with_pages = {page.part for page in opened.pages}
    return MailShown(
        path=path,
        category=category,
        verdict=verdict,
        findings=findings(verdict),
        forms=tuple(FormShown(f.form, f.language, f.part, f.doubts, rows_of(f, verdict)) for f in forms),
        unreadable=opened.reading.unreadable,
        left_out=opened.left_out,
        pages=tuple(PageShown(page.part, page.number, page_html(page)) for page in opened.pages),
        documents=tuple(
            DocumentShown(part, read.document.format, part in with_pages, as_html(read))
            for read in opened.documents
            for part in (read.document.part,)
        ),
    )


def findings(verdict: Verdict | None) -> tuple[Finding, ...]:
    """Return what is missing, unsure or to be noticed, each with its head."""
    if verdict is None:
        return ()
    groups = (
        ("missing", (*verdict.missing, *verdict.programme_missing)),
        ("unsure", verdict.unsure),
        ("notice", verdict.notices),
    )
    return tuple((head, item) for head, items in groups for item in items)


def page_of(mails: Sequence[MailShown]) -> str:
    """Return the whole HTML file. Everything that a sender wrote is escaped; nothing in it runs or loads."""
    environment = Environment(
        loader=PackageLoader("templates", "inspect"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html").render(mails=mails)
