"""What a window of counts says: rates and scores, and against a reference what has drifted and what has jumped."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from redactor.exceptions import ConfigError
from redactor.metrics import change, drift
from redactor.metrics.change import Change
from redactor.metrics.counts import Counts, Kind, Label, histogram, names, roles, total
from redactor.metrics.drift import Drift
from redactor.metrics.live import public
from redactor.metrics.signs import REPLY_SIGNS, SIGNS
from redactor.metrics.window import Window, written
from redactor.taxonomy import LITERAL


@dataclass(frozen=True, slots=True)
class Report:
    """A window, what it was compared with, and the outcome."""

    window: Window
    reference: Window | None
    drifts: tuple[Drift, ...]
    """Every histogram that was compared."""
    changes: tuple[Change, ...]
    """Every rate that was compared, day by day and over the window."""
    jumps: tuple[Change, ...]
    """Those of the changes that are an alarm."""
    notes: tuple[str, ...]
    """What a reader must know beside the numbers."""

    @property
    def alarms(self) -> tuple[str, ...]:
        """A sentence for each alarm; none where all is well, or where nothing was compared."""
        drifted = [self._drifted(each) for each in self.drifts if each.reading == "drifted"]
        return (*drifted, *map(_jumped, self.jumps))

    def _drifted(self, each: Drift) -> str:
        counted = f"PSI {each.psi:.2f} ({each.actual} now, {each.expected} in the reference)"
        if each.name:
            return f"{each.what} of {each.name} drifted: {counted}"
        return f"the mix of types drifted: {counted}; most of all {self._moved_most()}"

    def _moved_most(self) -> str:
        """The type whose share of all that was found has changed most, with its shares."""
        before, now = (w.total() if w else Counter[Label]() for w in (self.reference, self.window))
        types = _compared_types(before + now)
        shares = [
            (e / max(sum(_mix(before, types)), 1), a / max(sum(_mix(now, types)), 1), name)
            for name, e, a in zip(types, _mix(before, types), _mix(now, types), strict=True)
        ]
        then, today, name = max(shares, key=lambda share: abs(share[0] - share[1]))
        return f"{name}, {then:.0%} then and {today:.0%} now"

    def public(self) -> dict[str, Any]:
        """Everything as plain data, ready for JSON. It holds counts, shares, versions and days, and no value."""
        return {
            "window": _described(self.window),
            "reference": _described(self.reference) if self.reference else None,
            "alarms": list(self.alarms),
            "notes": list(self.notes),
            "drifts": [
                {
                    "of": each.what,
                    "type": each.name or None,
                    "psi": round(each.psi, 4),
                    "by_chance": round(each.by_chance, 4),
                    "reading": each.reading,
                    "expected": each.expected,
                    "actual": each.actual,
                }
                for each in self.drifts
            ],
            "changes": [_change_data(each, alarm=each in self.jumps) for each in self.changes],
            "days": [{"day": written(day), **public(counts)} for day, counts in self.window.days.items()],
        }


def make(window: Window, reference: Window | None = None, *, any_model: bool = False) -> Report:
    """Look at a window, and compare it with a reference where one is given.

    Raises `ConfigError` where the window holds messages that another version of the model than the reference's has
    read, unless `any_model` says to compare all the same.
    """
    if reference is None:
        return Report(window, None, (), (), (), ("Nothing was compared: no reference was given.",))
    if not any_model:
        _refuse_other_models(window, reference)
    now, before = window.total(), reference.total()
    drifts = tuple(_drifts(before, now))
    changes = tuple(_changes(reference, window))
    notes = tuple(_notes(window, reference))
    return Report(window, reference, drifts, changes, tuple(change.alarming(changes)), notes)


def _refuse_other_models(window: Window, reference: Window) -> None:
    others = {model: count for model, count in window.models.items() if model not in reference.models}
    if others:
        raise ConfigError(
            f"{sum(others.values())} messages ({window.span()}) were read by {', '.join(others)}, and the reference is "
            f"of {', '.join(reference.models)}; scores of two models are not one distribution. Make a new reference "
            "with `redactor monitor reference`, take a shorter --since, or compare all the same with --any-model"
        )


def _drifts(before: Counts, now: Counts) -> Iterator[Drift]:
    both = before + now
    compared: list[tuple[str, str, Sequence[int], Sequence[int]]] = []
    types = _compared_types(both)
    compared.append(("type mix", "", _mix(before, types), _mix(now, types)))
    kinds: tuple[tuple[str, Kind], ...] = (("scores", "entity"), ("candidate scores", "candidate"))
    for what, kind in kinds:
        compared += [
            (what, name, histogram(before, kind, name), histogram(now, kind, name)) for name in names(both, kind)
        ]
    for what, name, expected, actual in compared:
        yield drift.drift(what, name, expected, actual, 1 - change.RISK / len(compared))


def _compared_types(counts: Counts) -> list[str]:
    """The types that were found. A LITERAL is no work of the model; the sign `placeholder_like` tells of it."""
    return [name for name in names(counts, "entity") if name != LITERAL]


def _mix(counts: Counts, types: Sequence[str]) -> list[int]:
    return [total(counts, "entity", name=name) for name in types]


def _changes(reference: Window, window: Window) -> Iterator[Change]:
    """Each type's and each sign's rate, role by role: what people say and what tools say do not mix."""
    then, now = _daily(reference), _daily(window)
    every = {key for days in (then, now) for counts in days.values() for key in counts}
    for role in sorted({role for _, role, _ in every}):
        for kind, name in sorted(
            (kind, name) for kind, of, name in every if of == role and kind in ("holding", "sign")
        ):
            if name == LITERAL:
                continue
            before = change.blocks(_shares(then, role, kind, name))
            blocks = change.blocks(_shares(now, role, kind, name))
            if blocks and sum(block.messages for block in before) >= change.FEWEST_REFERENCE:
                yield from change.compare(role, "type" if kind == "holding" else "sign", name, before, blocks)


Daily: TypeAlias = Mapping[int, Mapping[tuple[str, str, str], int]]
"""Day → kind, role and name → how often: counts without recognizers and scores, which no rate is of."""


def _daily(window: Window) -> Daily:
    days: dict[int, Counter[tuple[str, str, str]]] = {}
    for day, counts in window.days.items():
        days[day] = Counter()
        for label, count in counts.items():
            days[day][label.kind, label.role, label.name] += count
    return days


def _shares(days: Daily, role: str, kind: str, name: str) -> list[tuple[int, int, int]]:
    """Day, how many messages or replies show it, how many there were."""
    every = "reply" if name in REPLY_SIGNS else "message"
    return [(day, counts.get((kind, role, name), 0), counts.get((every, role, ""), 0)) for day, counts in days.items()]


def _notes(window: Window, reference: Window) -> Iterator[str]:
    models = [model for model in window.models if model not in reference.models]
    if models:
        yield f"Compared across models, as asked: the reference is of {', '.join(reference.models)}."
    if set(window.policies) - set(reference.policies):
        yield (
            "The policy has changed since the reference (thresholds and operators move rates and scores): "
            f"{', '.join(reference.policies)} then, {', '.join(window.policies)} now."
        )
    now, before = window.total(), reference.total()
    if not total(now, "message"):
        yield "There are no messages in the window."
    for role in roles(now):
        yield from _too_few(f"messages of the role {role}", "message", role, before, now)
    yield from _too_few("replies", "reply", "assistant", before, now)
    if len(reference.days) < change.FEWEST_BLOCKS:
        yield (
            f"The reference has {len(reference.days)} days; from {change.FEWEST_BLOCKS} on, how much days differ "
            "anyway is taken into account, and fewer alarms are false."
        )


def _too_few(what: str, kind: Kind, role: str, before: Counts, now: Counts) -> Iterator[str]:
    counted, known = total(now, kind, role=role), total(before, kind, role=role)
    if counted and (counted < change.FEWEST or known < change.FEWEST_REFERENCE):
        yield (
            f"Too few {what} to judge rates: {counted} now and {known} in the reference; "
            f"{change.FEWEST} and {change.FEWEST_REFERENCE} are needed."
        )


def _described(window: Window) -> dict[str, Any]:
    counts = window.total()
    return {
        "days": [written(day) for day in (min(window.days), max(window.days))] if window.days else [],
        "messages": total(counts, "message"),
        "models": dict(window.models),
        "policies": dict(window.policies),
        "counts": public(counts),
    }


def _change_data(each: Change, *, alarm: bool) -> dict[str, Any]:
    return {
        "role": each.role,
        each.kind: each.name,
        "first": written(each.block.first),
        "last": written(each.block.last),
        "count": each.block.count,
        "messages": each.block.messages,
        "share": round(each.now, 5),
        "before": round(each.before, 5),
        "effect": round(each.effect, 4),
        "p": float(f"{each.p:.3g}"),
        "alarm": alarm,
    }


def _jumped(each: Change) -> str:
    days = dict.fromkeys((written(each.block.first), written(each.block.last)))
    what = f"the sign {each.name} ({SIGNS.get(each.name, 'unknown')})" if each.kind == "sign" else each.name
    counted = "replies" if each.name in REPLY_SIGNS else "messages"
    return (
        f"{what} in {each.now:.2%} of {each.block.messages} {counted} of the role {each.role}, "
        f"{' to '.join(days)}; {each.before:.2%} in the reference"
    )
