"""Security codes after a card's date, beside parcel numbers in groups of four."""

import pytest

from redactor.detection.patterns import patterns

RECOGNIZE = patterns()


def kinds(text: str, value: str) -> set[str]:
    at = text.index(value)
    hits = RECOGNIZE(text, [])
    return {hit.type for hit in hits if hit.score >= 0.5 and hit.start <= at and at + len(value) <= hit.end}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("4111 1111 1111 1111 04/29 123", "123"),
        ("4111 1111 1111 1111 04/29 123 94110", "123"),
        ("4111 1111 1111 1111, 04/29, 123, 94110", "123"),
        ("4111 1111 1111 1111 0429 123", "123"),
    ],
)
def test_a_code_after_the_date_is_one(text: str, code: str) -> None:
    assert "CARD_CVV" in kinds(text, code)


def test_groups_of_a_parcel_number_are_no_code_and_no_aadhaar() -> None:
    assert kinds("tracking 4857 1225 7488 5307 8189 00", "7488").isdisjoint({"CARD_CVV", "NATIONAL_ID"})
    assert kinds("tracking 8836 4600 6814 0076 8587 00", "6814").isdisjoint({"CARD_CVV", "NATIONAL_ID"})
    assert "NATIONAL_ID" in kinds("my number is 2341 2341 2346.", "2341 2341 2346")
