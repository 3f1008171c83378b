"""Shared by all tests: quick, reproducible Hypothesis runs, and a Redactor that needs no model."""

import os
from collections.abc import Callable, Iterator, Sequence

import pytest
import regex
from hypothesis import HealthCheck, settings

from redactor import Entity, Redactor
from redactor.policy import Policy

settings.register_profile(
    "default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("soak", parent=settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

_NAMES = regex.compile(r"\b\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?\b")
_NUMBERS = regex.compile(r"(?<![\d_])\d{4,12}(?![\d_])")
_ADDRESSES = regex.compile(r"[a-z]{1,8}@[a-z]{1,8}\.com")


def capitals_and_digits(text: str, context: Sequence[str]) -> Iterator[Entity]:
    """Capitalised words are people, longer numbers accounts: enough to test everything that is not detection."""
    for expression, entity_type in ((_NAMES, "PERSON"), (_NUMBERS, "ACCOUNT_ID"), (_ADDRESSES, "EMAIL_ADDRESS")):
        for match in expression.finditer(text):
            yield Entity(match.start(), match.end(), entity_type, 0.9, "capitals and digits")


REVERSIBLE = Policy.from_dict(
    {"name": "reversible", "types": {"CREDIT_CARD": {"operator": "placeholder"}, "URL": {"operator": "placeholder"}}}
)
"""Everything but secrets and security codes, which no policy can make reversible."""


@pytest.fixture
def make_redactor() -> Iterator[Callable[..., Redactor]]:
    """Makes Redactors with a fake recognizer; closes them."""
    made: list[Redactor] = []

    def make(**settings: object) -> Redactor:
        settings.setdefault("recognizers", {"fake": capitals_and_digits})
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
