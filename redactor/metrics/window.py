"""A stretch of days of what a store has counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from redactor.exceptions import ConfigError
from redactor.metrics.counts import DAY_SECONDS, REVIEW_KINDS, Counts, day_of, label_of, total
from redactor.storage import Reader, TallyRow

KEPT_DAYS = 400
"""Days of counts a store keeps: a year, and the month that is compared with the same one of last year."""


@dataclass(frozen=True, slots=True)
class Window:
    """Counts by day, oldest first, with the versions they were counted under."""

    days: Mapping[int, Counts]
    """Day since 1970-01-01 UTC → its counts; days without any are left out."""
    models: Mapping[str, int]
    """Model version → messages."""
    policies: Mapping[str, int]
    """Policy version → messages."""

    def total(self) -> Counts:
        """The counts of all days together."""
        return merged(self.days.values())

    def span(self) -> str:
        """The first and the last day, as people write them."""
        if not self.days:
            return "no day"
        first, last = written(min(self.days)), written(max(self.days))
        return first if first == last else f"{first} to {last}"


def merged(many: Iterable[Counts]) -> Counts:
    """Counts added up."""
    everything: Counts = Counter()
    for counts in many:
        everything.update(counts)
    return everything


def written(day: int) -> str:
    """A day in ISO 8601."""
    return datetime.fromtimestamp(day * DAY_SECONDS, UTC).date().isoformat()


def of_rows(rows: Iterable[TallyRow]) -> Window:
    """A window of stored counts of detection, in any order; those of reviews are for `redactor.reviews.estimates`."""
    days: dict[int, Counts] = {}
    models: Counter[str] = Counter()
    policies: Counter[str] = Counter()
    for row in rows:
        if row.kind in REVIEW_KINDS:
            continue
        if row.day not in days:
            days[row.day] = Counter()
        days[row.day][label_of(row)] += row.count
        if row.kind == "message":
            models[row.model_version] += row.count
            policies[row.policy_version] += row.count
    return Window(dict(sorted(days.items())), dict(models), dict(policies))


def read(
    reader: Reader, now: float, *, days: int | None = None, messages: int | None = None, tenant: str | None = None
) -> Window:
    """The last `days` days, that of `now` (seconds since the epoch) included, or as many whole days as it takes to
    hold `messages` messages, or all that is kept. Raises `ConfigError` for a tenant the store does not have."""
    if tenant is not None and reader.tenant(tenant) is None:
        raise ConfigError(f"the store has no such tenant; it has {len(reader.tenants())}")
    last = day_of(now)
    rows = reader.tallies(last - (days or KEPT_DAYS) + 1, last, tenant)
    if messages is not None:
        first = _first_day(of_rows(rows), messages)
        rows = [row for row in rows if row.day >= first]
    return of_rows(rows)


def _first_day(window: Window, messages: int) -> int:
    """The latest day from which on there are so many messages; the first of all where there are fewer."""
    seen = 0
    for day in sorted(window.days, reverse=True):
        seen += total(window.days[day], "message")
        if seen >= messages:
            return day
    return min(window.days, default=0)
