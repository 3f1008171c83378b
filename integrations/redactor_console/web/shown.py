"""How values are written for people: times, shares, scores."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any


def utc(seconds: float) -> str:
    """ISO 8601, for `<time datetime>`; the browser writes it in the reader's zone."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def minute(seconds: float) -> str:
    """What stands there without a script."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")


def share(number: float) -> str:
    """0..1 as a percentage."""
    return f"{100 * number:.1f}%"


def score(number: float) -> str:
    """0..1 with two places."""
    return f"{number:.2f}"


FILTERS: Mapping[str, Callable[..., Any]] = {"utc": utc, "minute": minute, "share": share, "score": score}
