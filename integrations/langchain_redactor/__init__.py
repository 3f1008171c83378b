"""Redaction for LangChain and LangGraph: placeholders for models, tools, checkpoints and traces; real values for the
customer, and for the tools a rule names.

`create_redacted_agent` and `RedactedAgent` for agents and graphs, `redacted` for chains, `SealedRetriever` for
documents, `RedactionMiddleware` where only middleware can be added. See docs/langchain.md.
"""

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from langchain_redactor.agent import create_redacted_agent
    from langchain_redactor.bound import current_conversation
    from langchain_redactor.graph import RedactedAgent
    from langchain_redactor.interrupts import redacted_interrupt
    from langchain_redactor.middleware import RedactionMiddleware
    from langchain_redactor.retrievers import SealedRetriever
    from langchain_redactor.runnable import RedactedRunnable, redacted
    from langchain_redactor.tools import SealedTool, seal_tools
    from redactor.policy import ToolRule

__all__ = [
    "RedactedAgent",
    "RedactedRunnable",
    "RedactionMiddleware",
    "SealedRetriever",
    "SealedTool",
    "ToolRule",
    "create_redacted_agent",
    "current_conversation",
    "redacted",
    "redacted_interrupt",
    "seal_tools",
]

# Loaded on first use: importing the package, as `redactor demo` does, must not need LangChain.
_LAZY = {
    "RedactedAgent": "langchain_redactor.graph",
    "RedactedRunnable": "langchain_redactor.runnable",
    "RedactionMiddleware": "langchain_redactor.middleware",
    "SealedRetriever": "langchain_redactor.retrievers",
    "SealedTool": "langchain_redactor.tools",
    "ToolRule": "redactor.policy",
    "create_redacted_agent": "langchain_redactor.agent",
    "current_conversation": "langchain_redactor.bound",
    "redacted": "langchain_redactor.runnable",
    "redacted_interrupt": "langchain_redactor.interrupts",
    "seal_tools": "langchain_redactor.tools",
}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        raise AttributeError(f"module 'langchain_redactor' has no attribute {name!r}")
    if find_spec("langchain") is None:
        raise ConfigError(
            "langchain_redactor needs LangChain, which is not installed: pip install 'chat-redactor[langchain]'"
        )
    return getattr(import_module(_LAZY[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
