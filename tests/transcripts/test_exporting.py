"""Exports: what comes out goes back in, as it was; a spreadsheet runs nothing of it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.exceptions import ConfigError
from redactor.transcripts import RecordedEntity, StoredTurn
from redactor.transcripts.exporting import COLUMNS, from_csv, from_jsonl, to_csv, to_jsonl

TURN = StoredTurn(
    conversation="5f3c0a9b",
    tenant="default",
    seq=2,
    turn_id="9b2e77d0",
    role="customer",
    channel="whatsapp",
    time=1762000000.25,
    text="I am [PERSON_1], hi",
    revision=1,
    policy_version="p1",
    model_version="m1",
    entities=(RecordedEntity("PERSON", 1, 0, 5, 15, 0.97, "transformer", "placeholder"),),
    timings={"view": 0.05},
)

ODD = st.sampled_from(
    [*"=+-@\t\r\n'\"\\,;|", "\\ud800", "\\\\uD83D", "uD800", "\ud83d", "\udc00", "＝", "\0", "é", "a"]
)
ANY_TEXT = st.lists(st.text(st.characters(exclude_categories=()), max_size=3) | ODD, max_size=10).map("".join)
UTF8_TEXT = st.text(max_size=8)
ENTITIES = st.builds(
    RecordedEntity,
    type=st.sampled_from(["PERSON", "X"]),
    index=st.none() | st.integers(1, 9),
    form=st.none() | st.integers(0, 9),
    start=st.integers(0, 9),
    end=st.integers(0, 9),
    score=st.floats(0, 1),
    recognizer=UTF8_TEXT,
    operator=UTF8_TEXT,
    outcome=st.just("masked"),
    reason=UTF8_TEXT,
)


def turns(text: st.SearchStrategy[str]) -> st.SearchStrategy[list[StoredTurn]]:
    turn = st.builds(
        StoredTurn,
        conversation=UTF8_TEXT,
        tenant=UTF8_TEXT,
        seq=st.integers(1),
        turn_id=UTF8_TEXT,
        role=UTF8_TEXT,
        channel=UTF8_TEXT,
        time=st.floats(allow_nan=False, allow_infinity=False),
        text=text,
        revision=st.integers(0),
        policy_version=UTF8_TEXT,
        model_version=UTF8_TEXT,
        entities=st.lists(ENTITIES, max_size=2).map(tuple),
        timings=st.dictionaries(UTF8_TEXT, st.floats(0, 1e6), max_size=2),
    )
    return st.lists(turn, max_size=3)


def _pairs(text: str) -> bool:
    """Whether two halves of a character stand side by side: for JSON they are that character."""
    return any("\ud800" <= a <= "\udbff" and "\udc00" <= b <= "\udfff" for a, b in pairwise(text))


def through_a_file(lines: Iterable[str]) -> Iterator[str]:
    """Written to a UTF-8 file, and read again."""
    data = "".join(lines).encode("utf-8")
    return iter(io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", newline=""))


@given(turns(ANY_TEXT.filter(lambda text: not _pairs(text))))
def test_jsonl_comes_back_as_it_was(exported: list[StoredTurn]) -> None:
    lines = list(to_jsonl(exported))
    assert list(from_jsonl(lines)) == exported
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in lines)
    assert list(from_jsonl(io.StringIO("".join(lines).encode("utf-8").decode("utf-8"), newline="\n"))) == exported


@given(turns(ANY_TEXT))
def test_csv_comes_back_as_it_was(exported: list[StoredTurn]) -> None:
    assert list(from_csv(through_a_file(to_csv(exported)))) == exported


@given(turns(ANY_TEXT))
def test_no_cell_begins_as_a_formula_does(exported: list[StoredTurn]) -> None:
    for row in csv.reader(through_a_file(to_csv(exported))):
        assert not [cell for cell in row if cell[:1] in set("=+-@\t\r\n＝＋－＠")]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "'=1", "＝1"])
def test_a_formula_is_marked_as_text(text: str) -> None:
    (line,) = list(to_csv([_with(text)]))[1:]
    (row,) = csv.reader(io.StringIO(line, newline=""))
    assert row[COLUMNS.index("text")] == "'" + text


def test_half_a_character_is_written_as_its_escape() -> None:
    odd = "a\ud83db \\ud83d \\\ud83d"
    (line,) = to_jsonl([_with(odd)])
    assert r'"a\ud83db \\ud83d \\\ud83d"' in line
    assert r"a\ud83db \\ud83d \\\ud83d" in list(to_csv([_with(odd)]))[1]
    assert "a\U0001f600" in next(to_jsonl([_with("a\U0001f600")]))


def test_the_columns_are_the_documented_ones() -> None:
    found = json.loads(next(to_jsonl([TURN])))
    assert set(found) == set(COLUMNS)
    assert (found["utc"], found["time"], found["revision"]) == ("2025-11-01T12:26:40.250Z", 1762000000.25, 1)
    assert found["entities"] == [
        {
            "type": "PERSON",
            "index": 1,
            "form": 0,
            "start": 5,
            "end": 15,
            "score": 0.97,
            "recognizer": "transformer",
            "operator": "placeholder",
            "outcome": "masked",
            "reason": "",
            "placeholder": "[PERSON_1]",
        }
    ]
    header, row = csv.reader(io.StringIO("".join(to_csv([TURN])), newline=""))
    assert header == list(COLUMNS)
    assert json.loads(row[COLUMNS.index("entities")]) == found["entities"]


def test_lines_are_written_one_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[StoredTurn]:
        while True:
            taken.append(1)
            yield TURN

    for write in (to_jsonl, to_csv):
        lines = write(endless())
        assert [next(lines) for _ in range(3)]
    assert len(taken) == 3 + 2


READERS: list[Callable[[Iterable[str]], Iterator[StoredTurn]]] = [from_jsonl, from_csv]


@pytest.mark.parametrize("broken", ["not json\n", "{}\n", "[]\n", '{"seq": 1}\n'])
def test_a_line_that_is_no_turn_is_named(broken: str) -> None:
    lines = [*to_jsonl([TURN]), broken]
    with pytest.raises(ConfigError, match="row 2 is no turn") as caught:
        list(from_jsonl(lines))
    assert caught.value.__context__ is None
    with pytest.raises(ConfigError, match="row 3 is no turn"):
        list(from_csv([*to_csv([TURN]), broken]))


def test_another_csv_is_refused() -> None:
    for lines in ([], ["a,b\r\n"]):
        with pytest.raises(ConfigError, match="does not name the columns"):
            list(from_csv(lines))


def _with(text: str) -> StoredTurn:
    given = {name: getattr(TURN, name) for name in TURN.__slots__}
    return StoredTurn(**{**given, "text": text, "entities": ()})
