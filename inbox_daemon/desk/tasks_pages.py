"""Tasks beside the state of a case, and the audit log."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, within
from inbox_daemon.desk.numbers import number_in
from registry_store.errors import NotStored

AUDIT_PAGE = 200  # lines
TASKS_PAGE = 100


def tasks(asking: Asking) -> Response:
    """What waits for a person beside the state of a case, oldest first."""
    store = asking.parts.store
    return asking.page("tasks.html", tasks=store.tasks(limit=TASKS_PAGE), waiting=store.count_open_tasks())


def task_done(asking: Asking) -> Response:
    """A person has seen to it."""
    number = asking.path["id"]
    try:
        with asking.parts.store.writing() as writing:
            writing.task_done(int(number), asking.now)
    except NotStored:
        return asking.page("refused.html", 404, why="nowhere")
    asking.note("task_done", detail=number)
    back = within(asking.form.get("back", "/tasks"))
    return RedirectResponse(back, 303)


def audit(asking: Asking) -> Response:
    """Who looked at what and did what, newest first."""
    before = asking.query.get("before", "")
    lines = asking.parts.store.audit(
        case=asking.query.get("case") or None,
        user=asking.query.get("user") or None,
        before=number_in(before),
        limit=AUDIT_PAGE,
    )
    older = lines[-1][0] if len(lines) == AUDIT_PAGE else None
    return asking.page("audit.html", lines=[line for _, line in lines], older=older, asked=asking.query)
