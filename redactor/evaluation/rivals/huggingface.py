"""Any Hugging Face token-classification model, read by `redactor.detection.huggingface` at the policy's thresholds."""

from pathlib import Path

from redactor.evaluation.rivals.common import called, needs
from redactor.evaluation.systems import Alone
from redactor.exceptions import ConfigError
from redactor.policy import Policy


def system(policy: Policy, model: Path | None) -> Alone:
    """The model of a folder as a system to score.

    Raises `ConfigError` without a folder or without transformers, `ModelError` for a folder that cannot be used.
    """
    if model is None:
        raise ConfigError("--beside huggingface: expected huggingface=FOLDER, a token-classification model on disk")
    with needs("huggingface", "'chat-redactor[transformers]'", "transformers", "torch"):
        from redactor.detection.huggingface import HuggingFace

        recognizer = HuggingFace(model)
    setting = f"{recognizer.version}, nothing beside it, policy {policy.name} {policy.version}"
    return Alone(
        recognizer, name=called("huggingface", model), setting=setting, threshold=policy.threshold, kept=policy.kept
    )
