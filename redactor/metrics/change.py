"""Has a rate jumped? A test of two proportions, day against reference, made patient where days differ anyway.

The difference of two shares is Cohen's h = 2 asin(sqrt(p)) - 2 asin(sqrt(q)), whose variance, 1/n + 1/m, does not
depend on the shares, so rare signs and common types are judged alike (J. Cohen, Statistical Power Analysis for the
Behavioral Sciences, 2nd ed. 1988, chapter 6). Messages of one conversation are alike, and Mondays are not Sundays:
what the reference's own days scatter more than independent messages would is taken off (D. B. Laney, "Improved control
charts for attributes", Quality Engineering 14, 2002; its standard deviation here is that of all days, since a moving
range would miss the week). Many tests in one report share one risk of a false alarm (S. Holm, "A simple sequentially
rejective multiple test procedure", Scandinavian Journal of Statistics 6, 1979).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from math import asin, log1p, sqrt
from statistics import NormalDist, stdev

RISK = 0.01
"""The chance that a report with nothing to report raises an alarm: ours."""

SMALLEST = 0.1
"""The least Cohen's h that is worth an alarm, half of what he calls small: 0 to 0.25%, 1% to 2.2%, 20% to 24%."""

FEWEST = 200
"""Messages in a block of days: ours. Fewer alarm nobody; quieter days are taken together until they are as many."""

FEWEST_REFERENCE = 1000
"""Messages of the role in the reference: ours."""

FEWEST_BLOCKS = 8
"""Blocks the reference must have for its own scatter to be known: more than a week of days."""


@dataclass(frozen=True, slots=True)
class Block:
    """A day, or some in a row: how many messages there were, and how many of them show what is asked."""

    first: int
    last: int
    """Days since 1970-01-01 UTC, both included."""
    count: int
    messages: int


@dataclass(frozen=True, slots=True)
class Change:
    """One rate in one block against the reference."""

    role: str
    kind: str
    """`type` or `sign`."""
    name: str
    block: Block
    before: float
    """The share of the reference's messages, 0..1."""
    effect: float
    """Cohen's h; above 0 where the rate rose."""
    p: float
    """How likely so large a difference is by chance."""

    @property
    def now(self) -> float:
        """The share of the block's messages, 0..1."""
        return self.block.count / self.block.messages


def blocks(days: Sequence[tuple[int, int, int]]) -> list[Block]:
    """Days as (day, count, messages), oldest first, taken together until each block has `FEWEST` messages.

    What is left over at the end joins the last block; where there is none, there are too few messages to judge.
    """
    made: list[Block] = []
    open_: Block | None = None
    for day, count, messages in days:
        block = Block(day, day, count, messages)
        open_ = block if open_ is None else _joined(open_, block)
        if open_.messages >= FEWEST:
            made.append(open_)
            open_ = None
    if open_ is not None and made:
        made[-1] = _joined(made[-1], open_)
    return made


def effect(now: float, before: float) -> float:
    """Cohen's h of two shares, from -pi to pi; above 0 where the first is larger."""
    return 2 * asin(sqrt(now)) - 2 * asin(sqrt(before))


def scatter(reference: Sequence[Block]) -> float:
    """How much more the reference's blocks scatter than independent messages would: a factor of 1 or more."""
    if len(reference) < FEWEST_BLOCKS:
        return 1.0
    before = _share(reference)
    return max(1.0, stdev(effect(b.count / b.messages, before) * sqrt(b.messages) for b in reference))


def compare(role: str, kind: str, name: str, reference: Sequence[Block], now: Sequence[Block]) -> list[Change]:
    """Each block of a window, and where there are several all of them together, against the whole reference."""
    messages = sum(block.messages for block in reference)
    before, factor = _share(reference), scatter(reference)
    freedom = len(reference) - 1 if factor > 1.0 else None
    changes = []
    for block in [*now, *([reduce(_joined, now)] if len(now) > 1 else [])]:
        moved = effect(block.count / block.messages, before)
        times = moved / (factor * sqrt(1 / block.messages + 1 / messages))
        changes.append(Change(role, kind, name, block, before, moved, chance(times, freedom)))
    return changes


def chance(times: float, freedom: int | None = None) -> float:
    """How likely a difference of so many standard errors, either way, is by chance.

    `freedom`: from how many days less one the standard error was estimated, None where it is known. Then it is
    Student's t, by D. L. Wallace's normal approximation (Annals of Mathematical Statistics 30, 1959).
    """
    if freedom is not None:
        narrowed = (8 * freedom + 1) / (8 * freedom + 3)
        times = narrowed * sqrt(freedom * log1p(times * times / freedom))
    return 2 * NormalDist().cdf(-abs(times))


def alarming(changes: Sequence[Change], risk: float = RISK) -> list[Change]:
    """The changes that chance does not explain (Holm, `risk` for all together) and that are large enough to matter.

    A sign that becomes rarer alarms nobody. Where days alarm, their window is not an alarm of its own.
    """
    ordered = sorted(changes, key=lambda change: change.p)
    sure: list[Change] = []
    for number, change in enumerate(ordered):
        if change.p > risk / (len(ordered) - number):
            break
        sure.append(change)
    loud = [c for c in sure if abs(c.effect) >= SMALLEST and (c.kind == "type" or c.effect > 0)]
    return [c for c in loud if not any(_is_within(other, c) for other in loud)]


def _is_within(inner: Change, outer: Change) -> bool:
    """Whether the one is a part of the other's days, of the same rate."""
    same = (inner.role, inner.kind, inner.name) == (outer.role, outer.kind, outer.name)
    within = outer.block.first <= inner.block.first and inner.block.last <= outer.block.last
    return same and within and inner.block != outer.block


def _share(reference: Sequence[Block]) -> float:
    return sum(block.count for block in reference) / sum(block.messages for block in reference)


def _joined(first: Block, second: Block) -> Block:
    return Block(first.first, second.last, first.count + second.count, first.messages + second.messages)
