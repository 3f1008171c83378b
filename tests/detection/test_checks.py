"""Checksums, number plans and calendars: tables with refusals, from the standards' and authorities' own examples."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection import checks

TABLE: list[tuple[checks.Check, str, list[str], list[str]]] = [
    (checks.luhn, "luhn", ["79927398713", "4111 1111 1111 1111", "0"], ["79927398710", "", "abc"]),
    (
        checks.card,
        "card",
        [
            "4111111111111111",
            "3782-822463-10005",
            "30569309025904",
            "6011111111111117",
            "3530111333300000",
            "2223003122003222",
        ],
        ["4111111111111112", "1234567890123456", "0000000000000000", "8706847615", "", "41111111111111111111"],
    ),
    (
        checks.series,
        "series",
        [
            "2019 2020",
            "2019-2021-2022",
            "1999, 2003",
            "38 40 42 44",
            "44-42-40",
            "3 8   4 0   4 2",
            "100 200 300",
        ],
        [
            "2019",
            "38 40",
            "38 40 44",
            "01 02 03 04 05",
            "+20 21 22",
            "4111 1111 1111",
            "1111 2222 3333",
            "9 10 11",
            "12 12 12",
            "",
            "2019 2020 555",
        ],
    ),
    (checks.card_in_context, "card_in_context", ["6759649826438453", "501800000009"], ["501800000008", "4111"]),
    (
        checks.iban,
        "iban",
        ["GB82 WEST 1234 5698 7654 32", "de89370400440532013000", "NO9386011117947", "MT84MALT011000012345MTLCAST001S"],
        ["GB82 WEST 1234 5698 7654 33", "GB82WEST12345698765432X", "ZZ8937040044", "", "GB"],
    ),
    (checks.aba_routing, "aba_routing", ["021000021", "122105155"], ["021000022", "991000021", "12345"]),
    (checks.nino, "nino", ["JG103759A", "ab 12 34 56 c"], ["GB123456A", "QQ123456A", "AB123456E", "AB12345"]),
    (checks.medicare_au, "medicare_au", ["2123 45670 1", "2123456701"], ["2123456711", "1123456701", "212345"]),
    (checks.stdnum("us.ssn"), "us.ssn", ["536-90-4399"], ["000-12-3456", "666-12-3456", "987-65-4321", "536904"]),
    (checks.stdnum("gb.nhs"), "gb.nhs", ["943 476 5870"], ["943 476 5871"]),
    (checks.stdnum("es.dni", "es.nie"), "es", ["54362315-K", "X-2482300W"], ["54362315-Z", "X-2482300A"]),
    (
        checks.ip_address,
        "ip",
        ["203.0.113.7", "10.0.0.0/8", "::1", "2001:db8::1", "fe80::1ff:fe23:4567:890a"],
        ["256.1.1.1", "0.0.0.0/0", "::", "1.2.3", "1:2:3"],
    ),
    (
        checks.calendar_date,
        "date",
        [
            "03/05/1985",
            "31/12/85",
            "1985-03-05",
            "march 5th, 1985",
            "5 mar 85",
            "05031985",
            "19850305",
            "march 1985",
            "29.2.84",
        ],
        ["31/31/85", "feb 30 1990", "13/13/2000", "0/5/1985", "march", "1234567", "99/99", "5 march 1700"],
    ),
]


@pytest.mark.parametrize(
    ("check", "text"), [pytest.param(c, text, id=f"{n}-{text}") for c, n, good, _ in TABLE for text in good]
)
def test_valid_value_passes(check: checks.Check, text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(
    ("check", "text"), [pytest.param(c, text, id=f"{n}-{text}") for c, n, _, bad in TABLE for text in bad]
)
def test_invalid_value_is_refused(check: checks.Check, text: str) -> None:
    assert not check(text)


@pytest.mark.parametrize(
    "number",
    ["415-555-2671", "+44 20 7946 0958", "020 7946 0958", "06 12 34 56 78", "0491 570 156", "98765 43210",
     "00 49 30 901820",  "011 44 20 7946 0958", "612 34 56 78", "030 901820", "020 624 1111", "06 6982"],
)  # fmt: skip
def test_number_of_a_default_region_is_a_phone(number: str) -> None:
    assert checks.phone()(number) is (number != "06 6982")


@pytest.mark.parametrize(
    "number", ["123", "1111111111", "0000000", "12345678901234567890", "999-999-9999", "+999 123 4567", ""]
)
def test_what_no_plan_holds_is_no_phone(number: str) -> None:
    assert not checks.phone()(number)


def test_plan_agrees_with_the_library_it_spares() -> None:
    """The quick look at a region's plan must never refuse what libphonenumber would accept."""
    import phonenumbers

    for region in checks.DEFAULT_REGIONS:
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            assert example is not None
            national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
            assert checks.phone((region,))(national), region
            assert checks.phone(())(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)), region


@pytest.mark.parametrize("regions", [("USA",), ("XX",), ("u",)])
def test_unknown_region_is_refused_when_the_check_is_made(regions: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="region"):
        checks.phone(regions)


@given(st.text(max_size=40))
def test_no_check_ever_raises(text: str) -> None:
    for check, *_ in TABLE:
        assert check(text) in (True, False)
    assert checks.phone()(text) in (True, False)
    assert checks.possible_phone(text) in (True, False)


@given(st.text(alphabet="0123456789", min_size=11, max_size=18))
def test_exactly_one_digit_completes_a_luhn_number(digits: str) -> None:
    assert sum(checks.luhn(digits + last) for last in "0123456789") == 1


def test_importing_the_patterns_loads_no_number_library() -> None:
    code = (
        "import sys; from redactor.detection.patterns import patterns; patterns(); "
        "print([name for name in ('phonenumbers', 'stdnum') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
