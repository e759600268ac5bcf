"""A message that asks to stop is no filing (§13): what would judge one there is refused, and nothing has changed."""

from __future__ import annotations

import pytest

from inbox_daemon.errors import NotAllowed
from inbox_daemon.order.case import decide
from registry_store.records import CaseKind, ClerkJoined, Event, StopAsked
from tests.order.build import at, case_mail, complete, days, filed, new_case

NOW = at("2026-10-23 10:00")
FORMS = case_mail(NOW, 2)


@pytest.mark.parametrize(
    "event",
    [
        filed(NOW, *complete(), n=2),
        ClerkJoined(NOW, "clerk", "one person", "VR-2026-000002", NOW, (FORMS,), complete()),
    ],
)
def test_forms_are_not_put_into_a_message_that_asks_to_stop(event: Event) -> None:
    """The kind: an act of a clerk (join, move, take out) on a case of a kind for which the act has no meaning. It ended
    in a KeyError, which the desk shows as a fault of its own."""
    mail = case_mail(NOW, 1, forms=False)
    asked = StopAsked(NOW, NOW, mail, None, trusted=True, entry=None)
    case = decide(new_case(CaseKind.TERMINATION), asked, days()).case

    with pytest.raises(NotAllowed) as refused:
        decide(case, event, days())

    assert refused.value.code == "recast_stop"
