"""An answer to a rework letter that carries only what was missing, in the words of the mail."""

from __future__ import annotations

from inbox_daemon.mailbox.noted import answer_of
from parsers.catalogue import catalogue
from parsers.fragments import values_in
from parsers.quotes import own_words
from parsers.readings import Reading
from registry_store.records import OPEN_STATES, Case, MailId, Sheet, State


def answers_in_words(case: Case, mail: MailId, reading: Reading, *, in_time: bool = False) -> tuple[Sheet, ...]:
    """Return the missing values of a case that its applicant wrote in the letter itself. in_time: it was submitted
    within the term: then it counts for a refused case too."""
    takes = case.state in OPEN_STATES or (case.state is State.REFUSED and in_time)
    if not takes or case.verdict is None:
        return ()
    missing = [item.split(".") for item in case.verdict.missing]
    known = {form.form: form.language for form in case.sheets if not form.completes}
    fields = {(f, x.id) for f, form in catalogue().forms.items() for x in form.fields}
    wanted = [one for one in fields if list(one) in missing and one[0] in known]
    values = values_in(own_words(reading.mail.body, reading.mail.subject), sorted(wanted))
    sheets = []
    for form in sorted({form for form, _ in values}):
        answers = {f: answer_of(value) for (named, f), value in values.items() if named == form}
        sheets.append(Sheet(form, known[form], "body", mail, answers, completes=True))
    return tuple(sheets)
