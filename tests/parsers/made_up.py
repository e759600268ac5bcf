"""Made-up applicants: random but lawful answers for every field, and the many ways to write them down.

Nobody real: IINs bear century digits that nobody living has, BINs lie in the future, addresses are in
example domains, subscriber numbers begin with 0.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from parsers.catalogue import Field, Form
from parsers.readings import FieldValue, Language
from parsers.values.identifiers import check_digit_right

SURNAMES = {
    "kk": ["Әбенов", "Құдайбергенова", "Ысқақов", "Төлеубай", "Шмидт", "Ким", "Жұмағұлов", "Ізбасарова", "Өтегенов"],
    "ru": ["Абенов", "Кудайбергенова", "Искаков", "Ковалёв", "Шмидт", "Ким", "Жумагулов", "Гордеева", "Петренко"],
}
GIVEN = {
    "kk": ["Әсел", "Мирас", "Қайрат", "Гүлнәр", "Жәнібек", "Інжу", "Дана", "Ұлпан"],
    "ru": ["Асель", "Мирас", "Кайрат", "Ольга", "Дмитрий", "Инжу", "Дана", "Наталья"],
}
FATHERS = {
    "kk": ["Асқарұлы", "Болатқызы", "Нұрланұлы", "", "Мұратқызы"],
    "ru": ["Аскарович", "Болатовна", "Сергеевич", "", "Ивановна"],
}
PLACES = {
    "kk": [
        "Алматы қ., Абай даңғылы 10, 5-пәтер",
        "Түркістан облысы, Кентау қ., Абай даңғылы 2",
        "Өскемен, Қазақстан к-сі 99/1",
    ],
    "ru": [
        "г. Алматы, пр. Абая, 10, кв. 5",
        "ВКО, г. Усть-Каменогорск, ул. Казахстан, 99/1",
        "СКО, с. Бишкуль, ул. Мира, д.3",
    ],
}
EXPERIENCE = {
    "kk": ["жоқ", "3 жыл", "2019 жылдан бері, қалалық сенбіліктерге қатыстым", "Бар. Қарттар үйінде апта сайын"],
    "ru": ["нет", "3 года", "С 2019 года, участвовал в городских субботниках", "Есть. Еженедельно в доме престарелых"],
}
ORGANISATIONS = {
    "kk": ["«Жасыл өлке» ҚБ", '"Үміт шуағы" қоғамдық қоры', '«"Бірлік" волонтерлер орталығы» ҚҚ'],
    "ru": ["ОО «Жасыл өлке»", "ОФ «Друзья гор»", "Учреждение «Школа Болашак»"],
}
SENTENCES = {
    "kk": [
        "Қала саябағында 500 түп көшет отырғызу",
        "Жағалауды қоқыстан тазарту; ашық сабақ өткізу",
        "екі апта",
        "Сенбіліктер мен кездесулер",
    ],
    "ru": [
        "Посадить 500 саженцев в городском парке",
        "Очистить берег; провести открытый урок",
        "две недели",
        "Субботники и встречи",
    ],
}
OTHER_KIND = {"kk": "ымдау тіліне аударма", "ru": "помощь бездомным животным"}
OTHER_ROLE = {"kk": "Аудармашы (ағылшын тілі)", "ru": "Координирую группы на мероприятиях"}
OTHER_TIME = {"kk": "сенбі күндері", "ru": "после работы, с 18:00"}
KAZAKH_MONTHS = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
RUSSIAN_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
MONTHS = {"kk": KAZAKH_MONTHS.split(), "ru": RUSSIAN_MONTHS.split()}


@dataclass
class Answers:
    """What a form should be read as, and the words that say it. A field not in `meant` is left blank."""

    meant: dict[str, FieldValue] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)

    def put(self, name: str, meant: FieldValue, written: str | None = None) -> None:
        self.meant[name] = meant
        self.written[name] = str(meant) if written is None else written


def person(random: Random, language: Language) -> str:
    """Return a full name; the order and the case of the letters vary."""
    surname, given = random.choice(SURNAMES[language]), random.choice(GIVEN[language])
    father = random.choice(FATHERS[language])
    names = [surname, given, father] if random.random() < 0.8 else [given, father, surname]
    name = " ".join(part for part in names if part)
    return name.upper() if random.random() < 0.15 else name


def short_signature(random: Random, name: str) -> str:
    parts = name.split()
    initial = parts[1][0] + "."
    return random.choice([parts[0], f"{parts[0]} {initial}", f"{initial} {parts[0]}", f"{initial}{parts[0]}"])


def number_of_person(random: Random) -> str:
    """Return an IIN of somebody born before 1900, right check digit and all."""
    while True:
        body = f"{random.randint(60, 99)}{random.randint(1, 12):02}{random.randint(1, 28):02}{random.choice('12')}"
        body += f"{random.randint(0, 9999):04}"
        for last in "0123456789":
            if check_digit_right(body + last):
                return body + last


def number_of_organisation(random: Random) -> str:
    while True:
        body = f"{random.randint(30, 69)}{random.randint(1, 12):02}40{random.randint(0, 99999):05}"
        for last in "0123456789":
            if check_digit_right(body + last):
                return body + last


def spaced(random: Random, number: str) -> str:
    return random.choice(
        [number, number, f"{number[:6]} {number[6:]}", " ".join(number[n : n + 3] for n in (0, 3, 6, 9))]
    )


def phone(random: Random) -> tuple[str, str]:
    digits = f"70{random.choice('1258')}0{random.randint(0, 999999):06}"
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    shapes = [
        f"+7{digits}",
        f"8{digits}",
        f"8 {a} {b} {c} {d}",
        f"+7 ({a}) {b}-{c}-{d}",
        f"8({a}){b}{c}{d}",
        f"+7 {a} {b} {c} {d}",
    ]
    return f"+7{digits}", random.choice(shapes)


def day(random: Random, language: Language, first: date) -> tuple[str, str]:
    """Return a date as ISO and as written in one of the ways people use."""
    when = first + timedelta(days=random.randint(0, 400))
    month = MONTHS[language][when.month - 1]
    shapes = [
        f"{when:%d.%m.%Y}",
        f"{when.day}.{when.month}.{when.year}",
        f"{when:%d.%m.%Y} {'ж.' if language == 'kk' else 'г.'}",
    ]
    if language == "kk":
        shapes += [
            f"{when.year} жылғы «{when.day:02}» {month}",
            f"{when.day} {month} {when.year} ж.",
            f'20_{when.year % 100}_ жылғы "_{when.day}_" __{month}__',
        ]
    else:
        shapes += [
            f"«{when.day:02}» {month} {when.year} года",
            f"{when.day} {month} {when.year} г.",
            f'"_{when.day}_" __{month}__ 20_{when.year % 100}_ года',
        ]
    return when.isoformat(), random.choice(shapes)


def contacts(random: Random, language: Language) -> tuple[dict[str, list[str]], str]:
    """Return the channels and the words that give them."""
    meant: dict[str, list[str]] = {}
    words: list[str] = []
    number, written = phone(random)
    mail = f"volunteer{random.randint(1, 99)}@{random.choice(['example.org', 'post.example', 'kz.example'])}"
    bare = random.random() < 0.3
    if random.random() < 0.8:
        meant["phone"] = [number]
        words.append(written if bare else random.choice(["Тел.: ", "Телефон: ", "моб. тел. ", "ұялы тел. "]) + written)
    if random.random() < 0.8 or not meant:
        meant["email"] = [mail]
        words.append(mail if bare else random.choice(["e-mail: ", "эл. почта: ", "эл. пошта: ", "E-mail: "]) + mail)
    if random.random() < 0.3:
        meant["website"] = ["www.vol.example.org"]
        words.append(random.choice(["Web-сайт: ", "сайт: "]) + "www.vol.example.org")
    if random.random() < 0.5:
        meant["instagram"] = ["@kz_vol7"]
        words.append(
            random.choice(
                ["Instagram: @kz_vol7", "инстаграм: @kz_vol7", "instagram https://www.instagram.com/kz_vol7/"]
            )
        )
    if random.random() < 0.4:
        other, shown = phone(random)
        meant["whatsapp"] = [other]
        words.append(f"WhatsApp: {shown}")
    if random.random() < 0.2:
        words.append("Telegram: @vol_tg")
    return meant, random.choice([", ", "; ", "\n", " "]).join(words)


def answers(random: Random, form: Form, language: Language, *, gaps: float = 0.12) -> Answers:
    """Return random answers to a form; each field is left blank with the probability `gaps`."""
    got = Answers()
    organiser_is_person = random.random() < 0.5
    for asked in form.fields:
        if asked.needed in ("person", "legal_entity") and (asked.needed == "person") != organiser_is_person:
            continue
        if asked.within is None and random.random() >= gaps:
            _answer(random, asked, language, got)
    return got


def _answer(random: Random, asked: Field, language: Language, got: Answers) -> None:
    if asked.kind in ("statement", "signature", "stamp") or asked.id == "addressee":
        return
    if asked.kind == "choice":
        _choice(random, asked, language, got)
    elif asked.kind == "year":
        year = random.randint(1950, 2010)
        got.put(
            asked.id, year, random.choice([f"{year}", f"{year} {'ж.' if language == 'kk' else 'г.'}", f"12.05.{year}"])
        )
    elif asked.kind == "date":
        got.put(asked.id, *day(random, language, date(2026, 9, 1) if asked.id == "filled_date" else date(2010, 1, 1)))
    elif asked.kind == "number":
        count = random.choice([3, 12, 150, 1200])
        got.put(
            asked.id, count, random.choice([f"{count}", f"{count} адам" if language == "kk" else f"{count} человек"])
        )
    elif asked.kind == "iin":
        number = number_of_person(random)
        got.put(asked.id, number, spaced(random, number))
    elif asked.kind == "bin":
        number = number_of_organisation(random)
        got.put(asked.id, number, spaced(random, number))
    elif asked.kind == "phone":
        got.put(asked.id, *phone(random))
    elif asked.kind == "email":
        got.put(asked.id, f"applicant{random.randint(1, 99)}@mail.example")
    elif asked.kind == "contacts":
        got.put(asked.id, *contacts(random, language))
    elif asked.kind == "people_list":
        people = [person(random, language) for _ in range(random.randint(1, 5))]
        got.put(asked.id, people, "\n".join(f"{n}. {one}" for n, one in enumerate(people, 1)))
    elif asked.id == "org_name" or (asked.id == "applicant_name" and random.random() < 0.3):
        got.put(asked.id, random.choice(ORGANISATIONS[language]))
    elif asked.name:
        got.put(asked.id, person(random, language))
    elif "residence" in asked.id:
        got.put(asked.id, random.choice(PLACES[language]))
    elif "experience" in asked.id:
        got.put(asked.id, random.choice(EXPERIENCE[language]))
    else:
        got.put(asked.id, random.choice(SENTENCES[language]))


def _choice(random: Random, asked: Field, language: Language, got: Answers) -> None:
    if asked.id == "register_category":
        option = random.choice(asked.options)
        got.meant[asked.id] = [option.value or ""]
        return
    if asked.id == "volunteer_role" and random.random() < 0.3:
        got.put("volunteer_role_other", OTHER_ROLE[language])
        return
    chosen = sorted(random.sample(range(1, len(asked.options) + 1), random.randint(1, min(5, len(asked.options) - 2))))
    got.meant[asked.id] = list(chosen)
    last = len(asked.options)
    if last in chosen and asked.options[-1].own_words and random.random() < 0.8:
        words = OTHER_KIND if asked.id == "activity_kinds" else OTHER_TIME
        got.put(asked.options[-1].own_words, words[language])
