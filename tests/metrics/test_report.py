"""The report: an ordinary time is quiet, and each thing that goes wrong is named."""

import json
from collections import Counter
from collections.abc import Callable

import pytest

from redactor.metrics.counts import Counts, Label
from redactor.metrics.report import make
from redactor.metrics.tables import markdown, tables
from redactor.metrics.window import Window

Make = Callable[..., Window]
MakeDay = Callable[..., Counts]


@pytest.mark.parametrize("seed", range(1, 9))
def test_an_ordinary_week_raises_no_alarm(ordinary: Make, seed: int) -> None:
    report = make(ordinary(7, seed=seed, replies=100), ordinary(28, replies=100))
    assert report.changes
    assert report.alarms == ()


def test_without_a_reference_nothing_is_compared(ordinary: Make) -> None:
    report = make(ordinary())
    assert (report.alarms, report.drifts, report.changes) == ((), (), ())
    assert report.notes == ("Nothing was compared: no reference was given.",)


def test_scores_that_fall_are_drift(ordinary: Make, window: Make, day: MakeDay) -> None:
    report = make(window(*[day(top=15)] * 7), ordinary())
    assert any(alarm.startswith("scores of PERSON drifted: PSI") for alarm in report.alarms)
    assert not any("URL" in alarm for alarm in report.alarms)


def test_types_in_other_proportions_are_drift(ordinary: Make, window: Make, day: MakeDay) -> None:
    report = make(window(*[day(holding=0.05, urls=0.4)] * 7), ordinary())
    mix = next(alarm for alarm in report.alarms if alarm.startswith("the mix of types drifted"))
    assert mix.endswith("most of all PERSON, 75% then and 11% now")


def test_text_that_looks_like_a_placeholder_is_told_by_its_sign_alone(
    ordinary: Make, window: Make, day: MakeDay
) -> None:
    attacked = day(signs=100)
    attacked += Counter({Label("holding", "customer", "LITERAL"): 100})
    attacked += Counter({Label("entity", "customer", "LITERAL", "placeholders", 19): 900})
    report = make(window(attacked), ordinary())
    assert [alarm.split(" (")[0] for alarm in report.alarms] == ["the sign placeholder_like"]


def test_a_type_that_is_no_longer_found_is_an_alarm_on_its_day(ordinary: Make, window: Make, day: MakeDay) -> None:
    report = make(window(day(), day(urls=0.0), day()), ordinary())
    assert report.alarms == ("URL in 0.00% of 500 messages of the role customer, 2024-10-05; 10.01% in the reference",)


def test_a_burst_of_a_sign_is_an_alarm(ordinary: Make, window: Make, day: MakeDay) -> None:
    quiet = ordinary(replies=100)
    report = make(window(day(replies=100), day(signs=25, replies=100)), quiet)
    assert len(report.alarms) == 1
    assert report.alarms[0].startswith("the sign placeholder_like (text from outside that reads like a placeholder")
    assert "5.00% of 500 messages" in report.alarms[0]
    replied = make(window(day(replies=400, withheld=40)), quiet)
    assert len(replied.alarms) == 1
    assert "10.00% of 400 replies" in replied.alarms[0]
    few = make(window(day(replies=40, withheld=40)), quiet)
    assert few.alarms == ()
    assert any("Too few replies to judge rates: 40 now" in note for note in few.notes)


def test_ten_messages_alarm_nobody_and_the_report_says_so(ordinary: Make, window: Make, day: MakeDay) -> None:
    report = make(window(day(10, holding=1.0, urls=1.0, top=3, signs=10)), ordinary())
    assert report.alarms == ()
    assert {each.reading for each in report.drifts if each.actual < 100} == {"too few"}
    assert any("Too few messages of the role customer to judge rates: 10 now" in note for note in report.notes)


def test_a_small_reference_judges_no_rates(window: Make, day: MakeDay) -> None:
    report = make(window(*[day(holding=0.9)] * 7), window(day(900)))
    assert report.changes == ()


def test_tables_have_a_cell_for_every_column_with_and_without_a_reference(ordinary: Make) -> None:
    for report in (make(ordinary(7, replies=10), ordinary()), make(ordinary()), make(Window({}, {}, {}))):
        for table in tables(report):
            assert all(len(row) == len(table.header) for row in table.rows), table.title


def test_tables_show_rates_shares_of_recognizers_and_scores(ordinary: Make) -> None:
    found = {table.title: table for table in tables(make(ordinary(7, seed=1, signs=5), ordinary()))}
    person = found["per type"].rows[0]
    assert person[0] == "PERSON"
    assert person[5].startswith("transformer 7")
    assert person[6].endswith("stable")
    scores = found["scores, in 20 equal parts from 0 to 1"].rows[0]
    assert scores[1] == "·" * 18 + "▃█"
    signs = {row[0]: row for row in found["signs of an attack"].rows}
    assert signs["placeholder_like"][1] == "35"
    assert signs["placeholder_like"][3] == "0.00%"


def test_markdown_holds_the_alarms_and_every_table(ordinary: Make, window: Make, day: MakeDay) -> None:
    text = markdown(make(window(*[day(urls=0.0)] * 3), ordinary()))
    assert "- **alarm**: URL in 0.00%" in text
    assert text.count("\n### ") == 5
    for line in text.splitlines():
        assert not line.startswith("|") or line.endswith("|")
    assert "No alarm." in markdown(make(ordinary(), ordinary()))


def test_public_numbers_are_plain_data_and_complete(ordinary: Make, window: Make, day: MakeDay) -> None:
    report = make(window(day(urls=0.0)), ordinary())
    data = json.loads(json.dumps(report.public()))
    assert data["window"]["messages"] == 500
    assert data["reference"]["models"] == {"model 1": data["reference"]["messages"]}
    assert len(data["drifts"]) == len(report.drifts)
    assert [each["type"] for each in data["changes"] if each["alarm"]] == ["URL"]
    assert data["alarms"] == list(report.alarms)
    assert [day["day"] for day in data["days"]] == ["2024-10-04"]
