"""From marked files to a table: the same messages for every system, values only on demand."""

import json
from collections.abc import Callable, Iterable, Sequence

import pytest

from redactor import Redactor
from redactor.evaluation import Alone, Evaluation, Pipeline, Source, evaluate
from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.results import MEASURES
from redactor.evaluation.systems import ReadDialog, System
from redactor.evaluation.tables import markdown, tables
from redactor.policy import Policy
from redactor.types import Entity

POLICY = Policy.load("default")
SOURCE = Source(
    "shop/dev",
    (
        Dialog(
            "d1",
            (
                Message("m0", "agent", "hello"),
                Message("m1", "customer", "Ann Canary", (Span(0, 10, "PERSON"),)),
                Message("m2", "customer", "order 12345", (Span(6, 11, "ACCOUNT_ID"),)),
            ),
        ),
        Dialog("d2", (Message("m3", "customer", "thanks Bob"),), alone=True),
        Dialog("d3", (Message("m4", "customer", "born in xylo", (Span(8, 12, "OTHER_PII"),)),), alone=True),
    ),
)


@pytest.fixture
def ours(make_redactor: Callable[..., Redactor]) -> Pipeline:
    return Pipeline(make_redactor(policy=POLICY))


def _theirs(name: str = "theirs") -> Alone:
    def digits(text: str, context: Sequence[str]) -> list[Entity]:
        return [Entity(6, 11, "ACCOUNT_ID", 1.0, "r")] if text[6:].isdigit() else []

    return Alone(digits, name=name, setting="rules only", threshold=POLICY.threshold, kept=POLICY.kept, scored=False)


def _evaluated(*systems: System, examples: int = 0) -> Evaluation:
    return evaluate(systems, [SOURCE], POLICY, examples=examples)


def test_every_system_is_measured_on_the_same_messages(ours: Pipeline) -> None:
    mine, theirs = _evaluated(ours, _theirs()).results
    assert (mine.dialogs, mine.messages) == (theirs.dialogs, theirs.messages) == (3, 5)
    assert list(mine.measures) == list(theirs.measures) == list(MEASURES)
    recalls = [(r.measures["full_mask_recall"].count, r.measures["full_mask_recall"].total) for r in (mine, theirs)]
    assert recalls == [(2, 2), (1, 2)]
    touched = [(r.measures["clean_touched"].count, r.measures["clean_touched"].total) for r in (mine, theirs)]
    assert touched == [(1, 2), (0, 2)]
    assert mine.types["PERSON"].precision.value == 0.5
    assert theirs.types["PERSON"].recall.value == 0.0


def test_calibration_is_measured_only_where_scores_are_meant_as_scores(ours: Pipeline) -> None:
    mine, theirs = _evaluated(ours, _theirs()).results
    assert mine.measures["calibration_error"].value is not None
    assert mine.reliability
    assert theirs.measures["calibration_error"].value is None
    assert theirs.reliability == ()


def test_times_are_per_message_and_the_models_where_it_is_known(ours: Pipeline) -> None:
    mine, theirs = _evaluated(ours, _theirs()).results
    assert 0 < mine.latency["message"].p50 <= mine.latency["message"].p95 <= mine.latency["message"].p99
    assert "model" not in mine.latency  # its recognizer is no transformer
    assert "model" not in theirs.latency


def test_labels_that_do_not_count_are_named(ours: Pipeline) -> None:
    (result,) = _evaluated(ours).results
    assert result.left_out == ("OTHER_PII",)
    assert "OTHER_PII" in markdown(_evaluated(ours))


def test_errors_are_kept_only_when_asked_for_and_never_published(ours: Pipeline) -> None:
    assert _evaluated(ours, _theirs()).results[1].examples.missed == ()
    found = _evaluated(ours, _theirs(), examples=1)
    mine, theirs = found.results
    assert [(each.message, each.type, each.value) for each in theirs.examples.missed] == [
        ("m1", "PERSON", "Ann Canary")
    ]
    assert [(each.message, each.type, each.value) for each in mine.examples.wrong] == [("m3", "PERSON", "Bob")]
    for written in (repr(found), json.dumps(found.public()), markdown(found)):
        assert "Canary" not in written
        assert "Bob" not in written


def test_tables_put_systems_side_by_side_and_say_how_each_was_run(ours: Pipeline) -> None:
    systems, measures, *rest = tables(_evaluated(ours, _theirs()))
    assert [row[0] for row in systems.rows] == ["redactor", "theirs"]
    assert systems.rows[1][1] == "rules only"
    assert measures.title == "shop/dev: 3 dialogs, 5 messages"
    assert measures.header == ("", "redactor", "theirs")
    rows = {row[0]: row[1:] for row in measures.rows}
    assert rows["values fully masked"][0].startswith("100.0% [")
    assert rows["values fully masked"][0].endswith("2 of 2")
    assert rows["calibration error (ECE)"][1] == "-"
    assert "... after the last turn" not in rows  # says nothing new here
    assert any("per type" in table.title for table in rest)


def test_where_room_is_short_systems_stay_beside_each_other_and_cells_say_less(ours: Pipeline) -> None:
    def row(room: int | None, start: str = "values fully masked") -> list[str]:
        _, measures, *_ = tables(found, room)
        (row,) = [row for row in measures.rows if row[0].startswith(start)]
        return list(row[1:])

    found = _evaluated(ours, _theirs())
    assert row(None) == row(200) == ["100.0% [100.0, 100.0], 2 of 2", "50.0% [50.0, 50.0], 1 of 2"]
    assert row(78) == ["100.0% [100.0, 100.0]", "50.0% [50.0, 50.0]"]
    assert row(52) == ["100.0%", "50.0%"]
    assert "/" not in row(52, "ms per message, p50")[0]
    found = _evaluated(ours)
    assert row(10) == ["100.0% [100.0, 100.0], 2 of 2"]  # alone, it goes on below


def test_markdown_is_tables_of_even_rows(ours: Pipeline) -> None:
    lines = [line for line in markdown(_evaluated(ours, _theirs("a|b"))).splitlines() if line.startswith("|")]
    assert any("a\\|b" in line for line in lines)
    widths = [line.replace("\\|", "").count("|") for line in lines]
    headers = [n for n, line in enumerate(lines) if set(line) <= set("| -")]
    for header in headers:
        assert widths[header - 1] == widths[header]


def test_a_watcher_sees_every_dialog_go_by(ours: Pipeline) -> None:
    seen: list[tuple[str, str, int]] = []

    def watch(read: Iterable[ReadDialog], doing: str, total: int) -> Iterable[ReadDialog]:
        for each in read:
            seen.append((each.dialog.id, doing, total))
            yield each

    evaluate([ours], [SOURCE], POLICY, watch=watch)
    assert seen == [(each.id, "redactor, shop/dev", 3) for each in SOURCE.dialogs]


def test_a_source_without_marks_has_nothing_to_measure_and_says_so(ours: Pipeline) -> None:
    empty = Source("s", (Dialog("d", (Message("m", "customer", "hello there"),)),))
    (result,) = evaluate([ours], [empty], POLICY).results
    assert result.measures["full_mask_recall"].value is None
    assert result.measures["strict_f1"].value is None
    assert result.measures["clean_touched"].total == 1
    assert "| values fully masked | - |" in markdown(Evaluation((result,)))


def test_the_same_seed_gives_the_same_numbers(ours: Pipeline) -> None:
    first, second = (evaluate([_theirs()], [SOURCE], POLICY, seed=3).results[0].measures for _ in range(2))
    assert first == second
