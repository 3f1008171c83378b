"""Records, health insurance and providers, and what is stored of a body: what is masked, and what is left."""

import pytest

from .conftest import Masked


@pytest.mark.parametrize(
    ("text", "asked", "number"),
    [
        ("MRN 00482913", "", "00482913"),
        ("my medical record number is MR-482913", "", "MR-482913"),
        ("patient ID: P-482913", "", "P-482913"),
        ("MR-482913", "Can I have your medical record number?", "MR-482913"),
        ("my health insurance number is XEH123456789", "", "XEH123456789"),
        ("insurance member ID W123456789", "", "W123456789"),
        ("dental plan member number: 00012345678", "", "00012345678"),
        ("meine Versichertennummer: A123456780", "", "A123456780"),
        ("XEH123456789", "What is your insurance member ID?", "XEH123456789"),
        ("it says 1EG4-TE5-MK73", "", "1EG4-TE5-MK73"),
        ("1EG4TE5MK73", "", "1EG4TE5MK73"),
        ("medicare number 1eg4-te5-mk73", "", "1eg4-te5-mk73"),
        ("my doctor's NPI is 1234567893", "", "1234567893"),
        ("DEA# AP5836727", "", "AP5836727"),
    ],
)
def test_medical_number_is_found(masked: Masked, text: str, asked: str, number: str) -> None:
    assert ("MEDICAL_ID", number) in masked(text, asked)


@pytest.mark.parametrize(
    "text",
    [
        "1234567893",
        "AP5836727",
        "the NPI is 1234567890",  # the check digit is wrong
        "1SG4-TE5-MK73",  # S is never used
        "the patient waited 45 minutes in room 1203",
        "patient id is missing",
        "the hospital number 7 bus",
        "health plan 2024 costs $450",
        "medicare covers 80% of 12000 dollars",
    ],
)
def test_what_is_no_medical_number_is_not_called_one(masked: Masked, text: str) -> None:
    assert "MEDICAL_ID" not in {kind for kind, _ in masked(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("fingerprint hash: 9f86d081884c7d659a2feaa0c55ad015", "9f86d081884c7d659a2feaa0c55ad015"),
        ("my face id template is ft_83ab99120c", "ft_83ab99120c"),
        ("the voiceprint id is vp-20394-aa", "vp-20394-aa"),
        ("biometric template AbC123xyz+/90==", "AbC123xyz+/90=="),
    ],
)
def test_what_is_stored_of_a_body_is_found(masked: Masked, text: str, value: str) -> None:
    assert ("BIOMETRIC_ID", value) in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "face id stopped working on iOS 17.4.1",
        "the fingerprint sensor of the XPS 13 9310",
        "voice id is enabled",
        "fingerprint hash missing",
        "ssh key fingerprint hash 2b8f9acdeffa0123456789abcdef",
        "9f86d081884c7d659a2feaa0c55ad015",
    ],
)
def test_what_is_no_biometric_id_is_left(masked: Masked, text: str) -> None:
    assert "BIOMETRIC_ID" not in {kind for kind, _ in masked(text)}
