"""LangChain's PIIMiddleware: its built-in detectors, one after the other. The only importer of langchain here."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from redactor.evaluation.rivals.common import needs
from redactor.evaluation.rivals.types import LANGCHAIN
from redactor.evaluation.systems import Alone
from redactor.exceptions import ConfigError
from redactor.policy import Policy
from redactor.types import Entity


def system(policy: Policy, model: Path | None) -> Alone:
    """All of its detectors as a system to score. Raises `ConfigError` where it is not installed, or for a model."""
    if model is not None:
        raise ConfigError("--beside langchain: PIIMiddleware has detectors and no name model; give no folder")
    with needs("langchain", "'chat-redactor[langchain]'", "langchain"):
        from langchain.agents.middleware import PIIMiddleware

        detectors = {name: PIIMiddleware(name).detector for name in LANGCHAIN}
    setting = f"langchain {version('langchain')}, PIIMiddleware, rules only, policy {policy.name} {policy.version}"
    return Alone(
        _recognizer(detectors),
        name="langchain",
        setting=setting,
        threshold=lambda entity_type: 0.0,
        kept=policy.kept,
        scored=False,
    )


def _recognizer(detectors: Mapping[str, Any]) -> Any:
    def langchain(text: str, context: Sequence[str]) -> Iterator[Entity]:
        for name, detector in detectors.items():
            for found in detector(text):
                yield Entity(found["start"], found["end"], LANGCHAIN[name], 1.0, "langchain")

    return langchain
