"""The page of recognizers is what the table says, and each row stands in it once."""

import json

from benchmarks.recognizers import ALARMS, PAGE, PLACE, PRESIDIO, RECALL, tables
from redactor.detection.rows import all_rows, table


def generated() -> str:
    read = [json.loads(path.read_text("utf-8")) for path in (ALARMS, RECALL, PRESIDIO)]
    return tables(*read)


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text("utf-8")
    shown = text.split(PLACE.begin)[1].split(PLACE.end)[0].strip()
    assert shown == generated().strip(), "python -m benchmarks.recognizers --into docs/recognizers.md writes it"


def test_each_row_stands_in_it_once_with_its_false_alarms() -> None:
    lines = [line for line in generated().splitlines() if line.count(" | ") >= 6]
    names = [line.split("`")[1] for line in lines if line.startswith("| `")]
    assert sorted(names) == sorted(row.name for row in all_rows())
    alarms = json.loads(ALARMS.read_text("utf-8"))
    assert {row.name for row in table()} <= set(alarms)


def test_the_national_rows_in_force_alarm_less_than_once_in_two_thousand_messages() -> None:
    counted = json.loads(ALARMS.read_text("utf-8"))["(rows in force: national)"]
    assert counted["alarms"] * 2_000 < counted["messages"]
    assert counted["messages"] > 50_000


def test_every_national_number_is_found_where_its_country_is_configured() -> None:
    measured = json.loads(RECALL.read_text("utf-8"))
    assert measured["count"] >= 100
    for name, each in measured["rows"].items():
        assert min(each["home"].values()) >= 0.99, name
