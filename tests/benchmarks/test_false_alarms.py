"""False alarms: counted once a message, never where a mark is; and the default national rows stay under their limit."""

import json
from pathlib import Path

import pytest

from benchmarks.false_alarms import ALL, NATIONAL, Plain, Tally, harmless, main, measure
from redactor.detection.rows import all_rows
from redactor.evaluation.sources import load_source

ROWS = [row for row in all_rows() if row.name in ("pl_pesel", "email", "phone_plus", "br_cpf_alone")]


def written(folder: Path, lines: list[dict[str, object]], unmarked: tuple[str, ...] = ()) -> Path:
    folder.mkdir()
    path = folder / "dev.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), "utf-8")
    (folder / "meta.json").write_text(json.dumps({"labels_not_annotated": list(unmarked)}), "utf-8")
    return path


def test_a_hit_that_no_mark_touches_is_an_alarm_and_a_marked_one_is_none(tmp_path: Path) -> None:
    marked = [{"start": 9, "end": 24, "label": "EMAIL"}]
    path = written(tmp_path / "a", [
        {"text": "write to ann@example.com", "spans": marked},
        {"text": "write to ann@example.com or bob@example.com or eve@example.com", "spans": marked},
        {"text": "my pesel is 44051401359"},
    ])  # fmt: skip
    found = measure([load_source(path)], [], ROWS)
    assert found["email"] == Tally(3, 1)
    assert found["pl_pesel"] == Tally(3, 1)
    assert found["phone_plus"] == Tally(3, 0)
    assert found[NATIONAL] == Tally(3, 1)


def test_a_source_that_does_not_mark_a_type_is_not_asked_about_it_unless_none_does(tmp_path: Path) -> None:
    one = written(tmp_path / "a", [{"text": "ann@example.com"}], ("EMAIL", "NATIONAL_ID"))
    two = written(tmp_path / "b", [{"text": "pesel 44051401359"}, {"text": "hello"}], ("NATIONAL_ID",))
    found = measure([load_source(one), load_source(two)], [Plain("nothing")], ROWS)
    assert found["email"] == Tally(3, 0)
    assert found["pl_pesel"] == Tally(4, 1)
    assert found[NATIONAL] == Tally(4, 1)


def test_the_turn_before_counts_as_context(tmp_path: Path) -> None:
    lines: list[dict[str, object]] = [
        {"dialog_id": "d", "turn": 0, "role": "agent", "text": "What is your PESEL?"},
        {"dialog_id": "d", "turn": 1, "role": "customer", "text": "44051401359"},
    ]
    assert measure([load_source(written(tmp_path / "a", lines))], [], ROWS)["pl_pesel"] == Tally(2, 1)


def test_one_row_hides_no_other() -> None:
    message = Plain("my pesel is 44051401359, a national id number")
    rows = [row for row in all_rows() if row.name in ("pl_pesel", "national_id_of_any_country")]
    found = measure([], [message], rows)
    assert [found[row.name].alarms for row in rows] == [1, 1]


def test_the_same_seed_gives_the_same_harmless_messages() -> None:
    assert harmless(200, 3) == harmless(200, 3) != harmless(200, 4)
    assert len({message.text for message in harmless(200)}) > 150


def test_default_rows_of_national_identifiers_stay_under_one_alarm_in_two_thousand_messages() -> None:
    rows = [row for row in all_rows() if row.countries and row.by_default]
    found = measure([], harmless(1_000), rows)
    assert found[NATIONAL].alarms == 0, {name: tally for name, tally in found.items() if tally.alarms}


@pytest.mark.soak
def test_default_rows_stay_under_the_limit_over_many_messages() -> None:
    found = measure([], harmless(100_000, 1), [row for row in all_rows() if row.countries and row.by_default])
    assert found[NATIONAL].alarms < 100_000 / 2_000


def test_json_has_a_line_for_every_row(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path / "a", [{"text": "write to ann@example.com"}])
    main([str(path.parent), "--generated", "13", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert set(found) == {*(row.name for row in all_rows()), ALL, NATIONAL}
    assert found["email"] == {"messages": 14, "alarms": 1}
    main([str(path), "--generated", "0"])
    assert "| email | 1 | 1 | 100,000.0 |" in capsys.readouterr().out
