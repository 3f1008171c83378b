"""Where a chart's bars stand: inside of it, in proportion, with their numbers in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redactor_console.charts import WIDTH, Chart, ceiling, columns, intervals, rows, short


def inside(chart: Chart) -> bool:
    return all(
        each.x >= 0 and each.y >= 0 and each.x + each.width <= WIDTH and each.y + each.height <= chart.height
        for each in chart.bars
    )


@settings(max_examples=25)
@given(st.lists(st.none() | st.integers(0, 10**9), max_size=100))
def test_columns_are_as_tall_as_their_counts_and_stay_inside(counts: list[int | None]) -> None:
    chart = columns([(f"day {number}", count) for number, count in enumerate(counts)])
    assert inside(chart)
    known = [count for count in counts if count is not None]
    assert len(chart.bars) == len(known)
    tallest = max(known, default=0)
    for bar, count in zip(chart.bars, known, strict=True):
        most = max(each.height for each in chart.bars)
        assert abs(bar.height * max(tallest, 1) - most * count) <= 0.02 * max(tallest, 1)


@settings(max_examples=25)
@given(
    st.lists(st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=2, max_size=2), max_size=30),
    st.lists(st.floats(0.01, 10), max_size=2),
)
def test_rows_stay_inside(series: list[list[float]], limits: list[float]) -> None:
    chart = rows([(f"row {number}", each) for number, each in enumerate(series)], names=("a", "b"), limits=limits)
    assert inside(chart)
    assert len(chart.bars) == 2 * len(series)
    assert all(0 <= line.x1 <= WIDTH for line in chart.lines)


def test_an_interval_is_drawn_where_it_lies() -> None:
    chart = intervals([("PERSON", 0.5, 0.25, 1.0)])
    (line,) = [each for each in chart.lines if each.kind == "interval"]
    grid = [each.x1 for each in chart.lines if each.kind == "grid"]
    assert (line.x1, chart.dots[0][0], line.x2) == (grid[1], grid[2], grid[4])
    assert chart.summary == "PERSON; 50.0% (25.0% to 100.0%)."


def test_a_chart_says_itself_in_words() -> None:
    chart = columns([("mon", 3), ("tue", None), ("wed", 1200)])
    assert chart.summary == "2 days from mon to wed: lowest 3 on mon, highest 1,200 on wed, last 1,200."
    assert columns([]).summary == "There is nothing to show."
    assert rows([("a", [1.5, 2])], names=("x", "y"), unit=" ms").summary == "a x 1.5 ms, y 2 ms."


@pytest.mark.parametrize(("value", "expected"), [(0, 2), (1, 2), (2, 2), (3, 4), (7, 10), (10, 10), (101, 200)])
def test_an_axis_ends_at_a_round_number(value: float, expected: float) -> None:
    assert ceiling(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0.0391, "0.0391"), (12, "12"), (1234, "1.23k"), (5e6, "5M")])
def test_numbers_are_short(value: float, expected: str) -> None:
    assert short(value) == expected
