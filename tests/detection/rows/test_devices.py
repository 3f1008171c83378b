"""Numbers of devices and SIM cards: what is masked, and what is left."""

import pytest

from .conftest import Masked

UUID = "6D92078A-8246-4BA4-AE5B-76104861E7DC"


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("IMEI 490154203237518", "", "490154203237518"),
        ("35-209900-176148-1", "", "35-209900-176148-1"),
        ("35 209900 176148 1", "", "35 209900 176148 1"),
        ("imei 3520990017614823", "", "3520990017614823"),
        ("490154203237519", "Please send me the IMEI.", "490154203237519"),
        ("89014103211118510720", "", "89014103211118510720"),
        ("the sim number is 8901410321111851072", "", "8901410321111851072"),
        ("IMSI is 310260123456789", "", "310260123456789"),
        (f"the IDFA is {UUID}", "", UUID),
        (UUID.lower(), "What is the device ID?", UUID.lower()),
        ("android id 9774d56d682e549c", "", "9774d56d682e549c"),
        ("S/N: C02XG0FDH7JY", "", "C02XG0FDH7JY"),
        ("the serial number is c02xg0fdh7jy", "", "c02xg0fdh7jy"),
        ("Seriennummer 4CE0460D0G", "", "4CE0460D0G"),
        ("C02XG0FDH7JY", "What is the serial number?", "C02XG0FDH7JY"),
    ],
)
def test_device_number_is_found(masked: Masked, text: str, asked: str, number: str) -> None:
    assert ("DEVICE_ID", number) in masked(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "490154203237518",  # fifteen digits say nothing
        "35-209900-176148-2",
        "89014103211118510721",
        "310260123456789",
        UUID,
        "serial number is missing on the 2021 model",
        "device id is null",
        "the device id was not found",
        "the serial number starts with 2019",
    ],
)
def test_what_is_no_device_number_is_not_called_one(masked: Masked, text: str) -> None:
    assert "DEVICE_ID" not in {kind for kind, _ in masked(text)}
