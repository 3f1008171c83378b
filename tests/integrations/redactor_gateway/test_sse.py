"""Server-sent events, in whatever pieces they come."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor_gateway.problems import ProblemError
from redactor_gateway.sse import Event, Events

LINES = st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]), max_size=20)
DATA = st.lists(LINES, min_size=1, max_size=3).map("\n".join)


@given(data=st.lists(DATA, max_size=5), end=st.sampled_from([b"\n", b"\r\n", b"\r"]), size=st.integers(1, 9))
def test_events_come_back_as_they_were_written(data: list[str], end: bytes, size: int) -> None:
    events = [Event(each, "named") for each in data]
    wire = b"\xef\xbb\xbf" + b"".join(event.encoded() for event in events).replace(b"\n", end)
    parser = Events(10_000)
    read = [event for at in range(0, len(wire), size) for event in parser.feed(wire[at : at + size])]
    assert read == events


@given(wire=st.binary(max_size=200), size=st.integers(1, 50))
def test_hostile_bytes_give_events_or_a_problem(wire: bytes, size: int) -> None:
    parser = Events(100)
    try:
        for at in range(0, len(wire), size):
            parser.feed(wire[at : at + size])
    except ProblemError as error:
        assert error.problem.status == 502


def test_comments_are_seen_and_not_repeated() -> None:
    parser = Events(100)
    assert parser.feed(b": ping Crystal\n\n") == []
    assert parser.is_alive
    assert parser.feed(b"data: x\nid: 7\nretry: 5\nunknown\n\n") == [Event("x")]
    assert not parser.is_alive


def test_an_event_that_is_not_ended_is_none() -> None:
    parser = Events(100)
    assert parser.feed(b"data: half") == []
    assert parser.feed(b"\n") == []


def test_an_event_may_not_grow_without_end() -> None:
    parser = Events(100)
    with pytest.raises(ProblemError, match="larger"):
        for _ in range(30):
            parser.feed(b"data: xx\n")
