"""piighost's detectors: its generic, US and EU patterns, and with a model its Transformers detector beside them.

The patterns come with its releases before 2; later ones fetch them from a catalogue on the web. The only importer of
piighost.
"""

import asyncio
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redactor.evaluation.rivals.common import called, needs
from redactor.evaluation.rivals.types import PIIGHOST
from redactor.evaluation.systems import Alone
from redactor.policy import Policy
from redactor.types import Entity

NAME = "piighost"
_PIP = "'piighost>=1.10,<2'"


def system(policy: Policy, model: Path | None) -> Alone:
    """piighost as a system to score. Raises `ConfigError` where it, or what the model needs, is not installed."""
    with needs(NAME, _PIP, "piighost"):
        from piighost.components.detector.patterns import EU_PATTERNS, GENERIC_PATTERNS, US_PATTERNS
        from piighost.components.detector.regex import RegexDetector

        detectors = [RegexDetector({**GENERIC_PATTERNS, **US_PATTERNS, **EU_PATTERNS})]
    run = "rules only"
    if model is not None:
        detectors.append(_with_model(model))
        run = f"its rules with the model in {model.name}"
    setting = f"piighost {version('piighost')}, {run}, policy {policy.name} {policy.version}"
    return Alone(
        _recognizer(detectors),
        name=called(NAME, model),
        setting=setting,
        threshold=lambda entity_type: 0.0,
        kept=policy.kept,
        scored=model is not None,  # its patterns all say 1
    )


def _with_model(model: Path) -> Any:
    """Its Transformers detector at a threshold of 0.5, the middle of the scale; its default takes every guess."""
    with needs(NAME, "'chat-redactor[transformers]'", "transformers", "torch"):
        from piighost.components.detector.ner.transformers import TransformersDetector

        return TransformersDetector(str(model), threshold=0.5)


def _recognizer(detectors: Sequence[Any]) -> Any:
    def piighost(text: str, context: Sequence[str]) -> Iterator[Entity]:
        for detector in detectors:
            for found in asyncio.run(detector.detect(text)):
                name = PIIGHOST.get(found.label, found.label)
                yield Entity(found.span.start, found.span.end, name, found.confidence, "piighost")

    return piighost
