"""From a raw mail to its forms: files, bodies, signatures, and what cannot be read."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import pytest

from parsers.catalogue import catalogue
from parsers.lines import lines_of
from parsers.readings import Document, Paragraph, Reading
from parsers.understand import understand, understand_file
from tests.parsers.docx_written import PNG, docx_of, package
from tests.parsers.written_forms import Written, written_form


def form_of(name: str, layout: str) -> Written:
    """Return a made-up form of this kind in this layout."""
    return next(w for w in map(written_form, range(2000)) if w.form == name and f" {layout} " in w.story)


VOLUNTEER = form_of("volunteer", "paragraphs")
APPLICATION = next(w for w in map(written_form, range(2000)) if w.form == "application" and "signature" not in w.meant)


def typed(document: Document) -> str:
    return "\n".join(line.words_only for line in lines_of(document))


def mail(body: str = "", *files: tuple[str, bytes], html: str = "") -> Reading:
    message = EmailMessage()
    message["From"] = "applicant@mail.example"
    message.set_content(body)
    if html:
        message.add_alternative(html, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return understand(message.as_bytes())


def test_forms_come_from_files_by_their_content() -> None:
    reading = mail("Құжаттар қоса беріледі", ("scan0001.bin", docx_of(VOLUNTEER.document)))
    assert [(form.part, form.form) for form in reading.forms] == [("scan0001.bin", "volunteer")]


def test_forms_in_a_zip_bear_the_inner_files_name() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("сауалнама.docx", docx_of(VOLUNTEER.document))
    reading = mail("", ("all.zip", out.getvalue()))
    assert [form.part for form in reading.forms] == ["сауалнама.docx"]


def test_a_form_typed_into_the_body_is_found() -> None:
    reading = mail("Сәлеметсіз бе!\n\n" + typed(VOLUNTEER.document))
    assert [(form.part, form.form) for form in reading.forms] == [("body", "volunteer")]


def test_a_form_in_the_html_body_keeps_its_table() -> None:
    form = catalogue().forms["organization"]
    rows = {"org_name": "«Игілік» ҚБ", "bin": "350140000014", "volunteers_count": "15"}
    cells = "".join(f"<tr><td>{form.by_id[k].words.printed('kk')}</td><td>{v}</td></tr>" for k, v in rows.items())
    reading = mail("", html=f"<h3>{form.title.printed('kk')}</h3><table>{cells}</table>")
    fields = {name: value.value for name, value in reading.forms[0].fields.items()}
    assert fields == {"org_name": "«Игілік» ҚБ", "bin": "350140000014", "volunteers_count": 15}


def test_a_quoted_form_counts_only_where_nothing_else_is_found() -> None:
    quoted = "\n".join(f"> {line}" for line in typed(VOLUNTEER.document).splitlines())
    assert [form.form for form in mail(quoted).forms] == ["volunteer"]


@pytest.mark.parametrize("name", ["form.docx.p7s", "form.sig", "form.docx.cms"])
def test_an_electronic_signature_of_the_file_signs_the_application(name: str) -> None:
    files = ("form.docx", docx_of(APPLICATION.document))
    assert "signature" not in mail("", files).forms[0].fields
    assert mail("", files, (name, b"0\x80 signature")).forms[0].fields["signature"].value is True


def test_an_electronic_signature_of_another_file_signs_nothing() -> None:
    files = [("form.docx", docx_of(APPLICATION.document)), ("other.docx", docx_of(VOLUNTEER.document))]
    reading = mail("", *files, ("other.docx.p7s", b"0\x80 signature"))
    application = next(form for form in reading.forms if form.form == "application")
    assert "signature" not in application.fields


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("form.docx", docx_of(VOLUNTEER.document)[:900], "damaged"),
        ("form.docx", b"\x12\x34 no document at all \x00\x01\x02" * 9, "damaged"),
        ("photo.png", PNG, "picture"),
        (
            "scans.docx",
            package('<w:p><w:r><w:drawing><a:blip r:embed="rIdPicture"/></w:drawing></w:r></w:p>'),
            "picture",
        ),
    ],
)
def test_what_cannot_be_read_is_named(name: str, data: bytes, reason: str) -> None:
    assert [(one.part, one.reason) for one in mail("", (name, data)).unreadable] == [(name, reason)]


def test_the_words_of_other_files_are_kept() -> None:
    letter = Document("letter.docx", "docx", (Paragraph(()), *VOLUNTEER.document.blocks[:1]))
    reading = mail("", ("letter.docx", docx_of(letter)))
    assert reading.forms == ()
    assert list(reading.texts) == ["letter.docx"]


def test_a_lone_file_is_read_like_an_attachment() -> None:
    assert [form.form for form in understand_file(docx_of(VOLUNTEER.document), "f.docx").forms] == ["volunteer"]
