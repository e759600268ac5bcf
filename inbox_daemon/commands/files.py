"""inbox-daemon publish and forms: files for the website, and the blank forms of Appendix 2."""

from __future__ import annotations

import argparse
from pathlib import Path

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.letters.blank_form import blank_form, file_name
from inbox_daemon.settings import load_settings
from inbox_daemon.wiring import public_office, wall_clock, wire_desk
from parsers.catalogue import FORM_ORDER
from parsers.readings import Language
from registry_store.release.manifest import MANIFEST
from registry_store.release.publish import publish

LANGUAGES: tuple[Language, ...] = ("kk", "ru")


def add(commands: Commands) -> None:
    """Register the commands."""
    publishing = commands.add_parser("publish", help="write the register (Appendix 1) as files for the website")
    publishing.add_argument("--to", type=Path, metavar="DIR", help="where (default: [publish] folder)")
    publishing.add_argument("--force", action="store_true", help="publish even if the register has shrunk much")
    publishing.add_argument("--json", action="store_true", help="print the manifest")
    publishing.set_defaults(run=run_publish)
    forms = commands.add_parser("forms", help="write the blank forms of Appendix 2 as fillable .docx, both languages")
    forms.add_argument("--to", type=Path, metavar="DIR", required=True, help="where")
    forms.set_defaults(run=run_forms)


def run_publish(options: argparse.Namespace) -> int:
    """Write a release whole and swap it in (§5, §9); say what it holds."""
    settings = load_settings(options.config)
    desk = wire_desk(settings)
    folder = options.to or Path(settings.publish.folder)
    release = publish(
        desk.store,
        folder,
        wall_clock(),
        public_office(settings),
        keep=settings.publish.keep,
        may_shrink_by=settings.publish.may_shrink_by,
        force=options.force,
    )
    if options.json:
        print((release.folder / MANIFEST).read_text("utf-8").strip())
        return 0
    state = "published" if release.new else "unchanged since"
    print(f"{state} {release.manifest.as_of:%Y-%m-%d %H:%M %Z}: {release.manifest.rows} rows in {release.folder}")
    if release.manifest.held_back:
        numbers = ", ".join(str(n) for n in release.manifest.held_back)
        print(f"held back, an IIN or BIN stands in a cell: entries {numbers}")
    return 0


def run_forms(options: argparse.Namespace) -> int:
    """Write the sixteen blank forms (§4, Appendix 2)."""
    options.to.mkdir(parents=True, exist_ok=True)
    for form in FORM_ORDER:
        for language in LANGUAGES:
            path = options.to / file_name(form, language)
            path.write_bytes(blank_form(form, language))
            print(path)
    return 0
