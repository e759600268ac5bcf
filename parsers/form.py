"""From a document to the forms in it: one way, whatever the format and the layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from parsers.align import Anchor, align, candidates
from parsers.answers import first_answer
from parsers.catalogue import Field, catalogue
from parsers.category import category_of
from parsers.choices import choice_of
from parsers.enumerated import with_enumerated
from parsers.head import Head, consents, head_of, is_short_title, name_within
from parsers.hints import without_hints
from parsers.instead import denies, why_hardly
from parsers.labels import Element, labels
from parsers.layout import Layout, Piece
from parsers.lines import BOX_EMPTY, Line, lines_of, same_row
from parsers.members import names_part
from parsers.out_of_order import with_out_of_order
from parsers.own_rows import in_own_rows
from parsers.quotes import closes
from parsers.readings import Asked, Document, FilledForm, Language, Mark, Source, Value
from parsers.run_together import taken_apart
from parsers.segments import Segment, segments
from parsers.signature import Foot, foot_of, has_caption
from parsers.unusual import unusual, without_own_label
from parsers.values.blank import is_blank
from parsers.values.dates import date_of
from parsers.values.people import looks_like_a_name
from parsers.wording import key, one_line

FIELDS_AT_LEAST = 2  # found labels that make a form of lines under a title
LABEL_SURE = 0.75  # likeness below which a free text under the label is doubtful


def forms_in(document: Document, *, signed: bool) -> tuple[FilledForm, ...]:
    """Return the forms of a document in order, blank ones included.

    signed: an electronic signature of this very file came with it (counts as the application's
    signature; truth: .p7s, .cms, .sig).
    """
    lines = taken_apart(lines_of(document))
    found = []
    for segment in segments(lines):
        form = _Reader(document.part, segment, signed).form()
        if form is not None:
            found.append(form)
    return tuple(found)


@dataclass(slots=True)
class _Result:
    fields: dict[str, Value] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)
    unsure: list[str] = field(default_factory=list)


# Kinds of which two answers, in two languages, are one.
_ONCE = frozenset(("text", "people_list", "number", "year", "phone", "contacts"))


class _Reader:
    def __init__(self, part: str, segment: Segment, signed: bool) -> None:
        self.part = part
        self.segment = segment
        self.signed = signed
        self.shape = catalogue().forms[segment.form]
        self.elements = labels().elements[segment.form]
        # «ЗАЯВЛЕНИЕ», the title of any letter to an office, is nobody's answer.
        kept = [
            (line, here)
            for line, here in zip(segment.lines, segment.table, strict=True)
            if segment.form != "application" or not is_short_title(line.text)
        ]
        lines = [line for line, _ in kept]
        table = [here for _, here in kept]
        anchors, self.perhaps = with_out_of_order(segment.form, align(segment.form, lines, table), lines, table)
        self.anchors = with_enumerated(anchors, self.elements, lines)
        self.layout = Layout(self._answering(lines), self.anchors)
        self.result = _Result()
        self.foot: Foot | None = None

    def _answering(self, lines: Sequence[Line]) -> Sequence[Line]:
        """Return the lines up to a letter's closing words behind the form; an application is signed below its own."""
        last = max((anchor.last.number for anchor in self.anchors), default=0)
        ends = (n for n, x in enumerate(lines) if x.number > last and not x.cells and closes(x.text))
        return lines if self.segment.form == "application" else lines[: next(ends, len(lines))]

    def form(self) -> FilledForm | None:
        asked = {a.element.order for a in self.anchors if a.element.kind == "field"}
        if len(asked) < FIELDS_AT_LEAST and not self.segment.free:
            return None
        if self.segment.free:
            self.result.doubts.append("in words of its own")
        if not self.segment.titled and not self._asks_under_a_short_title():
            self.result.doubts.append("no title")
        if self.segment.form == "application":
            self._foot()
        for element in self.elements:
            if element.kind == "field" and element.field is not None:
                self._field(element, element.field)
        language, both = self._language()
        order = [one.id for one in self.shape.fields]
        fields = {name: self.result.fields[name] for name in order if name in self.result.fields}
        return FilledForm(
            part=self.part,
            form=self.segment.form,
            language=language,
            fields=fields,
            doubts=tuple(dict.fromkeys(self.result.doubts)),
            unsure_blank=tuple(name for name in order if name in self.result.unsure and name not in fields),
            language_any=both,
            asked=self._asked(fields),
        )

    def _asked(self, fields: Mapping[str, Value]) -> dict[str, Asked]:
        """Where the label of each field without an answer stands; of a choice without one, its first option."""
        found = {}
        for element in self.elements:
            asked = element.field
            if element.kind != "field" or asked is None or asked.id in fields:
                continue
            anchor = next(iter(self.layout.anchors_of(element) or self._options_of(asked)), None)
            if anchor is not None:
                end = anchor.end if anchor.last is anchor.line else len(anchor.line.text)
                found[asked.id] = Asked(anchor.line.text[anchor.start : end], anchor.line.place)
        return found

    def _language(self) -> tuple[Language, bool]:
        weight: dict[Language, float] = {"kk": 0.0, "ru": 0.0}
        for anchor in self.anchors:
            for language in anchor.languages:
                weight[language] += anchor.like
        total = weight["kk"] + weight["ru"]
        return "kk" if weight["kk"] >= weight["ru"] else "ru", min(weight.values()) > 0.35 * total

    # ------------------------------------------------------------ field by field

    def _field(self, element: Element, asked: Field) -> None:
        if asked.id == "applicant_name" and self.segment.form == "application":
            self._labelled(element, asked)
            if asked.id not in self.result.fields:
                self._from_head(asked)
        elif asked.kind == "statement":
            self._statement(element, asked)
        elif asked.id in ("signature", "signatory_name", "stamp"):
            self._from_foot(asked)
        elif asked.id == "addressee":
            self._addressee(asked)
        else:
            self._labelled(element, asked)

    def _labelled(self, element: Element, asked: Field) -> None:
        anchors = self.layout.anchors_of(element)
        if asked.name and anchors and all(names_part(anchor.line.text) for anchor in anchors):
            anchors = []
        if not anchors and not (asked.kind == "choice" and self._options_of(asked)):
            self._without_label(element, asked)
            return
        pieces = self.layout.of(element)
        pieces = [without_own_label(element, anchors, piece) for piece in pieces]
        if asked.kind in _ONCE:
            pieces = self._of_one_language(anchors, pieces)
        if asked.caption:
            pieces = self._with_above(pieces, anchors)
        if asked.kind == "choice":
            self._choice(element, asked, pieces)
        else:
            self._plain(asked, pieces, max(anchor.like for anchor in anchors))

    def _plain(self, asked: Field, pieces: Sequence[Piece], like: float) -> None:
        pieces, hint = without_hints(asked, pieces, self.layout.has_cell_beside)
        value = first_answer(asked, pieces, self.part)
        if value is None:
            strays = self.layout.strays_behind(self._element(asked))
            if asked.kind == "people_list":  # its rows may have lost their label
                strays += [line for line in self.layout.strays if looks_like_a_name(line.text)]
            if asked.kind == "date":  # what stands at the foot of the application is read as such
                strays = [line for line in strays if (read := date_of(line.text)) is not None and read.day is not None]
            left = any(piece.where == "left" and max(map(len, key(piece.text)), default=0) > 2 for piece in pieces)
            if strays or left or self.layout.asks_on(self._element(asked)):
                self.result.unsure.append(asked.id)
            return
        doubt = value.doubt or hint or (why_hardly(asked, value.text) if asked.kind == "text" else None)
        below = any(piece.where == "below" and not is_blank(piece.text) for piece in pieces)
        if below and asked.kind in ("text", "people_list") and self._next_is_lost(asked):
            doubt = doubt or "the next question was not found"
        elif asked.kind == "text" and doubt is None:
            probable = "the label is only probable" if like < LABEL_SURE else None
            doubt = probable or unusual(self.layout, self.elements, self._element(asked), pieces)
        self.result.fields[asked.id] = Value(value.value, value.text, value.source, doubt, value.flaws)

    def _of_one_language(self, anchors: Sequence[Anchor], pieces: list[Piece]) -> list[Piece]:
        """Return the answer beside the first label where the same question is answered beside its other language too.

        Of a document printed in both languages side by side either is right.
        """
        if len(anchors) < 2:
            return pieces
        several = [self.layout.of_anchor(anchor) for anchor in anchors]
        answered = [some for some in several if any(p.where == "right" and not is_blank(p.text) for p in some)]
        return answered[0] if len(answered) > 1 else pieces

    def _element(self, asked: Field) -> Element:
        return next(e for e in self.elements if e.kind == "field" and e.field is asked)

    def _options_of(self, asked: Field) -> list[Anchor]:
        return [a for a in self.anchors if a.element.kind == "option" and a.element.field is asked]

    def _with_above(self, pieces: list[Piece], anchors: Sequence[Anchor]) -> list[Piece]:
        """A caption explains the line above it; used as a label it has its answer behind it."""
        if any(piece.where in ("inline", "right") and not is_blank(piece.text) for piece in pieces):
            return pieces
        for anchor in anchors:
            above = [
                line for line in self.layout.free_before(anchor) if not is_blank(line.text) and _near(line, anchor.line)
            ]
            if above:
                return [Piece(above[-1], *name_within(above[-1].text), "inline")]
        return pieces

    def _without_label(self, element: Element, asked: Field) -> None:
        """A label that is not there: surely taken out when nothing stands where it should be but answers beside
        the labels around it."""
        before = max((a.last.number for a in self.anchors if a.element.order < element.order), default=0)
        after = min((a.line.number for a in self.anchors if a.element.order > element.order), default=10**9)
        lines = (line for line in self.segment.lines if before < line.number < after)
        labelled = {(cell.table, cell.row) for a in self.anchors for cell in a.line.cells}
        between = [x for x in lines if not any((cell.table, cell.row) in labelled for cell in x.cells)]
        own = in_own_rows(asked, between, self.part)
        if own is not None:
            self.result.fields[asked.id] = own
        elif asked.id in self.perhaps or any(before < line.number < after for line in self.layout.loose_lines()):
            self.result.unsure.append(asked.id)

    def _next_is_lost(self, asked: Field) -> bool:
        """Say whether the question after this one was not found: lines below may be its answer."""
        following = [e for e in self.elements if e.kind == "field" and e.order > self._element(asked).order]
        return bool(following) and not self.layout.anchors_of(following[0])

    def _statement(self, element: Element, asked: Field) -> None:
        anchors = self.layout.anchors_of(element)
        line = anchors[0].line if anchors else next(filter(consents, self.segment.lines), None)
        if line is None or (asked.id != "personal_data_consent" and not anchors):
            return
        if Mark.STRIKE in line.marks_between(0, len(line.text)):
            return
        boxed = BOX_EMPTY in line.text or line.text.lstrip().startswith("☐")
        denied = asked.id == "personal_data_consent" and denies(line.unstruck(0, len(line.text)))
        doubt = "an empty box before it" if boxed else "words that deny it" if denied else None
        self.result.fields[asked.id] = Value(True, one_line(line.words_only), Source(self.part, line.place), doubt)

    def _addressee(self, asked: Field) -> None:
        addressee = self._head().addressee
        if addressee is not None:
            self.result.fields[asked.id] = Value(
                addressee.text, addressee.text, Source(self.part, addressee.line.place)
            )

    def _from_head(self, asked: Field) -> None:
        """The applicant stands above the title, as in any letter to an office."""
        applicant = self._head().applicant
        if applicant is not None:
            source = Source(self.part, applicant.line.place)
            self.result.fields[asked.id] = Value(applicant.text, applicant.text, source, applicant.doubt)

    def _lead(self) -> Sequence[Line]:
        """The lines above the title; without one, those above the first thing printed."""
        if self.segment.titled or not self.anchors:
            return self.segment.lead
        first = self.anchors[0].line.number
        return [line for line in self.segment.lines if line.number < first and not is_short_title(line.text)]

    def _asks_under_a_short_title(self) -> bool:
        """«ЗАЯВЛЕНИЕ», and no more, over the sentence that asks for the entry."""
        asks = [a for a in self.anchors if a.element.field is not None and a.element.field.id == "register_category"]
        return any(
            anchor.like > LABEL_SURE
            and any(is_short_title(line.text) for line in self.segment.lines if line.number < anchor.line.number)
            for anchor in asks
        )

    def _head(self) -> Head:
        lead = [line for line in self._lead() if not is_blank(line.text)]
        named = labels().of["application"]
        captions = {
            line.number
            for line, here in zip(lead, candidates(lead), strict=True)
            for candidate in here
            for element in named.get(candidate.found.wording, ())
            if element.kind == "heading" or (element.field is not None and element.field.id == "addressee")
        }
        return head_of([line for line in lead if line.number not in captions])

    # ------------------------------------------------------------ choices

    def _choice(self, element: Element, asked: Field, pieces: Sequence[Piece]) -> None:
        if asked.id == "register_category":
            answer = category_of(asked, [*self._in_brackets(element), *pieces])
        else:
            options = [e for e in self.elements if e.kind == "option" and e.field is asked]
            answer = choice_of(asked, element, options, self.layout)
        first = (self.layout.anchors_of(element) or self._options_of(asked))[0]
        source = Source(self.part, first.line.place)
        values = [option.value for option in asked.options if option.number in answer.numbers and option.value]
        if answer.numbers:
            shown = ", ".join(map(str, answer.numbers))
            self.result.fields[asked.id] = Value(values or list(answer.numbers), shown, source, answer.doubt)
        own = next((f for f in self.shape.fields if f.within == asked.id), None)
        if answer.own_words and own is not None:
            doubt = answer.doubt
            if own.needed == "named_kind" and len(asked.options) not in answer.numbers:
                doubt = "words beside the kinds, and the last kind is not marked"
            self.result.fields[own.id] = Value(answer.own_words, answer.own_words, source, doubt)
        if answer.doubt and not answer.numbers:
            self.result.unsure.append(asked.id)

    def _in_brackets(self, element: Element) -> list[Piece]:
        """Return the categories where a likely label ran into them: they stand in brackets behind the request."""
        found = []
        for anchor in self.layout.anchors_of(element):
            bracket = anchor.line.text.find("(", anchor.start)
            if anchor.last is anchor.line and 0 <= bracket < anchor.end:
                found.append(Piece(anchor.line, bracket, anchor.end, "inline"))
        return found

    # ------------------------------------------------------------ the foot of the application

    def _foot(self) -> None:
        of = {a.element.field.id: a for a in self.anchors if a.element.field is not None}
        first = max((of[x].last.number for x in ("register_category", "phone", "email") if x in of), default=0)
        date = of["filled_date"].last.number if "filled_date" in of else 0
        lines = [line for line in self.segment.lines if line.number > first]
        # The date stands above the signature, or last of all.
        if not any(has_caption(line) for line in lines if line.number < date):
            lines = [line for line in lines if line.number > date]
        if "filled_date" in of:
            lines = [line for line in lines if not self._is_date_answer(line, of["filled_date"])]
        self.foot = foot_of(lines, of["stamp"].line if "stamp" in of else None)
        if self.foot.doubt:
            self.result.doubts.append(self.foot.doubt)

    def _is_date_answer(self, line: Line, date: Anchor) -> bool:
        pieces = [piece for piece in self.layout.of(date.element) if piece.line is line]
        if not pieces:
            return False
        in_row = bool(line.cells) and same_row(line, date.line)
        read = date_of(line.text)
        return in_row or (read is not None and read.day is not None)

    def _from_foot(self, asked: Field) -> None:
        foot = self.foot
        if foot is None:
            return
        if asked.id == "signature" and self.signed:
            self.result.fields[asked.id] = Value(True, "", Source(self.part, "attached electronic signature"))
            return
        written = {"signature": foot.signature, "signatory_name": foot.name, "stamp": foot.stamp}[asked.id]
        if written is None:
            found = {"signature": foot.sign_found, "signatory_name": foot.name_found or foot.sign_found}
            if not found.get(asked.id, True) or (foot.doubt and asked.id == "signature"):
                self.result.unsure.append(asked.id)
            return
        source = Source(self.part, written.line.place)
        if asked.id == "signatory_name":
            self.result.fields[asked.id] = Value(written.text, written.text, source)
        else:
            self.result.fields[asked.id] = Value(True, written.text, source, foot.doubt)


def _near(line: Line, caption: Line) -> bool:
    """A caption explains the line right above it in its own cell, or the cell above its own."""
    if not line.cells or not caption.cells:
        return line.cells == caption.cells
    return line.cells == caption.cells or (
        line.cells[-1].table == caption.cells[-1].table and line.cells[-1].column == caption.cells[-1].column
    )
