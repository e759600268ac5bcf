"""Addresses that a letter may safely be sent to."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email

from inbox_daemon.letters.errors import UnusableAddress


def usable(address: str) -> str:
    """Return the address in ASCII, its domain lower-cased (IDN as punycode).

    Raises UnusableAddress for anything that plain SMTP or a header cannot carry: line breaks, display
    names, two addresses in one, a local part that needs SMTPUTF8.
    """
    try:
        # Not asked whether the domain exists or is special: letters go to whoever wrote.
        found = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            check_deliverability=False,
            globally_deliverable=False,
        )
    except EmailNotValidError as error:
        raise UnusableAddress(address, str(error)) from error
    if found.ascii_email is None:
        raise UnusableAddress(address, "the part before the @ is not ASCII")
    return found.ascii_email


def same(one: str, other: str) -> bool:
    """Whether two addresses are one mailbox for us: case never tells people apart."""
    return one.casefold() == other.casefold()
