"""What makes a turn worth a person's look."""

import json
import time

import pytest

from redactor.risk import REASONS, risk_of

NAME = {"type": "PERSON", "start": 0, "end": 10, "score": 0.95, "recognizer": "transformer", "operator": "placeholder"}


def risk(text: str, *entities: dict[str, object], votes: list[dict[str, object]] | None = None) -> tuple[str, ...]:
    return risk_of(text, json.dumps(entities), json.dumps(votes or [])).reasons


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        ("thanks a lot", ()),
        ("it is 8706847615", ("digits",)),
        ("my bill says 586.50 and not 371 kWh", ()),
        ("booking QX7R2P please", ("mixed",)),
        ("write to crystal@home", ("at_sign",)),
        ("and then Zebulon Quuxley called", ("capitalised",)),
        ("Hello. Where is it?", ()),
        ("na\u200bme", ("invisible",)),
        ("B\u0430ltimore", ("look_alike",)),
    ],
)
def test_what_stands_in_clear_is_looked_at(text: str, reasons: tuple[str, ...]) -> None:
    assert risk(text) == reasons


def test_what_is_hidden_is_not_looked_at_again() -> None:
    assert risk("[PERSON_1] is here", NAME) == ()
    assert risk("[PERSON_1] is here", NAME | {"score": 0.45}) == ("low_score",)
    assert risk("[PERSON_1] is here", NAME | {"score": 0.45, "recognizer": "memory"}) == ()


def test_votes_that_were_not_enough_and_votes_against_each_other_count() -> None:
    vote = {"type": "ACCOUNT_ID", "start": 14, "end": 18, "score": 0.3, "recognizer": "transformer"}
    assert risk("[PERSON_1] is here", NAME, votes=[vote]) == ("candidate",)
    assert risk("[PERSON_1] is here", NAME, votes=[vote | {"start": 0, "end": 10}]) == ("disagreement",)


def test_every_reason_can_be_told_and_the_score_is_a_share() -> None:
    found = risk_of("QX7R2P at 8706847615, a@b.c, and Zebulon", "[]", "[]")
    assert set(found.reasons) <= REASONS.keys()
    assert 0.9 < found.score <= 1.0
    assert "8706847615" not in repr(found)


@pytest.mark.parametrize(
    "text",
    ["a1-" * 30_000 + "_", "1 " * 30_000, "at" + " " * 30_000, "a" + "\u200b" * 30_000, "@" * 30_000, "1(1)-" * 10_000],
    ids=["mixed", "digits", "at", "invisible", "signs", "brackets"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    risk(text)
    assert time.process_time() - began < 0.25


def test_thousands_of_votes_and_hidden_places_do_not_take_long() -> None:
    places = [{**NAME, "start": 10 * n, "end": 10 * n + 9} for n in range(3000)]
    began = time.process_time()
    found = risk_of("Some Body " * 3000, json.dumps(places), json.dumps([{**each, "type": "URL"} for each in places]))
    assert found.reasons == ("disagreement",)
    assert time.process_time() - began < 1.0


def test_each_vote_is_held_against_what_it_lies_on() -> None:
    wide, inner = {**NAME, "start": 0, "end": 50}, {**NAME, "start": 10, "end": 15, "type": "URL"}
    assert risk("x" * 60, wide, inner, votes=[{**NAME, "start": 30, "end": 35, "type": "URL"}]) == ("disagreement",)
    assert risk("x" * 60, wide, inner, votes=[{**NAME, "start": 30, "end": 35}]) == ()
    assert risk("x" * 60, wide, inner, votes=[{**NAME, "start": 50, "end": 55}]) == ("candidate",)
