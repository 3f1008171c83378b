"""Scores that mean probabilities: `python -m models.training.calibrate PACKAGE SOURCE... [--write]`.

Temperature (Guo, Pleiss, Sun and Weinberger, On Calibration of Modern Neural Networks, 2017): the one of GRID with the
least mean expected calibration error over the chat sources; the others are shown. Threshold of the masked types: the
lowest of STEPS at which the weaker votes touch at most BUDGET more of the clean chat messages; a type whose own weaker
votes mask at least FEWEST values more, and no fewer than they touch messages, may go lower within BUDGET_OF_TYPE.
`--write` puts both into `settings.json` and the package's `meta.json`.
"""

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from redactor.detection.transformer import Transformer
from redactor.evaluation import evaluate
from redactor.evaluation.counting import Scope, is_hidden
from redactor.evaluation.dialogs import type_of
from redactor.evaluation.sources import Source, find, load_source, shortened
from redactor.evaluation.systems import Alone, Reading, transformer_alone
from redactor.policy import Policy

GRID = (0.7, 0.85, 1.0, 1.15, 1.3, 1.5, 1.75, 2.0)
STEPS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45)
FEWEST = 3
BUDGET = 0.0015
"""Share of the clean chat messages that the lower threshold of all types may touch."""
BUDGET_OF_TYPE = 0.001
"""The same for one type that goes lower than the others."""
MOST = 400
"""Dialogs of one source that are looked at."""
CHAT = frozenset({"abcd", "sgd", "holdout"})
SETTINGS = Path(__file__).with_name("settings.json")


def at_temperature(model: Transformer, temperature: float) -> Alone:
    """The model alone, its scores softened; thresholds at 0.5."""
    model._meta = replace(model.meta, temperature=temperature, thresholds={})
    return transformer_alone(model, model.version, Policy.load("default"))


def calibration_errors(model: Transformer, sources: Sequence[Source], temperature: float) -> dict[str, float]:
    """Source → expected calibration error, 0..1."""
    found = evaluate([at_temperature(model, temperature)], sources, Policy.load("default"))
    return {result.source: result.measures["calibration_error"].value or 0.0 for result in found.results}


def is_chat(source: str) -> bool:
    return source.split("/")[0] in CHAT


def chosen_temperature(model: Transformer, sources: Sequence[Source]) -> float:
    means = {}
    for temperature in GRID:
        errors = calibration_errors(model, sources, temperature)
        chat = [error for name, error in errors.items() if is_chat(name)]
        means[temperature] = sum(chat) / len(chat)
        print(f"temperature {temperature}", {name: round(error, 3) for name, error in errors.items()}, flush=True)
    return min(means, key=means.__getitem__)


def weak_votes(reading: Reading, scope: Scope) -> Iterable[tuple[str, float, str]]:
    """(type, score, whether it would help or hurt) of each vote that was not enough."""
    text, spans = reading.message.text, reading.message.spans
    for vote in reading.candidates:
        if type_of(vote.type) in scope.kept:
            continue
        if not spans:
            yield vote.type, vote.score, "hurts"
        for span in spans:
            missed = scope.is_value(span) and not is_hidden(text, span, reading.masked)
            if missed and is_hidden(text, span, [*reading.masked, vote]):
                yield vote.type, vote.score, "helps"


def chosen_thresholds(model: Transformer, sources: Sequence[Source], temperature: float) -> dict[str, float]:
    policy = Policy.load("default")
    known = frozenset(type_of(name) for name in policy.entity_types)
    votes: dict[str, list[tuple[float, str]]] = defaultdict(list)
    clean = 0
    for source in sources:
        scope = Scope(known, policy.kept, source.unannotated)
        for dialog in at_temperature(model, temperature).read(source.dialogs):
            for reading in dialog.readings:
                clean += not reading.message.spans
                for entity_type, score, effect in weak_votes(reading, scope):
                    if scope.counts(entity_type):
                        votes[entity_type].append((score, effect))
    masked = sorted({label[2:] for label in model.meta.labels if label != "O"} - policy.kept)
    common = common_threshold(votes, clean)
    own = dict(lowered(votes, clean))
    return {entity_type: min(common, own.get(entity_type, common)) for entity_type in masked}


def effects_from(threshold: float, votes: Iterable[tuple[float, str]]) -> Counter[str]:
    return Counter(effect for score, effect in votes if score >= threshold)


def common_threshold(votes: Mapping[str, Sequence[tuple[float, str]]], clean: int) -> float:
    """One threshold for all types; 0.5 where the budget allows no lower one."""
    every = [vote for seen in votes.values() for vote in seen]
    for threshold in STEPS:
        effects = effects_from(threshold, every)
        print(f"all types {threshold}: {dict(effects)} of {clean} clean messages")
        if effects["hurts"] <= BUDGET * clean:
            return threshold
    return 0.5


def lowered(votes: Mapping[str, Sequence[tuple[float, str]]], clean: int) -> Iterable[tuple[str, float]]:
    """The types that may go lower by themselves, and how low."""
    for entity_type, seen in sorted(votes.items()):
        for threshold in STEPS:
            effects = effects_from(threshold, seen)
            if effects["hurts"] <= BUDGET_OF_TYPE * clean and effects["helps"] >= max(FEWEST, effects["hurts"]):
                print(f"{entity_type} {threshold}: {dict(effects)}")
                yield entity_type, threshold
                break


def write(path: Path, changes: Mapping[str, Any]) -> None:
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", type=Path)
    parser.add_argument("sources", type=Path, nargs="+", help="folders with a dev.jsonl")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    sources = [shortened(load_source(path), MOST) for path in find(args.sources)]
    model = Transformer(args.package)
    temperature = chosen_temperature(model, sources)
    chat = [source for source in sources if is_chat(source.name)]
    if not chat:
        parser.error(f"expected at least one of the chat sources: {', '.join(sorted(CHAT))}")
    changes = {"temperature": temperature, "thresholds": chosen_thresholds(model, chat, temperature)}
    print(json.dumps(changes))
    if args.write:
        write(SETTINGS, changes)
        write(args.package / "meta.json", changes)


if __name__ == "__main__":
    main()
