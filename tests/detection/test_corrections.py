"""What corrects a value goes with it; what corrects something else stays."""

import pytest

from redactor.detection.corrections import corrections
from redactor.types import Entity

PHONE, CARD, NAME = "my number is [PHONE_NUMBER_1]", "[CREDIT_CARD_1]", "I'm [PERSON_1]"


def pieces(text: str, *context: str, found: list[Entity] | None = None) -> list[str]:
    return [text[hit.start : hit.end] for hit in corrections(text, found or [], context)]


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        (PHONE, "no, 8 not 3", ["8", "3"]),
        (PHONE, "Sorry 555-0182 not 0128", ["555-0182", "0128"]),
        (PHONE, "sorry, 0182", ["0182"]),
        (PHONE, "it ends in 82, not 28", ["82", "28"]),
        (PHONE, "seven not one", ["seven", "one"]),
        (CARD, "the last digit is 7 not 1.", ["7", "1"]),
        (CARD, "the last four are 1112", ["1112"]),
        (CARD, "oops, 12 instead of 21", ["12", "21"]),
        (NAME, "I mean ober with a y", ["ober", "y"]),
        (NAME, "it's y not i", ["y", "i"]),
        (NAME, "without an h", ["h"]),
        (NAME, "sorry, with two n's", ["n"]),
        (NAME, "the third letter is k", ["k"]),
    ],
)
def test_the_pieces_of_a_correction_are_found(before: str, text: str, expected: list[str]) -> None:
    assert pieces(text, before) == expected
    assert pieces(text, before, "ok, thanks") == expected


@pytest.mark.parametrize(
    ("context", "text"),
    [
        (["You want 2?"], "no, 3 not 2"),
        ([PHONE + " and I need 12 of them"], "no, 8 not 3"),
        ([PHONE, "And which size?"], "12 not 10"),
        ([PHONE, "you ordered 12 shirts"], "no, 10 not 12"),
        ([PHONE], "I want 3 not 2 of them"),
        ([PHONE], "sorry I have 2 not 3 kids"),
        ([PHONE], "sorry, it took so long"),
        ([NAME], "it is without a doubt a great number"),
        ([NAME], "coffee with a shot"),
        ([NAME], "no problem"),
        ([NAME], "no, 8 not 3"),
        (["hello"], "it's y not i"),
        ([], "no, 8 not 3"),
    ],
)
def test_what_corrects_no_value_stays(context: list[str], text: str) -> None:
    assert pieces(text, *context) == []


def test_a_correction_behind_its_value_has_the_values_type() -> None:
    text = "my card is 4111 1111 1111 1111. sorry, the last digit is 7 not 1"
    card = Entity(11, 30, "CREDIT_CARD", 0.99, "pattern:credit_card")
    assert [(hit.type, text[hit.start : hit.end]) for hit in corrections(text, [card], [])] == [
        ("CREDIT_CARD", "7"),
        ("CREDIT_CARD", "1"),
    ]


def test_another_number_between_breaks_it() -> None:
    text = "order 8706847615 and size 10. no, 12 not 10"
    order = Entity(6, 16, "ACCOUNT_ID", 0.9, "pattern:reference")
    assert corrections(text, [order], []) == []


def test_right_beside_the_value_nothing_has_to_announce_it() -> None:
    text = "it's 97535977. 8 not 7"
    assert pieces(text, found=[Entity(5, 13, "ACCOUNT_ID", 0.9, "pattern:reference")]) == ["8", "7"]
    assert pieces("it's late. 8 not 7") == []
    text = "it's 97535977 I think. 8 not 7"
    assert pieces(text, found=[Entity(5, 13, "ACCOUNT_ID", 0.9, "pattern:reference")]) == []
