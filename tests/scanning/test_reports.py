"""Every format says what was found and where; none says the value."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from redactor.scanning import Finding, Gap, Report
from redactor.scanning.pieces import as_words, masked, named
from redactor.scanning.reports import FORMATS, stats, summary, written
from redactor.testing import assert_no_leak
from tests.scanning.conftest import CARD, MAIL, Scan

CANARIES = (CARD, CARD.replace(" ", ""), MAIL, "canary@example", "536-22-8765")


def _said(report: Report, form: str) -> str:
    return "\n".join(written(report, form))


@pytest.fixture
def report(scanned: Scan, tmp_path: Path) -> Report:
    """Findings of all kinds, and a gap."""
    (tmp_path / "a b,c.txt").write_text(f"x {MAIL}\n{CARD}\n", "utf-8")
    (tmp_path / "d.jsonl").write_text(json.dumps({MAIL: {"ssn": "536-22-8765"}}), "utf-8")
    (tmp_path / f"{MAIL}.txt").write_bytes(b"\xff")
    return scanned("a b,c.txt", "d.jsonl", f"{MAIL}.txt", fail_on=(("CREDIT_CARD", 0.0),))


@pytest.mark.parametrize("form", FORMATS)
def test_no_format_holds_a_value(form: str, report: Report) -> None:
    assert len(report.findings) == 5
    assert_no_leak(CANARIES, _said(report, form), summary(report), [*stats(report)], repr(report), report)


def test_json_has_a_schema_findings_gaps_and_counts(report: Report) -> None:
    data = json.loads(_said(report, "json"))
    assert (data["schema"], data["exit_code"]) == ("redactor.scan/1", 3)
    first = data["findings"][0]
    assert first == {
        "path": "a b,c.txt",
        "line": 1,
        "column": 3,
        "end_line": 1,
        "end_column": 3 + len(MAIL),
        "where": "",
        "type": "EMAIL_ADDRESS",
        "score": 0.99,
        "recognizer": "pattern:email",
        "masked": "a***",
        "fails": False,
    }
    assert [each["fails"] for each in data["findings"]] == [False, True, False, False, False]
    assert data["gaps"][0]["reason"].startswith("not utf-8")
    assert data["stats"]["by_type"] == {"CREDIT_CARD": 1, "EMAIL_ADDRESS": 3, "US_SSN": 1}


def test_json_lines_say_the_same_and_end_with_the_counts(report: Report) -> None:
    lines = [json.loads(line) for line in written(report, "jsonl")]
    assert [line["kind"] for line in lines] == ["finding"] * 5 + ["gap", "end"]
    assert lines[-1]["exit_code"] == 3


def test_sarif_has_what_its_schema_requires(report: Report) -> None:
    log = json.loads(_said(report, "sarif"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert run["tool"]["driver"]["name"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert result["message"]["text"]
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("none", "note", "warning", "error")
        place = result["locations"][0]["physicalLocation"]
        assert " " not in place["artifactLocation"]["uri"]
        assert all(number >= 1 for number in place.get("region", {"startLine": 1}).values())
    assert [result["level"] for result in run["results"]].count("error") == 1
    (invocation,) = run["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"].startswith("not checked")


def test_annotations_escape_what_would_end_them(report: Report) -> None:
    lines = [*written(report, "github")]
    assert lines[0].startswith("::notice file=a b%2Cc.txt,line=1,col=3,endLine=1,endColumn=24,title=EMAIL_ADDRESS::")
    assert lines[1].startswith("::error file=a b%2Cc.txt,line=2,")
    assert lines[-1].startswith("::error file=")
    assert "not checked::not utf-8" in lines[-1]
    odd = Report((Finding("a\n::x:%", "PERSON", 1.0, "r", "***", "0"),), (), frozenset())
    (line,) = written(odd, "github")
    assert line == "::notice file=a%0A%3A%3Ax%3A%25,title=PERSON::a person's name, or part of one: ***"


def test_text_and_summary_read_well(report: Report) -> None:
    lines = _said(report, "text").splitlines()
    assert lines[0] == "a b,c.txt:1:3: EMAIL_ADDRESS a*** 0.99 pattern:email"
    assert "not checked: not utf-8 at byte 0" in lines[-1]
    assert summary(report) == (
        "1 CREDIT_CARD, 3 EMAIL_ADDRESS, 1 US_SSN; 1 not checked, so that the scan is incomplete"
    )
    assert summary(Report((), (), frozenset())) == "nothing found"


@given(st.text(min_size=1, max_size=40), st.sampled_from(["PERSON", "SECRET", "EMAIL_ADDRESS"]))
def test_a_masked_value_shows_its_first_character_at_most(value: str, kind: str) -> None:
    shown = masked(kind, value)
    assert shown in ("***", value.strip()[:1] + "***")
    assert shown == "***" or (kind != "SECRET" and len(value) >= 8)


@given(st.text(max_size=30))
def test_a_key_that_may_be_a_value_is_shown_as_its_number(name: str) -> None:
    shown = named(name, 3)
    assert shown == "#3" or (shown == name and sum(map(str.isdigit, name)) <= 2 and name.isascii())


def test_keys_become_the_words_that_ask() -> None:
    assert as_words("orderNumber") == ("order Number",)
    assert as_words("date_of-birth") == ("date of birth",)
    assert as_words("4111111111111111") == ()


_WRAP: Sequence[Any] = (
    lambda said: json.dumps({"a": said}),
    lambda said: json.dumps({said: [said]}),
    lambda said: f"{said},b\n1,{said}\n",
    lambda said: f"From: {said}\n\n{said}",
    lambda said: f"x = {said!r}  # {said}",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    value=st.sampled_from([MAIL, CARD, "536-22-8765"]),
    wrap=st.sampled_from(_WRAP),
    name=st.sampled_from(["x.jsonl", "x.csv", "x.eml", "x.py", f"{MAIL}.jsonl"]),
    form=st.sampled_from(FORMATS),
)
def test_a_canary_is_in_no_output_whatever_the_format(
    value: str, wrap: Any, name: str, form: str, scanned: Scan, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(wrap(value), "utf-8")
    report = scanned(name)
    assert report.exit_code in (1, 3)
    assert_no_leak([value, MAIL], _said(report, form), summary(report), report)


def test_gaps_of_what_is_not_read_by_design_are_in_no_text(scanned: Scan) -> None:
    report = Report((), (Gap("a link", expected=True, path="x"),), frozenset())
    assert (_said(report, "text"), _said(report, "github"), report.exit_code) == ("", "", 0)
