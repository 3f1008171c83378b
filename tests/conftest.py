"""Shared by all tests: quick, reproducible Hypothesis runs, and a Redactor that needs no model."""

import gc
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from redactor import Redactor
from redactor.policy import Policy
from redactor.testing import FakeRecognizer

# Benchmarks and training scripts are in no wheel; last, so that the package under test stays the installed one.
sys.path.append(str(Path(__file__).parents[1]))

settings.register_profile(
    "default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("soak", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

CAPITALS_AND_DIGITS = FakeRecognizer(
    {
        re.compile(r"\b[A-ZÀ-Þ][a-zß-ÿ]+(?: [A-ZÀ-Þ][a-zß-ÿ]+)?\b"): "PERSON",
        re.compile(r"(?<![\w])\d{4,12}(?![\w])"): "ACCOUNT_ID",
        re.compile(r"[a-z]{1,8}@[a-z]{1,8}\.com"): "EMAIL_ADDRESS",
    }
)
"""Capitalised words are people, longer numbers accounts: enough to test everything that is not detection."""

REVERSIBLE = Policy.from_dict({"name": "reversible", "types": {"CREDIT_CARD": {"operator": "placeholder"}}})
"""Everything but secrets and security codes, which no policy can make reversible."""


@pytest.fixture(scope="session", autouse=True)
def quiet_collector() -> Iterator[None]:
    """The collector looks no more at what is imported, and seldom at the rest: it took a quarter of the tests' time."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 20)
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


@pytest.fixture
def make_redactor() -> Iterator[Callable[..., Redactor]]:
    """Makes Redactors with a fake recognizer; closes them."""
    made: list[Redactor] = []

    def make(**settings: object) -> Redactor:
        settings.setdefault("recognizers", {"fake": CAPITALS_AND_DIGITS})
        settings.setdefault("policy", REVERSIBLE)
        made.append(Redactor(**settings))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for redactor in made:
        redactor.close()


@pytest.fixture
def redactor(make_redactor: Callable[..., Redactor]) -> Redactor:
    """A Redactor with a fake recognizer and an in-memory store."""
    return make_redactor()
