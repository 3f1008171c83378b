"""The numbers of an evaluation: each measure by name, per source, per system and per entity type."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from redactor.evaluation.blind import BETA
from redactor.evaluation.calibration import Bin, calibration_error, reliability
from redactor.evaluation.counting import Scope
from redactor.evaluation.resampling import Draws, Measure, Sums, divided, f_measure, measured, share

MEASURES: Mapping[str, str] = {
    "full_mask_recall": "values fully masked",
    "full_mask_recall_throughout": "... blanks and signs in them too",
    "full_mask_recall_later": "... after the last turn",
    "nothing_left": "conversations with nothing left",
    "clean_touched": "clean messages touched",
    "outside_masked": "characters outside values masked",
    "character_recall": "character recall",
    "character_precision": "character precision",
    "strict_precision": "strict typed precision",
    "strict_recall": "strict typed recall",
    "strict_f1": "strict typed F1",
    "strict_f1_masked": "... types the policy masks",
    "blind_f2": "type-blind F2, IoU 0.7",
    "calibration_error": "calibration error (ECE)",
}
"""Every measure and what tables call it, in their order."""


@dataclass(frozen=True, slots=True)
class TypeScores:
    """One entity type of one source."""

    gold: int
    found: int
    masked: Measure
    """Values fully masked; nothing where the policy keeps the type."""
    precision: Measure
    recall: Measure
    f1: Measure


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds per message."""

    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class Example:
    """A value that was missed or a mask that was wrong. What people wrote is not in the repr."""

    dialog: str
    message: str
    type: str
    value: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Examples:
    """Some of the errors of one system on one source, in the order of the source."""

    missed: tuple[Example, ...] = ()
    wrong: tuple[Example, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One system on one source."""

    system: str
    setting: str
    source: str
    dialogs: int
    messages: int
    measures: Mapping[str, Measure]
    """By the names of `MEASURES`."""
    types: Mapping[str, TypeScores]
    reliability: tuple[Bin, ...]
    """Empty where the system has no scores."""
    latency: Mapping[str, Latency]
    """`message` for the whole of a message; `model` for the name model's part, where it is known."""
    left_out: tuple[str, ...] = ()
    """Labels of marks that count neither for nor against."""
    examples: Examples = field(default=Examples(), repr=False)

    def public(self) -> dict[str, object]:
        """Everything but the examples: safe to print and to store."""
        numbers = asdict(self)
        del numbers["examples"]
        return numbers


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Systems on sources."""

    results: tuple[Result, ...]

    def public(self) -> dict[str, object]:
        """A JSON document without anybody's words."""
        return {"results": [result.public() for result in self.results]}

    def by_source(self) -> Mapping[str, list[Result]]:
        """The results on each source, systems in the order they were run."""
        found: dict[str, list[Result]] = {}
        for result in self.results:
            found.setdefault(result.source, []).append(result)
        return found


def measures(counts: Mapping[str, Counter[str]], scope: Scope, seed: int, *, scored: bool) -> "Measured":
    """Every measure of the counts of conversations; `scored` says whether scores are meant as such."""
    sums = Sums(counts, seed)
    types = {name: _type_scores(sums, name) for name in sorted({*sums.after("gold"), *sums.after("found")})}
    return Measured(_overall(sums, scope, scored=scored), types, reliability(sums) if scored else ())


@dataclass(frozen=True, slots=True)
class Measured:
    """What `measures` found."""

    overall: Mapping[str, Measure]
    types: Mapping[str, TypeScores]
    reliability: tuple[Bin, ...]


def latency(milliseconds: Sequence[float]) -> Latency:
    """The percentiles of a list that is not empty."""
    p50, p95, p99 = (float(value) for value in np.percentile(milliseconds, [50, 95, 99]))
    return Latency(p50, p95, p99)


def _overall(sums: Sums, scope: Scope, *, scored: bool) -> Mapping[str, Measure]:
    right, found, gold = (_over(sums, what, scope.counted) for what in ("right", "found", "gold"))
    right_masked, found_masked, gold_masked = (
        _over(sums, what, scope.counted - scope.kept) for what in ("right", "found", "gold")
    )
    hidden, wrong = sums["characters rightly hidden"], sums["characters outside hidden"]
    blind = f_measure(sums["blind right"], sums["blind found"], sums["blind gold"], BETA)
    return {
        "full_mask_recall": share(sums, "masked", "values"),
        "full_mask_recall_throughout": share(sums, "masked throughout", "values"),
        "full_mask_recall_later": share(sums, "masked later", "values"),
        "nothing_left": share(sums, "nothing left", "holding"),
        "clean_touched": share(sums, "touched", "clean"),
        "outside_masked": share(sums, "characters outside hidden", "characters outside"),
        "character_recall": share(sums, "characters hidden", "characters"),
        "character_precision": measured(divided(hidden, hidden + wrong)),
        "strict_precision": _share(right, found),
        "strict_recall": _share(right, gold),
        "strict_f1": measured(f_measure(right, found, gold)),
        "strict_f1_masked": measured(f_measure(right_masked, found_masked, gold_masked)),
        "blind_f2": measured(blind),
        "calibration_error": calibration_error(sums) if scored else Measure(),
    }


def _type_scores(sums: Sums, name: str) -> TypeScores:
    right, found, gold = (sums[f"{what} {name}"] for what in ("right", "found", "gold"))
    return TypeScores(
        gold=sums.total(f"gold {name}"),
        found=sums.total(f"found {name}"),
        masked=share(sums, f"masked {name}", f"values {name}"),
        precision=_share(right, found),
        recall=_share(right, gold),
        f1=measured(f_measure(right, found, gold)),
    )


def _over(sums: Sums, what: str, types: Iterable[str]) -> Draws:
    total: Draws = np.zeros(len(sums[what]))
    for name in types:
        total = total + sums[f"{what} {name}"]
    return total


def _share(part: Draws, whole: Draws) -> Measure:
    return measured(divided(part, whole), round(float(part[0])), round(float(whole[0])))
