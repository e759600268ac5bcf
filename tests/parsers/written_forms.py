"""Forms of Appendix 2 filled in by made-up applicants, in the layouts and habits that people use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

from parsers.catalogue import Field, Form, Option, Words, catalogue
from parsers.readings import (
    Block,
    Cell,
    CheckBox,
    Document,
    FieldValue,
    FormId,
    Inline,
    Language,
    Mark,
    Paragraph,
    Picture,
    Row,
    Run,
    Table,
)
from tests.parsers.made_up import Answers, answers, person, short_signature

LAYOUTS = (
    "order",  # the Order's own table of two columns
    "numbered",  # a column of numbers before it
    "paragraphs",  # «label: answer», no table
    "one_cell",  # «label: answer» in a table of one column
    "boxes",
    "under_label",  # label in one row, answer in the next
    "pairs",  # label, answer, label, answer in a row
    "headed",  # a row of labels, a row of answers
    "nested",  # answers in tables of their own inside the cell
    "row_tables",  # every row a table
    "both_in_cell",  # both languages in the label's cell
    "both_in_cells",  # a column for each language
    "both_in_line",  # «label / label: answer», no table
    "both_in_lines",  # a label in each language, the answer behind the second
)
FLAT = ("paragraphs", "both_in_line", "both_in_lines")
SIDE_BY_SIDE = {"pairs": 2, "headed": 3}  # questions in a row
KIND_HABITS = ("sign", "numbers", "underline", "highlight", "bold", "strike", "rows", "boxes", "before", "brackets")
LIST_HABITS = ("sign", "numbers", "underline", "strike", "words")
BLANKS = ("", "______________", "–", "........", "Click or tap here to enter text.", "-")
SIGNS = ("+", "✓", "V", "v", "x", "Х", "√")
RUSSIAN_KEYBOARD = str.maketrans("әқңғөұүһіӘҚҢҒӨҰҮҺІ", "акнгоуухиАКНГОУУХИ")


@dataclass(frozen=True)
class Written:
    """A document and what should be read in it, form by form."""

    document: Document
    form: FormId
    language: Language
    meant: dict[str, FieldValue]
    story: str


def p(*inlines: str | Inline, marks: frozenset[Mark] = frozenset()) -> Paragraph:
    return Paragraph(tuple(Run(one, marks) if isinstance(one, str) else one for one in inlines if one != ""))


def cell(*blocks: Block, span: int = 1) -> Cell:
    return Cell(tuple(blocks) or (p(),), span)


def table(*rows: Sequence[Cell]) -> Table:
    return Table(tuple(Row(tuple(row)) for row in rows))


class Writer:
    """Writes one form. Everything that varies is drawn once at the start, as one person fills one form."""

    def __init__(self, random: Random, form: Form, layout: str) -> None:
        self.random = random
        self.form = form
        self.layout = layout
        self.language: Language = random.choice(("kk", "ru"))
        self.both = layout.startswith("both")
        self.reworded = not self.both and random.random() < 0.25
        self.given: Answers = answers(random, form, self.language)
        self.kinds_habit = random.choice(KIND_HABITS)
        self.list_habit = random.choice(LIST_HABITS)
        self.blank_habit = random.choice(BLANKS)
        self.sign = random.choice([*SIGNS, "да" if self.language == "ru" else "иә"])
        self.stripe = random.random() < 0.3
        self.foot_habit = random.choice(("above", "between", "table"))
        self.meant: dict[str, FieldValue] = dict(self.given.meant)

    # ------------------------------------------------------------ words

    def label(self, words: Words) -> str:
        text = words.printed(self.language)
        if self.reworded and len(words.all(self.language)) > 1:
            text = self.random.choice(words.all(self.language)[1:])
        return text

    def labels(self, words: Words) -> list[str]:
        return [words.printed("kk"), words.printed("ru")] if self.both else [self.label(words)]

    def joined(self, words: Words) -> str:
        return " / ".join(self.labels(words))

    def value(self, asked: Field) -> str:
        return self.given.written.get(asked.id, self.blank_habit)

    def option_text(self, option: Option) -> str:
        return f"{option.number}) {self.joined(option.words)}"

    # ------------------------------------------------------------ the whole

    def written(self) -> Written:
        blocks = self.application() if self.form.id == "application" else self.questionnaire()
        document = Document("form.docx", "docx", tuple(blocks))
        story = f"{self.form.id} {self.language} {self.layout} kinds:{self.kinds_habit} lists:{self.list_habit}"
        story += f" blank:{self.blank_habit!r} sign:{self.sign} foot:{self.foot_habit} reworded:{self.reworded}"
        return Written(document, self.form.id, self.language, self.meant, story)

    def questionnaire(self) -> list[Block]:
        blocks = self.titles()
        rows: list[Sequence[Cell]] = []
        waiting: list[Field] = []
        beside = SIDE_BY_SIDE.get(self.layout, 0)
        for line in self.form.lines:
            simple = isinstance(line, Field) and line.kind not in ("choice", "people_list", "contacts")
            if simple and isinstance(line, Field) and line.within is None and beside:
                waiting.append(line)
                if len(waiting) == beside:
                    self.side_by_side(waiting, rows)
                continue
            self.side_by_side(waiting, rows)
            if not isinstance(line, Field):
                self.heading(line.words, rows, blocks)
            elif line.within is None:
                if line.kind == "choice":
                    self.choice(line, rows, blocks)
                else:
                    self.question(line, rows, blocks)
        self.side_by_side(waiting, rows)
        if self.layout == "row_tables":
            blocks.extend(table(row) for row in rows)
        elif rows:
            blocks.append(table(*rows))
        return [*blocks, p()]

    def titles(self) -> list[Block]:
        bold = frozenset({Mark.BOLD})
        if self.layout == "both_in_line":
            return [p(self.joined(self.form.title), marks=bold)]
        return [p(title, marks=bold) for title in self.labels(self.form.title)]

    def side_by_side(self, waiting: list[Field], rows: list[Sequence[Cell]]) -> None:
        """Write the questions that wait in one row, or in a row of labels over a row of answers."""
        labels = [cell(p(self.joined(asked.words))) for asked in waiting]
        values = [cell(*(p(line) for line in self.value(asked).split("\n"))) for asked in waiting]
        if waiting and self.layout == "headed":
            rows.extend([labels, values])
        elif waiting:
            rows.append([one for pair in zip(labels, values, strict=True) for one in pair])
        waiting.clear()

    def heading(self, words: Words, rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        if self.layout in FLAT:
            blocks.append(p(self.joined(words)))
        else:
            rows.append([cell(p(self.joined(words), marks=frozenset({Mark.BOLD})), span=2)])

    def question(self, asked: Field, rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        label, value = self.joined(asked.words), self.value(asked).split("\n")
        lines = [p(line) for line in value]
        if self.layout in FLAT:
            if self.layout == "both_in_lines":
                blocks.append(p(asked.words.printed("kk")))
                label = asked.words.printed("ru")
            blocks.append(p(f"{label.rstrip('?:')}: {value[0]}"))
            blocks.extend(lines[1:])
        elif self.layout == "nested":
            rows.append([cell(p(label)), cell(table([cell(*lines)]), p())])
        elif self.layout == "one_cell":
            rows.append([cell(p(f"{label}: {value[0]}"), *lines[1:])])
        elif self.layout == "under_label":
            rows.extend([[cell(p(label))], [cell(*lines)]])
        elif self.layout == "numbered":
            rows.append([cell(p(f"{len(rows) + 1}.")), cell(p(label)), cell(*lines)])
        elif self.layout == "both_in_cell":
            rows.append([cell(*(p(one) for one in self.labels(asked.words))), cell(*lines)])
        elif self.layout == "both_in_cells":
            rows.append([*(cell(p(one)) for one in self.labels(asked.words)), cell(*lines)])
        elif asked.kind == "people_list" and self.layout == "order" and asked.id in self.given.written:
            rows.append([cell(p(label), span=2)])
            rows.extend([cell(p(f"{n}.")), cell(p(line.split(". ", 1)[1]))] for n, line in enumerate(value, 1))
        else:
            rows.append([cell(p(label)), cell(*lines)])

    # ------------------------------------------------------------ choices

    def choice(self, asked: Field, rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        meant = self.given.meant.get(asked.id)
        chosen = [n for n in meant if isinstance(n, int)] if isinstance(meant, list) else []
        if asked.id == "activity_kinds":
            self.kinds(asked, chosen, rows, blocks)
        else:
            self.short_list(asked, chosen, rows, blocks)

    def kinds(self, asked: Field, chosen: list[int], rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        habit = self.kinds_habit if chosen else "sign"
        words = self.given.written.get("activity_other", "")
        flat = self.layout in (*FLAT, "one_cell", "under_label")
        label = self.joined(asked.words)
        numbers = ", ".join(map(str, chosen)) + (f" ({words})" if words else "") if habit == "numbers" else ""
        self.line(f"{label.rstrip('?:')}: {numbers}" if flat else label, "" if flat else numbers, rows, blocks)
        for option in asked.options:
            picked = option.number in chosen
            if habit == "rows" and not picked:
                continue
            own = words if picked and option.own_words and habit != "numbers" else ""
            self.option_line(option, picked, own, habit, flat, rows, blocks)

    def option_line(
        self,
        option: Option,
        picked: bool,
        own: str,
        habit: str,
        flat: bool,
        rows: list[Sequence[Cell]],
        blocks: list[Block],
    ) -> None:
        text = self.option_text(option)
        label: list[str | Inline] = [text]
        beside: list[str | Inline] = []
        if habit in ("underline", "highlight", "bold") and picked:
            label = [Run(text, frozenset({Mark(habit)}))]
        elif habit == "strike" and not picked:
            label = [Run(text, frozenset({Mark.STRIKE}))]
        elif habit == "sign" and picked:
            beside = [self.sign]
        elif habit == "boxes":
            beside = [CheckBox(picked)]
        elif habit == "before" and picked:
            label = [f"{self.sign} {text}"]
        elif habit == "brackets":
            label = [f"{'[x]' if picked else '[ ]'} {text}"]
        if own:
            beside = [*beside, f" {own}" if beside else own]
        if not flat:
            shown = p(*beside) if beside or not self.stripe or habit == "boxes" else p("____")
            middle = [cell(p())] if self.layout == "numbered" else []
            rows.append([*middle, cell(p(*label)), cell(shown)])
        elif self.layout in FLAT:
            blocks.append(p(*label, *([" – ", *beside] if beside else [])))
        else:
            rows.append([cell(p(*label), *([p(*beside)] if beside else []))])

    def short_list(self, asked: Field, chosen: list[int], rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        habit = self.list_habit if chosen else "sign"
        own = self.given.written.get(f"{asked.id}_other", "")
        lines: list[Paragraph] = []
        for option in asked.options:
            text, picked = self.option_text(option), option.number in chosen
            if habit == "underline" and picked:
                lines.append(p(text, marks=frozenset({Mark.UNDERLINE})))
            elif habit == "strike" and not picked:
                lines.append(p(text, marks=frozenset({Mark.STRIKE})))
            else:
                lines.append(p(f"{text} {self.sign}" if habit == "sign" and picked else text))
        answer = own or ("" if chosen else self.blank_habit)
        if habit == "numbers":
            answer = ", ".join(map(str, chosen)) + (f" ({own})" if own else "")
        elif habit == "words":
            named = [option.words.printed(self.language) for option in asked.options if option.number in chosen]
            answer = ", ".join(named) + (f" ({own})" if own else "")
        label = self.joined(asked.words)
        if self.layout in FLAT:
            blocks.append(p(f"{label.rstrip('?:')}: "))
            blocks.extend([*lines, *([p(answer)] if answer else [])])
            return
        self.line(label, "", rows, blocks)
        if self.layout in ("one_cell", "under_label"):
            rows.append([cell(*lines, *([p(answer)] if answer else []))])
        else:
            middle = [cell(p())] if self.layout == "numbered" else []
            rows.append([*middle, cell(*lines), cell(p(answer))])

    def line(self, label: str, beside: str, rows: list[Sequence[Cell]], blocks: list[Block]) -> None:
        if self.layout in FLAT:
            blocks.append(p(label))
        elif beside:
            rows.append([cell(p(label)), cell(p(beside))])
        else:
            rows.append([cell(p(label), span=2)])

    # ------------------------------------------------------------ the application

    def application(self) -> list[Block]:
        self.meant["personal_data_consent"] = True
        name = person(self.random, self.language)
        if "signatory_name" in self.meant:
            self.given.put("signatory_name", name)
            self.meant["signatory_name"] = name
        sign: list[str | Inline] = [self.blank_habit if self.blank_habit.startswith("_") else "__________"]
        if self.random.random() < 0.8:
            self.meant["signature"] = True
            sign = [Picture()] if self.random.random() < 0.4 else [short_signature(self.random, name)]
        form = self.form.by_id
        tabular = self.layout in ("numbered", "one_cell", "under_label", "nested", "both_in_cell", "both_in_cells")
        blocks: list[Block] = [p("Министерство культуры и информации РК")]
        if not tabular:
            blocks.append(p(self.joined(form["addressee"].words)))
        blocks.extend(self.titles())
        rows: list[Sequence[Cell]] = []
        if not tabular:
            blocks.append(p(self.ruled(self.value(form["applicant_name"]))))
            blocks.append(p(self.joined(form["applicant_name"].words)))
        else:
            self.question(form["applicant_name"], rows, blocks)
        statements = [[self.category(form["register_category"])]]
        statements += [[p(self.joined(form[one].words))] for one in ("personal_data_consent", "liability_warning")]
        for statement in statements:
            if tabular:
                rows.append([cell(*statement, span=2)])
            else:
                blocks.extend(statement)
        for name_of in ("phone", "email", "filled_date"):
            if tabular:
                self.question(form[name_of], rows, blocks)
            else:
                mark = ":" if name_of == "filled_date" else ""
                value = self.value(form[name_of])
                gap = form[name_of].blank
                if gap is not None and name_of not in self.meant:
                    value = gap.printed(self.language)
                blocks.append(p(f"{self.joined(form[name_of].words)}{mark} {self.ruled(value)}"))
        if tabular:
            self.tabular_foot(sign, rows)
            blocks.append(table(*rows))
        else:
            blocks.extend(self.open_foot(sign))
        blocks.append(p(self.joined(form["stamp"].words)))
        return blocks

    def ruled(self, value: str) -> str:
        return f"___{value}____" if self.stripe and value not in BLANKS and "20" not in value else value

    def category(self, asked: Field) -> Paragraph:
        marked = self.meant.get(asked.id)
        runs: list[str | Inline] = [self.joined(asked.words) + " ("]
        habit = self.random.choice(("underline", "highlight", "bold", "strike", "others_gone", "box", "sign"))
        options = [o for o in asked.options if not (habit == "others_gone" and marked and marked != [o.value])]
        for n, option in enumerate(options):
            picked = marked == [option.value]
            text = self.joined(option.words) if not self.both else option.words.printed("kk")
            if n:
                runs.append(", ")
            if habit == "box":
                runs.append(CheckBox(picked))
            marks: frozenset[Mark] = frozenset()
            if marked and habit in ("underline", "highlight", "bold") and picked:
                marks = frozenset({Mark(habit)})
            elif marked and habit == "strike" and not picked:
                marks = frozenset({Mark.STRIKE})
            runs.append(Run(text + (" ✓" if habit == "sign" and picked else ""), marks))
        return p(*runs, ").")

    def open_foot(self, sign: list[str | Inline]) -> list[Block]:
        form = self.form.by_id
        name = self.value(form["signatory_name"])
        captions = f"{self.joined(form['signature'].words)} {self.joined(form['signatory_name'].words)}"
        if self.foot_habit == "above":
            return [p(*sign, "      ", name or "__________"), p(captions)]
        if self.foot_habit == "between":
            return [p(*sign, f" {self.joined(form['signature'].words)} ", name)]
        below = [cell(p(self.joined(form[one].words))) for one in ("signature", "signatory_name")]
        return [table([cell(p(*sign)), cell(p(name))], below)]

    def tabular_foot(self, sign: list[str | Inline], rows: list[Sequence[Cell]]) -> None:
        form = self.form.by_id
        label = self.joined(form["signature"].words).strip("()")
        name = self.value(form["signatory_name"])
        if self.layout == "one_cell":
            rows.append([cell(p(f"{label}: "), p(*sign))])
        else:
            first = [cell(p("8"))] if self.layout == "numbered" else []
            rows.append([*first, cell(p(label)), cell(p(*sign))])
        if self.layout == "one_cell":
            rows.append([cell(p(f"{self.joined(form['signatory_name'].words)}: {name}"))])
        else:
            first = [cell(p("9"))] if self.layout == "numbered" else []
            rows.append([*first, cell(p(self.joined(form["signatory_name"].words))), cell(p(name))])


def typed_on_a_russian_keyboard(document: Document) -> Document:
    """Return the document as somebody without Kazakh letters would have typed its labels."""
    return Document(
        document.part,
        document.format,
        tuple(_each(b, lambda t: t.translate(RUSSIAN_KEYBOARD)) for b in document.blocks),
    )


def _each(block: Block, change: Callable[[str], str]) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(tuple(Run(change(i.text), i.marks) if isinstance(i, Run) else i for i in block.inlines))
    rows = (Row(tuple(Cell(tuple(_each(b, change) for b in c.blocks), c.span) for c in r.cells)) for r in block.rows)
    return Table(tuple(rows))


def written_form(seed: int) -> Written:
    """Return the n-th made-up form; the same number gives the same form."""
    random = Random(seed)
    form = random.choice(list(catalogue().forms.values()))
    return Writer(random, form, random.choice(LAYOUTS)).written()
