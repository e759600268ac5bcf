"""inbox-daemon table and calendar: the life of a case and the working days, for the lawyer and the administrator."""

from __future__ import annotations

import argparse
import json
import textwrap
from datetime import date
from pathlib import Path

from inbox_daemon.calendar import load_calendar
from inbox_daemon.clock import wall_clock
from inbox_daemon.commands.arguments import Commands
from inbox_daemon.errors import SettingsError
from inbox_daemon.order.drawing import as_mermaid, as_rows, paragraph
from inbox_daemon.order.workdays import DAY, WorkingDays, almaty_day
from inbox_daemon.settings import load_settings

MONTHS_AHEAD = 370  # days: what `calendar check` looks at


def add(commands: Commands) -> None:
    """Register the commands."""
    table = commands.add_parser("table", help="the life of a case: every state, event, rule and paragraph")
    shape = table.add_mutually_exclusive_group()
    shape.add_argument("--mermaid", action="store_true", help="as a drawing (Mermaid)")
    shape.add_argument("--json", action="store_true", help="one row a line")
    numbers = range(3, 14)
    table.add_argument(
        "--paragraph", type=int, choices=numbers, metavar="N", help="paragraph N of the Order (3 to 13) and its rows"
    )
    table.set_defaults(run=run_table)
    calendar = commands.add_parser("calendar", help="the working days: show, check, add")
    parts = calendar.add_subparsers(dest="part", required=True, metavar="PART")
    show = parts.add_parser("show", help="the special days of a year, with their grounds")
    show.add_argument("year", type=int, nargs="?")
    show.add_argument("--json", action="store_true")
    show.set_defaults(run=run_show)
    check = parts.add_parser("check", help="whether the calendar reaches far enough and is confirmed")
    check.set_defaults(run=run_check)
    adding = parts.add_parser("add", help="add a moved day to the ministry's own calendar file")
    adding.add_argument("day", type=date.fromisoformat, metavar="DATE")
    adding.add_argument("state", choices=["off", "work"])
    for language, what in (("kk", "Kazakh"), ("ru", "Russian")):
        adding.add_argument(f"--{language}", required=True, metavar="TEXT", help=f"the ground in {what}")
    adding.add_argument("--source", required=True, metavar="TEXT", help="the decree or order that says so")
    adding.set_defaults(run=run_add)


def run_table(options: argparse.Namespace) -> int:
    """Print the table that decides: what is not in it cannot happen."""
    if options.mermaid:
        print(as_mermaid())
        return 0
    rows = as_rows()
    if options.paragraph is not None:
        rows = tuple(row for row in rows if row.ground == f"§{options.paragraph}")
        if not options.json:
            print("\n".join(textwrap.wrap(paragraph(options.paragraph), 100)), end="\n\n")
    if options.json:
        for row in rows:
            print(json.dumps(row._asdict(), ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row.state:<16} x {row.event:<16} -> {', '.join(row.leads_to)}  [{row.ground}]")
        print(f"    {row.rule}")
    return 0


def _calendar(options: argparse.Namespace) -> tuple[WorkingDays, Path | None]:
    """Return the calendar in force, and the ministry's own file if it is configured."""
    if not options.config.exists():
        return load_calendar(), None
    name = load_settings(options.config).calendar.file
    own = Path(name) if name else None
    return load_calendar(own if own is not None and own.exists() else None), own


def run_show(options: argparse.Namespace) -> int:
    """Print days off beside weekends, and weekends that are worked."""
    days, _ = _calendar(options)
    year = options.year or almaty_day(wall_clock()).year
    rows = [(day, "off", ground) for day, ground in days.off.items() if day.year == year]
    rows += [(day, "work", ground) for day, ground in days.work.items() if day.year == year]
    for day, state, ground in sorted(rows, key=lambda row: row[0]):
        if options.json:
            print(json.dumps({"day": day.isoformat(), "is": state, "kk": ground.kk, "ru": ground.ru, "en": ground.en}))
        else:
            print(f"{day:%Y-%m-%d %a}  {state:<4}  {ground.en}  ({ground.kk}; {ground.ru})")
    if not options.json:
        state = "transfers UNCONFIRMED" if year in days.unconfirmed else "confirmed"
        print(f"{year}: {state}; calendar {days.version}, {days.first} to {days.last}")
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Exit status 1 when terms that may begin within a year could not be counted surely."""
    days, own = _calendar(options)
    today = almaty_day(wall_clock())
    horizon = today + DAY * MONTHS_AHEAD
    print(f"calendar {days.version}: {days.first} to {days.last}; own file: {own or 'none'}")
    bad = False
    if days.last < horizon:
        bad = True
        print(f"BAD  ends {days.last}: a term that runs past it has no date yet; add the next year to [years]")
    for year in sorted(y for y in days.unconfirmed if today.year <= y <= horizon.year):
        bad = True
        print(
            f"BAD  {year}: transfers of days off are not confirmed; add them when decreed, then mark the year confirmed"
        )
    if not bad:
        print("ok   every term of the next year can be counted")
    return int(bad)


def run_add(options: argparse.Namespace) -> int:
    """Append a day to the own file; the daemon then counts every open due day anew and notes the change."""
    _, own = _calendar(options)
    if own is None:
        problem = "[calendar] file is empty: name the ministry's own file, such as /etc/inbox-daemon/calendar.toml"
        raise SettingsError(str(options.config), (problem,))
    before = own.read_text("utf-8") if own.exists() else "# The ministry's own moved days; they come on top.\n"
    fields = {"kk": options.kk, "ru": options.ru, "source": options.source}
    text = f"\n[[days]]\nday = {options.day.isoformat()}\nis = {json.dumps(options.state)}\n"
    text += "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in fields.items())
    fresh = own.with_name(own.name + ".new")
    fresh.write_text(before + text, "utf-8")
    load_calendar(fresh)  # raises SettingsError before anything is replaced
    fresh.replace(own)
    print(f"{options.day} is {'off' if options.state == 'off' else 'a working day'}: written to {own}")
    print("Open due days are counted anew in the daemon's next round after a restart.")
    return 0
