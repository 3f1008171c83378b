"""Windows, case codes and the ends of values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.pieces import case_codes, encodable, joined_addresses, trimmed, windows
from redactor.types import Entity


@given(total=st.integers(0, 3000), size=st.integers(2, 200), data=st.data())
def test_every_piece_counts_in_exactly_one_window_and_lies_in_it(total: int, size: int, data: st.DataObject) -> None:
    stride = data.draw(st.integers(1, size))
    counted: list[int] = []
    for window in windows(total, size, stride):
        assert window.start <= window.first <= window.last <= window.end <= window.start + size
        counted += range(window.first, window.last)
    assert counted == list(range(total))


def test_a_piece_in_the_middle_sees_a_margin_on_both_sides() -> None:
    made = list(windows(1000, 128, 96))
    for window in made[1:-1]:
        assert window.first - window.start == 16
        assert window.end - window.last == 16


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("ann Ann ANN aNN", "000" "3" "111" "3" "222" "3" "333"),
        ("I'm A4", "1" "3" "0" "3" "1" "3"),
        ("Élan ß", "1111" "3" "0"),
        ("12-ab_C", "333" "00" "3" "1"),
        ("", ""),
    ],
)  # fmt: skip
def test_case_codes(text: str, codes: str) -> None:
    assert "".join(str(code) for code in case_codes(text)) == codes


@given(st.text(alphabet=st.characters(exclude_categories=())))
def test_any_text_becomes_encodable_at_the_same_length(text: str) -> None:
    assert len(encodable(text).encode("utf-8").decode("utf-8")) == len(text)
    assert len(case_codes(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "entity_type", "value"),
    [
        (" crystal minh, ", "PERSON", "crystal minh"),
        ("(ann)", "PERSON", "ann"),
        ("**#W4923227**", "ACCOUNT_ID", "#W4923227"),
        ("@ann_b.", "USERNAME", "@ann_b"),
        ("+1 555 010 2000)", "PHONE_NUMBER", "+1 555 010 2000"),
        ("(555) 010-2000", "PHONE_NUMBER", "(555) 010-2000"),
        ("12 Oak St (rear)", "STREET_ADDRESS", "12 Oak St (rear)"),
        ("12 Oak St)", "STREET_ADDRESS", "12 Oak St"),
        ('"hunter2!"', "SECRET", "hunter2!"),
        ("p#ss-w0rd?", "SECRET", "p#ss-w0rd?"),
        ("https://example.com/", "URL", "https://example.com/"),
        ("...", "PERSON", ""),
        ("O'Brien's", "PERSON", "O'Brien's"),
    ],
)
def test_a_value_ends_where_its_own_characters_end(text: str, entity_type: str, value: str) -> None:
    start, end = trimmed(text, 0, len(text), entity_type)
    assert text[start:end] == value


@pytest.mark.parametrize(
    ("text", "parts", "whole"),
    [
        ("12 Oak Ave  Dayton, OH 45402", ["12 Oak Ave", "Dayton", "OH", "45402"], ["12 Oak Ave  Dayton, OH 45402"]),
        ("12 Oak Ave, 45402 Dayton", ["12 Oak Ave", "45402", "Dayton"], ["12 Oak Ave, 45402 Dayton"]),
        ("12 Oak Ave in Dayton", ["12 Oak Ave", "Dayton"], ["12 Oak Ave", "Dayton"]),
        ("12 Oak Ave\nDayton", ["12 Oak Ave", "Dayton"], ["12 Oak Ave", "Dayton"]),
        ("Dayton, 12 Oak Ave", ["Dayton", "12 Oak Ave"], ["Dayton", "12 Oak Ave"]),
    ],
)
def test_the_parts_of_one_address_on_one_line_are_one_value(text: str, parts: list[str], whole: list[str]) -> None:
    kinds = {"1": "STREET_ADDRESS", "4": "POSTAL_CODE"}
    found = [entity(text, part, kinds.get(part[0], "LOCATION")) for part in parts]
    assert [text[e.start : e.end] for e in joined_addresses(text, found)] == whole


def entity(text: str, part: str, entity_type: str, score: float = 0.9) -> Entity:
    return Entity(text.index(part), text.index(part) + len(part), entity_type, score, "transformer")


def test_a_weak_part_is_not_drawn_into_an_address() -> None:
    text = "12 Oak Ave Dayton"
    found = [entity(text, "12 Oak Ave", "STREET_ADDRESS"), entity(text, "Dayton", "LOCATION", 0.2)]
    assert joined_addresses(text, found) == found
