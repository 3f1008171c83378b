"""How much of what is hidden is personal, and how much of what is personal is hidden: estimated from verdicts.

Precision is the share of judged entities that hide something personal of their type; recall, of messages that chance
has drawn, the share of personal values that were found. Both with the 95% interval of Wilson (see
`redactor.evaluation.wilson`), which takes the counted things as independent: values of one message are not quite.
Messages that were looked at for their risk are worse than others, so their precision is not that of all messages; that
of the drawn ones is. The counts lie in the store's tallies and outlive the messages they were counted in.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from redactor.evaluation.wilson import wilson
from redactor.metrics.counts import REVIEW_KINDS, Counts, day_of, label_of
from redactor.metrics.window import KEPT_DAYS
from redactor.redactor import Redactor
from redactor.reviews.drawing import catch_up
from redactor.storage import Reader

FEWEST = 30
"""Counted things below which a share is told as too few: at 30 an interval is still up to 34 points wide."""


@dataclass(frozen=True, slots=True)
class Share:
    """`count` of `total`."""

    count: int
    total: int

    @property
    def share(self) -> float | None:
        """0 to 1; None of nothing."""
        return self.count / self.total if self.total else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95%, after Wilson; None of nothing."""
        return wilson(self.count, self.total) if self.total else None

    @property
    def is_enough(self) -> bool:
        """Whether it is worth a number."""
        return self.total >= FEWEST

    def public(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "count": self.count,
            "total": self.total,
            "share": self.share,
            "interval": list(self.interval) if self.interval else None,
            "enough": self.is_enough,
        }


@dataclass(frozen=True, slots=True)
class TypeEstimate:
    """What verdicts say of one entity type."""

    type: str
    precision: Share
    """Of its entities in all reviewed messages: those that are personal, of this type and cut right."""
    personal: Share
    """Of the same: those that are personal at all, of whatever type and however cut."""
    drawn: Share
    """Of entities in messages that chance has drawn: those that are personal at all."""
    recall: Share
    """Of its personal values in messages that chance has drawn: those that were found."""


@dataclass(frozen=True, slots=True)
class Estimates:
    """Of all types, and of messages."""

    messages: int
    """Reviewed and done with."""
    drawn: int
    """Those of them that chance has drawn."""
    leaking: Share
    """Of the drawn: those in which something was missed. Messages are independent, as far as conversations are."""
    types: tuple[TypeEstimate, ...]

    def public(self) -> dict[str, Any]:
        """As plain data, ready for JSON: counts, shares and intervals."""
        rows = [{"type": each.type, **{name: getattr(each, name).public() for name in _SHARES}} for each in self.types]
        return {"messages": self.messages, "drawn": self.drawn, "leaking": self.leaking.public(), "types": rows}


_SHARES = ("precision", "personal", "drawn", "recall")


def of_store(redactor: Redactor, tenant: str | None = None, days: int | None = None) -> Estimates:
    """From the tallies of messages of the last `days` days, today's included, or of all that are kept; what chance has
    come past meanwhile joins the drawn first (see `redactor.reviews.drawing`)."""
    catch_up(redactor, tenant)
    return of_counts(tallied(redactor.parts.store, redactor.parts.clock(), tenant, days))


def tallied(reader: Reader, now: float, tenant: str | None = None, days: int | None = None) -> Counts:
    """What reviews have counted. `now`: seconds since the epoch."""
    last = day_of(now)
    counts: Counts = Counter()
    for row in reader.tallies(last - (days or KEPT_DAYS) + 1, last, tenant):
        if row.kind in REVIEW_KINDS:
            counts[label_of(row)] += row.count
    return counts


def of_counts(counts: Counts) -> Estimates:
    """The estimates of what was counted."""
    by: Counter[tuple[str, str]] = Counter()
    for label, count in counts.items():
        by[label.kind, label.name] += count
    by = +by  # a count of a day that is swept away already may have been taken back
    drawn = by["sampled", ""]
    types = sorted({name for _, name in by if name})
    return Estimates(
        by["reviewed", ""], drawn, Share(by["sampled_leaking", ""], drawn), tuple(_of_type(by, name) for name in types)
    )


def _of_type(by: Counter[tuple[str, str]], name: str) -> TypeEstimate:
    right, wrong = by["verdict_correct", name], by["verdict_not_personal", name]
    nearly = by["verdict_wrong_type", name] + by["verdict_wrong_boundary", name]
    found, missed = by["sampled_found", name], by["sampled_missed", name]
    return TypeEstimate(
        name,
        Share(right, right + nearly + wrong),
        Share(right + nearly, right + nearly + wrong),
        Share(found, found + by["sampled_wrong", name]),
        Share(found, found + missed),
    )
