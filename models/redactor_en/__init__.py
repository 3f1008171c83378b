"""The shipped English model: `model.onnx`, `tokenizer.json`, `meta.json`; MODEL_CARD.md says what they are made of."""

from pathlib import Path

__version__ = "0.2.0"


def path() -> Path:
    """The folder that holds the model's files."""
    return Path(__file__).parent
