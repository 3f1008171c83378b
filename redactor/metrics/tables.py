"""Writes a report as tables, for terminals and for Markdown alike."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from redactor.metrics.counts import Counts, Kind, histogram, names, recognizers, roles, total
from redactor.metrics.report import Report
from redactor.metrics.signs import REPLY_SIGNS, SIGNS
from redactor.metrics.window import Window

_PER_TYPE = ("type", "found", "per 100 messages", "messages with it", "in the reference", "found by", "scores moved")
_SCORES = ("type", "found 0 ... 1", "candidates", "candidates 0 ... 1", "candidates moved")
_SIGNS = ("sign", "seen", "share", "in the reference", "what it is")

_BARS = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(report: Report) -> Iterator[Table]:
    """What was counted, then per role, per type, the scores, and the signs."""
    counts = report.window.total()
    before = report.reference.total() if report.reference else None
    yield Table("counted", ("", "window", "reference"), tuple(_overview(report)))
    yield Table(
        "per role",
        ("role", "messages", "values per 100 messages", "most often, by messages with it"),
        tuple(_roles(counts)),
    )
    yield Table("per type", _PER_TYPE, tuple(_types(report, counts, before)))
    yield Table("scores, in 20 equal parts from 0 to 1", _SCORES, tuple(_scores(report, counts)))
    yield Table("signs of an attack", _SIGNS, tuple(_signs(counts, before)))


def markdown(report: Report) -> str:
    """The report in Markdown."""
    lines = ["## Monitoring of the model in use", "", *(f"- **alarm**: {alarm}" for alarm in report.alarms)]
    lines += [] if report.alarms else ["No alarm."]
    for table in tables(report):
        lines += ["", f"### {table.title}", "", _row(table.header), _row(["---"] * len(table.header))]
        lines += map(_row, table.rows)
    return "\n".join([*lines, "", *(f"{note}\n" for note in report.notes)]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _overview(report: Report) -> Iterator[tuple[str, ...]]:
    windows = [report.window, *([report.reference] if report.reference else [])]

    def row(name: str, cells: Sequence[str]) -> tuple[str, ...]:
        return (name, *cells, *[""] * (2 - len(cells)))

    yield row("days", [window.span() for window in windows])
    yield row("messages", [str(total(window.total(), "message")) for window in windows])
    yield row("replies", [str(total(window.total(), "reply")) for window in windows])
    yield row("model", [_versions(window.models) for window in windows])
    yield row("policy", [_versions(window.policies) for window in windows])
    mix = [each for each in report.drifts if each.what == "type mix"]
    if mix:
        yield row("mix of types moved", [_psi(report, "type mix", "")])


def _versions(versions: Mapping[str, int]) -> str:
    if len(versions) == 1:
        return next(iter(versions))
    return ", ".join(f"{version} ({messages} messages)" for version, messages in versions.items())


def _roles(counts: Counts) -> Iterator[tuple[str, ...]]:
    for role in roles(counts):
        messages = total(counts, "message", role=role)
        if messages:
            found = total(counts, "entity", role=role)
            yield role, str(messages), f"{100 * found / messages:.1f}", _busiest(counts, role, messages)


def _busiest(counts: Counts, role: str, messages: int) -> str:
    holding = [(total(counts, "holding", role=role, name=name), name) for name in names(counts, "holding")]
    most = sorted((pair for pair in holding if pair[0]), key=lambda pair: (-pair[0], pair[1]))[:3]
    return ", ".join(f"{name} {count / messages:.1%}" for count, name in most)


def _types(report: Report, counts: Counts, before: Counts | None) -> Iterator[tuple[str, ...]]:
    messages = max(total(counts, "message"), 1)
    found = {name: total(counts, "entity", name=name) for name in names(counts + (before or counts), "entity")}
    for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0])):
        yield (
            name,
            str(count),
            f"{100 * count / messages:.2f}",
            f"{total(counts, 'holding', name=name) / messages:.2%}",
            _share(before, "holding", name, "message"),
            _found_by(counts, name),
            _psi(report, "scores", name),
        )


def _found_by(counts: Counts, name: str) -> str:
    shares = recognizers(counts, "entity", name)
    everything = max(sum(shares.values()), 1)
    return ", ".join(f"{recognizer} {count / everything:.0%}" for recognizer, count in shares.items())


def _scores(report: Report, counts: Counts) -> Iterator[tuple[str, ...]]:
    for name in names(counts, "entity", "candidate"):
        found, candidates = histogram(counts, "entity", name), histogram(counts, "candidate", name)
        reading = _psi(report, "candidate scores", name)
        yield name, _bars(found), str(sum(candidates)), _bars(candidates), reading


def _bars(bins: Sequence[int]) -> str:
    """A histogram one line high; a bin with anything in it shows."""
    most = max(bins)
    if not most:
        return "none"
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // most)] if count else "·" for count in bins)


def _signs(counts: Counts, before: Counts | None) -> Iterator[tuple[str, ...]]:
    for sign, meaning in SIGNS.items():
        every: Kind = "reply" if sign in REPLY_SIGNS else "message"
        seen = total(counts, "sign", name=sign)
        yield sign, str(seen), _share(counts, "sign", sign, every), _share(before, "sign", sign, every), meaning


def _share(counts: Counts | None, kind: Kind, name: str, every: Kind) -> str:
    """The share of all messages or replies; empty where there is none to count."""
    everything = total(counts, every) if counts is not None else 0
    return f"{total(counts, kind, name=name) / everything:.2%}" if counts is not None and everything else ""


def _psi(report: Report, what: str, name: str) -> str:
    for each in report.drifts:
        if (each.what, each.name) == (what, name):
            return each.reading if each.reading == "too few" else f"PSI {each.psi:.2f}, {each.reading}"
    return ""


def window_line(window: Window) -> str:
    """A window in one line."""
    return f"{window.span()}: {total(window.total(), 'message')} messages, model {_versions(window.models)}"
