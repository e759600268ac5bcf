"""Every kind of letter, in both languages, as a mail that leaves."""

from __future__ import annotations

import email.policy
import html
import re
from dataclasses import replace
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage

import pytest

from inbox_daemon.letters.render import LANGUAGES, _letters
from inbox_daemon.letters.samples import Sample
from parsers.catalogue import catalogue
from parsers.readings import FormId
from registry_store.records import LetterKind, Said, Text
from tests.letters.samples import ANSWERED, SAMPLES, SECRETS, composed, how_to_apply, letter

NAMES = sorted(SAMPLES)


def parsed(name: str) -> EmailMessage:
    return message_from_bytes(letter(name).raw, policy=email.policy.default)


def part(message: EmailMessage, subtype: str) -> str:
    body = message.get_body((subtype,))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def text(name: str) -> str:
    return part(parsed(name), "plain")


def in_kazakh(name: str) -> str:
    return text(name).split("* * *")[0]


def in_russian(name: str) -> str:
    return text(name).split("* * *")[1]


def words_of_html(source: str) -> list[str]:
    body = source[source.index("<body") :]
    spaced = re.sub(r"<br>|</(?:p|li|h1|h2)>", " ", body)
    return html.unescape(re.sub(r"<[^>]+>", "", spaced)).split()


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_has_a_sample_and_four_blocks(kind: LetterKind) -> None:
    blocks = _letters().get_template(f"{kind.value}.j2").blocks
    assert set(blocks) == {f"{part}_{language}" for part in ("subject", "body") for language in LANGUAGES}
    assert kind in {sample.kind for sample in SAMPLES.values()}


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_ascii_with_crlf_and_short_lines(name: str) -> None:
    raw = letter(name).raw
    assert raw.isascii()
    lines = raw.split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 998


@pytest.mark.parametrize("name", NAMES)
def test_a_letter_is_taken_apart_without_a_defect(name: str) -> None:
    message = parsed(name)
    assert [part.defects for part in message.walk() if part.defects] == []
    whole = [part.get_content_type() for part in message.walk() if not part.is_attachment()]
    assert whole[-3:] == ["multipart/alternative", "text/plain", "text/html"]


@pytest.mark.parametrize("name", NAMES)
def test_both_parts_say_the_same_words(name: str) -> None:
    message = parsed(name)
    plain = [word for word in part(message, "plain").split() if word not in ("-", "*")]
    assert words_of_html(part(message, "html")) == plain


@pytest.mark.parametrize("name", NAMES)
def test_kazakh_comes_first_then_russian(name: str) -> None:
    kazakh, russian = in_kazakh(name), in_russian(name)
    assert re.search("[әіңғүұқөһ]", kazakh)
    assert "Құрметпен" in kazakh
    assert "С уважением" in russian
    kk, ru = str(parsed(name)["Subject"]).split(" / ")
    assert re.search("[әіңғүұқөһ]", kk)
    assert not re.search("[әіңғүұқөһ]", ru)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_letter_is_the_same_bytes(name: str) -> None:
    assert composed(SAMPLES[name]) == composed(SAMPLES[name])


@pytest.mark.parametrize("name", NAMES)
def test_no_answer_of_the_applicant_stands_in_a_letter(name: str) -> None:
    message = parsed(name)
    words = part(message, "plain") + part(message, "html")
    assert [secret for secret in SECRETS if secret in words] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_html_part_loads_nothing_from_elsewhere(name: str) -> None:
    source = part(parsed(name), "html")
    assert not re.search(r"<(img|script|link|iframe|style)\b|url\(|src=", source)
    assert set(re.findall(r'href="([a-z]+):', source)) <= {"https", "mailto"}


@pytest.mark.parametrize("name", NAMES)
def test_every_letter_is_explained(name: str) -> None:
    explanation = letter(name).explanation
    assert SAMPLES[name].case.number in explanation
    assert explanation.isprintable() or "\n" in explanation
    assert not re.search("[а-яА-Я]", explanation)


