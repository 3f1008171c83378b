"""Counts what a replay left in clear and what it touched for nothing, with intervals.

What the numbers mean, so that they can be compared with others':

- A value is fully masked when every character of the marked span lies in an entity whose operator is not
  `keep`; a value of which one character is left counts as missed. Marked values whose type the policy keeps
  are not counted.
- A clean message is one without any mark. It is touched when something in it was masked; entity types the
  file does not annotate say nothing there and are left out.
- A conversation has nothing left when every value in it is fully masked; those without a value are not
  counted.
- Restored: of the placeholders an echoing bot wrote back, the share the customer read as the value.
- Intervals are 95% percentile bootstrap intervals (Efron and Tibshirani, An Introduction to the Bootstrap,
  1993, chapter 13) over conversations, because messages of one conversation fail together. All redraws of one
  conversation are drawn as one, for the same reason. Where no conversation failed there is no spread to resample: an
  interval of one point says only that.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TypeAlias

import numpy as np

from redactor.evaluation.dialogs import Span, type_of
from redactor.evaluation.replay import ReplayedDialog, ReplayedTurn

RESAMPLES = 1_000
"""Enough for two stable digits of a 95% percentile interval."""

_Count: TypeAlias = tuple[int, int]
"""How many of how many."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95% interval; all None where there was nothing to count."""

    count: int
    total: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """A marked value that was not fully masked. The value itself is not in the repr."""

    dialog: str
    message: str
    type: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scores:
    """The summary of a replay."""

    dialogs: int
    messages: int
    masked: Rate
    """Values fully masked, of all values."""
    touched: Rate
    """Clean messages in which something was masked, of all clean messages."""
    nothing_left: Rate
    """Conversations with every value masked, of those that hold one."""
    restored: Rate
    """Placeholders the customer read as the value, of those the echoing bot wrote."""
    exact: Rate
    """Turns whose recorded form restores to exactly what was typed, of those in which everything may come
    back.
    """
    by_type: Mapping[str, Rate]
    touched_by: Mapping[str, int]
    """Which entity types touched clean messages, and how often."""
    missed: tuple[Missed, ...] = field(default=(), repr=False)

    def public(self) -> dict[str, object]:
        """Everything but the missed values: safe to print and to store."""
        numbers = asdict(self)
        del numbers["missed"]
        return numbers


def score(
    replayed: Iterable[ReplayedDialog],
    *,
    masks: Callable[[str], bool],
    unannotated: frozenset[str] = frozenset(),
    seed: int = 0,
) -> Scores:
    """Counts over a whole replay.

    `masks(entity type)` says whether the policy masks the type; `unannotated` are the types the file says
    nothing about. The same seed gives the same intervals.
    """
    tally = _Tally(masks, unannotated)
    for dialog in replayed:
        tally.add(dialog)
    return tally.scores(seed)


def is_masked(turn: ReplayedTurn, span: Span) -> bool:
    """Whether every character of the span lies in something that was masked."""
    reached = span.start
    for entity in sorted(turn.redaction.entities):
        if entity.operator != "keep" and entity.start <= reached < entity.end:
            reached = entity.end
    return reached >= span.end


class _Tally:
    """Counts per conversation, kept apart until the end so that conversations can be resampled."""

    def __init__(self, masks: Callable[[str], bool], unannotated: frozenset[str]) -> None:
        self._masks = masks
        self._unannotated = unannotated
        self._counts: dict[str, dict[str, list[_Count]]] = defaultdict(lambda: defaultdict(list))
        self._touched_by: Counter[str] = Counter()
        self._missed: list[Missed] = []
        self._dialogs = 0
        self._messages = 0

    def add(self, replayed: ReplayedDialog) -> None:
        self._dialogs += 1
        left: list[bool] = []
        for turn in replayed.turns:
            left += self._add_turn(replayed, turn)
        if left:
            self._count("nothing left", replayed, not any(left))

    def _add_turn(self, replayed: ReplayedDialog, turn: ReplayedTurn) -> Iterator[bool]:
        """Counts one turn; yields for each of its values whether something of it was left."""
        self._messages += 1
        if turn.exact is not None:
            self._count("exact", replayed, turn.exact)
        self._counts["restored"][replayed.dialog.origin].append((turn.restored, turn.echoed))
        if not turn.message.spans:
            self._add_clean(replayed, turn)
        for span in turn.message.spans:
            if not self._masks(span.type):
                continue
            masked = is_masked(turn, span)
            self._count("masked", replayed, masked)
            self._count(f"type {span.type}", replayed, masked)
            if not masked:
                value = turn.message.text[span.start : span.end]
                self._missed.append(Missed(replayed.dialog.id, turn.message.id, span.type, value))
            yield not masked

    def _add_clean(self, replayed: ReplayedDialog, turn: ReplayedTurn) -> None:
        types = {type_of(entity.type) for entity in turn.redaction.entities if entity.operator != "keep"}
        wrong = types - self._unannotated
        self._touched_by.update(wrong)
        self._count("touched", replayed, bool(wrong))

    def _count(self, what: str, replayed: ReplayedDialog, hit: bool) -> None:
        self._counts[what][replayed.dialog.origin].append((int(hit), 1))

    def scores(self, seed: int) -> Scores:
        rate = {what: _rate(counts, seed) for what, counts in self._counts.items()}
        none = Rate(0, 0)
        return Scores(
            dialogs=self._dialogs,
            messages=self._messages,
            masked=rate.get("masked", none),
            touched=rate.get("touched", none),
            nothing_left=rate.get("nothing left", none),
            restored=rate.get("restored", none),
            exact=rate.get("exact", none),
            by_type={
                what.removeprefix("type "): found for what, found in sorted(rate.items()) if what.startswith("type ")
            },
            touched_by=dict(self._touched_by.most_common()),
            missed=tuple(self._missed),
        )


def _rate(counts: Mapping[str, Sequence[_Count]], seed: int) -> Rate:
    sums = np.array([np.sum(pairs, axis=0) for pairs in counts.values()], dtype=np.int64)
    count, total = (int(number) for number in sums.sum(axis=0))
    if not total:
        return Rate(0, 0)
    low, high = interval(sums[:, 0], sums[:, 1], seed)
    return Rate(count, total, count / total, low, high)


def interval(hits: "np.ndarray", totals: "np.ndarray", seed: int) -> tuple[float, float]:
    """95% interval of sum(hits) / sum(totals), resampled by conversation; one entry of each array per
    conversation.
    """
    drawn = np.random.default_rng(seed).integers(len(hits), size=(RESAMPLES, len(hits)))
    below = totals[drawn].sum(axis=1)
    shares = hits[drawn].sum(axis=1)[below > 0] / below[below > 0]
    low, high = np.percentile(shares, [2.5, 97.5])
    return float(low), float(high)
