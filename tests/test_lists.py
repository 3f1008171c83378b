"""Allow and deny lists: terms by whole words in any case, expressions in linear time."""

import time

import pytest

from redactor.lists import TermList, compile_linear, is_listed


def test_terms_are_found_on_word_boundaries_in_any_case() -> None:
    terms = TermList([("ORGANIZATION", "Project Falcon", None)])
    assert [(e.start, e.end) for e in terms.find("é PROJECT FALCON, not project falcons")] == [(2, 16)]


def test_expressions_are_found_with_code_point_offsets() -> None:
    terms = TermList([("ACCOUNT_ID", None, r"EMP-\d+")])
    assert [(e.start, e.end, e.type) for e in terms.find("naïve 😀 EMP-42")] == [(8, 14, "ACCOUNT_ID")]


def test_covers_needs_the_whole_text_and_the_type() -> None:
    terms = TermList([("PERSON", "Grace", None), (None, None, r"ACME-\d+")])
    assert terms.covers("PERSON", "grace")
    assert not terms.covers("LOCATION", "grace")
    assert not terms.covers("PERSON", "grace kelly")
    assert terms.covers("ACCOUNT_ID", "ACME-1")
    assert not terms.covers("ACCOUNT_ID", "ACME-1x")


def test_overlapping_terms_are_all_found() -> None:
    terms = TermList([("PERSON", "ann", None), ("PERSON", "ann lee", None)])
    assert {(e.start, e.end) for e in terms.find("ask ann lee")} == {(4, 7), (4, 11)}


@pytest.mark.parametrize("expression", ["(?<=a)b", "a(?=b)", "(?<!a)b"])
def test_look_around_is_refused_with_the_reason(expression: str) -> None:
    with pytest.raises(ValueError, match="matching time unbounded"):
        compile_linear(expression, "here")


def test_a_hostile_expression_stays_linear() -> None:
    hostile = TermList([("PERSON", None, r"(?:a+)+b")])
    started = time.perf_counter()
    hostile.find("a" * 100_000)
    assert time.perf_counter() - started < 5.0


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("shop.example", True),
        ("my.shop.example", True),
        ("SHOP.example.", True),
        ("notshop.example", False),
        ("shop.example.evil", False),
        ("", False),
    ],
)
def test_a_host_is_listed_with_everything_below_it(host: str, listed: bool) -> None:
    assert is_listed(host, ("shop.example",)) is listed