def test_headers_of_a_letter_are_those_of_an_automatic_reply_in_its_thread() -> None:
    message = parsed("still-incomplete")
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Auto-Response-Suppress"] == "All"
    assert message["Content-Language"] == "kk, ru"
    assert message["To"] == ANSWERED.reply_to
    assert message["From"].addresses[0].addr_spec == "volunteer@ministry.example"
    # The old decoder: the new one of Python 3.11 keeps the blanks between encoded words in a name.
    named = make_header(decode_header(message_from_bytes(letter("still-incomplete").raw)["From"]))
    assert str(named) == "Қазақстан Республикасының Мәдениет және ақпарат министрлігі <volunteer@ministry.example>"
    assert message["Message-ID"] == "<vr-2026-000417.4.1@ministry.example>"
    assert message["In-Reply-To"] == "<letter-02@post.example>"
    assert message["References"] == "<letter-01@post.example> <letter-02@post.example>"
    assert message["Date"].datetime.isoformat() == "2026-10-30T16:05:00+05:00"


@pytest.mark.parametrize("name", NAMES)
def test_the_case_number_stands_readable_in_the_raw_subject(name: str) -> None:
    assert b"\r\nSubject: [VR-2026-000417] =?utf-8?" in letter(name).raw


def test_a_receipt_names_number_days_and_each_file_with_its_sum() -> None:
    for words in (in_kazakh("receipt-on-saturday"), in_russian("receipt-on-saturday")):
        assert "VR-2026-000417" in words
        assert "Арыз Қыдырова.docx – SHA-256: " + "ab" * 32 in words
        assert "сауалнама.docx – SHA-256: " + "cd" * 32 in words
    assert "Тіркелген күні: 2026 жылғы 27 қазан, сейсенбі" in in_kazakh("receipt-on-saturday")
    assert "соңғы күні: 2026 жылғы 2 қараша, дүйсенбі" in in_kazakh("receipt-on-saturday")
    assert "День регистрации: 27 октября 2026 года, вторник" in in_russian("receipt-on-saturday")
    assert "рассмотрения: 2 ноября 2026 года, понедельник" in in_russian("receipt-on-saturday")


def test_a_receipt_promises_no_day_that_is_gone() -> None:
    assert "соңғы күні" not in in_kazakh("receipt-overdue")
    assert "Последний день" not in in_russian("receipt-overdue")


def test_a_receipt_tells_who_sent_a_private_key_to_revoke_it() -> None:
    assert "кері қайтарып" in in_kazakh("receipt-with-key")
    assert "отзовите" in in_russian("receipt-with-key")
    assert "отзовите" not in in_russian("receipt")


def test_a_day_in_an_unconfirmed_year_is_marked() -> None:
    assert "ресми расталған жоқ" in in_kazakh("receipt-unconfirmed")
    assert "не подтвержден" in in_russian("receipt-unconfirmed")
    assert "не подтвержден" not in in_russian("receipt")


@pytest.mark.parametrize(
    ("form", "field"),
    [("application", "signature"), ("volunteer", "birth_year"), ("volunteer", "iin"), ("volunteer", "activity_other")],
)
def test_a_rework_letter_names_every_missing_field_by_its_label(form: FormId, field: str) -> None:
    words = catalogue().field(form, field).words
    for label, said in ((words.printed("kk"), in_kazakh("rework")), (words.printed("ru"), in_russian("rework"))):
        # a caption in brackets stands without them
        assert f"- «{label.removeprefix('(').removesuffix(')') if label.startswith('(') else label}»" in said


def test_a_rework_letter_tells_the_last_day_and_the_preliminary_decision() -> None:
    kazakh, russian = in_kazakh("rework"), in_russian("rework")
    assert "соңғы күні: 2026 жылғы 2 қараша, дүйсенбі" in kazakh
    assert "2 ноября 2026 года, понедельник" in russian
    assert "3 жұмыс күні" in kazakh
    assert "3 рабочих дня" in russian
    assert "73-бабына" in kazakh
    assert "статьей 73" in russian
    assert "[VR-2026-000417]" in kazakh
    assert "[VR-2026-000417]" in russian


def test_one_missing_field_is_told_in_the_singular() -> None:
    assert "толтырылмаған жол\n" in in_kazakh("rework-one")
    assert "не заполнено поле\n" in in_russian("rework-one")
    assert "толтырылмаған жолдар\n" in in_kazakh("rework")
    assert "не заполнены поля\n" in in_russian("rework")


def test_gaps_of_a_programme_are_asked_for_apart_and_cost_nothing() -> None:
    for words, says, label in (
        (in_kazakh("rework-form"), "әсер етпейді", "«Бағдарлама (жоба) мақсаты»"),
        (in_russian("rework-form"), "не влияет", "«Цель программы (проекта)»"),
    ):
        assert words.index(says) < words.index(label)
    assert "Цель программы" not in in_russian("rework")
    assert "«Цель программы (проекта)»" in in_russian("inclusion-programme-waits")


