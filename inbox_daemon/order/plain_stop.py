"""§13: which words stop an entry without a person: «me, out of the register» (a group: «us»), and nothing beside that.

Told word by word: every word must be one of the table's. A telephone, a photo, somebody's name, a condition, a
denial, a question or a word that nobody foresaw leaves the decision to the clerk.
"""

from __future__ import annotations

from inbox_daemon.order.meanings import LEXICON
from inbox_daemon.order.stems import Sentence
from inbox_daemon.order.stop_day import stop_decided_on
from inbox_daemon.order.subject import is_answer, plain_subject
from inbox_daemon.order.unrecognised import own_text, without_closing
from parsers.readings import Reading

_WORDS = ("plain_stop", "plain_me", "plain_we", "plain_where", "greeting")
_DATE = ("plain_date",)


def stops_plainly(reading: Reading) -> bool:
    """Whether the whole of the sender's own words asks to take the sender out of the register, or to stop the
    sender's activity. What is enclosed, passed on or quoted makes it more than that."""
    mail = reading.mail
    if reading.forms or reading.unreadable or reading.texts or mail.forwarded:
        return False
    text = without_closing(own_text(mail))
    subject = "" if is_answer(mail.subject) else plain_subject(mail.subject)
    dated = stop_decided_on(f"{subject}\n{text}") is not None
    written = LEXICON.sentences(text)
    if not all(_is_plain(sentence, dated) for sentence in (*LEXICON.sentences(subject), *written)):
        return False
    speakers = {name for sentence in written for name in ("plain_me", "plain_we") if name in LEXICON.places(sentence)}
    return len(speakers) == 1 and any(_asks(sentence) for sentence in written)


def stops_several(reading: Reading) -> bool:
    """Whether a plain message speaks of «us», «our group»: then it can only mean an entry of several."""
    written = LEXICON.sentences(own_text(reading.mail))
    return any("plain_we" in LEXICON.places(sentence) for sentence in written)


def _is_plain(sentence: Sentence, dated: bool) -> bool:
    """Whether every word is one of the table's; the words of a date count where a date was read from them."""
    places = LEXICON.places(sentence)
    known = {at for name in (*_WORDS, *(_DATE if dated else ())) for at in places.get(name, ())}
    numbers = {at for at, word in enumerate(sentence.words) if dated and word.isdigit()}
    return not sentence.asks and len(known | numbers) == len(sentence.words)


def _asks(sentence: Sentence) -> bool:
    places = LEXICON.places(sentence)
    return "plain_where" in places and not places.keys().isdisjoint(("plain_me", "plain_we"))
