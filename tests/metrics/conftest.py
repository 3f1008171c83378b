"""Made-up windows: days of messages with known rates and scores."""

import random
from collections import Counter
from collections.abc import Callable

import pytest

from redactor.metrics.counts import Counts, Label
from redactor.metrics.window import Window

MakeDay = Callable[..., Counts]
MakeWindow = Callable[..., Window]


def a_day(
    messages: int = 500,
    *,
    holding: float = 0.3,
    urls: float = 0.1,
    top: int = 19,
    signs: int = 0,
    replies: int = 0,
    withheld: int = 0,
) -> Counts:
    """A day of one role: this share of its messages holds one PERSON, with scores at bin `top` and the one below, and
    this share one URL."""
    people, links = round(messages * holding), round(messages * urls)
    counts: Counts = Counter(
        {
            Label("message", "customer"): messages,
            Label("holding", "customer", "PERSON"): people,
            Label("entity", "customer", "PERSON", "transformer", top): people - people // 4,
            Label("entity", "customer", "PERSON", "memory", top - 1): people // 4,
            Label("holding", "customer", "URL"): links,
            Label("entity", "customer", "URL", "patterns", 18): links,
            Label("candidate", "customer", "PERSON", "transformer", 5): 20,
            Label("sign", "customer", "placeholder_like"): signs,
            Label("reply", "assistant"): replies,
            Label("sign", "assistant", "withheld_in_link"): withheld,
        }
    )
    return +counts


def a_window(*days: Counts, first: int = 20_000, model: str = "model 1", policy: str = "policy 1") -> Window:
    """A window of these days, from day `first` on."""
    messages = sum(counts[Label("message", "customer")] for counts in days)
    return Window(dict(enumerate(days, first)), {model: messages}, {policy: messages})


@pytest.fixture
def day() -> MakeDay:
    return a_day


@pytest.fixture
def window() -> MakeWindow:
    return a_window


@pytest.fixture
def ordinary() -> MakeWindow:
    """Days in which nothing happens but chance: `ordinary(14, seed=1, replies=100)`."""

    def made(days: int = 14, *, seed: int = 0, **changes: int) -> Window:
        source = random.Random(seed)
        counts = [
            a_day(400 + source.randrange(200), holding=source.uniform(0.28, 0.32), **changes) for _ in range(days)
        ]
        return a_window(*counts)

    return made
