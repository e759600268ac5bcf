"""The register: entries with their history, the draft of the next release, and what a clerk decides about an entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from inbox_daemon.contacts import decide_contacts
from inbox_daemon.desk.asking import Asking, listed
from inbox_daemon.desk.broken import as_refusal
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.completeness import QUESTIONNAIRES
from inbox_daemon.order.workdays import almaty_day
from parsers.regions import regions
from registry_store.errors import EntryUnknown, StoreError
from registry_store.folded import words_of
from registry_store.languages import in_one_language
from registry_store.records import EntriesWanted, EntryVersion, Standing
from registry_store.release.draft import draft, office_differs
from registry_store.release.publish import PublishError, Release, current_release
from registry_store.release.rows import shows_contacts

PAGE = 50  # entries
FAR = 10**9  # numbers beyond are none of ours
# What of an entry may change, and how the desk calls it.
PARTS = ("facts", "programmes", "stop", "undone", "contacts_public")
# What a list may be narrowed to beside an entry's standing.
HELD, ONE_LANGUAGE = "contacts_held", "one_language"
SHOWN = (*(str(one.value) for one in Standing), HELD, ONE_LANGUAGE)
NO_REGION = "none"


def register(asking: Asking) -> Response:
    """Entries, newest first; and how the published files differ from what would be published now."""
    store, asked = asking.parts.store, asking.query.get("q", "").strip()
    bare = asked.replace(" ", "").lstrip("№")
    if bare.isdecimal() and bare.isascii() and len(bare) < 10:
        return RedirectResponse(f"/register/{bare}", 303)
    key = bare if bare.isdecimal() and len(bare) == 12 else None
    words = () if key else words_of(asked)[:6]
    wanted, chosen = _wanted(asking)
    entries = store.find_entries(words, key, number_in(asking.query.get("below", "")), PAGE, wanted)
    if asked or chosen:
        asking.note("search", detail=" ".join((asked, *chosen.values())).strip())
    else:
        asking.note("list", detail=listed("register", {}, len(entries)))
    release = _published(asking)
    today = almaty_day(asking.now)
    return asking.page(
        "register.html",
        entries=entries,
        lacks={one.number: in_one_language(one) for one in entries},
        held={one.number for one in entries if not shows_contacts(one, today)},
        asked=asked,
        chosen=chosen,
        kinds=QUESTIONNAIRES,
        regions=regions(),
        no_region=NO_REGION,
        shown=SHOWN,
        below=urlencode({"q": asked, **chosen, "below": entries[-1].number}) if len(entries) == PAGE else None,
        translate=store.count_entries(EntriesWanted(one_language=True)),
        minors=store.count_entries(EntriesWanted(held_on=today)),
        release=release,
        count=None if release is None else asking.parts.drafts.count(store, release, asking.now),
        office=None if release is None else office_differs(release, asking.parts.office),
    )


def _wanted(asking: Asking) -> tuple[EntriesWanted, dict[str, str]]:
    """Return what the list is narrowed to, and those choices of the address that mean something."""
    known: Mapping[str, Iterable[str]] = {
        "kind": QUESTIONNAIRES,
        "region": (*(one.iso for one in regions()), NO_REGION),
        "state": SHOWN,
    }
    chosen = {name: value for name in known if (value := asking.query.get(name, "")) in known[name]}
    region, state = chosen.get("region"), chosen.get("state")
    wanted = EntriesWanted(
        kind=chosen.get("kind"),
        region="" if region == NO_REGION else region,
        standing=next((one for one in Standing if one.value == state), None),
        held_on=almaty_day(asking.now) if state == HELD else None,
        one_language=state == ONE_LANGUAGE,
    )
    return wanted, chosen


def _published(asking: Asking) -> Release | None:
    try:
        return current_release(asking.parts.public)
    except PublishError:
        return None


def next_release(asking: Asking) -> Response:
    """What the next release would say otherwise than the published one, entry by entry."""
    release = _published(asking)
    if release is None:
        return asking.page("refused.html", 404, why="nothing_published")
    store = asking.parts.store
    above = number_in(asking.query.get("above", "")) or 0
    page = draft(store, release, almaty_day(asking.now), above, PAGE)
    asking.note("draft", detail=str(above))
    return asking.page(
        "draft.html",
        release=release,
        lines=page,
        count=asking.parts.drafts.count(store, release, asking.now),
        office=office_differs(release, asking.parts.office),
        above=page[-1].number if len(page) == PAGE else None,
    )


def entry(asking: Asking) -> Response:
    """One entry, with every version that it ever had."""
    return _entry(asking)


def _entry(asking: Asking, status: int = 200, refused: NotAllowed | None = None) -> Response:
    store, number = asking.parts.store, number_in(asking.path["number"]) or FAR
    try:
        found = store.entry(number)
    except EntryUnknown:
        return asking.page("refused.html", 404, why="no_entry")
    asking.note("entry", found.case, str(number))
    history = store.entry_versions(number)
    today = almaty_day(asking.now)
    return asking.page(
        "entry.html",
        status,
        entry=found,
        history=list(_changes(history))[::-1],
        cases=list(dict.fromkeys(one.origin.case for one in history if one.origin.case is not None)),
        lacks=in_one_language(found),
        shows_contacts=shows_contacts(found, today),
        waits=found.facts.minor_until is not None and today <= found.facts.minor_until and not found.undone,
        refused=refused,
        typed=asking.form.get("why", ""),
    )


def _changes(history: Iterable[EntryVersion]) -> Iterable[tuple[EntryVersion, tuple[str, ...]]]:
    before: EntryVersion | None = None
    for version in history:
        old, new = before and before.entry, version.entry
        yield version, () if old is None else tuple(p for p in PARTS if getattr(old, p) != getattr(new, p))
        before = version


def contacts(asking: Asking) -> Response:
    """The clerk's word on the contacts of a minor, with its reason: published or held back."""
    number, form = number_in(asking.path["number"]) or FAR, asking.form
    said = {"yes": True, "no": False}.get(form.get("public", ""))
    if said is None:
        return asking.page("refused.html", 404, why="nowhere")
    try:
        decide_contacts(
            asking.parts.casework,
            number,
            public=said,
            by=asking.user.name,
            why=form.get("why", ""),
            now=asking.now,
            seen=number_in(form.get("version", "")),
        )
    except EntryUnknown:
        return asking.page("refused.html", 404, why="no_entry")
    except (NotAllowed, StoreError) as error:
        return _entry(asking, 409, as_refusal(error))
    asking.note("contacts", detail=f"{number} {'public' if said else 'held back'}")
    return RedirectResponse(f"/register/{number}?notice=done", 303)


def release(asking: Asking) -> Response:
    """Publish what the register says now."""
    try:
        made = asking.parts.release(asking.now)
    except PublishError as error:
        asking.note("release", detail=str(error))
        return asking.page("refused.html", 409, why="release")
    asking.note("release", detail=str(made.number))
    return RedirectResponse(f"/register?notice={'released' if made.new else 'release_unchanged'}", 303)
