"""No text makes a pattern slow: time grows with length, not with its square."""

from collections.abc import Callable
from importlib.resources import files
from time import thread_time

import pytest

from redactor.detection import topics
from redactor.detection.patterns import Pattern, recognizer
from redactor.detection.rows import all_rows, table
from redactor.detection.view import view

SHORT, LONG = 2_500, 10_000
"""Of the default run, where all rows are looked at together."""
SMALL, LARGE = 25_000, 100_000
QUADRATIC = (LARGE / SMALL) ** 2
SLACK = 0.65
"""Linear growth is a ratio of 4, quadratic 16; a noisy machine gets the room up to about 10."""
NOISE = 0.3
"""Seconds below which a ratio says nothing."""
PATIENCE = 60
"""Seconds that 100,000 characters may take with every country's rows on and everything asked for."""

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
    "flats": "flat 1a, aa ",
    "towns": "am aaa aaa 1 ",
    "plots": "plot 1, aa 110001 ",
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


def phrases(*, without: str = "") -> dict[str, str]:
    """Topic → its first phrase, of all pages of the lexicon but one."""
    pages = [page for page in files("redactor.detection").joinpath("lexicon").iterdir() if page.name != without]
    lines = [line for page in pages for line in page.read_text("utf-8").splitlines() if line[:1] not in ("", "#")]
    return {topic: listed.split("/")[0] for topic, listed in (line.split(maxsplit=1) for line in reversed(lines))}


PHRASES = phrases()
EVERYTHING = [f"What is your {', '.join(PHRASES.values())}?"]
CONTEXT = [f"What is your {', '.join(phrases(without='national.txt').values())}, {PHRASES['any_id']}?"]
"""Asks for everything but each country's own numbers."""


@pytest.fixture(autouse=True)
def all_of_a_turn_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_TURN_TAIL", 100_000)


def seconds(look: Callable[[str], object], text: str) -> float:
    started = thread_time()
    look(text)
    return thread_time() - started


def filled(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def assert_linear(look: Callable[[str], object], unit: str, small: int = SMALL, large: int = LARGE) -> None:
    """One good round of three is enough: the machine's other work only ever adds."""
    for _ in range(3):
        taken = seconds(look, filled(unit, large))
        if taken < NOISE or taken / max(seconds(look, filled(unit, small)), 1e-4) < QUADRATIC * SLACK:
            return
    pytest.fail(f"{large // small} times the text took more than {QUADRATIC * SLACK:.0f} times as long")


def test_every_topic_is_asked_for() -> None:
    assert topics.context_words("1", EVERYTHING).asked >= {topic for row in all_rows() for topic in row.context}


@pytest.mark.parametrize("name", HOSTILE)
def test_all_rows_together_grow_linearly(name: str) -> None:
    recognize = recognizer(table())
    recognize("order 1 st", CONTEXT)
    assert_linear(lambda text: recognize(text, CONTEXT), HOSTILE[name], SHORT, LONG)


@pytest.mark.parametrize("name", HOSTILE)
def test_view_grows_linearly(name: str) -> None:
    assert_linear(view, HOSTILE[name])


@pytest.mark.soak
@pytest.mark.parametrize("name", HOSTILE)
def test_a_long_text_takes_less_than_a_minute_with_all_countries_on(name: str) -> None:
    countries = sorted({country for row in all_rows() for country in row.countries})
    recognize = recognizer(table(countries=tuple(countries)))
    recognize("order 1 st", EVERYTHING)
    assert seconds(lambda text: recognize(text, EVERYTHING), filled(HOSTILE[name], LARGE)) < PATIENCE


@pytest.mark.soak
@pytest.mark.parametrize("row", all_rows(), ids=lambda row: row.name)
def test_each_row_grows_linearly_alone(row: Pattern) -> None:
    recognize = recognizer([row])
    for unit in HOSTILE.values():
        assert_linear(lambda text: recognize(text, EVERYTHING), unit)
