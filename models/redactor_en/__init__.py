"""The shipped English model: `model.onnx`, `tokenizer.json`, `meta.json`, and what they are made of in MODEL_CARD.md."""

from pathlib import Path

__version__ = "0.1.0"


def path() -> Path:
    """The folder that holds the model's files."""
    return Path(__file__).parent
