"""Tasks beside the state of a case, and the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

from inbox_daemon.desk.asking import Asking, within
from inbox_daemon.desk.numbers import number_in
from inbox_daemon.order.asks import Ask
from registry_store.errors import NotStored
from registry_store.records import Task

AUDIT_PAGE = 200  # lines
PAGE = 100  # tasks
# Tasks that only tell what stands elsewhere on the desk too: they may be ticked several at once.
TELLINGS = frozenset({Ask.DEEMED_REFUSAL, Ask.CALENDAR_CHANGED, Ask.LETTER_DELAYED})


def tasks(asking: Asking, status: int = 200, done: Sequence[Task] = (), gone: Sequence[Task] = ()) -> Response:
    """What waits for a person beside the state of a case, oldest first. done, gone: what was just ticked, and what
    others had seen to meanwhile."""
    store, after = asking.parts.store, number_in(asking.query.get("after", "")) or 0
    found = store.tasks(limit=PAGE + 1, after=after)
    return asking.page(
        "tasks.html",
        status,
        tasks=found[:PAGE],
        more=found[PAGE - 1].id if len(found) > PAGE else None,
        first=not after,
        waiting=store.count_open_tasks(),
        tellings=TELLINGS,
        done=done,
        gone=gone,
    )


def tasks_done(asking: Asking) -> Response:
    """A person has seen to several that only tell something; each is noted by itself."""
    store, done, gone = asking.parts.store, [], []
    numbers = dict.fromkeys(number_in(one) or 0 for one in asking.many.get("task", ()))
    try:
        ticked = [store.task(number) for number in numbers]
    except NotStored:
        return asking.page("refused.html", 404, why="nowhere")
    if any(task.code not in TELLINGS for task in ticked):
        return asking.page("refused.html", 403, why="one_by_one")
    for seen in ticked:
        with store.writing() as writing:
            task = writing.task(seen.id)
            if task.done_at is None:
                writing.task_done(task.id, asking.now)
        if task.done_at is not None:
            gone.append(task)
            continue
        done.append(task)
        asking.note("task_done", task.case, str(task.id))
    return tasks(asking, done=done, gone=gone)


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
    lines = asking.parts.store.audit(
        case=asking.query.get("case") or None,
        user=asking.query.get("user") or None,
        before=number_in(asking.query.get("before", "")),
        limit=AUDIT_PAGE,
    )
    older = lines[-1][0] if len(lines) == AUDIT_PAGE else None
    return asking.page("audit.html", lines=[line for _, line in lines], older=older, asked=asking.query)
