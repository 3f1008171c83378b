"""A report in the formats people and machines read. None of them holds a value but masked."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from redactor.scanning.pieces import Finding, Gap
from redactor.scanning.running import Report
from redactor.taxonomy import entity_types

FORMATS = ("text", "json", "jsonl", "sarif", "github")
SCHEMA = "redactor.scan/1"
"""Name and version of what `json` and `jsonl` write; a field more does not change it, any other change does."""


def written(report: Report, form: str) -> Iterator[str]:
    """The lines of a report in one of `FORMATS`."""
    writers: Mapping[str, Callable[[Report], Iterator[str]]] = {
        "text": _text,
        "json": _json,
        "jsonl": _json_lines,
        "sarif": _sarif,
        "github": _github,
    }
    return writers[form](report)


def summary(report: Report) -> str:
    """One line for a person: what came of the scan."""
    counts = ", ".join(f"{count} {name}" for name, count in report.by_type.items()) or "nothing found"
    others = {
        "in the baseline": report.known,
        "allowed by a comment": report.allowed,
        "not checked, so that the scan is incomplete": len(report.missing),
    }
    return "; ".join([counts, *(f"{count} {what}" for what, count in others.items() if count)])


def stats(report: Report) -> Iterator[str]:
    """Lines with the counts of a scan."""
    for name, value in _counts(report).items():
        yield f"{name}: {value}"


def _counts(report: Report) -> dict[str, Any]:
    return {
        "sources": report.scanned,
        "bytes": report.size,
        "findings": len(report.findings),
        "failing": len(report.failing),
        "by_type": dict(report.by_type),
        "in_baseline": report.known,
        "allowed": report.allowed,
        "not_checked": len(report.missing),
        "left_out": len(report.gaps) - len(report.missing),
        "seconds": round(report.seconds, 3),
    }


def _place(finding: Finding) -> str:
    steps = [finding.path, *(str(number) for number in (finding.line, finding.column) if number is not None)]
    return ":".join(steps) + (f" ({finding.where})" if finding.where else "")


def _text(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield f"{_place(finding)}: {finding.type} {finding.shown} {finding.score:.2f} {finding.recognizer}"
    for gap in report.missing:
        yield f"{gap.path}: not checked: {gap.reason}"


def _finding(finding: Finding, report: Report) -> dict[str, Any]:
    return {
        "path": finding.path,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "where": finding.where,
        "type": finding.type,
        "score": round(finding.score, 4),
        "recognizer": finding.recognizer,
        "masked": finding.shown,
        "fails": finding in report.failing,
    }


def _gap(gap: Gap) -> dict[str, Any]:
    return {"path": gap.path, "reason": gap.reason, "expected": gap.expected}


def _json(report: Report) -> Iterator[str]:
    yield json.dumps(
        {
            "schema": SCHEMA,
            "exit_code": report.exit_code,
            "findings": [_finding(finding, report) for finding in report.findings],
            "gaps": [_gap(gap) for gap in report.gaps],
            "stats": _counts(report),
        },
        indent=2,
    )


def _json_lines(report: Report) -> Iterator[str]:
    for finding in report.findings:
        yield json.dumps({"schema": SCHEMA, "kind": "finding", **_finding(finding, report)})
    for gap in report.gaps:
        yield json.dumps({"schema": SCHEMA, "kind": "gap", **_gap(gap)})
    yield json.dumps({"schema": SCHEMA, "kind": "end", "exit_code": report.exit_code, "stats": _counts(report)})


# --- SARIF 2.1.0, OASIS standard: https://docs.oasis-open.org/sarif/sarif/v2.1.0/ ---------------------------------


def _sarif(report: Report) -> Iterator[str]:
    from redactor import __version__

    types = sorted(report.by_type)
    driver = {
        "name": "redactor scan",
        "version": __version__,
        "rules": [{"id": name, "shortDescription": {"text": _meaning(name)}} for name in types],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": not report.missing,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": [_notification(gap) for gap in report.gaps],
            }
        ],
        "results": [_result(finding, types.index(finding.type), report) for finding in report.findings],
    }
    schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    yield json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)


def _meaning(entity_type: str) -> str:
    row = entity_types().get(entity_type)
    return row.meaning if row else entity_type


def _message(finding: Finding) -> str:
    return f"{_meaning(finding.type)}: {finding.shown}" + (f" in {finding.where}" if finding.where else "")


def _result(finding: Finding, rule: int, report: Report) -> dict[str, Any]:
    region = {
        "startLine": finding.line,
        "startColumn": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
    }
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(finding.path)}}
    if finding.line is not None:
        physical["region"] = {name: number for name, number in region.items() if number is not None}
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.where:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.where}]
    return {
        "ruleId": finding.type,
        "ruleIndex": rule,
        "level": "error" if finding in report.failing else "note",
        "message": {"text": _message(finding)},
        "locations": [location],
        "partialFingerprints": {"redactor/v1": f"{_uri(finding.path)}:{finding.type}:{finding.around}"},
        "rank": round(100 * finding.score, 1),
        "properties": {"recognizer": finding.recognizer},
    }


def _notification(gap: Gap) -> dict[str, Any]:
    return {
        "level": "note" if gap.expected else "error",
        "message": {"text": f"not checked: {gap.reason}"},
        "locations": [{"physicalLocation": {"artifactLocation": {"uri": _uri(gap.path)}}}],
    }


def _uri(path: str) -> str:
    """A URI reference (RFC 3986) with forward slashes, relative where the path is."""
    return quote(PurePath(path).as_posix(), safe="/")


# --- workflow commands: docs.github.com, "Workflow commands for GitHub Actions" ------------------------------------


def _github(report: Report) -> Iterator[str]:
    for finding in report.findings:
        level = "error" if finding in report.failing else "notice"
        numbers = {"line": finding.line, "col": finding.column, "endLine": finding.end_line}
        if finding.end_column is not None and finding.end_line == finding.line:
            numbers["endColumn"] = finding.end_column - 1
        yield _annotation(level, finding.path, finding.type, _message(finding), numbers)
    for gap in report.missing:
        yield _annotation("error", gap.path, "not checked", gap.reason, {})


def _annotation(level: str, path: str, title: str, message: str, numbers: Mapping[str, int | None]) -> str:
    properties = {"file": path, **{name: str(n) for name, n in numbers.items() if n is not None}, "title": title}
    listed = ",".join(f"{name}={_escaped(value, property_of=True)}" for name, value in properties.items())
    return f"::{level} {listed}::{_escaped(message)}"


def _escaped(text: str, *, property_of: bool = False) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if property_of else escaped
