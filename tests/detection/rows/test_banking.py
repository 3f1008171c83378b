"""Bank accounts as countries write them: what is masked, and what is left."""

import pytest

from .conftest import Masked


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("my bank details are 20-00-00 12345678", "", "20-00-00"),
        ("my bank details are 20-00-00 12345678", "", "12345678"),
        ("sort code 20-00-00, account number 12345678", "", "12345678"),
        ("BSB 062-000 acc 12345678", "", "062-000"),
        ("BSB 062-000 acc 12345678", "", "12345678"),
        ("062000", "What is the BSB?", "062000"),
        ("bank account 12345-003-1234567", "", "12345-003-1234567"),
        ("transit number: 12345, institution number 003, account number: 1234567", "", "12345"),
        ("transit number: 12345, institution number 003, account number: 1234567", "", "1234567"),
        ("IFSC: SBIN0005943, account no 20001234567", "", "SBIN0005943"),
        ("IFSC: SBIN0005943, account no 20001234567", "", "20001234567"),
        ("routing number 021000021 and account number 000123456789", "", "021000021"),
        ("routing number 021000021 and account number 000123456789", "", "000123456789"),
        ("BIC DEUTDEFF500", "", "DEUTDEFF500"),
        ("swift: deutdeff", "", "deutdeff"),
        ("DEUTDEFF", "And the SWIFT code?", "DEUTDEFF"),
    ],
)
def test_account_and_its_route_are_found(masked: Masked, text: str, asked: str, number: str) -> None:
    assert ("BANK_ACCOUNT", number) in masked(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "20-00-00 12345678",
        "062-000",
        "SBIN0005943",
        "DEUTDEFF500",
        "DEUTZZFF is the BIC",  # no country
        "a swift code is required",
        "A SWIFT CODE IS REQUIRED",
        "Please be SWIFT: DELIVERY is late",
        "my parcel is in transit, 12345 others too",
        "IFSC is missing in 2023 forms",
    ],
)
def test_what_is_no_account_is_left(masked: Masked, text: str) -> None:
    assert "BANK_ACCOUNT" not in {kind for kind, _ in masked(text)}
