"""A document → the forms in it, as `FilledForm`: the printed things found, their places read field by field."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from parsers.answers import first_answer
from parsers.catalogue import Field, catalogue
from parsers.head import consents, head_of, is_short_title, name_within
from parsers.instead import denies
from parsers.layout import Piece
from parsers.lines import BOX_EMPTY, Line, lines_of
from parsers.readings import Asked, Document, FilledForm, Language, Mark, Source, Value
from parsers.understanding.assignment import assign
from parsers.understanding.certainty import may_be_filled, why_doubted
from parsers.understanding.choices import Choice
from parsers.understanding.foot import Foot
from parsers.understanding.places import Anchor, Places, anchors_of
from parsers.understanding.segments import Segment, segments_of
from parsers.values.blank import is_blank
from parsers.wording import key, one_line

TITLED_AT_LEAST, UNTITLED_AT_LEAST = 2, 4  # questions that make a form of lines, under a title and without one
WORTH_AT_LEAST = 7.0  # of all printed things together
SURELY_A_FORM = 0.75  # share of a form's questions that make its title needless
CHANNEL_WORDS = 3  # at most, of the name of a channel
BOTH_LANGUAGES = 0.35  # share of the weaker language in a form printed in both

_WRITTEN = re.compile(r"@|https?:|www\.|\d[\d\s()–-]{4,}\d|\w\.[a-z]{2,}")


def forms_in(document: Document, *, signed: bool) -> tuple[FilledForm, ...]:
    """Return the forms of a document in order, blank ones included.

    signed: an electronic signature of this very file came with it; it counts as the application's signature.
    """
    lines = lines_of(document)
    found = []
    for segment in segments_of(lines, anchors_of(assign(lines))):
        enough = TITLED_AT_LEAST if segment.titled else UNTITLED_AT_LEAST
        if len(segment.asked) >= enough and segment.worth >= WORTH_AT_LEAST:
            found.append(_Reader(document.part, segment, signed).form())
    return tuple(found)


class _Reader:
    def __init__(self, part: str, segment: Segment, signed: bool) -> None:
        self.part, self.segment, self.signed = part, segment, signed
        self.shape = catalogue().forms[segment.form]
        self.places = Places(segment.lines, _without_channels(segment.anchors))
        self.anchors = self.places.anchors
        self.questions: dict[str, list[int]] = defaultdict(list)
        self.options: dict[str, list[int]] = defaultdict(list)
        for n, anchor in enumerate(self.anchors):
            if anchor.element.kind == "field":
                self.questions[anchor.field_id].append(n)
            elif anchor.element.kind == "option":
                self.options[anchor.field_id].append(n)
        self.fields: dict[str, Value] = {}
        self.unsure: list[str] = []

    def form(self) -> FilledForm:
        for asked in self.shape.fields:
            if asked.within is None:
                self._field(asked)
        language, both = self._language()
        order = [one.id for one in self.shape.fields]
        fields = {name: self.fields[name] for name in order if name in self.fields}
        return FilledForm(
            part=self.part,
            form=self.segment.form,
            language=language,
            fields=fields,
            doubts=() if self._is_surely_this_form() else ("no title",),
            unsure_blank=tuple(name for name in order if name in self.unsure and name not in fields),
            language_any=both,
            asked={name: found for name in order if name not in fields and (found := self._asked(name)) is not None},
        )

    def _is_surely_this_form(self) -> bool:
        printed = [one for one in self.shape.fields if one.within is None]
        return (
            self.segment.titled
            or len(self.segment.asked) >= SURELY_A_FORM * len(printed)
            or (self.segment.form == "application" and any(is_short_title(line.text) for line in self.segment.lines))
        )

    def _asked(self, name: str) -> Asked | None:
        """Where the question of a field without an answer stands; of a choice without one, its first option."""
        here = self.questions.get(name) or self.options.get(name)
        if not here:
            return None
        anchor = self.anchors[here[0]]
        end = anchor.end if anchor.last is anchor.line else len(anchor.line.text)
        return Asked(anchor.line.text[anchor.start : end], anchor.line.place)

    def _language(self) -> tuple[Language, bool]:
        weight: dict[Language, float] = {"kk": 0.0, "ru": 0.0}
        for anchor in self.anchors:
            weight[anchor.language] += anchor.likeness * min(4.0, len(anchor.line.text) / 10)
        both = min(weight.values()) > BOTH_LANGUAGES * sum(weight.values())
        return "kk" if weight["kk"] >= weight["ru"] else "ru", both

    # ------------------------------------------------------------ field by field

    def _field(self, asked: Field) -> None:
        if asked.kind == "statement":
            self._statement(asked)
        elif asked.id in ("signature", "signatory_name", "stamp"):
            self._at_foot(asked)
        elif asked.kind == "choice":
            self._choice(asked)
        else:
            self._plain(asked)

    def _plain(self, asked: Field) -> None:
        here = self.questions[asked.id]
        pieces = _once(self._pieces(asked))
        if asked.id == "applicant_name":
            pieces = [_named(piece) for piece in pieces]
        value = first_answer(asked, self._of_one_question(here, pieces), self.part) or self._from_head(asked)
        anchors = [self.anchors[n] for n in here]
        if value is not None:
            doubt = value.doubt or why_doubted(asked, value.text, anchors)
            self.fields[asked.id] = Value(value.value, value.text, value.source, doubt, value.flaws)
        elif may_be_filled(asked, anchors, self.places):
            self.unsure.append(asked.id)

    def _pieces(self, asked: Field) -> list[Piece]:
        """The words in the places of a field's questions; over a caption where none are beside it."""
        found: list[Piece] = []
        for n in self.questions[asked.id]:
            own = [p for p in self.places.of(n) if p.where not in ("left", "before")]
            beside = any(p.where in ("inline", "right") and not is_blank(p.text) for p in own)
            over = self._over(n) if self.anchors[n].is_caption and not beside else []
            found.extend(over or own)
        return found

    def _over(self, n: int) -> list[Piece]:
        if self._labels_first() and any(not is_blank(p.text) for p in self.places.of(n)):
            return []
        before = [p for p in self.places.of(n) if p.where in ("before", "left") and not is_blank(p.text)]
        if before:
            return [Piece(p.line, p.start, p.end, "inline") for p in before]
        over = self.places.above(n)
        free = over is not None and not is_blank(over.text) and not self.places.is_owned_elsewhere(over, n)
        return [over] if over is not None and free else []

    def _labels_first(self) -> bool:
        """Whether the answers of this form stand under or beside their questions, in lines or cells of their own."""
        for name in ("phone", "email", "filled_date"):
            for n in self.questions[name]:
                written = [p for p in self.places.of(n) if not is_blank(p.text)]
                if written and written[0].where in ("below", "right"):
                    return True
        return False

    def _of_one_question(self, here: Sequence[int], pieces: list[Piece]) -> list[Piece]:
        """Of a question that stands several times (in both languages, in a letterhead) the surest with an answer."""
        answered = [
            n for n in here if any(p.where in ("inline", "right") and not is_blank(p.text) for p in self.places.of(n))
        ]
        if len(here) < 2 or not answered:
            return pieces
        best = max(answered, key=lambda n: (round(self.anchors[n].worth), -n))
        return [p for p in pieces if p in self.places.of(best)] or pieces

    def _from_head(self, asked: Field) -> Value | None:
        """The addressee and the applicant stand above the title, as in any letter to an office."""
        if asked.id not in ("applicant_name", "addressee") or self.segment.form != "application":
            return None
        head = head_of(self._lead())
        found = head.applicant if asked.id == "applicant_name" else head.addressee
        return (
            None if found is None else Value(found.text, found.text, Source(self.part, found.line.place), found.doubt)
        )

    def _lead(self) -> list[Line]:
        titles = [a.line.number for a in self.anchors if a.element.kind == "title"]
        titles = titles or [a.line.number for a in self.anchors if not a.is_caption]
        taken = {a.line.number for a in self.anchors}
        return [
            line
            for line in self.segment.lines
            if titles and line.number < titles[0] and line.number not in taken and not is_blank(line.text)
        ]

    def _statement(self, asked: Field) -> None:
        here = self.questions[asked.id]
        line = self.anchors[here[0]].line if here else next(filter(consents, self.segment.lines), None)
        if line is None or (asked.id != "personal_data_consent" and not here):
            return
        if Mark.STRIKE in line.marks_between(0, len(line.text)):
            return
        boxed = BOX_EMPTY in line.text or line.text.lstrip().startswith("☐")
        denied = asked.id == "personal_data_consent" and denies(line.unstruck(0, len(line.text)))
        doubt = "an empty box before it" if boxed else "words that deny it" if denied else None
        self.fields[asked.id] = Value(True, one_line(line.words_only), Source(self.part, line.place), doubt)

    def _at_foot(self, asked: Field) -> None:
        if asked.id == "signature" and self.signed:
            self.fields[asked.id] = Value(True, "", Source(self.part, "attached electronic signature"))
            return
        foot = Foot(self.places, self.questions, self.part, labels_first=self._labels_first())
        value = {"signature": foot.signature, "signatory_name": foot.signatory, "stamp": foot.stamp}[asked.id]()
        if value is not None:
            self.fields[asked.id] = value
        elif asked.id != "stamp":
            here = [self.anchors[n] for n in self.questions[asked.id]]
            if not here or may_be_filled(asked, here, self.places):
                self.unsure.append(asked.id)

    def _choice(self, asked: Field) -> None:
        here, options = self.questions[asked.id], self.options[asked.id]
        if not here and not options:
            if may_be_filled(asked, (), self.places):
                self.unsure.append(asked.id)
            return
        answer = Choice(asked, here, options, self.places).answer()
        source = Source(self.part, self.anchors[(here or options)[0]].line.place)
        values = [option.value for option in asked.options if option.number in answer.numbers and option.value]
        if answer.numbers:
            shown = ", ".join(map(str, answer.numbers))
            self.fields[asked.id] = Value(values or list(answer.numbers), shown, source, answer.doubt)
        own = next((f for f in self.shape.fields if f.within == asked.id), None)
        if answer.own_words and own is not None:
            self.fields[own.id] = Value(answer.own_words, answer.own_words, source, answer.doubt)
        nothing = not answer.numbers and not answer.own_words
        if nothing and (answer.doubt or may_be_filled(asked, [self.anchors[n] for n in here], self.places)):
            self.unsure.append(asked.id)


def _named(piece: Piece) -> Piece:
    start, end = name_within(piece.text)
    return Piece(piece.line, piece.start + start, piece.start + end, piece.where)


def _once(pieces: Sequence[Piece]) -> list[Piece]:
    """What stands twice (by two captions of one field) is one answer."""
    seen: set[tuple[str, ...]] = set()
    kept = []
    for piece in pieces:
        said = key(piece.text)
        if not said or said not in seen:
            kept.append(piece)
        seen.add(said)
    return kept


def _without_channels(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Names of channels inside the answer about contacts («Телефон: …») are part of it."""
    kept: list[Anchor] = []
    for anchor in anchors:
        asked = anchor.element.field
        named = anchor.line.text[anchor.start : anchor.end]
        inside = (
            asked is not None
            and asked.kind == "contacts"
            and bool(kept)
            and kept[-1].element is anchor.element
            and (len(key(named)) <= CHANNEL_WORDS or _WRITTEN.search(named) is not None)
        )
        if not inside:
            kept.append(anchor)
    return kept
