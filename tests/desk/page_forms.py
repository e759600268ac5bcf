"""The forms of a page as a browser would send them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from httpx2 import Response
from lxml import html

from registry_store.records import Case
from tests.desk.browser import Browser

Control = tuple[str, str]  # name, value


@dataclass
class PageForm:
    """One form. sent: what it would send untouched, without a button."""

    method: str
    action: str
    sent: list[Control]
    buttons: list[Control]

    def changed(self, values: Mapping[str, str | list[str] | None]) -> list[Control]:
        """Return what is sent where controls have other values; None takes them out, as an empty box of ticks does."""
        kept = [(name, value) for name, value in self.sent if name not in values]
        for name, value in values.items():
            new = [] if value is None else [value] if isinstance(value, str) else value
            kept.extend((name, one) for one in new)
        return kept


def forms_in(page: Response) -> list[PageForm]:
    """Return the forms of a page."""
    found = []
    for form in html.document_fromstring(page.text).iter("form"):
        assert isinstance(form, html.FormElement)
        sent = [(name, value if value is not None else "") for name, value in form.form_values()]
        buttons = [(one.get("name", ""), one.get("value", "")) for one in form.iter("button")]
        found.append(PageForm((form.get("method") or "get").lower(), form.get("action", ""), sent, buttons))
    return found


def corrections(page: Response) -> PageForm:
    """Return the form of a case's fields."""
    return next(one for one in forms_in(page) if ("act", "set") in one.sent)


def post(browser: Browser, form: PageForm, sent: list[Control] | None = None) -> Response:
    """Send a form, each value of a name that stands in it several times."""
    data: dict[str, list[str]] = {}
    for name, value in form.sent if sent is None else sent:
        data.setdefault(name, []).append(value)
    return browser.client.post(form.action, data=data)


def correct(browser: Browser, case: Case, typed: Mapping[str, str | list[str] | None]) -> Response:
    """Open a case, change what stands in editors of its fields, and save."""
    form = corrections(browser.get(f"/cases/{case.number}"))
    return post(browser, form, form.changed(typed))
