"""The Order, paragraph by paragraph: its sentence, then the rule. All days are days of Asia/Almaty.

«…» quotes the Kazakh text of Order No. 127-НҚ letter by letter (docs/order-127.kk.txt); APC is the Administrative
Procedure and Process-Related Code. A number of the law stands here once, under its sentence. What each paragraph
makes the software do, and where; a story of each is told in tests/order/test_the_order.py:

§3 «осы Қағидаларға 1-қосымшаға сәйкес нысан бойынша қазақ және орыс тілдерінде жүргізеді»: the register has the eleven
columns of Appendix 1 in both languages. Words: templates/public/appendix-1.toml; cells: registry_store/release/rows.py.

§4 «осы Қағидаларға 2-қосымшаға сәйкес нысан бойынша қазақ және орыс тілдерінде тізілім мен сауалнамаға қосу туралы
арызды volunteer@mki.gov.kz электрондық поштаға жібереді»: an application and the questionnaire of one of five kinds.
Forms: parsers/forms; what a mail is: inbox_daemon/order/triage.py; whose it is: inbox_daemon/mailbox/whose.py.

§5 «уәкілетті органның арыз иесі туралы мәліметтерді тізілімге енгізуі»: entries are made, brought up to date and
published, and keep their history. What is entered: inbox_daemon/order/entries.py, inbox_daemon/into_register.py;
published: registry_store/release/publish.py.

§6 «күн сайын volunteer@mki.gov.kz электрондық поштасына келіп түскен өтініштер мен сауалнамалар тұрғысына мониторинг
жұмыстарын жүзеге асырады»: the daemon looks all the time and keeps a diary of its looks; the officer of the settings
stands in letters and published files. Looks: inbox_daemon/daemon.py, registry_store/diary.py; the officer:
inbox_daemon/letters/office.py.

§7 «Мәліметтер өзгерген жағдайда арыз иесі осы Қағидаларға 2-қосымшаға сәйкес нысан бойынша олар өзгерген күннен бастап
10 (он) жұмыс күні ішінде»: a questionnaire of somebody registered is a change; the ten days bind the applicant, and a
late change is entered too. Rules: inbox_daemon/mailbox/whose.py, inbox_daemon/order/steps.py.

§8 «уәкілетті органның қызметкері өтініштер мен сауалнамаларды толтырудың толықтығы тұрғысынан қарайды»: only
completeness sends a form back; a doubt is the officer's. Rules: inbox_daemon/order/completeness.py.

§9 «Волонтерлік қызмет туралы мәліметтер жалпыға қолжетімді болып табылады»: the published files need no sign-in and
hold what Appendix 1 has a column for, nothing else. Rules: registry_store/release/rows.py,
registry_store/release/identifiers.py.

§10 «Уәкілетті органның қызметкері арыз иесі туралы мәліметтер тізілімге келіп түскен кезде оларды 5 (бес) жұмыс күні
ішінде қарайды»: review, rework and their terms. Days: below; rules: inbox_daemon/order/steps.py,
inbox_daemon/order/filing.py, inbox_daemon/order/terms.py.

§11 «уәкілетті орган арыз иесін тіркеуден бас тартады»: only who was silent is refused. Below: `p11_obstacle`; rules:
inbox_daemon/order/terms.py.

§12 «Мәліметтерді тізілімге қосу немесе бас тарту арыз иесіне электрондық поштаға хабарлама арқылы ресімделеді»: a
decision is told by a letter, and what the mail servers said of it is kept. Rules: inbox_daemon/order/steps.py,
inbox_daemon/order/letters_out.py; letters: templates/letters/inclusion.j2, templates/letters/refusal.j2.

§13 «бұл туралы тізілімде белгі жасалады»: a stop is a mark in column 11, at the applicant's own wish alone. Below:
`p13_carry_out_by`; rules: inbox_daemon/order/filing.py, inbox_daemon/order/stop_day.py.

What the Order says of a state and an event: inbox_daemon/order/case.py, printed by `inbox-daemon table`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from inbox_daemon.order.practice import Practice
from inbox_daemon.order.workdays import (
    ALMATY,
    CalendarEnds,
    Deadline,
    WorkingDays,
    almaty,
    almaty_day,
    known,
)
from registry_store.records import Case, Look, Rework

END_OF_DAY = time(23, 59, 59)
MAJORITY_YEARS = 18


# ------------------------------------------------------------ the office's day


def in_office_hours(moment: datetime, days: WorkingDays, practice: Practice) -> bool:
    """Whether the moment lies in office hours of a working day; both ends count as in hours. A day beyond the
    calendar is none that is known to be worked."""
    local = almaty(moment)
    clock = local.time().replace(microsecond=0)
    return (
        practice.office_opens <= clock <= practice.office_closes
        and known(lambda: days.is_working(local.date())) is True
    )


def next_office_moment(moment: datetime, days: WorkingDays, practice: Practice) -> datetime:
    """Return the moment itself if it lies in office hours, else the next opening of the office.

    Where the calendar ends before it: the moment itself. What waits for office hours waits all the same, since each
    letter is held against them again when it is to leave.
    """
    if in_office_hours(moment, days, practice):
        return moment
    local = almaty(moment)
    day = local.date()
    is_today = local.time() < practice.office_opens and known(lambda: days.is_working(day))
    opens_on = day if is_today else known(lambda: days.next_after(day))
    return moment if opens_on is None else datetime.combine(opens_on, practice.office_opens, ALMATY)


def apc64_registered_on(received: datetime, days: WorkingDays, practice: Practice) -> date:
    """APC art. 64: registered on the day of receipt; after hours or on a day off, on the next working day.

    Before opening on a working day: that day.
    """
    local = almaty(received)
    after_hours = local.time().replace(microsecond=0) > practice.office_closes
    return days.next_after(local.date()) if after_hours else days.at_or_after(local.date())


# ------------------------------------------------------------ §10 review and rework


REVIEW_DAYS = 5  # §10 «5 (бес) жұмыс күні ішінде қарайды»
REWORK_DAYS = 3  # §10 «3 (үш) жұмыс күні ішінде өз қызметі туралы мәліметтерді пысықтайды»


def p10_review_due(received: datetime, days: WorkingDays) -> Deadline:
    """§10 «5 (бес) жұмыс күні ішінде қарайды»: the last day to review and to send for rework.

    Counted from receipt, not from registration: of two readings the stricter for the ministry.
    """
    return days.count(REVIEW_DAYS, after=almaty_day(received), ground="§10")


def p10_rework_letter_on(received: datetime, days: WorkingDays, practice: Practice) -> date:
    """§10 «арыз келіп түскен күннен бастап 5 (бес) жұмыс күні ішінде оларды пысықтауға жібереді».

    The day on which a rework letter that the clerk has not sent goes by itself: the lead days before
    review due, so that an accident of the last day does not cost the term.
    """
    return days.before(practice.rework_lead_days, p10_review_due(received, days).last)


def p10_rework_due(rework: Rework, days: WorkingDays) -> Deadline | None:
    """§10 «Арыз иесі 3 (үш) жұмыс күні ішінде өз қызметі туралы мәліметтерді пысықтайды».

    The last day to resubmit, None while no server has accepted the letter. Counted from acceptance, or
    from a later report of delivery; never earlier than the last day printed in the letter.
    """
    if rework.accepted_at is None:
        return None
    began = max(rework.accepted_at, rework.delivered_at or rework.accepted_at)
    term = days.count(REWORK_DAYS, after=almaty_day(began), ground="§10")
    if term.last >= rework.last_day_printed:
        return term
    promised = days.at_or_after(rework.last_day_printed)
    while term.last < promised:
        term = days.count(len(term.counted) + 1, after=term.after, ground="§10")
    return term


def p10_last_day_if_sent(sent: date, days: WorkingDays) -> Deadline:
    """The last day to print in a rework letter that is planned to leave on `sent`."""
    return days.count(REWORK_DAYS, after=sent, ground="§10")


def end_of(day: date) -> datetime:
    """Return the last second of a day in Asia/Almaty: a term runs to its end."""
    return datetime.combine(day, END_OF_DAY, ALMATY)


def was_in_time(submitted: datetime, rework: Rework, days: WorkingDays) -> bool:
    """Whether an answer came within the three days; always, while the letter was not accepted yet, or while the
    calendar does not reach to their end: nobody is late by a date that is not known."""
    term = known(lambda: p10_rework_due(rework, days))
    return term is None or almaty_day(submitted) <= term.last


# ------------------------------------------------------------ §11 refusal


def p11_refusal_on(rework_due: date, days: WorkingDays) -> date:
    """The first working day after the term: a refusal goes out in its office hours."""
    return days.next_after(rework_due)


def p11_may_refuse(case: Case, look: Look, days: WorkingDays) -> bool:
    """Whether the refusal may go by itself: the ground of §11 holds, and the applicant was silent."""
    return not case.answers and p11_why_not_refuse(case, look, days) is None


def p11_why_not_refuse(case: Case, look: Look, days: WorkingDays) -> str | None:
    """Return in words why a refusal is not allowed, None when it is."""
    obstacle = p11_obstacle(case, look, days)
    return None if obstacle is None else obstacle.words


@dataclass(frozen=True, slots=True)
class Obstacle:
    """What stands in the way of a refusal. code: a key of the desk's sentences; detail: the day it is about."""

    code: str
    words: str
    detail: str = ""


