"""Runs samples through the whole path and counts what was left in clear and what was masked for nothing."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import uuid4

from benchmarks.evasion.samples import PLAIN, Sample
from redactor import Redactor
from redactor.evaluation.counting import is_hidden
from redactor.evaluation.dialogs import Span
from redactor.evaluation.wilson import wilson
from redactor.types import Entity


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, with the 95% Wilson interval."""

    count: int
    total: int
    share: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Values fully masked, and harmless conversations left untouched."""

    masked: Share
    untouched: Share


@dataclass(frozen=True, slots=True)
class Failure:
    """A made-up value that was left in part or whole, or a harmless conversation that was touched."""

    form: str
    type: str
    wrote: str
    became: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a run found."""

    overall: Pair
    """Over all forms but the undisguised one."""
    by_form: Mapping[str, Pair]
    by_type: Mapping[str, Pair]
    by_both: Mapping[str, Mapping[str, Pair]]
    """Form → entity type."""
    missed: tuple[Failure, ...]
    touched: tuple[Failure, ...]


def run(redactor: Redactor, tried: Iterable[Sample]) -> Result:
    """Each sample as a conversation of its own; the last reading of every turn counts."""
    counts: dict[tuple[str, str], Counter[tuple[bool, bool]]] = defaultdict(Counter)
    missed: list[Failure] = []
    touched: list[Failure] = []
    for sample in tried:
        good, became = _passes(redactor, sample)
        for key in {("form", sample.form), ("both", f"{sample.form}\t{sample.type}")}:
            counts[key][sample.is_benign, good] += 1
        if sample.form != PLAIN:
            for key in (("type", sample.type), ("overall", "")):
                counts[key][sample.is_benign, good] += 1
        if not good:
            (touched if sample.is_benign else missed).append(Failure(sample.form, sample.type, sample.shown(), became))
    pairs = {key: _pair(count) for key, count in counts.items()}
    by_both: dict[str, dict[str, Pair]] = defaultdict(dict)
    for (what, name), pair in pairs.items():
        if what == "both":
            form, _, kind = name.partition("\t")
            by_both[form][kind] = pair
    return Result(
        pairs["overall", ""],
        {name: pair for (what, name), pair in pairs.items() if what == "form"},
        {name: pair for (what, name), pair in sorted(pairs.items()) if what == "type"},
        dict(by_both),
        tuple(missed),
        tuple(touched),
    )


def _passes(redactor: Redactor, sample: Sample) -> tuple[bool, str]:
    """Whether everything went as it should, and how the turns read in the end."""
    chat = redactor.conversation(f"evasion-{uuid4()}")
    try:
        order = []
        final = {}
        for turn in sample.turns:
            redaction = chat.redact(turn.text, role=turn.role)
            order.append(redaction.turn_id)
            final.update({each.turn_id: each for each in (redaction, *redaction.revised)})
    finally:
        chat.forget()
    read = [final[turn_id] for turn_id in order]
    masked = [[entity for entity in redaction.entities if entity.operator != "keep"] for redaction in read]
    good = not any(masked) if sample.is_benign else _is_masked(sample, masked)
    return good, " | ".join(redaction.text for redaction in read)


def _is_masked(sample: Sample, masked: list[list[Entity]]) -> bool:
    """Whether every letter and digit of the value, in whatever turn, lies in something masked."""
    return all(
        is_hidden(turn.text, Span(*span, sample.type), found)
        for turn, found in zip(sample.turns, masked, strict=True)
        for span in turn.spans
    )


def _pair(count: Counter[tuple[bool, bool]]) -> Pair:
    return Pair(*(_share(count[benign, True], count[benign, True] + count[benign, False]) for benign in (False, True)))


def _share(count: int, total: int) -> Share:
    return Share(count, total, count / total, *wilson(count, total))
