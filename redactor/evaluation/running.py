"""Runs systems over sources and measures them: `redactor evaluate` as a function."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from redactor.evaluation.counting import Scope, count, is_hidden, wrong_masks
from redactor.evaluation.dialogs import Message, type_of
from redactor.evaluation.results import Evaluation, Example, Examples, Latency, Result, latency, measures
from redactor.evaluation.sources import Source
from redactor.evaluation.systems import ReadDialog, Reading, System
from redactor.policy import Policy

Watch = Callable[[Iterable[ReadDialog], str, int], Iterable[ReadDialog]]
"""`(dialogs as they are read, what is being done, how many there will be)` -> the same dialogs."""


def evaluate(
    systems: Sequence[System],
    sources: Sequence[Source],
    policy: Policy,
    *,
    seed: int = 0,
    examples: int = 0,
    watch: Watch = lambda read, doing, total: read,
) -> Evaluation:
    """Score each system on each source, on the same messages and under the same policy.

    `policy` says which types are left in the text and so are no values to mask; give the systems the same one.
    `examples` is how many missed values and wrong masks of each are kept with their text; `watch` sees the dialogs go
    by. The same seed gives the same intervals. An error of a system ends the evaluation.
    """
    known = frozenset(type_of(name) for name in policy.entity_types)
    results = []
    for source in sources:
        scope = Scope(known, policy.kept, source.unannotated)
        for system in systems:
            read = watch(system.read(source.dialogs), f"{system.name}, {source.name}", len(source.dialogs))
            results.append(_result(system, source, scope, read, seed, examples))
    return Evaluation(tuple(results))


def _result(
    system: System, source: Source, scope: Scope, read: Iterable[ReadDialog], seed: int, examples: int
) -> Result:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    tally = _Tally(scope, examples)
    for dialog in read:
        counts[dialog.dialog.origin].update(count(dialog, scope))
        tally.add(dialog)
    found = measures(counts, scope, seed, scored=system.scored)
    return Result(
        system=system.name,
        setting=system.setting,
        source=source.name,
        dialogs=len(source.dialogs),
        messages=source.messages,
        measures=found.overall,
        types=found.types,
        reliability=found.reliability,
        latency=dict(tally.latency()),
        left_out=tuple(sorted(tally.left_out)),
        examples=Examples(tuple(tally.missed), tuple(tally.wrong)),
    )


@dataclass(slots=True)
class _Tally:
    """What is not counted per conversation: times, labels left out, some errors to look at."""

    scope: Scope
    most: int
    """How many missed values and how many wrong masks are kept."""
    whole: list[float] = field(default_factory=list)
    model: list[float] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    missed: list[Example] = field(default_factory=list, repr=False)
    wrong: list[Example] = field(default_factory=list, repr=False)

    def add(self, read: ReadDialog) -> None:
        for reading in read.readings:
            self.whole.append(reading.ms)
            if reading.model_ms is not None:
                self.model.append(reading.model_ms)
            self.left_out.update(span.type for span in reading.message.spans if span.type not in self.scope.counted)
            if self.most:
                self.missed += list(_missed(read, reading, self.scope))[: self.most - len(self.missed)]
                self.wrong += list(_wrong(read, reading, self.scope))[: self.most - len(self.wrong)]

    def latency(self) -> Iterator[tuple[str, Latency]]:
        for name, times in (("message", self.whole), ("model", self.model)):
            if times:
                yield name, latency(times)


def _missed(read: ReadDialog, reading: Reading, scope: Scope) -> Iterator[Example]:
    for span in reading.message.spans:
        if scope.is_value(span) and not is_hidden(reading.message.text, span, reading.masked):
            yield _example(read, reading.message, span.type, span.start, span.end)


def _wrong(read: ReadDialog, reading: Reading, scope: Scope) -> Iterator[Example]:
    for mask in wrong_masks(reading, scope):
        yield _example(read, reading.message, mask.type, mask.start, mask.end)


def _example(read: ReadDialog, message: Message, entity_type: str, start: int, end: int) -> Example:
    return Example(read.dialog.id, message.id, entity_type, message.text[start:end], message.text)
