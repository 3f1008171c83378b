"""A hint saves time and changes nothing: a row finds with it what it finds without."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import all_rows

HINTED = [row for row in all_rows() if row.hint]
BOTH = {row.name: (recognizer([row]), recognizer([replace(row, hint="", reach=None)])) for row in HINTED}
"""Name of a row → it with its hint, and without."""
ASKED = ["What is your address, post code and wallet?"]
_SAID = (
    "12 4b 7 N14 W23000 Lot Unit Flat apt plot no. Nr. Larch Dorps hof Markt Lärchen straße STRASSE gasse Am Unter den "
    "Prinzen Street ST Way Court Rose House Dayton OH BC LS1 4AB sw1a2aa V5N 2T4 k1m1m4 45402 10115 9712 HP D01 F5P2 "
    "Groningen Mumbai 400069 MG Road Residency 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa , . - / # days is the"
)
PIECES = st.sampled_from([*_SAID.split(), "\n"])
FILLING = st.sampled_from(["", " ", " ", ", ", "x" * 40 + " ", "word " * 30])


def assert_same(row: Pattern, text: str) -> None:
    context = ASKED if row.context else []
    hinted, plain = BOTH[row.name]
    assert hinted(text, context) == plain(text, context)


@given(st.lists(st.tuples(PIECES, FILLING), max_size=24))
@settings(max_examples=40, deadline=None)
def test_a_hint_changes_nothing_in_addresses_of_any_kind(parts: list[tuple[str, str]]) -> None:
    text = "".join(piece + behind for piece, behind in parts)
    for row in HINTED:
        assert_same(row, text)


@pytest.mark.parametrize("row", HINTED, ids=lambda row: row.name)
def test_a_hint_changes_nothing_in_the_row_s_example_among_others(row: Pattern) -> None:
    shown = row.example.rpartition(" | ")[2].translate({ord("⟦"): None, ord("⟧"): None})
    for text in (shown, shown.upper(), f"{'word ' * 60}{shown}\n{shown} {'1 word ' * 60}{shown}", shown * 3):
        assert_same(row, text)


def test_what_lies_further_from_a_hint_than_it_reaches_is_not_looked_for() -> None:
    row = Pattern("number", "ACCOUNT_ID", r"a{1,20}\d", 0.9, hint=r"\d", reach=(4, 1))
    spans = [(found.start, found.end) for found in recognizer([row])("aaa1 aaaaaaaa2 a a1a2", [])]
    assert spans == [(0, 4), (9, 14), (17, 19), (19, 21)]


def test_without_its_hint_an_expression_is_not_looked_for() -> None:
    row = Pattern("number", "ACCOUNT_ID", r"\d{4}", 0.9, hint="id")
    assert recognizer([row])("1234", []) == []
    assert [found.start for found in recognizer([row])("ID 1234", [])] == [3]
