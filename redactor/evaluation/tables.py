"""Writes an evaluation as tables: systems side by side on each source, then per type, scores and times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum

from redactor.evaluation.resampling import Measure
from redactor.evaluation.results import MEASURES, Evaluation, Result

_NEWS = frozenset({"full_mask_recall_throughout", "full_mask_recall_later"})
"""Other readings of the full-mask recall, shown where they say something else."""

_SHARES = frozenset({"full_mask_recall", "nothing_left", "clean_touched", "outside_masked"}) | _NEWS
"""Measures people read as per cent; the others are read as .xxx."""


class _Detail(IntEnum):
    """How much a cell says of a measure."""

    VALUE = 0
    INTERVAL = 1
    COUNTS = 2


BRIEF = "Counts and intervals that had no room beside each other are in --json and --markdown."
"""For whoever reads tables that were made for narrow room."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a title; the first row is the header."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(evaluation: Evaluation, room: int | None = None) -> Iterator[Table]:
    """What was run, and for each source the measures, the types, the scores and the times.

    Systems are compared by what stands beside each other: where `room` is given, in characters of a line, their cells
    lose their counts, then their intervals, until all systems fit.
    """
    settings = dict.fromkeys((result.system, result.setting) for result in evaluation.results)
    yield Table("systems", ("system", "as run"), tuple(settings))
    for source, results in evaluation.by_source().items():
        size = f"{source}: {results[0].dialogs} dialogs, {results[0].messages} messages"
        header = ("", *(result.system for result in results))
        yield Table(size, header, _fitting(header, results, room))
        for result in results:
            if result.types:
                yield Table(f"{source}, {result.system}: per type", _PER_TYPE, tuple(_types(result)))
        for result in results:
            if result.reliability:
                yield Table(f"{source}, {result.system}: scores and how many are right", _BINS, tuple(_bins(result)))


def markdown(evaluation: Evaluation) -> str:
    """The same tables in Markdown."""
    lines: list[str] = []
    for table in tables(evaluation):
        lines += [f"### {table.title}", "", _row(table.header), _row(["---"] * len(table.header))]
        lines += [*map(_row, table.rows), ""]
    return "\n".join([*lines, *(f"{note}\n" for note in notes(evaluation))])


def notes(evaluation: Evaluation) -> Iterator[str]:
    """What a reader must know beside the tables."""
    yield "95% intervals in brackets, resampled by dialog. Characters are letters and digits."
    for source, results in evaluation.by_source().items():
        if results[0].left_out:
            yield f"{source}: marks of {', '.join(results[0].left_out)} count neither for nor against."


def _fitting(header: Sequence[str], results: Sequence[Result], room: int | None) -> tuple[tuple[str, ...], ...]:
    """The measures in as much detail as there is room for; one system alone has room below."""
    for detail in reversed(_Detail):
        rows = tuple(_measures(results, detail))
        if room is None or len(results) == 1 or _width([header, *rows]) <= room:
            break
    return rows


def _width(rows: Sequence[Sequence[str]]) -> int:
    columns = list(zip(*rows, strict=True))
    return sum(max(map(len, column)) for column in columns) + 2 * (len(columns) - 1)


def _measures(results: Sequence[Result], detail: _Detail) -> Iterator[tuple[str, ...]]:
    for name, called in MEASURES.items():
        if name in _NEWS and not any(_is_news(result, name) for result in results):
            continue
        yield called, *(_cell(result.measures[name], detail, per_cent=name in _SHARES) for result in results)
    for step, called in (("message", "ms per message"), ("model", "ms of the model")):
        if any(step in result.latency for result in results):
            shown = "p50" if detail == _Detail.VALUE else "p50 / p95 / p99"
            yield f"{called}, {shown}", *(_times(result, step, detail) for result in results)


def _is_news(result: Result, name: str) -> bool:
    return result.measures["full_mask_recall"] != result.measures[name]


def _times(result: Result, step: str, detail: _Detail) -> str:
    found = result.latency.get(step)
    if not found:
        return "-"
    return f"{found.p50:.2f}" if detail == _Detail.VALUE else f"{found.p50:.2f} / {found.p95:.2f} / {found.p99:.2f}"


_PER_TYPE = ("type", "marked", "found", "fully masked", "P", "R", "F1")


def _types(result: Result) -> Iterator[tuple[str, ...]]:
    for name, scores in result.types.items():
        yield (
            name,
            str(scores.gold),
            str(scores.found),
            _cell(scores.masked, _Detail.COUNTS, per_cent=True),
            _bare(scores.precision),
            _bare(scores.recall),
            _cell(scores.f1, _Detail.INTERVAL, per_cent=False),
        )


_BINS = ("score", "votes", "mean score", "right")


def _bins(result: Result) -> Iterator[tuple[str, ...]]:
    for each in result.reliability:
        yield f"{each.low:.2f}-{each.high:.2f}", str(each.votes), f"{each.score:.3f}", f"{each.right:.3f}"


def _cell(measure: Measure, detail: _Detail, *, per_cent: bool) -> str:
    if measure.value is None or measure.low is None or measure.high is None:
        return "-"
    if detail == _Detail.VALUE:
        return f"{measure.value:.1%}" if per_cent else f"{measure.value:.3f}"
    if not per_cent:
        return f"{measure.value:.3f} [{measure.low:.3f}, {measure.high:.3f}]"
    counted = f", {measure.count} of {measure.total}" if measure.total is not None and detail == _Detail.COUNTS else ""
    return f"{measure.value:.1%} [{100 * measure.low:.1f}, {100 * measure.high:.1f}]{counted}"


def _bare(measure: Measure) -> str:
    return "-" if measure.value is None else f"{measure.value:.3f}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
