"""When a request is due."""

from datetime import date

import pytest

from redactor.privacy.reports import deadline


@pytest.mark.parametrize(
    ("received", "due", "extended"),
    [
        ("2026-11-22", "2026-12-22", "2027-02-22"),
        ("2026-12-31", "2027-01-31", "2027-03-31"),
        ("2027-01-31", "2027-02-28", "2027-04-30"),
        ("2028-01-30", "2028-02-29", "2028-04-30"),
        ("2026-10-31", "2026-11-30", "2027-01-31"),
    ],
)
def test_a_month_ends_on_its_day_or_with_its_last(received: str, due: str, extended: str) -> None:
    day = date.fromisoformat(received)
    assert deadline(day) == date.fromisoformat(due)
    assert deadline(day, extended=True) == date.fromisoformat(extended)
