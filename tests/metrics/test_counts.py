"""Counting: what one message adds, and that parts add up to the whole."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from redactor.metrics.counts import (
    BINS,
    Counts,
    Label,
    bin_of,
    day_of,
    histogram,
    names,
    of_message,
    of_reply,
    recognizers,
    roles,
    rows,
    total,
)
from redactor.metrics.window import merged, of_rows
from redactor.types import ROLES, Entity

FOUND = [Entity(0, 3, "PERSON", 0.97, "transformer"), Entity(5, 9, "PERSON", 0.55, "memory")]
WEAK = [Entity(12, 14, "URL", 0.2, "patterns")]

_entities = st.lists(
    st.builds(
        Entity,
        start=st.just(0),
        end=st.just(1),
        type=st.sampled_from(["PERSON", "URL", "LITERAL"]),
        score=st.floats(0, 1),
        recognizer=st.sampled_from(["patterns", "transformer"]),
    ),
    max_size=5,
)
MESSAGES = st.lists(st.tuples(st.sampled_from(ROLES), st.text(max_size=8), _entities, _entities), max_size=6)


def test_a_message_is_counted_once_and_its_entities_by_type_recognizer_and_score() -> None:
    counts = of_message("customer", "hello", FOUND, WEAK)
    assert counts == {
        Label("message", "customer"): 1,
        Label("holding", "customer", "PERSON"): 1,
        Label("entity", "customer", "PERSON", "transformer", 19): 1,
        Label("entity", "customer", "PERSON", "memory", 11): 1,
        Label("candidate", "customer", "URL", "patterns", 4): 1,
    }


def test_a_reply_is_counted_with_its_signs() -> None:
    assert of_reply(["withheld_in_link"]) == {
        Label("reply", "assistant"): 1,
        Label("sign", "assistant", "withheld_in_link"): 1,
    }


def test_every_score_has_a_part_and_the_ends_belong_to_the_outer_ones() -> None:
    assert [bin_of(score) for score in (0.0, 0.049, 0.05, 0.5, 0.999, 1.0)] == [0, 0, 1, 10, 19, 19]


def test_a_day_ends_at_midnight_utc() -> None:
    assert [day_of(time) for time in (0.0, 86_399.9, 86_400.0)] == [0, 0, 1]


def test_counts_are_asked_by_kind_role_and_name() -> None:
    counts = of_message("customer", "", FOUND, WEAK) + of_message("agent", "", FOUND[:1], [])
    assert (total(counts, "message"), total(counts, "message", role="agent")) == (2, 1)
    assert (total(counts, "entity"), total(counts, "entity", name="URL")) == (3, 0)
    assert names(counts, "entity", "candidate") == ["PERSON", "URL"]
    assert roles(counts) == ["agent", "customer"]
    bins = histogram(counts, "entity", "PERSON")
    assert (len(bins), bins[19], bins[11], sum(bins)) == (BINS, 2, 1, 3)
    assert list(recognizers(counts, "entity", "PERSON").items()) == [("transformer", 2), ("memory", 1)]


@given(MESSAGES, MESSAGES)
def test_two_windows_added_up_are_one_window_of_both(first: list[tuple], second: list[tuple]) -> None:  # type: ignore[type-arg]
    def counted(messages: list[tuple]) -> Counts:  # type: ignore[type-arg]
        return merged(of_message(*message) for message in messages)

    assert counted(first) + counted(second) == counted(first + second)


@given(MESSAGES, st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_what_is_stored_by_day_adds_up_to_what_was_counted(messages: list[tuple], days: list[int]) -> None:  # type: ignore[type-arg]
    each = [(of_message(*message), 86_400.0 * day) for message, day in zip(messages, days, strict=False)]
    window = of_rows(row for counts, time in each for row in rows(counts, "default", time, "p", "m"))
    assert window.total() == merged(counts for counts, _ in each)
    assert sum(window.models.values()) == sum(window.policies.values()) == len(messages)
    assert list(window.days) == sorted(window.days)


def test_rows_come_in_one_order_whatever_was_counted_first() -> None:
    one = of_message("customer", "", FOUND, WEAK)
    other = Counter(dict(reversed(one.items())))
    assert list(rows(one, "t", 0.0, "p", "m")) == list(rows(other, "t", 0.0, "p", "m"))
