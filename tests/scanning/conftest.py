"""Shared by the tests of scans: requests that ask for a few types, of patterns alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from redactor.scanning import Report, Request, scan
from redactor.scanning.checking import How
from redactor.scanning.detector import Asked

CARD, MAIL = "4111 1111 1111 1111", "ann.canary@example.org"
"""A published test number, and an address of a reserved domain (RFC 2606)."""
ASKED = Asked(frozenset({"CREDIT_CARD", "EMAIL_ADDRESS", "US_SSN", "SECRET"}), patterns_only=True)

Scan = Callable[..., Report]


@pytest.fixture
def scanned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """`scanned("a.txt", how={"kind": "csv"}, baseline=...)` scans in an empty folder that is the current one."""
    monkeypatch.chdir(tmp_path)

    def run(*paths: str, how: dict[str, Any] | None = None, **request: Any) -> Report:
        return scan(Request(paths=paths, how=How(ASKED, **(how or {})), **request))

    return run
