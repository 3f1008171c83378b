"""A message cut into pieces: nothing is lost, nothing is shown twice."""

import time

from hypothesis import given
from hypothesis import strategies as st

from redactor.transcripts import Candidate, RecordedEntity
from redactor_console.web.pieces import Piece, pieces


def entity(start: int, end: int, **more: object) -> RecordedEntity:
    values = {"type": "PERSON", "index": 1, "form": 0, "score": 0.9, "recognizer": "r", "operator": "placeholder"}
    return RecordedEntity(start=start, end=end, **{**values, **more})  # type: ignore[arg-type]


def vote(start: int, end: int, score: float = 0.3) -> Candidate:
    return Candidate("PERSON", start, end, score, "r")


def spans(found: list[Piece]) -> list[tuple[str, bool, int]]:
    return [(each.text, each.entity is not None, len(each.candidates)) for each in found]


def test_hidden_places_votes_and_what_lies_between() -> None:
    text = "I am [PERSON_1], Bob says"
    found = pieces(text, [entity(5, 15)], [vote(17, 20)])
    assert spans(found) == [
        ("I am ", False, 0),
        ("[PERSON_1]", True, 0),
        (", ", False, 0),
        ("Bob", False, 1),
        (" says", False, 0),
    ]


def test_votes_that_overlap_are_one_piece_the_strongest_first() -> None:
    found = pieces("Ann Lee Smith", [], [vote(0, 7, 0.2), vote(4, 13, 0.4)])
    assert spans(found) == [("Ann Lee Smith", False, 2)]
    assert [each.score for each in found[0].candidates] == [0.4, 0.2]


def test_a_vote_that_lost_on_a_hidden_place_is_shown_there() -> None:
    (found,) = pieces("[PERSON_1]", [entity(0, 10)], [vote(0, 10)])
    assert found.entity is not None
    assert len(found.candidates) == 1


def test_a_vote_of_which_only_marks_are_left_in_clear_is_none() -> None:
    assert spans(pieces("[PERSON_1]!?", [entity(0, 10)], [vote(5, 12)])) == [("[PERSON_1]", True, 1), ("!?", False, 0)]


def test_entities_are_numbered_by_place_and_a_place_is_shown_once() -> None:
    found = pieces("abcdefgh", [entity(4, 6), entity(0, 3), entity(1, 2)])
    assert [(each.text, each.number) for each in found if each.entity] == [("abc", 0), ("ef", 2)]


@st.composite
def messages(draw: st.DrawFn) -> tuple[str, list[RecordedEntity], list[Candidate]]:
    text = draw(st.text(st.characters(exclude_categories=()), max_size=30))
    place = st.tuples(st.integers(0, 32), st.integers(0, 32)).map(sorted)
    places = draw(st.lists(place, max_size=4)), draw(st.lists(place, max_size=4))
    return (
        text,
        [entity(a, b) for a, b in places[0] if a < b <= len(text)],
        [vote(a, b) for a, b in places[1] if a < b],
    )


@given(messages())
def test_the_pieces_are_the_text(message: tuple[str, list[RecordedEntity], list[Candidate]]) -> None:
    text, entities, votes = message
    found = pieces(text, entities, votes)
    assert "".join(each.text for each in found) == text
    assert all(text[each.start : each.end] == each.text for each in found)
    assert [each.start for each in found[1:]] == [each.end for each in found[:-1]]


@given(messages())
def test_each_piece_has_the_votes_that_touch_it_the_strongest_first(
    message: tuple[str, list[RecordedEntity], list[Candidate]],
) -> None:
    text, entities, candidates = message
    for each in pieces(text, entities, candidates):
        if each.is_plain:
            continue
        touching = [one for one in candidates if one.start < each.end and each.start < one.end]
        assert sorted(each.candidates, key=repr) == sorted(touching, key=repr)
        assert [one.score for one in each.candidates] == sorted((one.score for one in touching), reverse=True)


def test_thousands_of_votes_and_hidden_places_do_not_take_long() -> None:
    hidden = [entity(20 * n, 20 * n + 9, index=n) for n in range(2000)]
    votes = [vote(10 * n, 10 * n + 9) for n in range(4000)]
    began = time.process_time()
    found = pieces("Some Body " * 4000, hidden, votes)
    assert sum(len(each.candidates) for each in found) == len(votes)
    assert time.process_time() - began < 1.0
