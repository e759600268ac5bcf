"""When our own server had a mail, as its Received header says (RFC 5321 §4.4)."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import parsedate_to_datetime

BY = re.compile(r"\bby\s+([^\s;()]+)", re.IGNORECASE)


def received_at(headers: tuple[str, ...], internal_date: datetime, own_server: str) -> datetime:
    """Return the earlier of INTERNALDATE and the date of the topmost Received of our own pinned server.

    Only the topmost header counts, since every header below may be forged; one that is not our server's,
    or has no readable date with a zone, leaves INTERNALDATE.
    """
    if not own_server or not headers:
        return internal_date
    by = BY.search(headers[0])
    if by is None or by[1].lower().rstrip(".") != own_server.lower():
        return internal_date
    try:
        stamped = parsedate_to_datetime(headers[0].rpartition(";")[2].strip())
    except ValueError:
        return internal_date
    return internal_date if stamped.tzinfo is None else min(stamped, internal_date)
