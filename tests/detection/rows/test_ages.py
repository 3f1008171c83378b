"""Ages of people, told from all the other numbers of years. Values are made up."""

import pytest

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import ages

from .conftest import Masked

SAID = [
    ("im 27 and i need to change my plan", "27"),
    ("I'm 34.", "34"),
    ("I am thirty-four years old", "thirty-four"),
    ("he is 7 months old", "7"),
    ("she's only 16", "16"),
    ("my husband's 44", "44"),
    ("my daughter, 9, loves it", "9"),
    ("our son (7) has one", "7"),
    ("my 7-year-old son", "7"),
    ("it is for my 11-yr-old.", "11"),
    ("a two-year-old girl", "two"),
    ("34yo female", "34"),
    ("patient is a 67 year old male", "67"),
    ("34 years old", "34"),
    ("at the age of 34 I moved", "34"),
    ("Age: 52\nZip: none", "52"),
    ("aged 34", "34"),
    ("turning 65 next month", "65"),
    ("i just turned 18", "18"),
    ("I turned 40 yesterday", "40"),
    ("she'll be 18 in august", "18"),
    ("i was 19 when it happened", "19"),
    ("he was born 34 years ago", "34"),
    ("ASL: 34/F", "34"),
    ("my wife (27F) uses it", "27"),
    ("he's in his late 50s", "late 50s"),
    ("j'ai 34 ans", "34"),
    ("ich bin 34 Jahre alt", "34"),
    ("mi hijo tiene 7 años", "7"),
    ("мне 34 года", "34"),
    ("私は34歳です", "34"),
]
NO_AGE = [
    "I'm 34 minutes away",
    "I'm 34 km away",
    "i am 2nd in line",
    "I'm 90% sure",
    "I'm 5 minutes late",
    "i'm 5'9",
    "i'm 50/50 on it",
    "I'm 25 and a half miles out",
    "I've waited 40 days",
    "he's 15 minutes late",
    "my son is 10 minutes away",
    "my daughter is 1 of 3 kids",
    "5 years warranty",
    "2 year contract",
    "a 12-year-old whisky",
    "a 12yo whisky",
    "my 10 year old laptop",
    "my phone is 3 years old",
    "the house is 40 years old",
    "my account is 10 years old",
    "account age: 34",
    "average age 34",
    "ages 5 and up",
    "for kids aged 5+",
    "age 3 to 5",
    "must be over the age of 21",
    "must be 18 or older",
    "turning 360 degrees",
    "they turned 20 people away",
    "I'll be 10 minutes",
    "the cable (25m)",
    "$20/f",
    "page 34",
    "table for 34",
    "tengo 2 años esperando",
    "j'ai 2 ans de garantie",
    "el coche tiene 3 años",
]
ASKED = [("34", "34"), ("thirty four", "thirty four"), ("I just turned 34, why?", "34"), ("she's 72 years old", "72")]


@pytest.mark.parametrize(("text", "age"), SAID)
def test_age_of_a_person_is_masked_without_its_unit(masked: Masked, text: str, age: str) -> None:
    assert ("AGE", age) in masked(text)


@pytest.mark.parametrize("text", NO_AGE)
def test_other_numbers_of_years_and_things_are_left(masked: Masked, text: str) -> None:
    assert "AGE" not in {kind for kind, _ in masked(text)}


@pytest.mark.parametrize(("text", "age"), ASKED)
def test_answer_to_the_question_is_an_age(masked: Masked, text: str, age: str) -> None:
    assert ("AGE", age) in masked(text, "How old are you?")


@pytest.mark.parametrize("asked", ["What is your order number?", "How old is your laptop?", "How many do you need?"])
def test_bare_number_is_none_after_another_question(masked: Masked, asked: str) -> None:
    assert "AGE" not in {kind for kind, _ in masked("34", asked)}


def test_all_of_the_childrens_ages_are_masked(masked: Masked) -> None:
    assert [value for kind, value in masked("my kids are 5, seven and 11") if kind == "AGE"] == ["5", "seven", "11"]


@pytest.mark.parametrize("row", list(ages.rows()), ids=lambda row: row.name)
def test_number_of_three_digits_above_any_age_is_none(row: Pattern) -> None:
    look = recognizer([row])
    for text in ("I'm 345", "age: 345", "my son is 345 years old", "345 years old", "I am turning 345"):
        assert look(text, ["How old are you?"]) == []
