"""The gateway of these tests."""

from collections.abc import Iterator

import pytest

from tests.integrations.redactor_gateway.management.callers import Callers, callers


@pytest.fixture
def to() -> Iterator[Callers]:
    """A gateway with keys of several clients."""
    with callers() as made:
        yield made
