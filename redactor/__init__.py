"""chat-redactor: personal data out before the LLM sees it, and back in before the customer reads it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from redactor.exceptions import RedactorError
from redactor.types import Entity, Redaction, Restoration, Turn

if TYPE_CHECKING:
    from redactor.conversation import Conversation
    from redactor.policy import Policy
    from redactor.redactor import Redactor

__version__ = "0.1.0"
__all__ = [
    "Conversation",
    "Entity",
    "Policy",
    "Redaction",
    "Redactor",
    "RedactorError",
    "Restoration",
    "Turn",
    "__version__",
]

# Loaded on first use: `import redactor` stays fast, and pulls neither pydantic nor cryptography nor onnxruntime.
_LAZY = {"Redactor": "redactor.redactor", "Conversation": "redactor.conversation", "Policy": "redactor.policy"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'redactor' has no attribute {name!r}")
    return getattr(import_module(_LAZY[name]), name)
