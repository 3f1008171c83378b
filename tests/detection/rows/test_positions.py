"""Positions finer than a city: what is masked, and what is left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.detection.patterns import recognizer
from redactor.detection.rows import positions

from .conftest import Masked

FOUND = [
    ("I'm at 40.712776, -74.005974 now", "40.712776, -74.005974"),
    ("52.520008,13.404954", "52.520008,13.404954"),
    ("52.520008 13.404954", "52.520008 13.404954"),
    ("40.7128° N, 74.0060° W", "40.7128° N, 74.0060° W"),
    ("coordinates 52.520, 13.405", "52.520, 13.405"),
    ("40°42'46\"N 74°00'21\"W", "40°42'46\"N 74°00'21\"W"),
    ("40° 42′ 46″ N, 74° 0′ 22″ W", "40° 42′ 46″ N, 74° 0′ 22″ W"),
    ("N 40° 42.767' W 74° 0.358'", "N 40° 42.767' W 74° 0.358'"),
    ('{"lat": 40.71277, "lng": -74.00597}', "40.71277"),
    ('{"lat": 40.71277, "lng": -74.00597}', "-74.00597"),
    ("latitude: 40.712 longitude: -74.005", "-74.005"),
    ("geo:37.786971,-122.399677;u=35", "geo:37.786971,-122.399677;u=35"),
    ("it's 849VCWC8+R9", "849VCWC8+R9"),
    ("meet at ///filled.count.soap", "///filled.count.soap"),
    ("what3words is filled.count.soap", "filled.count.soap"),
]


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_position_is_found_whole(masked: Masked, text: str, value: str) -> None:
    assert ("COORDINATES", value) in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "12.345, 67.890",
        "$12.3456, $45.6789",
        "12.34567 €, 45.67891 €",
        "coordinates 48.86, 2.35",
        "latitude 48.85 longitude 2.35",
        "1.0876 / 1.0912",
        "0.12345, 0.54321",
        "RMSE 10.12345 12.54321",
        "95.712776, -74.005974",
        "40.712776, -190.005974",
        "version 12.3456.78, 14.5678.90",
        "40° / 55°",
        "40°42' N",
        "23:59:59.123456 12.123456",
        "file:///usr.local.bin",
        "see ///",
        "open app.then.go",
        "1234+56",
        "10.1234 km, 12.5678 km",
    ],
)
def test_what_is_no_position_is_left(masked: Masked, text: str) -> None:
    assert "COORDINATES" not in {kind for kind, _ in masked(text)}


@given(st.floats(10, 89.9), st.floats(-179.9, -10), st.sampled_from([", ", ",", "; ", " "]), st.integers(4, 12))
def test_any_place_of_the_western_north_is_found(north: float, west: float, between: str, decimals: int) -> None:
    text = f"{north:.{decimals}f}{between}{west:.{decimals}f}"
    (hit,) = [hit for hit in recognizer(list(positions.rows()))(text, ()) if hit.score >= 0.5]
    assert text[hit.start : hit.end] == text
