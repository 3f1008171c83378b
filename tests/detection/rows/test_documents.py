"""Passports and the machine-readable zones of travel documents: what is masked, and what is left."""

import pytest

from redactor.detection.rows.documents import _PASSPORTS

from .conftest import Masked

# ICAO Doc 9303, parts 4 to 6, appendix A of each.
NAMES = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<"
NUMBERS = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD_OF_TWO = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
CARD_OF_THREE = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
VISA = "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<"


@pytest.mark.parametrize(
    ("zone", "entity_type"),
    [
        (f"{NAMES}\n{NUMBERS}", "PASSPORT"),
        (f"{NAMES}\r\n{NUMBERS}", "PASSPORT"),
        (f"{NAMES} {NUMBERS}", "PASSPORT"),
        (f"{NAMES}\n{NUMBERS[:-1]}7", "PASSPORT"),  # a wrong last digit is a slip
        (NAMES, "PASSPORT"),
        (NUMBERS, "PASSPORT"),
        (VISA, "PASSPORT"),
        (CARD_OF_TWO, "NATIONAL_ID"),
        (CARD_OF_THREE, "NATIONAL_ID"),
        (CARD_OF_THREE.rsplit("\n", 1)[0], "NATIONAL_ID"),
    ],
)
def test_machine_readable_zone_is_masked_whole(masked: Masked, zone: str, entity_type: str) -> None:
    assert (entity_type, zone) in masked(f"my scan says {zone} what now")


def test_line_of_numbers_alone_needs_its_check_digits(masked: Masked) -> None:
    assert (("PASSPORT", NUMBERS[:-1] + "7")) not in masked(NUMBERS[:-1] + "7")


@pytest.mark.parametrize(
    "text", ["if a<b && c<d then", "<<<<<<<<<<<<<<<<<<<<", "P<0.05 and V<12<<<", "std::cout << a << b"]
)
def test_what_only_has_the_filler_is_left(masked: Masked, text: str) -> None:
    assert masked(text) == []


CASES = [number for _, number in _PASSPORTS.values()] + ["C01X00T47", "SPECI2014", "KX 123456"]


@pytest.mark.parametrize("number", CASES)
def test_passport_is_found_near_its_name_and_as_an_answer(masked: Masked, number: str) -> None:
    assert ("PASSPORT", number) in masked(f"the passport I sent you has {number} on it")
    assert ("PASSPORT", number) in masked(number, "What is your passport number?")
    assert ("PASSPORT", number) not in masked(number)


@pytest.mark.parametrize(
    "text",
    [
        "my passport expires 03/2027, flight AA1234 at 17:45",
        "the passport is valid until 12-05-2028",
        "a passport photo is 35x45 mm and costs 12.99",
        "passport fee $130.00 in 2024",
        "my passport arrived in 2024",
        "MY PASSPORT ARRIVED IN 2024",
    ],
)
def test_dates_prices_and_flights_near_a_passport_are_none(masked: Masked, text: str) -> None:
    assert "PASSPORT" not in {kind for kind, _ in masked(text)}
