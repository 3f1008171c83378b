"""Checks of documents, vehicles, devices and providers: published examples, refusals, and the law of check digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection import checks_documents as checks
from redactor.detection.checks import Check

PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD_OF_TWO = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
CARD_OF_THREE = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"

TABLE: list[tuple[Check, list[str], list[str]]] = [
    # ICAO Doc 9303: part 4, appendix A; part 6, appendix A; part 5, appendix A.
    (checks.mrz, [PASSPORT, CARD_OF_TWO, CARD_OF_THREE, PASSPORT.split()[1]], ["", PASSPORT.split()[0], "P<UTO"]),
    (
        checks.dvla,
        ["MORGA657054SM9IJ", "morga 657054 sm9ij", "MORGA657054SM9IJ 35", "FOX99601019A99AA"],
        ["MORGA600054SM9IJ", "MORGA613054SM9IJ", "MORGA657324SM9IJ", "MO9GA657054SM9IJ", "MORGA663054SM9IJ", ""],
    ),
    (checks.german_licence, ["B072RRE2I55", "b072 rre2 i55"], ["B072RRE2I65", "B072RRE2I5", "BX72RRE2I55"]),
    (checks.indian_state, ["MH12 20110012345", "ka01"], ["XX12", ""]),
    (checks.vin, ["1M8GDM9AXKP042788", "1m8gdm9axkp042788"], ["1M8GDM9A1KP042788", "11111111111111111", "1M8GDM9AX"]),
    (checks.vin_shaped, ["WVWZZZ1JZ3W386752"], ["WVWZZZ1JZ3W38675O", "WVWZZZ1JZ3WA8675A", "AAAAAAAAAAAAA1111"]),
    (checks.imei, ["490154203237518", "35-209900-176148-1"], ["490154203237519", "49015420323751", "000000000000000"]),
    (
        checks.iccid,
        ["89014103211118510720", "8901 4103 2111 1851 0720"],
        ["89014103211118510721", "79014103211118510720"],
    ),
    (checks.npi, ["1234567893"], ["1234567890", "3234567893", "123456789"]),
    (checks.dea, ["AP5836727", "F91234563", "ap5836727"], ["AP5836728", "ZP5836727", "A15836727"]),
    (checks.bic, ["DEUTDEFF", "DEUTDEFF500", "nedszajjxxx"], ["DEUTZZFF", "DEUTDEF", "DEUTDEFF50", "12345678"]),
]  # fmt: skip


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, good, _ in TABLE for text in good])
def test_valid_value_passes(check: Check, text: str) -> None:
    assert check(text)


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, _, bad in TABLE for text in bad])
def test_invalid_value_is_refused(check: Check, text: str) -> None:
    assert not check(text)


WITH_DIGITS: list[tuple[Check, str]] = [
    (checks.mrz, PASSPORT.split()[1]), (checks.mrz, CARD_OF_TWO), (checks.mrz, CARD_OF_THREE),
    (checks.german_licence, "B072RRE2I55"[:10]), (checks.vin, "1M8GDM9AXKP042788"), (checks.imei, "490154203237518"),
    (checks.iccid, "89014103211118510720"), (checks.npi, "1234567893"),
]  # fmt: skip


@given(st.data())
def test_changed_digit_fails(data: st.DataObject) -> None:
    """The weights of 7-3-1, Luhn and modulo 11 find every digit that was exchanged for another."""
    check, number = data.draw(st.sampled_from(WITH_DIGITS))
    value = number + "5" if check is checks.german_licence else number
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    other = data.draw(st.sampled_from([c for c in "0123456789" if c != number[place]]))
    assert check(value)
    assert not check(value[:place] + other + value[place + 1 :])


@given(st.text(max_size=40) | st.text(alphabet="ABZ019<\n ", max_size=100))
def test_no_check_raises(text: str) -> None:
    for check, *_ in TABLE:
        assert check(text) in (True, False)
