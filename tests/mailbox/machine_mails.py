"""The mails of machine_mails.tsv as raw bytes."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from email.header import Header
from pathlib import Path

from tests.simulation.posts import OFFICE

BOUNDARY = "=_machine"
NOT_OURS = "<never-sent@else.example>"
SUBTYPE = {"dsn": "delivery-status", "mdn": "disposition-notification"}


@dataclass(frozen=True, slots=True)
class MachineMail:
    """A line of the table. what: see there."""

    what: str
    program: str
    sender: str
    headers: str
    structure: str
    subject: str
    body: str

    def raw(self, n: int, *, applicant: str, letter: str) -> bytes:
        """The bytes. letter: the Message-ID of our letter that it is about. n: tells it from all others."""
        known = {"applicant": applicant, "office": OFFICE, "letter": letter}
        given = [line.strip() for line in self.headers.format_map(known).split("|") if line.strip()]
        first = [line for line in given if line.startswith("Return-Path:")]
        lines = [
            *first,
            f"From: {self._sender(known)}",
            f"To: {OFFICE}",
            f"Subject: {Header(self.subject, 'utf-8').encode()}",
            f"Message-ID: <machine-{n}@post.example>",
            *(line for line in given if line not in first),
            "MIME-Version: 1.0",
            *self._content(self.body.replace("\\n", "\r\n").format_map(known), applicant, letter),
        ]
        return "\r\n".join(lines).encode()

    def _sender(self, known: dict[str, str]) -> str:
        name, bracket, address = self.sender.format_map(known).partition("<")
        return f"{Header(name.strip().strip(chr(34)), 'utf-8').encode()} <{address}" if bracket else name

    def _content(self, words: str, applicant: str, letter: str) -> list[str]:
        text = ["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", words, ""]
        if not self.structure:
            return text
        kind, *facts = self.structure.split()
        about = NOT_OURS if facts[0] == "foreign" else letter
        action = "failed" if facts[0] == "foreign" else facts[0]
        recipient = f"Final-Recipient: rfc822; {applicant}"
        if kind == "dsn":
            told = ["Reporting-MTA: dns; post.example", "", recipient, f"Action: {action}", f"Status: {facts[1]}", ""]
        else:
            told = [recipient, f"Original-Message-ID: {about}", f"Disposition: manual-action/MDN-sent; {action}", ""]
        return [
            f'Content-Type: multipart/report; report-type={SUBTYPE[kind]}; boundary="{BOUNDARY}"',
            "",
            f"--{BOUNDARY}",
            *text,
            f"--{BOUNDARY}",
            f"Content-Type: message/{SUBTYPE[kind]}",
            "",
            *told,
            f"--{BOUNDARY}",
            "Content-Type: text/rfc822-headers",
            "",
            f"From: {OFFICE}",
            f"To: {applicant}",
            f"Message-ID: {about}",
            "",
            f"--{BOUNDARY}--",
            "",
        ]


def machine_mails() -> list[MachineMail]:
    """Every line of the table."""
    lines = Path(__file__).with_suffix(".tsv").read_text("utf-8").splitlines()
    table = (line for line in lines if not line.startswith("#"))
    rows = csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)
    return [MachineMail(**{name: value or "" for name, value in row.items()}) for row in rows]
