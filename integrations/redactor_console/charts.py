"""Where the bars and lines of a chart stand: numbers in, places out; templates/charts.html draws them as SVG.

A chart is `WIDTH` units wide and read without colour: every bar is labelled, what is a second series is hatched, and a
table with the same numbers stands beside it. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

WIDTH = 320
"""Units; a phone shows them one to one."""
_LEFT, _RIGHT, _TOP, _BOTTOM = 34.0, 6.0, 8.0, 18.0
_TALL = 132
_ROW, _BAR = 32.0, 10.0
"""Height of a row with its label above the bar, and of the bar."""
_AXIS = 18.0


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle, and what it says."""

    x: float
    y: float
    width: float
    height: float
    said: str
    is_second: bool = False
    """Of the second series: hatched."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line from one point to another."""

    x1: float
    y1: float
    x2: float
    y2: float
    kind: str = "grid"
    """`grid`, `limit` or `interval`."""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A word at a place."""

    x: float
    y: float
    said: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn; `height` in units."""

    height: float
    summary: str
    """The chart in a sentence, for who does not see it."""
    bars: Sequence[Bar] = ()
    lines: Sequence[Line] = ()
    texts: Sequence[Text] = ()
    dots: Sequence[tuple[float, float, str]] = ()


def columns(points: Sequence[tuple[str, int | None]]) -> Chart:
    """One column a point, such as a day and its count, in order; None: not known, and left out."""
    known = [(label, count) for label, count in points if count is not None]
    top = ceiling(max((count for _, count in known), default=0))
    floor_ = _TALL - _BOTTOM
    step = (WIDTH - _LEFT - _RIGHT) / max(1, len(points))
    bars = [
        Bar(
            round(_LEFT + number * step + 0.1 * step, 2),
            round(floor_ - (floor_ - _TOP) * count / top, 2),
            round(0.8 * step, 2),
            round((floor_ - _TOP) * count / top, 2),
            f"{label}: {count:,}",
        )
        for number, (label, count) in enumerate(points)
        if count is not None
    ]
    marks = [(0, floor_), (top / 2, (floor_ + _TOP) / 2), (top, _TOP)]
    lines = [Line(_LEFT, y, WIDTH - _RIGHT, y) for _, y in marks]
    texts = [Text(_LEFT - 4, y + 3.5, short(value), "end") for value, y in marks]
    if points:
        texts.append(Text(_LEFT, _TALL - 4, points[0][0]))
        texts.append(Text(WIDTH - _RIGHT, _TALL - 4, points[-1][0], "end"))
    return Chart(_TALL, _of_columns(known), bars, lines, texts)


def _of_columns(known: Sequence[tuple[str, int]]) -> str:
    if not known:
        return "There is nothing to show."
    low, high = min(known, key=lambda each: each[1]), max(known, key=lambda each: each[1])
    return (
        f"{len(known)} days from {known[0][0]} to {known[-1][0]}: lowest {low[1]:,} on {low[0]}, "
        f"highest {high[1]:,} on {high[0]}, last {known[-1][1]:,}."
    )


def rows(
    values: Sequence[tuple[str, Sequence[float]]], *, names: Sequence[str], unit: str = "", limits: Sequence[float] = ()
) -> Chart:
    """One row a thing, one bar in it for each of one or two series. `limits`: values at which a line stands."""
    top = ceiling(max([*(each for _, series in values for each in series), *limits], default=0.0), fine=True)
    reach = WIDTH - 2 * _RIGHT - 44
    bars, texts, height = [], [], 4.0
    for label, series in values:
        texts.append(Text(_RIGHT, height + 11, label))
        height += 15
        for number, value in enumerate(series):
            width = round(reach * value / top, 2)
            said = f"{short(value)}{unit}"
            bars.append(Bar(_RIGHT, height, width, _BAR, f"{label}, {names[number]}: {said}", number > 0))
            texts.append(Text(round(_RIGHT + width + 4, 2), height + 8.5, said))
            height += _BAR + 2
        height += 6
    at = [round(_RIGHT + reach * limit / top, 2) for limit in limits if values]
    lines = [Line(x, 0, x, height, "limit") for x in at]
    if lines:
        texts.append(Text(_RIGHT, height + 12, f"dashed: {' and '.join(f'{limit:g}' for limit in limits)}"))
    summary = "; ".join(
        f"{label} {', '.join(f'{name} {short(value)}{unit}' for name, value in zip(names, series, strict=False))}"
        for label, series in values
    )
    return Chart(height + (_AXIS if lines else 2), f"{summary or 'There is nothing to show'}.", bars, lines, texts)


def intervals(values: Sequence[tuple[str, float, float, float]]) -> Chart:
    """One row a thing: an estimate from 0 to 1 as a dot on the line of its interval, (label, estimate, low, high)."""
    reach, height = WIDTH - 2 * _RIGHT, 4.0

    def at(share: float) -> float:
        return round(_RIGHT + reach * share, 2)

    texts: list[Text] = []
    lines: list[Line] = []
    dots: list[tuple[float, float, str]] = []
    for label, estimate, low, high in values:
        said = f"{estimate:.1%} ({low:.1%} to {high:.1%})"
        texts += [Text(_RIGHT, height + 11, label), Text(WIDTH - _RIGHT, height + 11, said, "end")]
        middle = height + 21
        lines.append(Line(at(low), middle, at(high), middle, "interval", f"{label}: {said}"))
        dots.append((at(estimate), middle, f"{label}: {said}"))
        height += _ROW
    grid = [Line(at(share), 4, at(share), height) for share in (0, 0.25, 0.5, 0.75, 1)]
    texts += [
        Text(at(share), height + 12, f"{share:.0%}", anchor)
        for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end"))
    ]
    summary = "; ".join(text.said for text in texts[: 2 * len(values)]) or "There is nothing to show"
    return Chart(height + _AXIS, f"{summary}.", (), [*grid, *lines], texts, dots)


def ceiling(value: float, *, fine: bool = False) -> float:
    """The end of an axis: the next of 1, 2, 4, 5 or 10 times a power of ten; 2 or more for counts (not `fine`)."""
    if value <= 0:
        return 0.001 if fine else 2
    power = 10.0 ** floor(log10(value))
    step = next(each for each in (1, 2, 4, 5, 10) if value <= each * power * (1 + 1e-9))
    return step * power if fine else max(2, ceil(step * power))


def short(value: float) -> str:
    """A number in few characters: 0.04, 12, 1.2k, 3.4M."""
    for least, letter in ((1e6, "M"), (1e3, "k")):
        if value >= least:
            return f"{value / least:.3g}{letter}"
    return f"{value:.3g}"
