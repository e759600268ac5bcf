"""inbox-daemon user: the accounts of the clerk's desk."""

from __future__ import annotations

import argparse
import getpass
import sys
from dataclasses import replace

from inbox_daemon.commands.arguments import Commands
from inbox_daemon.desk import totp
from inbox_daemon.desk.accounts import AccountRefused, checked_name, with_link, with_password
from inbox_daemon.order.workdays import almaty
from inbox_daemon.settings import Settings, load_settings
from inbox_daemon.wiring import wall_clock, wire_desk
from registry_store.accounts import AuditLine, Role, User, UserUnknown
from registry_store.store import Store

BY = "command line"


def add(commands: Commands) -> None:
    """Register the command and its parts."""
    user = commands.add_parser("user", help="accounts of the clerk's desk")
    parts = user.add_subparsers(dest="part", required=True, metavar="PART")
    roles = [role.value for role in Role]
    adding = parts.add_parser("add", help="make an account and print its one-time link")
    adding.add_argument("name")
    adding.add_argument("--role", choices=roles, default=Role.CLERK.value)
    adding.add_argument("--full-name", default="", metavar="TEXT", help="as the desk shows it")
    adding.add_argument("--password", action="store_true", help="ask for a password instead of making a link")
    parts.add_parser("list", help="all accounts")
    changing = parts.add_parser("role", help="give an account another role")
    changing.add_argument("name")
    changing.add_argument("role", choices=roles)
    for name, words in (
        ("password", "set a password; it is asked for, or read from a pipe"),
        ("link", "print a one-time link with which the person chooses a password"),
        ("remove", "take an account away; the audit log keeps what it did"),
    ):
        parts.add_parser(name, help=words).add_argument("name")
    coding = parts.add_parser("totp", help="ask this account for a code of its phone (RFC 6238)")
    coding.add_argument("name")
    coding.add_argument("--off", action="store_true", help="no more codes")
    user.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Carry out one part."""
    settings = load_settings(options.config)
    store = wire_desk(settings).store
    match options.part:
        case "add":
            _add(options, settings, store)
        case "list":
            _list(store)
        case "role":
            _change(store, replace(_known(store, options.name), role=Role(options.role)), f"role {options.role}")
        case "password":
            _change(store, with_password(_known(store, options.name), _asked()), "password")
        case "link":
            _link(settings, store, _known(store, options.name))
        case "totp":
            _totp(options, settings, store)
        case _:  # remove
            with store.writing() as writing:
                writing.remove_user(options.name)
                writing.note_audit(AuditLine(wall_clock(), BY, "account", None, f"{options.name}: removed"))
    return 0


def _add(options: argparse.Namespace, settings: Settings, store: Store) -> None:
    user = User(checked_name(options.name), options.full_name, Role(options.role))
    if options.password:
        user = with_password(user, _asked())
    with store.writing() as writing:
        writing.add_user(user, wall_clock())
        writing.note_audit(AuditLine(wall_clock(), BY, "account", None, f"{user.name}: made, role {user.role}"))
    if not options.password:
        _link(settings, store, user)


def _list(store: Store) -> None:
    for user in store.users():
        extras = [
            "password" if user.password else "no password yet",
            "code" if user.totp_secret else "",
            "" if user.locked_until is None else f"waits until {almaty(user.locked_until):%Y-%m-%d %H:%M:%S}",
        ]
        print(f"{user.name:<20} {user.role:<14} {', '.join(filter(None, extras))}  {user.full_name}".rstrip())


def _link(settings: Settings, store: Store, user: User) -> None:
    user, token = with_link(user, wall_clock())
    with store.writing() as writing:
        writing.put_user(user)
        writing.note_audit(AuditLine(wall_clock(), BY, "account", None, f"{user.name}: link"))
    desk = settings.desk
    scheme = "https" if desk.tls_certificate or desk.proxy_addresses else "http"
    assert user.link_ends is not None
    print(f"{scheme}://{desk.host}:{desk.port}/link/{token}")
    print(f"good once, until {almaty(user.link_ends):%Y-%m-%d %H:%M}", file=sys.stderr)


def _totp(options: argparse.Namespace, settings: Settings, store: Store) -> None:
    user = _known(store, options.name)
    secret = None if options.off else totp.new_secret()
    _change(store, replace(user, totp_secret=secret, totp_step=0), "code off" if secret is None else "code on")
    if secret is not None:
        print(totp.address_of(secret, user.name, settings.office.mailbox))


def _change(store: Store, user: User, what: str) -> None:
    """Write the account; whoever is signed in with it must sign in anew."""
    with store.writing() as writing:
        writing.put_user(user)
        writing.end_sessions(user.name)
        writing.note_audit(AuditLine(wall_clock(), BY, "account", None, f"{user.name}: {what}"))


def _known(store: Store, name: str) -> User:
    user = store.user(name)
    if user is None:
        message = f"{name}: there is no such account; `user list` shows all"
        raise UserUnknown(message)
    return user


def _asked() -> str:
    """Return a password, typed twice at a terminal or read once from a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        message = "the two passwords differ"
        raise AccountRefused(message, "differ")
    return password
