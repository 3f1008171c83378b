"""When what failed is tried again: by message, and by bot."""

from collections.abc import Callable
from dataclasses import dataclass, field

FIRST = 1.0
LONGEST = 60.0
"""Seconds: a bot that comes back after an hour hears of it within a minute."""

_MANY = 3
"""Failures in a row after which a bot counts as down and is asked by one message at a time."""


def delay(tries: int, chance: Callable[[], float], asked: float | None = None) -> float:
    """Seconds until the next try: twice as long each time, and somewhere between half of it and all of it, so that
    what failed together does not come back together. `asked`: what the other side wants at least."""
    longest = min(LONGEST, FIRST * 2.0 ** min(tries, 16))
    return max(longest * (0.5 + chance() / 2), min(asked or 0.0, LONGEST))


@dataclass(slots=True)
class Breaker:
    """Whether a bot is asked at all: one that is down is not asked for every conversation anew."""

    chance: Callable[[], float]
    failures: int = 0
    closed_until: float = field(default=0.0)

    def room(self, now: float, most: int) -> int:
        """How many messages may be sent now."""
        if self.failures < _MANY:
            return most
        is_over = now >= self.closed_until or self.closed_until - now > LONGEST  # or the clock was set since
        return 1 if is_over else 0

    def failed(self, now: float) -> None:
        """No answer, or one that says that the bot is not well."""
        self.failures += 1
        if self.failures >= _MANY:
            self.closed_until = now + delay(self.failures - _MANY, self.chance)

    def worked(self) -> None:
        """It answered."""
        self.failures = 0
