"""Who is told what is found and written during a piece of work: a host that counts by doors of its own.

What is told is an outcome and an entity type, never a text, a value or an id. `Redactor.in_pool` takes the watcher
along into the thread that does the work.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal, Protocol

Outcome = Literal["masked", "kept", "blocked", "restored", "withheld", "expired", "unknown", "foreign"]
"""`masked`, `kept`: of what was found in a text that came in, once it is taken in; `blocked`: the types for which the
policy refused it. `restored`, `withheld`, `expired`,
`unknown`: of placeholders in a text that goes back, as in `Restoration`. `foreign`: masked by the reply scan."""

Step = Literal["detect", "scan", "vault"]
"""`detect`: the recognizers, and what of their votes holds. `scan`: the same in a reply. `vault`: minting and
recording, the store included."""


class Watcher(Protocol):
    """Called from any thread, in the middle of the work: it must be quick and must not raise."""

    def saw(self, outcome: Outcome, type: str) -> None:  # noqa: A002
        """One entity or placeholder. `type` is what the text says for `unknown` ones, so it may be anything there."""

    def took(self, step: Step, seconds: float) -> None:
        """One step for one text."""


_WATCHER: ContextVar[Watcher | None] = ContextVar("redactor_watcher", default=None)


@contextmanager
def watched(watcher: Watcher | None) -> Iterator[None]:
    """While in the block, and in tasks and pool threads that are started in it. None: nobody is told."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def watcher() -> Watcher | None:
    """Who is told now."""
    return _WATCHER.get()


def tell(outcome: Outcome, types: Iterable[str]) -> None:
    """Say what became of so many entities or placeholders."""
    told = _WATCHER.get()
    if told is not None:
        for each in types:
            told.saw(outcome, each)


def tell_time(step: Step, seconds: float) -> None:
    """Say how long a step took."""
    told = _WATCHER.get()
    if told is not None:
        told.took(step, seconds)