def test_a_missing_form_is_enclosed_blank_in_both_languages() -> None:
    names = [part.get_filename() for part in parsed("rework-form").iter_attachments()]
    assert names[:2] == ["1 Арыз (қазақша).docx", "1 Заявление (на русском).docx"]
    assert "бланкісі осы хатқа қоса берілді" in in_kazakh("rework-form")
    assert "бланк приложен" in in_russian("rework-form")
    assert "бланк" not in in_russian("rework")


def test_a_form_missing_in_one_language_is_asked_for_in_that_language() -> None:
    kazakh, russian = in_kazakh("rework-language"), in_russian("rework-language")
    assert "«Волонтер сауалнамасы»: орыс тіліндегі нысан жіберілмеген" in kazakh
    assert "«Анкета волонтера»: форма на русском языке не представлена" in russian
    assert "Қағидалардың 4-тармағына" in kazakh
    assert "пункту 4 Правил" in russian
    names = [part.get_filename() for part in parsed("rework-language").iter_attachments()]
    assert names == ["2 Волонтер сауалнамасы (қазақша) – VR-2026-000417.docx", "2 Анкета волонтера (на русском).docx"]


@pytest.mark.parametrize(
    ("missing", "kk", "ru"),
    [
        ("application.in_kk", "қазақ тіліндегі нысан жіберілмеген", "форма на казахском языке не представлена"),
        ("application.in_ru", "орыс тіліндегі нысан жіберілмеген", "форма на русском языке не представлена"),
    ],
)
def test_a_refusal_too_names_the_language_that_was_missing(missing: str, kk: str, ru: str) -> None:
    sample = SAMPLES["refusal"]
    assert sample.case.verdict is not None
    case = replace(sample.case, verdict=replace(sample.case.verdict, missing=(missing,)))
    words = part(message_from_bytes(composed(replace(sample, case=case)).raw, policy=email.policy.default), "plain")
    assert kk in words
    assert ru in words


def test_a_day_or_a_number_is_not_torn_apart_at_the_end_of_a_line() -> None:
    source = part(parsed("rework"), "html")
    for words in (
        "10-тармағына",
        "23:59-ға",
        "2026 жылғы 2 қараша",
        "2 ноября 2026 года",
        "№ VR-2026-000417",
        "№ 127-НҚ",
    ):
        assert f'<span style="white-space:nowrap">{words}</span>' in source


def test_only_an_application_is_threatened_with_refusal() -> None:
    assert "в регистрации будет отказано" in in_russian("rework")
    assert "тіркеуден бас тартылады" in in_kazakh("rework")
    for name in ("rework-change", "rework-programme"):
        assert "отказано" not in in_russian(name)
        assert "бас тарт" not in in_kazakh(name)


def test_an_inclusion_names_the_entry_and_where_it_is_published() -> None:
    for words in (in_kazakh("inclusion"), in_russian("inclusion")):
        assert "реестре: 15" in words or "нөмірі: 15" in words
        assert "https://www.ministry.example/volunteers/register" in words


def test_a_refusal_names_its_ground_the_term_and_the_appeal() -> None:
    kazakh, russian = in_kazakh("refusal"), in_russian("refusal")
    assert "11-тармағына" in kazakh
    assert "пунктом 11 Правил" in russian
    assert "2026 жылғы 2 қараша, дүйсенбі" in kazakh
    assert "91 және 92-баптарына" in kazakh
    assert "статьями 91 и 92" in russian
    assert "үш ай ішінде" in kazakh
    assert "в течение трех месяцев" in russian
    assert "010000, г. Астана" in russian


def test_an_unreadable_file_starts_no_term() -> None:
    assert "«анкета.docx» – файл поврежден" in in_russian("unreadable")
    assert "не устанавливает никакого срока" in in_russian("unreadable")
    assert "мерзім белгілемейді" in in_kazakh("unreadable")
    assert "файлы" in in_russian("unreadable-two")


def test_a_file_whose_reason_is_unknown_is_named_whole() -> None:
    sample = SAMPLES["unreadable"]
    message = message_from_bytes(
        composed(replace(sample, case=replace(sample.case, unreadable=("x: y.bin",)))).raw, policy=email.policy.default
    )
    assert "«x: y.bin» – файл не удалось открыть" in part(message, "plain")


