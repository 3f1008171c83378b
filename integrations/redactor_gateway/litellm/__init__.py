"""The gateway as a guardrail of LiteLLM's proxy: over HTTP (`endpoint`), or as a class in its process (`guardrail`).

`guardrail: redactor_gateway.litellm.RedactorGuardrail` is what LiteLLM's configuration names. See docs/litellm.md.
"""

from typing import TYPE_CHECKING, Any

from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor_gateway.litellm.guardrail import RedactorGuardrail

__all__ = ["RedactorGuardrail"]


def __getattr__(name: str) -> Any:
    """The class on first use: LiteLLM is installed where it runs in the proxy's process, and nowhere else."""
    if name != "RedactorGuardrail":
        raise AttributeError(f"module 'redactor_gateway.litellm' has no attribute {name!r}")
    from importlib.util import find_spec

    if find_spec("litellm") is None:
        raise ConfigError(
            "RedactorGuardrail needs LiteLLM, which is not installed: pip install 'chat-redactor[litellm]'"
        )
    from redactor_gateway.litellm.guardrail import RedactorGuardrail

    return RedactorGuardrail
