"""Shared by the tests of rows: what the whole table masks in a message."""

from collections.abc import Callable

import pytest

from redactor.detection.patterns import patterns
from redactor.detection.view import view

MASKING = 0.5
"""The threshold of the shipped policy."""

Masked = Callable[..., list[tuple[str, str]]]
"""Message, and the turn before if any → types and values as typed."""


@pytest.fixture(scope="session")
def masked() -> Masked:
    recognize = patterns()

    def look(text: str, asked: str = "") -> list[tuple[str, str]]:
        seen = view(text)
        hits = [hit for hit in recognize(seen.text, [asked] if asked else []) if hit.score >= MASKING]
        return [(hit.type, text[slice(*seen.span(hit.start, hit.end))]) for hit in hits]

    return look
