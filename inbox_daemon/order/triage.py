"""What is this mail? (rules, section 4.) Forms decide first, then what headers say, then words.

When in doubt a mail counts as an applicant's: an application taken for something else costs a person a
term, something else taken for an application costs a clerk a look.
"""

from __future__ import annotations

from inbox_daemon.order.automatic import AutomaticKind, answers_by_itself, automatic, has_list_headers
from inbox_daemon.order.said import Said, said_in
from inbox_daemon.order.stop_day import stop_decided_on
from inbox_daemon.order.subject import case_token
from parsers.readings import FilledForm, Mail, Reading
from registry_store.records import Category

__all__ = [
    "AutomaticKind",
    "asks_inclusion",
    "automatic",
    "case_token",
    "disputes",
    "stop_decided_on",
    "stops_plainly",
    "what_is_it",
]

QUESTIONNAIRES = frozenset({"volunteer", "group", "organization", "coordinator", "organizer"})
# What a form says by itself though nobody filled it in: the printed sentence of consent.
PRINTED = frozenset({"personal_data_consent", "addressee", "liability_warning"})

# Header lines alone do not make an automatic reply of a mail whose words say something else.
SENT_BY_PROGRAMS = (AutomaticKind.AUTO_REPLY, AutomaticKind.SUPPRESSED)


def what_is_it(reading: Reading) -> Category:
    """Return the category of a mail. Case tokens in the subject play no part."""
    mail = reading.mail
    if mail.report is not None:
        return Category.BOUNCE
    said = said_in(reading)
    answered = answers_by_itself(mail)
    # An automatic reply may bring back the blank forms that we sent.
    forms: set[str] = {form.form for form in reading.forms if not (answered and _is_blank(form))}
    if forms:
        return _by_forms(forms, reading, said)
    if answered and not (_unread_documents(reading) and _names_filing(said)):
        return Category.AUTO_REPLY
    if _acknowledges(mail, said) and not reading.unreadable:
        return Category.AUTO_REPLY
    if _stops(mail, said):
        return Category.TERMINATION
    category = (_by_unread(reading, said) if reading.unreadable else None) or _by_words(mail, said)
    if category is Category.OTHER and not _mass(mail, said) and _program_wrote(mail):
        return Category.AUTO_REPLY
    return category


def _acknowledges(mail: Mail, said: Said) -> bool:
    """Whether a program says that a letter came in («Ваше обращение зарегистрировано»), whatever its subject quotes.

    The form of a website is a program too: what a person asks for by it is theirs.
    """
    by_program = automatic(mail) not in (None, AutomaticKind.SUPPRESSED)
    return by_program and said.says("machine") and not said.words & {"include", "wish", "stop", "ceased", "change"}


def _program_wrote(mail: Mail) -> bool:
    """Whether header lines say that a program wrote a mail; old vacation(1) answers with «Precedence: junk»."""
    kind = automatic(mail)
    return kind in SENT_BY_PROGRAMS or (kind is AutomaticKind.BULK and bool(mail.in_reply_to))


def asks_inclusion(reading: Reading) -> bool:
    """Whether subject or text asks for inclusion in the register: then an application is meant (§4, §7)."""
    return _asks_inclusion(reading, said_in(reading))


def stops_plainly(reading: Reading) -> bool:
    """Whether a message that asks to stop says nothing besides: only such a one is carried out by itself (§13)."""
    said = said_in(reading)
    besides = said.says_now("change", "already", "wish", "include", "programme", "somebody_else", "dispute")
    return said.short and not said.asked and not besides and not reading.forms and not reading.unreadable


def disputes(reading: Reading) -> bool:
    """Whether somebody does not accept a decision: a person reads that, no ready answer fits."""
    return said_in(reading).says_now("dispute")


# ---------------------------------------------------------------- forms


def _by_forms(forms: set[str], reading: Reading, said: Said) -> Category:
    if "application" in forms:
        return Category.APPLICATION
    if forms & QUESTIONNAIRES:
        if said.words & {"stop", "ceased"} and not said.says("include", "wish", "change"):
            return Category.TERMINATION  # an old questionnaire enclosed with «исключите меня»
        return Category.APPLICATION if _asks_inclusion(reading, said) else Category.CHANGE
    # A programme, and beside it a file that nobody could open: the application may be in that.
    if reading.unreadable and (said.says("include", "application", "wish") or "application" in said.names):
        return Category.APPLICATION
    return Category.PROGRAMME


