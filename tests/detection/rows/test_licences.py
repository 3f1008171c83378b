"""Driving licences: every published shape where its place is named, and what near the words is none."""

from random import Random

import pytest
import regex

from redactor.detection.rows import licences

from .conftest import Masked

PLACES = (*licences._STATES, *licences._PROVINCES, *licences._AUSTRALIA)
DRAWN = {"A": "ABCDEFGHJKLMNPRSTUVWXYZ", "N": "0123456789", "X": "ABCDEFGHJKLMN0123456789"}


def drawn(published: str, draw: Random) -> str:
    """A number of a shape, with a digit in it."""
    text = ""
    while not any(c.isdigit() for c in text):
        runs = licences._RUN.findall(published)
        text = "".join("".join(draw.choices(DRAWN[kind], k=draw.randint(int(a), int(b or a)))) for a, b, kind in runs)
    return text


def test_every_state_and_the_district_is_there() -> None:
    assert len(licences._STATES) == 51


def test_shape_is_read_as_published() -> None:
    row = licences._any_of("1A7N 2-3N")
    found = regex.compile(row, regex.V1).fullmatch
    assert found("D1234567")
    assert found("d123-4567")
    assert found("12")
    assert found("123")
    assert not found("D12345678")
    assert not found("1234")
    assert not found("DD123456")


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_number_of_a_named_place_is_found(masked: Masked, place: licences._Place) -> None:
    draw, name = Random(place.name), place.words.split()[0]
    for published in place.shapes.split():
        number = drawn(published, draw)
        assert number in [value for _, value in masked(f"my {name} driver's license is {number}")]
        assert ("DRIVER_LICENSE", number.lower()) in masked(f"{number.lower()} from {name}", "Your driving licence?")


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("it is MORGA657054SM9IJ", "", "MORGA657054SM9IJ"),
        ("morga 657054 sm9ij", "", "morga 657054 sm9ij"),
        ("Führerscheinnummer B072RRE2I55", "", "B072RRE2I55"),
        ("Führerschein B072RRE2I65", "", "B072RRE2I65"),
        ("mine is MH12 20110012345", "", "MH12 20110012345"),
        ("F123-456-78-901-0", "Please send your driver's license number.", "F123-456-78-901-0"),
        ("D1234567, and I was born in May", "What is your driver’s license?", "D1234567"),
        ("my driving licence from Belfast: 12345678", "", "12345678"),
    ],
)
def test_licence_is_found(masked: Masked, text: str, asked: str, number: str) -> None:
    assert ("DRIVER_LICENSE", number) in masked(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "D1234567",
        "B072RRE2I55",
        "MORGA613054SM9IJ",
        "XX12 20110012345",
        "I renewed my driver's license on 12-05-2021 for $45.00",
        "I showed my driver's license at 10:30 on 03.04.2023",
        "driver license class C costs 10250 rupees in 2024",
        "call the Texas DMV about a driver license at 415-555-2671",
        "a California driver's license takes 10 days",
        "MY COLORADO DRIVER LICENSE EXPIRED IN 2024",
        "my driver license costs about a 12345 fee",
        "the software license 12345678",
    ],
)
def test_what_is_no_licence_is_not_called_one(masked: Masked, text: str) -> None:
    assert "DRIVER_LICENSE" not in {kind for kind, _ in masked(text)}
