"""Vehicle identification numbers and plates: what is masked, and what is left."""

import pytest

from .conftest import Masked

FOUND = [
    ("it is 1M8GDM9AXKP042788", "", "1M8GDM9AXKP042788"),
    ("my VIN is WVWZZZ1JZ3W386752", "", "WVWZZZ1JZ3W386752"),
    ("wvwzzz1jz3w386752", "What is the chassis number?", "wvwzzz1jz3w386752"),
    ("license plate: ABC-1234", "", "ABC-1234"),
    ("the license plate is California 7XYZ123", "", "7XYZ123"),
    ("plate: 7xyz123", "", "7xyz123"),
    ("my number plate is abc 1234", "", "abc 1234"),
    ("my reg is AB12 CDE", "", "AB12 CDE"),
    ("ab12cde", "What is your registration number?", "ab12cde"),
    ("number plate A123 BCD", "", "A123 BCD"),
    ("mein Kennzeichen ist B MD 1234", "", "B MD 1234"),
    ("Kennzeichen: M-AB 1234E", "", "M-AB 1234E"),
    ("Kennzeichen TÜ-X 12", "", "TÜ-X 12"),
    ("plaque d'immatriculation AB-123-CD", "", "AB-123-CD"),
    ("mi matrícula es 1234 BCD", "", "1234 BCD"),
    ("la targa è AB 123 CD", "", "AB 123 CD"),
    ("mijn kenteken is 12-abc-3", "", "12-abc-3"),
    ("number plate KA 01 AB 1234", "", "KA 01 AB 1234"),
    ("number plate 22 BH 1234 AB", "", "22 BH 1234 AB"),
    ("rego ABC12D", "", "ABC12D"),
    ("ABCD 123", "Could I have the licence plate?", "ABCD 123"),
]


@pytest.mark.parametrize(("text", "asked", "number"), FOUND)
def test_number_is_found_whole(masked: Masked, text: str, asked: str, number: str) -> None:
    assert ("VEHICLE_ID", number) in masked(text, asked)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("1M8GDM9A1KP042788", ""),  # the check digit is wrong, and nothing says what it is
        ("WVWZZZ1JZ3W386752", ""),
        ("ABC 1234", ""),
        ("the license plate light is out, 2 bulbs H7 55W", ""),
        ("I need a number plate for my BMW 2019", ""),
        ("a license plate holder for a Toyota RAV4", ""),
        ("a set of plates, 12 inch, 4 pieces", ""),
        ("the plate is 12cm wide", ""),
        ("the plate is in 2 pieces", ""),
        ("car registration costs 120 usd in 2024", ""),
        ("rego renewal by 30 June 2025 at 9am", ""),
        ("i don't know", "What is your license plate?"),
        ("in 2 minutes", "What is your license plate?"),
    ],
)
def test_what_is_no_vehicle_is_left(masked: Masked, text: str, asked: str) -> None:
    assert "VEHICLE_ID" not in {kind for kind, _ in masked(text, asked)}