def p11_obstacle(case: Case, look: Look, days: WorkingDays) -> Obstacle | None:
    """§11 «Пысықталған өтінім осы Қағидалардың 10-тармағында көзделген мерзімдерде ұсынылмаған жағдайда».

    Return why a refusal is not allowed, None when it is. The one and only ground: nothing was submitted
    in time. An unread mailbox refuses nobody: a complete look must have begun after the term, no mail may be open or
    in doubt, and nothing of the case may wait for a person.
    """
    if (obstacle := p11_no_ground(case, days)) is not None:
        return obstacle
    assert case.rework is not None
    term = p10_rework_due(case.rework, days)
    assert term is not None
    if case.rework.delayed:
        return Obstacle("delayed", "§11: the rework letter is reported delayed; the term cannot be told")
    if case.rework.readdressed:
        words = "§11: the rework letter went to an old address; send it to the new one, then three new days run"
        return Obstacle("readdressed", words)
    if not look.complete or look.began <= end_of(term.last):
        words = f"§11: the mailbox was not fully looked through after the term ended on {term.last}"
        return Obstacle("no_look", words, str(term.last))
    if look.clock_doubted:
        words = "§11: our clock ran away from the mail servers': whether the term has ended cannot be told"
        return Obstacle("clock_leap", words)
    if look.in_doubt:
        words = "§11: a mail that came before the end of the term may be this applicant's; settle it first"
        return Obstacle("mail_in_doubt", words)
    if look.tasks:
        words = f"§11: something of this case waits for a person ({', '.join(look.tasks)}); settle it first"
        return Obstacle("task_open", words, ", ".join(look.tasks))
    return None


