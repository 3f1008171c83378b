"""Every measure on three small conversations, each number worked out with pencil and paper."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from redactor.evaluation import Alone, Evaluation, evaluate, load_source
from redactor.policy import Policy
from redactor.types import Entity

POLICY = Policy.load("default")


def _row(dialog: str | None, text: str, *spans: tuple[int, int, str], **rest: Any) -> dict[str, Any]:
    marks = [{"start": start, "end": end, "label": label} for start, end, label in spans]
    return {"dialog_id": dialog, "text": text, "spans": marks, **rest}


ROWS = [
    _row("d1", "hello there", role="agent"),  # clean, left alone
    _row("d1", "I'm Ann Lee, order 88412", (4, 11, "PERSON"), (19, 24, "ACCOUNT_ID")),  # half of the name is seen
    _row("d2", "Sweet! Thank you"),  # clean, touched
    _row("d2", "mail me at a@b.de", (11, 17, "EMAIL")),  # right; and a guess at "mail" that is not strong enough
    _row(None, "from Rome", (5, 9, "LOCATION")),  # right, and the policy keeps it in the text
]

VOTES: dict[str, list[tuple[int, int, str, float]]] = {
    "I'm Ann Lee, order 88412": [(4, 7, "PERSON", 0.9), (19, 24, "ACCOUNT_ID", 0.8)],
    "Sweet! Thank you": [(0, 5, "PERSON", 0.6)],
    "mail me at a@b.de": [(11, 17, "EMAIL_ADDRESS", 0.97), (0, 4, "ACCOUNT_ID", 0.1)],
    "from Rome": [(5, 9, "LOCATION", 0.95)],
}


def _recognizer(text: str, context: Sequence[str]) -> Iterator[Entity]:
    return (Entity(*vote, "r") for vote in VOTES.get(text, []))


@pytest.fixture
def found(tmp_path: Path) -> Evaluation:
    path = tmp_path / "dev.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), "utf-8")
    system = Alone(_recognizer, name="r", setting="", threshold=lambda _: 0.5, kept=POLICY.kept)
    return evaluate([system], [load_source(path)], POLICY)


@pytest.mark.parametrize(
    ("measure", "value"),
    [
        ("full_mask_recall", 2 / 3),  # number and address; of the name "Lee" is left
        ("full_mask_recall_later", 2 / 3),
        ("full_mask_recall_throughout", 2 / 3),
        ("nothing_left", 1 / 2),  # the sentence holds nothing to mask and is no conversation here
        ("clean_touched", 1 / 2),  # "Sweet"; "from Rome" has a mark and is not clean
        ("outside_masked", 5 / 42),  # 10 + 7 + 13 + 8 + 4 letters are in no mark
        ("character_recall", 12 / 15),  # 3 of 6, 5 of 5, 4 of 4
        ("character_precision", 12 / 17),
        ("strict_precision", 3 / 5),  # "Ann" and "Sweet" are wrong
        ("strict_recall", 3 / 4),
        ("strict_f1", 2 * 3 / (5 + 4)),
        ("strict_f1_masked", 2 * 2 / (4 + 3)),  # without the place
        ("blind_f2", 5 * 2 / (4 * 3 + 4)),  # "Ann" is 3 of 7 of "Ann Lee": too little
        ("calibration_error", (0.9 + 0.2 + 0.6 + (2 - 0.97 - 0.95) + 0.1) / 6),  # the two best share a bin
    ],
)
def test_a_measure_is_what_pencil_and_paper_say(found: Evaluation, measure: str, value: float) -> None:
    assert found.results[0].measures[measure].value == pytest.approx(value)


def test_the_interval_is_that_of_drawing_whole_conversations(found: Evaluation) -> None:
    # 7 of 27 draws hold the first conversation and not the second (1 of 2 masked), 7 of 27 the other way (1 of 1)
    recall = found.results[0].measures["full_mask_recall"]
    assert (recall.low, recall.high) == (0.5, 1.0)
    # no message of the first conversation and none of the sentence holds an error of this kind
    touched = found.results[0].measures["clean_touched"]
    assert (touched.low, touched.high, touched.count, touched.total) == (0.0, 1.0, 1, 2)


def test_types_and_bins_add_up(found: Evaluation) -> None:
    (result,) = found.results
    person = result.types["PERSON"]
    assert (person.gold, person.found, person.precision.value, person.masked.value) == (1, 2, 0.0, 0.0)
    assert result.types["LOCATION"].masked.value is None
    assert [(round(each.low * 15), each.votes, each.right) for each in result.reliability] == [
        (1, 1, 0.0), (9, 1, 0.0), (12, 1, 1.0), (13, 1, 0.0), (14, 2, 1.0)
    ]  # fmt: skip
