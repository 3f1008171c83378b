"""No text makes a pattern slow: time grows with length, not with its square."""

from collections.abc import Callable
from time import thread_time

import pytest

from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import table
from redactor.detection.view import view

SMALL, LARGE = 25_000, 100_000
QUADRATIC = (LARGE / SMALL) ** 2
SLACK = 0.65
"""Linear growth is a ratio of 4, quadratic 16; a noisy machine gets the room up to about 10."""
NOISE = 0.3
"""Seconds below which a ratio says nothing."""

HOSTILE = {
    "digits": "1",
    "letters": "a",
    "capitals": "A",
    "at-signs": "@",
    "blanks": " ",
    "dots": ".",
    "single digits": "1 ",
    "letters and dots": "a.",
    "letters and at-signs": "a@",
    "dashes": "-",
    "digit groups": "1234 ",
    "digits and dashes": "1-",
    "mixed": "a1@.- ",
    "colons": "a:",
    "hashes": "#1",
    "words": "order number is ",
    "codes": "order id #a1-",
    "names": "my name is ab ",
    "streets": "12 main st apt ",
    "half streets": "1 aa aa ",
    "cities": "1 main st, aa aa, ",
    "passwords": "password for a ",
    "links": "http://a",
    "dates": "1 may ",
    "addresses said": "a at b dot ",
    "digits said": "one ",
    "codes said": "code from a ",
    "slashes": "1/",
    "quotes": '"a',
    "letters of another script": "а",
    "marks": "a\u0301\u0327",
    "invisible": "a\u200b",
    "line breaks": "1\n",
}
CONTEXT = ["What is your order number, phone, card, cvv, pin, password, username, date of birth, zip code and address?"]


def seconds(look: Callable[[str], object], text: str) -> float:
    started = thread_time()
    look(text)
    return thread_time() - started


def filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def assert_linear(look: Callable[[str], object], unit: str) -> None:
    """One good round of three is enough: the machine's other work only ever adds."""
    small, large = filled(unit, SMALL), filled(unit, LARGE)
    for _ in range(3):
        taken = seconds(look, large)
        if taken < NOISE or taken / max(seconds(look, small), 1e-4) < QUADRATIC * SLACK:
            return
    pytest.fail(f"{LARGE // SMALL} times the text took more than {QUADRATIC * SLACK:.0f} times as long")


@pytest.mark.parametrize("name", HOSTILE)
def test_all_rows_together_grow_linearly(name: str) -> None:
    recognize = recognizer(table())
    recognize("order 1 st", CONTEXT)
    assert_linear(lambda text: recognize(text, CONTEXT), HOSTILE[name])


@pytest.mark.parametrize("name", HOSTILE)
def test_view_grows_linearly(name: str) -> None:
    assert_linear(view, HOSTILE[name])


@pytest.mark.soak
@pytest.mark.parametrize("row", table(), ids=lambda row: row.name)
def test_each_row_grows_linearly_alone(row: Pattern) -> None:
    recognize = recognizer([row])
    for unit in HOSTILE.values():
        assert_linear(lambda text: recognize(text, CONTEXT), unit)
