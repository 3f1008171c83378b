"""Found messages: words are marked where they stand, and nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.storage import terms
from redactor.transcripts import RecordedEntity, StoredTurn
from redactor_console.web import marking
from redactor_console.web.marking import hit, marked


def turn(text: str, *entities: RecordedEntity) -> StoredTurn:
    return StoredTurn("c", "t", 1, "id", "customer", "", 1.0, text, 0, "p", "m", entities)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("A refund, please", "refund", ["refund"]),
        ("REFUND refunds", "refund", ["REFUND"]),
        ("REFUND refunds", "refund*", ["REFUND", "refunds"]),
        ("the order number", '"order number"', ["order number"]),
        ("the order, number!", '"order num"*', ["order, number"]),
        ("naïve Straße", "naive strasse", ["naïve", "Straße"]),
        ("[PERSON_1] said", "person_1", ["PERSON_1"]),
        ("😀 refund 😀", "refund", ["refund"]),
        ("כסף חזרה", "חזרה", ["חזרה"]),
        ("nothing", "refund", []),
    ],
)
def test_words_are_marked_where_they_stand(text: str, query: str, expected: list[str]) -> None:
    assert [text[low:high] for low, high in marked(text, terms(query))] == expected


@given(st.text(max_size=80), st.sampled_from(["a", "a* b*", '"a b"', "1"]))
def test_the_parts_of_a_message_are_its_text(text: str, query: str) -> None:
    assert "".join(part.text for part in hit(turn(text), terms(query)).parts) == text


def test_a_long_message_is_cut_around_the_first_match_and_no_placeholder_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marking, "LONGEST", 20)
    monkeypatch.setattr(marking, "_BEFORE", 5)
    text = "x" * 50 + " [PERSON_1] needle " + "[ACCOUNT_ID_1] " + "y" * 50
    entities = [
        RecordedEntity(kind, 1, 0, text.index(f"[{kind}"), text.index(f"[{kind}") + len(f"[{kind}_1]"), 0.9, "r", "p")
        for kind in ("PERSON", "ACCOUNT_ID")
    ]
    found = hit(turn(text, *entities), terms("needle"))
    assert [part.text for part in found.parts] == ["[PERSON_1]", " ", "needle", " ", "[ACCOUNT_ID_1]"]
    assert (found.is_cut_before, found.is_cut_after) == (True, True)
    assert [part.is_hit for part in found.parts] == [False, False, True, False, False]
    assert found.link == "/conversations/c?at=1#t-1"
