"""How values are written for people: times, shares, scores."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from markupsafe import Markup, escape


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


def verbatim(text: str) -> str:
    """A message's text so that the page holds it character by character: offsets of a selection are those of the text.

    An HTML parser makes CR a line feed and drops NUL (HTML, 13.2.3.5 and 13.2.6.4.7), and UTF-8 has no lone surrogates.
    """
    whole = _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
    if "\r" not in whole:
        return whole  # which the template escapes
    return escape(whole).replace("\r", Markup("&#13;"))


_UNWRITABLE = re.compile("[\0\ud800-\udfff]")

FILTERS: Mapping[str, Callable[..., Any]] = {
    "utc": utc,
    "minute": minute,
    "share": share,
    "score": score,
    "verbatim": verbatim,
}