def p11_no_ground(case: Case, days: WorkingDays) -> Obstacle | None:
    """Return why the facts of a case give §11 no ground, whatever lies in the mailbox; None when they do."""
    rework = case.rework
    try:
        term = None if rework is None else p10_rework_due(rework, days)
    except CalendarEnds as ends:
        words = f"§11: the last day of the term is not known yet: the calendar ends on {ends.last}"
        return Obstacle("dates_unknown", words, str(ends.last))
    if case.rework is None or term is None:
        return Obstacle("no_term", "§11: no rework letter was accepted by a mail server, so no term has begun")
    # Asked anew: a report of late delivery may have moved the term behind an answer that was late before.
    if any(answer.in_time or was_in_time(answer.at, case.rework, days) for answer in case.answers):
        return Obstacle("answered", "§11: an answer was submitted in time; only silence can be refused")
    if case.rework.bounced:
        words = "§11: the rework letter came back; send it to a good address, then three new days run"
        return Obstacle("bounced", words)
    return None


def p11_refused_too_early(case: Case, days: WorkingDays) -> bool:
    """Whether a case was refused before its term was over, as the calendar and the mail servers tell the term now."""
    rework = case.rework
    if rework is None or rework.accepted_at is None or case.decided_at is None:
        return False
    term = known(lambda: p10_rework_due(rework, days))
    # A term that the calendar does not reach to was not over either.
    return term is None or almaty_day(case.decided_at) <= term.last


# ------------------------------------------------------------ §13 stopping


STOP_DAYS = REVIEW_DAYS  # §13 names no term for the ministry: that of §10 is kept


def p13_carry_out_by(received: datetime, days: WorkingDays) -> Deadline:
    """§13 «бұл туралы тізілімде белгі жасалады»: the mark is made within five working days of receipt.

    The Order names no term for the ministry; the term of §10 is kept.
    """
    return days.count(STOP_DAYS, after=almaty_day(received), ground="§13")


# ------------------------------------------------------------ the lives of minors


def minor_until(birth_year: int, on: date) -> date | None:
    """Return 31 December of the year a minor turns 18, None for an adult.

    Only the year of birth is known, so the whole year counts as under age.
    """
    grown = date(birth_year + MAJORITY_YEARS, 12, 31)
    return grown if on <= grown else None


def warning_days(review_due: date, days: WorkingDays) -> tuple[date, ...]:
    """APC art. 91: silence counts as a refusal. The clerk is warned two working days before, one before,
    and on the day itself."""
    return tuple(days.before(n, review_due) for n in (2, 1, 0))


def just_after(day: date) -> datetime:
    """Return the first moment after a day in Asia/Almaty."""
    return end_of(day) + timedelta(seconds=1)
