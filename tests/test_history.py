"""What a process remembers of a conversation's turns, without asking the store."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from redactor.history import History, compact
from redactor.storage import TurnRow


def _row(number: int, text: str, version: int = 1) -> TurnRow:
    return TurnRow(
        conversation="c",
        seq=number,
        turn_id=f"t{number}",
        role="customer",
        channel="",
        time=0.0,
        text=text,
        input_hash=b"in%d" % number,
        restored_hash=None,
        text_hash=text.encode("utf-8", "surrogatepass"),
        revision=0,
        policy_version="p",
        model_version="m",
        entities="[]",
        candidates="[]",
        version=version,
    )


def _history(*texts: str) -> History:
    history = History()
    for number, text in enumerate(texts):
        history.take(_row(number, text, number + 1))
    return history


@given(st.lists(st.text(alphabet="ab1- \n", max_size=8), max_size=6), st.text(alphabet="ab1", min_size=1, max_size=3))
def test_mentioning_finds_the_turns_whose_letters_and_digits_hold_the_needle(texts: list[str], needle: str) -> None:
    found = [row.text for row in _history(*texts).mentioning({needle})]
    assert found == [text for text in texts if needle in compact(text)]


def test_a_rewritten_turn_is_searched_as_it_now_reads() -> None:
    history = _history("this is joyce", "hello")
    assert [row.turn_id for row in history.mentioning({"joyce"})] == ["t0"]
    history.take(replace(_row(0, "this is [PERSON_1]", 3), revision=1))
    history.take(_row(2, "joyce again", 4))
    assert [row.turn_id for row in history.mentioning({"joyce"})] == ["t2"]


def test_a_needle_does_not_reach_from_one_turn_into_the_next() -> None:
    assert _history("4111", "1111").mentioning({"41111111"}) == []
    assert _history("4111", "1111").mentioning({""}) == []


def test_a_turn_is_known_by_both_hashes_and_by_its_redacted_text() -> None:
    history = _history("one", "two")
    row = replace(_row(1, "two", 3), restored_hash=b"restored")
    history.take(row)
    assert history.known(b"in1") is row
    assert history.known(b"restored") is row
    assert history.known(b"nothing") is None
    assert history.has_text(b"one")
    assert not history.has_text(b"three")


def test_the_latest_turns_come_oldest_first() -> None:
    history = _history("one", "two", "three")
    assert [row.text for row in history.latest(2)] == ["two", "three"]
    assert [row.text for row in history.latest(9)] == ["one", "two", "three"]
    assert History().latest(3) == []
