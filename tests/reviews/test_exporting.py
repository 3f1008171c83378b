"""Exports: no value of anybody in them, spans that fit, the same again for the same seed; who is left out, and why."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor import Policy, Redactor
from redactor.audit import Entry, acting
from redactor.audit.records import decoded
from redactor.exceptions import ConfigError
from redactor.reviews import Reviews, Verdict, exporting, hugging_face
from redactor.reviews.exporting import Example, Span, export, to_conll, to_jsonl
from redactor.testing import assert_no_leak, in_memory
from tests.reviews.conftest import Review, Said, on

VALUES: dict[str | re.Pattern[str], str] = {
    "Zebulon Quuxley": "PERSON",
    "zebulon": "PERSON",
    "zq.quuxley@qzmail.example": "EMAIL_ADDRESS",
    "+1 415 867 5309": "PHONE_NUMBER",
    "7730019284": "ACCOUNT_ID",
    "4539 1488 0343 6467": "CREDIT_CARD",
    "hunter2-qzq": "SECRET",
    "29 February 1984": "DATE_OF_BIRTH",
    "QZ-77X-991": "PASSPORT",
    "Quuxburg": "LOCATION",
    "Quuxcorp": "ORGANIZATION",
    "97": "AGE",
    "17 Quuxmore Lane, Quuxburg": "STREET_ADDRESS",
    re.compile("(?<=zip )97311"): "POSTAL_CODE",
}
MISSED = "Wilhelmina Vexx"
TEXT = (
    "I'm Zebulon Quuxley (zebulon!), zq.quuxley@qzmail.example, +1 415 867 5309; order 7730019284, card 4539 1488 0343 "
    "6467, password hunter2-qzq, born 29 February 1984, passport QZ-77X-991, of Quuxburg, at Quuxcorp, aged 97, 17 "
    f"Quuxmore Lane, Quuxburg. My wife is {MISSED}."
)
CANARIES = (
    "Zebulon", "Quuxley", "quuxley", "qzmail", "867 5309", "8675309", "7730019284", "4539", "6467", "hunter2", "1984",
    "77X", "Quuxburg", "Quuxcorp", "Quuxmore", "Wilhelmina", "Vexx",
)  # fmt: skip


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory(VALUES, policy="everything") as made:
        yield made


@pytest.fixture
def place(redactor: Redactor, said: Said, review: Review) -> tuple[str, str]:
    """A reviewed message with something of everything in it."""
    found = said("c", TEXT)
    review(found, on(redactor, found, "missed", MISSED, "PERSON"))
    return found


def written(redactor: Redactor, seed: str = "s") -> str:
    return "".join(to_jsonl(export(redactor, seed).examples))


def test_no_value_leaves_and_every_span_has_its_stand_in(
    redactor: Redactor, place: tuple[str, str], tmp_path: Path
) -> None:
    made = export(redactor, "s")
    [example] = made.examples
    assert dict(made.left_out) == {}
    hugging_face.write(tmp_path / "set", made.examples)
    assert_no_leak(CANARIES, written(redactor), "".join(to_conll(made.examples)), tmp_path, repr(made))
    labels = [span.label for span in example.spans]
    assert labels.count("PERSON") == 3
    assert set(labels) == set(VALUES.values()) - {"POSTAL_CODE"}
    assert "[" not in example.text
    assert example.text.startswith("I'm ")
    assert re.search(r", born \d\d? \w+ \d{4}, passport [A-Z]{2}-\d\d[A-Z]-\d{3}, of", example.text)
    pieces = [example.text[span.start : span.end] for span in example.spans]
    assert pieces[1] == pieces[0].split()[0].lower()  # the same person, written as they were
    assert all(piece == piece.strip() and piece for piece in pieces)
    assert place[0] not in written(redactor)
    assert place[1] not in written(redactor)


@settings(max_examples=3, deadline=None)
@given(seed=st.text(max_size=8))
def test_the_same_seed_gives_the_same_and_never_a_value(seed: str) -> None:
    with in_memory(VALUES, policy="everything") as redactor:
        chat = redactor.conversation("c")
        turn = chat.redact(TEXT.replace(MISSED, "nobody"))
        with acting("console:ann"):
            Reviews(redactor).submit(chat.public_id, turn.turn_id)
        first = written(redactor, seed)
        assert first == written(redactor, seed)
        assert_no_leak(CANARIES, first)


def test_another_seed_gives_other_stand_ins(redactor: Redactor, place: tuple[str, str]) -> None:
    one, other = json.loads(written(redactor, "s")), json.loads(written(redactor, "t"))
    assert one["text"] != other["text"]
    assert one["id"] != other["id"]


def test_no_stand_in_is_another_value_of_the_conversation() -> None:
    ages = [str(age) for age in range(20, 50)]
    with in_memory(dict.fromkeys(ages, "AGE")) as redactor:
        chat = redactor.conversation("c")
        turn = chat.redact(" ".join(ages))
        with acting("console:ann"):
            Reviews(redactor).submit(chat.public_id, turn.turn_id)
        for seed in "abc":
            [example] = export(redactor, seed).examples
            assert not set(example.text.split()) & set(ages)


def test_only_what_people_are_done_with_is_written(redactor: Redactor, said: Said, review: Review) -> None:
    said("c", "nobody looked at Zebulon Quuxley")
    looked = said("c", "one of two looked at Zebulon Quuxley")
    review(looked, by="ann", people=2)
    judged = said("c", "somebody began with Zebulon Quuxley")
    with acting("console:ann"):
        Reviews(redactor).judge(*judged, on(redactor, judged, "correct", "[PERSON_1]"))
    assert export(redactor, "s").examples == ()
    review(looked, by="bob", people=2)
    assert len(export(redactor, "s").examples) == 1
    assert [row.action for row in _audit(redactor)][-1] == "review.export"


def _audit(redactor: Redactor) -> list[Entry]:
    return [decoded(row.record).entry for row in redactor.parts.store.audit(0, 1000)]


def test_what_the_llm_names_by_its_placeholder_leaves_as_the_same_person(
    redactor: Redactor, said: Said, review: Review
) -> None:
    first = said("c", "I am Zebulon Quuxley")
    redactor.conversation("c").restore("Hello [PERSON_1], and [PERSON_9]!")
    reply = redactor.transcripts.show(first[0])[1].turn_id
    review(first)
    review((first[0], reply))
    [one, other] = export(redactor, "s").examples
    name = one.text.removeprefix("I am ")
    assert other.text == f"Hello {name}, and [LITERAL_1]!"
    assert other.spans == (Span(6, 6 + len(name), "PERSON"),)


def test_a_wrong_type_leaves_as_what_it_is(redactor: Redactor, said: Said, review: Review) -> None:
    place = said("c", "it is 7730019284, ok")
    review(place, on(redactor, place, "wrong_type", "[ACCOUNT_ID_1]", to_type="PHONE_NUMBER"))
    [example] = export(redactor, "s").examples
    assert [span.label for span in example.spans] == ["PHONE_NUMBER"]
    assert "7730019284" not in example.text


def test_a_wider_boundary_leaves_as_one_span(redactor: Redactor, said: Said, review: Review) -> None:
    place = said("c", "I am Zebulon Quuxley Vexx, yes")
    review(place, Verdict("wrong_boundary", 5, 15, to_start=5, to_end=20))
    [example] = export(redactor, "s").examples
    [span] = example.spans
    assert example.text[: span.start] == "I am "
    assert example.text[span.end :] == ", yes"
    assert len(example.text[span.start : span.end].split()) == 3
    assert_no_leak(CANARIES, example.text)


def test_who_cannot_be_written_truly_is_left_out_and_counted(redactor: Redactor, said: Said, review: Review) -> None:
    nobody, narrow = said("a", "a Quuxley? Zebulon Quuxley"), said("b", "I am Zebulon Quuxley")
    review(nobody, on(redactor, nobody, "not_personal", "[PERSON_1]"))
    review(narrow, Verdict("wrong_boundary", 5, 15, to_start=6, to_end=14))
    review(said("d", "it was 97311"))
    said("d", "zip 97311")  # a number so short is looked for nowhere else
    review(said("e", "I have diabetes"))
    made = export(redactor, "s")
    assert made.examples == ()
    assert dict(made.left_out) == {"not personal": 1, "boundary": 1, "value in clear": 1, "special category": 1}
    assert set(made.left_out) <= set(exporting.LEFT_OUT)


def test_what_the_allow_list_has_leaves_as_it_is(said: Said, redactor: Redactor) -> None:
    store, key = redactor.parts.store, redactor.parts.wrap
    place = said("c", "about Quuxcorp and Zebulon Quuxley")
    allowing = Policy.from_dict({"allow": [{"type": "PERSON", "term": "Zebulon Quuxley"}], "extends": "everything"})
    other = Redactor(allowing, [], store, key=key)
    with acting("console:ann"):
        Reviews(other).judge(*place, on(other, place, "not_personal", "[PERSON_1]"))
        Reviews(other).submit(*place)
    [example] = export(other, "s").examples
    assert example.text.endswith("and Zebulon Quuxley")
    assert [span.label for span in example.spans] == ["ORGANIZATION"]
    assert export(redactor, "s").examples == ()


def test_conll_is_one_token_a_line_with_iob2_tags() -> None:
    text = "I'm Ann Example ann@example.com"
    spans = (Span(4, 7, "PERSON"), Span(8, 15, "PERSON"), Span(16, 31, "EMAIL_ADDRESS"))
    lines = "".join(to_conll([Example("i", "d", 0, "customer", text, spans), Example("j", "d", 1, "agent", "ok", ())]))
    assert lines.splitlines() == [
        "-DOCSTART-\tO", "", "I\tO", "'\tO", "m\tO", "Ann\tB-PERSON", "Example\tB-PERSON", "ann\tB-EMAIL_ADDRESS",
        "@\tI-EMAIL_ADDRESS", "example\tI-EMAIL_ADDRESS", ".\tI-EMAIL_ADDRESS", "com\tI-EMAIL_ADDRESS", "", "ok\tO", "",
    ]  # fmt: skip


def test_a_folder_of_hugging_face_is_read_again(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    examples = [Example("i", "d", 0, "customer", "I am Ann", (Span(5, 8, "PERSON"),))]
    card, path = hugging_face.write(tmp_path / "set", examples)
    [row] = parquet.read_table(str(path)).to_pylist()
    assert row["spans"] == [{"start": 5, "end": 8, "label": "PERSON"}]
    assert (row["tokens"], row["tags"]) == (["I", "am", "Ann"], ["O", "O", "B-PERSON"])
    assert "data/train-00000-of-00001.parquet" in card.read_text("utf-8")
    with pytest.raises(ConfigError, match="expected a new folder"):
        hugging_face.write(tmp_path / "set", examples)


def test_without_pyarrow_it_is_json_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hugging_face, "_pyarrow", lambda: False)
    card, path = hugging_face.write(tmp_path, [Example("i", "d", 0, "customer", "hi", ())])
    assert json.loads(path.read_text("utf-8"))["text"] == "hi"
    assert "path: data/train.jsonl" in card.read_text("utf-8")
