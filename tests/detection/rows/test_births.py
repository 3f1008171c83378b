"""Dates of birth in the forms people write them, and the ordinary dates beside them. Values are made up."""

import pytest

from .conftest import Masked

STATED = [
    ("born in march 85", "march 85"),
    ("born March '85", "March '85"),
    ("born on Tuesday, March 5, 1985", "March 5, 1985"),
    ("born the fifth of march 85", "fifth of march 85"),
    ("Crystal Minh, b. 1985", "1985"),
    ("born '67 in Leeds", "'67"),
    ("birth year 85", "85"),
    ("geboren 1985 in Wien", "1985"),
    ("né le 5 mars 1985", "5 mars 1985"),
    ("née le 05/03/1985", "05/03/1985"),
    ("geb. 05.03.85", "05.03.85"),
    ("geboren am 5. März 1985", "5. März 1985"),
    ("nacido el 5 de marzo de 1985", "5 de marzo de 1985"),
    ("nací el 5 de marzo del 85", "5 de marzo del 85"),
    ("nata il 5/3/85", "5/3/85"),
    ("nato il 5 maggio 1985", "5 maggio 1985"),
    ("geboren op 5 maart 1985", "5 maart 1985"),
    ("nascido em 5 de março de 1985", "5 de março de 1985"),
    ("född 5 maj 1985", "5 maj 1985"),
    ("дата рождения 5 марта 1985", "5 марта 1985"),
    ("DOB 19850305", "19850305"),
    ("dob 03-Mar-85", "03-Mar-85"),
    ("d.o.b. 5 3 85", "5 3 85"),
    ("DOB's 3/5/85", "3/5/85"),
    ("dob: 1985-03-05T00:00:00Z", "1985-03-05T00:00:00Z"),
    ("date of birth (mm/dd/yyyy): 03/05/1985", "03/05/1985"),
    ("born on 05Mar1985", "05Mar1985"),
    ("geboren 5.III.1985", "5.III.1985"),
    ("my birthday is 5/3", "5/3"),
    ("my bday's march fifth", "march fifth"),
    ("DOB is July twenty second nineteen ninety one", "July twenty second nineteen ninety one"),
    ("生年月日 1985年3月5日", "1985年3月5日"),
    ("出生日期:1985年3月5日", "1985年3月5日"),
    ("1985년 3월 5일생", "1985년 3월 5일"),
]
ANSWERED = [
    ("1985/03/05", "What is your date of birth?"),
    ("05031985", "What is your date of birth?"),
    ("050385", "And your dob?"),
    ("March the 5th, 1985", "What is your date of birth?"),
    ("fifth of march nineteen eighty five", "Your birthday please?"),
    ("march five nineteen eighty five", "Your birthday please?"),
    ("5 III 85", "dob?"),
    ("5 août 1985", "Quelle est votre date de naissance ?"),
    ("5. Mai 1985", "Wie ist Ihr Geburtsdatum?"),
    ("5 de enero de 1985", "¿Cuál es su fecha de nacimiento?"),
    ("5 maggio 1985", "La sua data di nascita?"),
]
ORDINARY = [
    "the order of march 5",
    "delivery 5/3/25",
    "my appointment is on 5 march",
    "le 5 mars à 10h",
    "your birthday discount is valid until 5/3/25",
    "the birthday present, ordered on july 22",
    "a birthday cake, order of march 5",
    "section b. 2019",
    "newborn size 3",
    "the birth certificate is 2 pages",
    "my birthday may two of you come",
    "a birthday cake for 24 people on 12 june",
    "the birthday party is 05/12",
    "a birthday gift by march 5",
    "birthday flowers, they must arrive before june 5",
    "the birthday balloons are for the fifth of june",
]
OF_SOMEBODY_ALL_THE_SAME = [
    ("my birthday is 5/12", "5/12"),
    ("it's my birthday on march 5", "march 5"),
    ("a birthday gift for mom, born on 5 march 1950", "5 march 1950"),
    ("for the birthday cake: her birthday is on 5/12", "5/12"),
    ("a birthday gift for mom, hers is on 5/12", "5/12"),
    ("I get a birthday discount, my dob is 5/12/1980", "5/12/1980"),
]


@pytest.mark.parametrize(("text", "date"), STATED)
def test_date_of_birth_is_masked_whole(masked: Masked, text: str, date: str) -> None:
    assert ("DATE_OF_BIRTH", date) in masked(text)


@pytest.mark.parametrize(("text", "asked"), ANSWERED)
def test_answer_to_the_question_is_a_date_of_birth(masked: Masked, text: str, asked: str) -> None:
    assert ("DATE_OF_BIRTH", text) in masked(text, asked)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_date_stays(masked: Masked, text: str) -> None:
    assert "DATE_OF_BIRTH" not in {kind for kind, _ in masked(text)}


@pytest.mark.parametrize(("text", "date"), OF_SOMEBODY_ALL_THE_SAME)
def test_word_for_birth_nearer_than_the_party_makes_a_date_of_birth(masked: Masked, text: str, date: str) -> None:
    assert ("DATE_OF_BIRTH", date) in masked(text)


@pytest.mark.parametrize("text", ["geboren 32. März 1985", "né le 31 juin 1985", "geboren 5.IX.1785"])
def test_day_that_does_not_exist_is_none(masked: Masked, text: str) -> None:
    assert "DATE_OF_BIRTH" not in {kind for kind, _ in masked(text)}