def test_decisions_go_to_both_addresses_and_other_letters_to_one() -> None:
    for name in NAMES:
        recipients = letter(name).recipients
        decision = SAMPLES[name].kind in (LetterKind.INCLUSION, LetterKind.REFUSAL)
        assert recipients == (("saule@post.example", "saule@office.example") if decision else ("saule@post.example",))
        assert str(parsed(name)["To"]) == ", ".join(recipients)
        if decision:
            assert list(parsed(name).iter_attachments()) == []


def test_a_question_is_answered_with_all_forms_in_both_languages() -> None:
    answer = how_to_apply()
    message = message_from_bytes(answer.raw, policy=email.policy.default)
    assert len(list(message.iter_attachments())) == 16
    assert answer.message_id == f"<{'a3' * 16}.1@ministry.example>"
    assert message["In-Reply-To"] == "<q1@post.example>"
    assert "[" not in str(message["Subject"])
    words = part(message, "plain")
    for form in catalogue().forms.values():
        assert form.title.printed("kk") in words
        assert form.title.printed("ru") in words


# ------------------------------------------------------------ what a reader of sixteen or seventy needs


def words_of(sample: Sample) -> tuple[str, str]:
    message = message_from_bytes(composed(sample).raw, policy=email.policy.default)
    kazakh, russian = part(message, "plain").split("* * *")
    return kazakh, russian


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith(("rework", "still-incomplete"))])
def test_what_to_do_comes_before_what_the_law_says(name: str) -> None:
    for words, steps, first, law in (
        (in_kazakh(name), "Не істеу керек", "1. ", "Алдын ала шешім"),
        (in_russian(name), "Что нужно сделать", "1. ", "Предварительное решение"),
    ):
        assert steps in words
        assert words.index(steps) < words.index(first) < words.index("3. ")
        assert law not in words or words.index("3. ") < words.index(law)


@pytest.mark.parametrize("name", ["rework", "how-to-apply"])
def test_it_is_said_how_to_sign_at_home(name: str) -> None:
    assert "фотосын" in in_kazakh(name)
    assert "фотографию" in in_russian(name)
    assert "аспечатайте" in in_russian(name)


def test_an_inclusion_says_what_becomes_public_and_what_of_a_minor_does_not() -> None:
    sample = SAMPLES["inclusion"]
    assert sample.entry is not None
    young = replace(sample.entry, facts=replace(sample.entry.facts, minor_until=date(2028, 12, 31)))
    asked = replace(sample, entry=replace(young, contacts_public=True))
    for words, is_young in ((words_of(sample), False), (words_of(replace(sample, entry=young)), True)):
        kazakh, russian = words
        assert "телефон мен" in kazakh
        assert "телефон и электронная почта из анкеты" in russian
        assert ("әзірге жарияланбайды" in kazakh) is is_young
        assert ("пока не публикуются" in russian) is is_young
    assert "пока не публикуются" not in words_of(asked)[1]


def test_a_remark_in_one_language_is_named_as_such_in_the_other() -> None:
    said = Said(Text(None, "Позвоните, если что-то неясно."))
    kazakh, russian = words_of(replace(SAMPLES["rework"], said=said))
    assert "Түсініктеме орыс тілінде жазылған" in kazakh
    assert "Пояснение написано на" not in russian
    both = words_of(SAMPLES["rework-explained"])
    assert "Түсініктеме орыс тілінде" not in both[0]


def test_a_refusal_is_said_in_whole_sentences() -> None:
    assert "Сізді волонтерлік қызметті есепке алу тізілімінде тіркеуден бас тарту туралы шешім қабылданды" in in_kazakh(
        "refusal"
    )


def test_the_steps_name_all_that_is_enclosed_and_asked_for() -> None:
    assert "пустой бланк заполните целиком" in in_russian("rework-form")
    assert "бос бланкіні толық толтырыңыз" in in_kazakh("rework-form")
    assert "бланк" not in in_russian("rework").split("Что нужно сделать")[1].split("3. ")[0]
    assert "вместе с документом, который не удалось открыть" in words_of(unreadable_too())[1]
    assert "ашылмаған құжатпен бірге" in words_of(unreadable_too())[0]


def unreadable_too() -> Sample:
    sample = SAMPLES["rework"]
    return replace(sample, case=replace(sample.case, unreadable=("скан.pdf: encrypted",)))
