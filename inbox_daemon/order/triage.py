"""What is this mail? (rules, section 4.) Forms decide first, then what headers say, then words.

When in doubt a mail counts as an applicant's: an application taken for something else costs a person a
term, something else taken for an application costs a clerk a look.
"""

from __future__ import annotations

from inbox_daemon.order.automatic import AutomaticKind, answers_by_itself, automatic, has_list_headers, is_mail_servers
from inbox_daemon.order.meanings import says_nothing_own, speaks_to_anybody
from inbox_daemon.order.said import Said, said_in
from inbox_daemon.order.stop_day import stop_decided_on
from inbox_daemon.order.subject import case_token
from inbox_daemon.order.unrecognised import BODY, own_text, unrecognised, without_closing
from parsers.readings import FilledForm, Mail, Reading
from registry_store.records import Category

__all__ = [
    "AutomaticKind",
    "asks_inclusion",
    "automatic",
    "case_token",
    "disputes",
    "stop_decided_on",
    "what_is_it",
]

QUESTIONNAIRES = frozenset({"volunteer", "group", "organization", "coordinator", "organizer"})
# What a form says by itself though nobody filled it in: the printed sentence of consent.
PRINTED = frozenset({"personal_data_consent", "addressee", "liability_warning"})

SENT_BY_PROGRAMS = (AutomaticKind.AUTO_REPLY, AutomaticKind.SUPPRESSED)


def what_is_it(reading: Reading) -> Category:
    """Return the category of a mail. Case tokens in the subject play no part."""
    mail = reading.mail
    if mail.report is not None:
        return Category.BOUNCE
    said = said_in(reading)
    routine = _is_routine(reading)
    # An automatic reply may bring back the blank forms that we sent.
    automatic_answer = routine and answers_by_itself(mail)
    forms: set[str] = {form.form for form in reading.forms if not (automatic_answer and _is_blank(form))}
    if forms:
        return _by_forms(forms, reading, said)
    if routine and _answers_automatically(mail, said) and not _brings_files(reading):
        return Category.AUTO_REPLY
    if _stops(mail, said):
        return Category.TERMINATION
    if (for_a_person := _by_unrecognised(reading, said)) is not None:
        return for_a_person
    category = (_by_unread(reading, said) if reading.unreadable else None) or _by_words(mail, said)
    if category is Category.OTHER and routine and not _mass(mail, said) and _program_wrote(mail):
        return Category.AUTO_REPLY
    return category


# ---------------------------------------------------------------- automatic replies


def _is_routine(reading: Reading) -> bool:
    """Whether the sender's own words add nothing to what automatic answers say (rules, section 4): neither header
    lines, which programs set on people's letters too, nor a subject make a letter automatic that says more."""
    return says_nothing_own(without_closing(own_text(reading.mail)))


def _answers_automatically(mail: Mail, said: Said) -> bool:
    """Whether something beside its empty words tells that a program answered: a header, the subject, or that it
    speaks to whoever writes."""
    if answers_by_itself(mail) or (automatic(mail) is AutomaticKind.AUTO_REPLY and said.says("machine")):
        return True
    if automatic(mail) not in (None, AutomaticKind.SUPPRESSED) and said.says("machine"):
        return True
    away = said.short and said.says_now("absence", "machine") and not said.asked
    return away and speaks_to_anybody(own_text(mail))


def _brings_files(reading: Reading) -> bool:
    """Whether a mail brings a file of its own; pictures within its text are a firm's signs."""
    inline = {file.name for file in reading.mail.attachments if file.inline}
    unread = any(file.part not in inline or file.reason != "picture" for file in reading.unreadable)
    return unread or any(one.part != BODY for one in unrecognised(reading))


def _program_wrote(mail: Mail) -> bool:
    """Whether header lines say that a program wrote a mail; old vacation(1) answers with «Precedence: junk»."""
    kind = automatic(mail)
    return kind in SENT_BY_PROGRAMS or (kind is AutomaticKind.BULK and bool(mail.in_reply_to))


# ---------------------------------------------------------------- what no form was recognised in


def _by_unrecognised(reading: Reading, said: Said) -> Category | None:
    """What a mail is that brings a document of its own, or tells who somebody is, and no form that was recognised:
    a filing, which a person looks at. None where it brings neither, or went to many.

    A change that is told in the mail itself stays one: it brings no paper that might be an application.
    """
    parts = [one.part for one in unrecognised(reading)]
    if not parts or _went_to_many(reading.mail, said) or is_mail_servers(reading.mail):
        return None
    if said.says("programme") and not said.says("application", "include", "questionnaire", "wish"):
        return Category.PROGRAMME
    told = parts == [BODY] and said.says_now("change") and not said.says("include", "wish", "application")
    return Category.CHANGE if told and not said.asked else Category.APPLICATION


def _went_to_many(mail: Mail, said: Said) -> bool:
    """Whether a mail is a newsletter or an advertisement, and nobody's own letter: its text says so, or its header; a
    subject alone does not."""
    mass = "newsletter" in said.words or (has_list_headers(mail) and not said.says("request"))
    return mass or ("advert" in said.words and not said.says("register", "application", "volunteer"))


def asks_inclusion(reading: Reading) -> bool:
    """Whether subject or text asks for inclusion in the register: then an application is meant (§4, §7)."""
    return _asks_inclusion(reading, said_in(reading))


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
