"""Words in Latin letters that a page shows, beside those that are somebody's data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lxml import html

# Names of things and abbreviations that are written so in Kazakh and Russian too.
ALLOWED = frozenset(
    (
        *("sha", "instagram", "whatsapp", "mail", "xlsx", "csv", "json", "html", "pdf", "docx", "eml", "vr", "word"),
        *("inbox", "web", "enter", "iv", "dmarc", "smtp", "imap"),
    )
)
DATA = re.compile(
    r"\S+@\S+"  # addresses
    r"|(?:https?://|www\.)\S+"
    r"|\b[0-9a-f]{12,64}…?"  # digests
    r"|VR-[\d-]+"
    r"|[\w .()-]+\.(?:docx?|pdf|jpe?g|png|xlsx|odt|rtf|txt|zip|eml|p12|heic|html)\b",  # names of files
)
SHOWN_ATTRIBUTES = ("aria-label", "title", "placeholder", "alt", "data-opening", "data-failed", "data-nowhere")
# What somebody else has written: mails, documents, a server's answer, a colleague's note.
OTHERS_WORDS = frozenset({"pre", "textarea", "script", "style"})


def latin_words(page: str, names: Iterable[str] = ()) -> list[str]:
    """Return the words of a page in Latin letters that are nobody's data. names: of accounts and people."""
    known = {name.casefold() for name in names} | ALLOWED
    found: dict[str, None] = {}
    for text in _texts(html.document_fromstring(page)):
        for word in re.findall(r"[A-Za-z][A-Za-z'_-]+", DATA.sub(" ", text)):
            if word.rstrip("-").casefold() not in known:
                found[f"{word} in {' '.join(text.split())[:90]!r}"] = None
    return list(found)


def _texts(element: html.HtmlElement) -> Iterator[str]:
    if not isinstance(element.tag, str):
        return
    foreign = element.tag in OTHERS_WORDS or element.get("data-quoted") is not None
    if not foreign:
        yield element.text or ""
        for name in SHOWN_ATTRIBUTES:
            yield element.get(name) or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""