def _asks_inclusion(reading: Reading, said: Said) -> bool:
    if {"change", "already"} <= said.words:
        return False
    if "include" in said.words or "wish" in said.words:
        return True
    # The subject of an answer is an earlier one: «Re: Тізілімге қосу туралы арыз» above changed facts.
    title = frozenset() if said.answers and "change" in said.words else said.title
    if "change" in said.words or "change" in title:
        return False
    if {"include", "wish", "application"} & title:
        return True
    enclosed = "application" in said.words and ("sending" in said.words or "papers" in said.words)
    return enclosed or bool(reading.unreadable and "application" in said.names)


def _is_blank(form: FilledForm) -> bool:
    return not (set(form.fields) - PRINTED)


# ---------------------------------------------------------------- files that could not be read


def _by_unread(reading: Reading, said: Said) -> Category | None:
    """What a mail with unread files is; None when its words have to tell.

    A picture in a mail that says nothing of the register is not enough: people send all sorts of pictures.
    """
    documents = _unread_documents(reading)
    if _mass(reading.mail, said) and not said.says("include", "application", "questionnaire"):
        return None
    names_application = said.says("application", "include") or "application" in said.names
    if said.says("programme") and not names_application and not said.says("questionnaire", "wish"):
        return Category.PROGRAMME
    if said.says("change") and not said.says("include", "wish") and "application" not in said.words:
        return Category.CHANGE
    if _names_filing(said):
        asks_only = said.asked and not documents and not said.says("sending") and not said.names & _FILING
        return None if asks_only else Category.APPLICATION
    if said.says("advert"):
        return None
    if documents and (
        said.silent or said.says("papers", "sending", "volunteer") or said.names & {"papers", "volunteer"}
    ):
        return Category.APPLICATION
    if said.silent or (said.untyped and "volunteer" in said.title):
        return Category.APPLICATION  # pictures without a word: whoever sends them wants them looked at
    return Category.APPLICATION if said.says("papers") or (said.names & {"papers"}) else None


_FILING = frozenset({"application", "questionnaire", "include", "wish"})


def _names_filing(said: Said) -> bool:
    return said.says(*_FILING) or bool(said.names & _FILING) or ("register" in said.title and not said.asked)


def _unread_documents(reading: Reading) -> bool:
    """Whether an unread file is surely more than a picture."""
    return any(file.reason != "picture" or file.part.lower().endswith(".pdf") for file in reading.unreadable)


# ---------------------------------------------------------------- words


def _mass(mail: Mail, said: Said) -> bool:
    """Whether a mail went to many: its words say so, or its header does and nothing speaks for a person."""
    return said.says("newsletter") or (has_list_headers(mail) and not said.says("request"))


def _stops(mail: Mail, said: Said) -> bool:
    # The subject of an answer is an earlier one, our own letter's among them: a machine must not stop anybody with it.
    if said.says_now("stop"):
        return not _mass(mail, said) or said.says("request")
    if "stop_title" in said.title and said.untyped and not said.answers:
        return True
    # What ended once may be told by somebody who asks for the entry, or by a report about others.
    return (
        said.says_now("ceased")
        and not said.says("include", "wish", "newsletter")
        and (said.short or said.says("request"))
    )


def _by_words(mail: Mail, said: Said) -> Category:
    if _mass(mail, said) and not ("request" in said.words and said.says("include")):
        return Category.OTHER
    asks = said.asked or (said.short and said.says_now("question") and "change" not in said.words)
    if "plea" in said.words:
        return Category.QUESTION
    away = said.short and said.says_now("absence", "machine") and not said.asked
    if away and not said.says_now("include", "wish", "application"):
        return Category.AUTO_REPLY
    if said.says_now("dispute") and said.says("register") and not said.says_now("sending"):
        return Category.QUESTION
    if not asks and (by_words := _filing_by_words(said)) is not None:
        return by_words
    ours = said.says("topic", "register") or "question" in said.title or case_token(mail.subject) is not None
    if (asks and ours) or "question_title" in said.title:
        return Category.QUESTION
    if said.says("advert") and not said.says("register"):
        return Category.OTHER
    return Category.QUESTION if said.says_now("wish", "include") else Category.OTHER


def _filing_by_words(said: Said) -> Category | None:
    """A filing whose forms are not there: forgotten, or written as a letter."""
    if said.says_now("include"):
        return Category.APPLICATION
    if said.says_now("change"):
        return Category.CHANGE
    if said.says_now("programme") and said.says("sending", "request") and said.says("register", "volunteer"):
        return Category.PROGRAMME
    if said.says("application", "questionnaire", "wish") and said.says("sending"):
        return Category.APPLICATION
    return Category.APPLICATION if "application" in said.title and not said.answers else None
