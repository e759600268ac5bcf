"""The application (Appendix 2): paragraphs with lines to write on, as the Order prints it."""

from __future__ import annotations

from docx.document import Document as DocxDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from inbox_daemon.letters.docx_page import TEXT_WIDTH, highlight, remark, shade, write
from inbox_daemon.letters.filling import Filling
from parsers.catalogue import Field, Form, Heading
from parsers.readings import Language

SMALL = 10  # points, of the words under a line
GAP = Pt(8)
ADDRESSEE_INDENT = Mm(80)
SIGNATURE_WIDTH = Mm(70)


def write_application(document: DocxDocument, form: Form, language: Language, filling: Filling) -> None:
    """Write the application into an empty document."""
    _Application(document, form, language, filling).write()


class _Application:
    def __init__(self, document: DocxDocument, form: Form, language: Language, filling: Filling) -> None:
        self.document, self.form, self.language, self.filling = document, form, language, filling

    def write(self) -> None:
        for line in self.form.lines:
            if isinstance(line, Heading):
                self._right(line.words.printed(self.language))
        self._addressee(self.form.by_id["addressee"])
        write(
            self._paragraph(before=Pt(18)),
            self.form.title.printed(self.language),
            bold=True,
            align=WD_ALIGN_PARAGRAPH.CENTER,
        )
        self._line_over_caption(self.form.by_id["applicant_name"])
        self._category(self.form.by_id["register_category"])
        for statement in ("personal_data_consent", "liability_warning"):
            self._statement(self.form.by_id[statement])
        self._line(self.form.by_id["phone"])
        self._line(self.form.by_id["email"])
        self._date(self.form.by_id["filled_date"])
        self._signature(self.form.by_id["signature"], self.form.by_id["signatory_name"])
        write(self._paragraph(), self._label(self.form.by_id["stamp"]))

    def _label(self, field: Field) -> str:
        return field.words.printed(self.language)

    def _paragraph(self, before: Length = GAP) -> Paragraph:
        paragraph = self.document.add_paragraph()
        paragraph.paragraph_format.space_before = before
        return paragraph

    def _right(self, words: str, size: int = 12, before: Length = GAP) -> None:
        paragraph = self._paragraph(before)
        paragraph.paragraph_format.left_indent = ADDRESSEE_INDENT
        write(paragraph, words, size=size, align=WD_ALIGN_PARAGRAPH.RIGHT)

    def _addressee(self, field: Field) -> None:
        printed = field.prefilled.printed(self.language) if field.prefilled else ""
        self._right(self.filling.words(field.id) or printed, size=14)
        self._right(self._label(field), size=SMALL, before=Pt(0))

    def _line_over_caption(self, field: Field) -> None:
        self._ruled(self._paragraph(before=Pt(14)), field)
        caption = self._paragraph(before=Pt(0))
        run = write(caption, self._label(field), size=SMALL, align=WD_ALIGN_PARAGRAPH.CENTER)
        self._remark(run, field)

    def _line(self, field: Field) -> None:
        paragraph = self._paragraph()
        self._remark(write(paragraph, f"{self._label(field)} "), field)
        self._ruled(paragraph, field)

    def _ruled(self, paragraph: Paragraph, field: Field) -> None:
        """The answer, and a line to the right margin that becomes shorter as one writes before it."""
        write(paragraph, self.filling.words(field.id))
        paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)
        rule = write(paragraph, "\t")
        if field.id in self.filling.gaps:
            highlight(rule)

    def _category(self, field: Field) -> None:
        """The four categories follow the words in brackets; the chosen one is underlined."""
        paragraph = self._paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        chosen = self.filling.chosen(field.id)
        first = write(paragraph, f"{self._label(field)} (")
        for n, option in enumerate(field.options):
            write(paragraph, ", " if n else "")
            choice = write(paragraph, option.words.printed(self.language))
            choice.underline = option.value in chosen or None
            if field.id in self.filling.gaps:
                highlight(choice)
        write(paragraph, ").")
        self._remark(first, field)
        if field.hint is not None:
            write(self._paragraph(before=Pt(0)), field.hint.printed(self.language))

    def _statement(self, field: Field) -> None:
        run = write(self._paragraph(), self._label(field), align=WD_ALIGN_PARAGRAPH.JUSTIFY)
        if field.id in self.filling.gaps:
            highlight(run)
        self._remark(run, field)

    def _date(self, field: Field) -> None:
        paragraph = self._paragraph()
        self._remark(write(paragraph, f"{self._label(field)}: "), field)
        blank = field.blank.printed(self.language) if field.blank else ""
        run = write(paragraph, self.filling.words(field.id) or blank)
        if field.id in self.filling.gaps:
            highlight(run)

    def _signature(self, signature: Field, name: Field) -> None:
        """Two cells with a line under each, the captions below; space enough to sign by hand."""
        self._paragraph()
        table = self.document.add_table(rows=2, cols=2)
        table.autofit = False
        for column, width in enumerate((SIGNATURE_WIDTH, Length(TEXT_WIDTH - SIGNATURE_WIDTH))):
            table.columns[column].width = width
            for row in table.rows:
                row.cells[column].width = width
        for column, field in enumerate((signature, name)):
            over, under = table.cell(0, column), table.cell(1, column)
            write(over.paragraphs[0], self.filling.words(name.id) if field is name else "")
            over.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
            over.paragraphs[0].paragraph_format.space_before = Pt(12)
            _rule_below(over)
            if field.id in self.filling.gaps:
                shade(over)
            self._remark(
                write(under.paragraphs[0], self._label(field), size=SMALL, align=WD_ALIGN_PARAGRAPH.CENTER), field
            )

    def _remark(self, run: Run, field: Field) -> None:
        if words := self.filling.remark(field.id):
            remark(self.document, run, words, self.document.core_properties.author)


def _rule_below(cell: _Cell) -> None:
    borders, bottom = OxmlElement("w:tcBorders"), OxmlElement("w:bottom")
    for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "auto")):
        bottom.set(qn(name), value)
    borders.append(bottom)
    cell._tc.get_or_add_tcPr().append(borders)
