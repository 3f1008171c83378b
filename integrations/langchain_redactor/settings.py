"""Arguments given beside the input of a call, such as `stop` or `user`: redacted, without breaking what is the
program's own: schemas, the names of models and modes, code."""

import re
from collections.abc import Mapping
from typing import Any

from langchain_core.runnables import Runnable

from langchain_redactor import values
from langchain_redactor.bound import Bound

_NUMBERS = frozenset(
    {
        "frequency_penalty", "logprobs", "max_completion_tokens", "max_output_tokens", "max_retries", "max_tokens", "n",
        "presence_penalty", "seed", "temperature", "timeout", "top_k", "top_logprobs", "top_p",
    }
)  # fmt: skip
"""Arguments of models whose numbers are settings and nobody's: a seed of ten digits is no account."""

_STRUCTURE = frozenset(
    {
        "audio", "function_call", "functions", "include", "ls_structured_output_format", "modalities", "model",
        "model_name", "output_version", "reasoning", "reasoning_effort", "response_format", "service_tier",
        "stream_mode", "stream_options", "text", "thinking", "tool_choice", "tools", "verbosity", "version",
    }
)  # fmt: skip
"""Arguments of models and graphs, in the names of OpenAI, Anthropic and LangGraph, that are made of the program's own
words: a detector that guesses from the words around takes "json_schema" for a user name, and a schema's title for a
person's."""

_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,63}", re.ASCII)
"""What such a word looks like. An address, a number or a sentence does not."""

_SAMPLES = frozenset({"const", "default", "description", "enum", "examples"})
"""Keys of a JSON schema under which anything may stand (JSON Schema 2020-12, sections 6.1 and 9 of its validation)."""


def redact_settings(settings: Mapping[str, Any], bound: Bound) -> dict[str, Any]:
    """The arguments with nothing personal in them; code in them (tools, classes, functions) stays as it is.

    Raises as `Conversation.redact_value` does.
    """
    return {name: _redact_setting(name, value, bound) for name, value in settings.items()}


def _redact_setting(name: str, value: Any, bound: Bound) -> Any:
    if _is_code(value) or (name in _NUMBERS and isinstance(value, int | float)):
        return value
    if name in _STRUCTURE:
        return _redact_structure(value, bound)
    if not _has_code(value):
        return _redact_data(name, value, bound)
    if isinstance(value, Mapping):
        return {key: _redact_setting(str(key), item, bound) for key, item in value.items()}
    return type(value)([_redact_setting(name, item, bound) for item in value])


def _redact_structure(value: Any, bound: Bound) -> Any:
    if _is_code(value) or (isinstance(value, str) and _WORD.fullmatch(value)):
        return value
    if isinstance(value, Mapping):
        return {_redact_structure(key, bound): _redact_part(key, item, bound) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_redact_structure(item, bound) for item in value])
    return _redact_data("", value, bound)


def _redact_part(key: Any, item: Any, bound: Bound) -> Any:
    """`properties` may be called `description`: then a schema stands there, which is a structure again."""
    if key in _SAMPLES and not isinstance(item, Mapping):
        return _redact_data(key, item, bound)
    return _redact_structure(item, bound)


def _redact_data(name: str, value: Any, bound: Bound) -> Any:
    return values.redact_value({name: value}, bound, "system", channels=True)[name]


def _is_code(value: Any) -> bool:
    return callable(value) or isinstance(value, Runnable)


def _has_code(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_code, value.values()))
    return any(map(_has_code, value)) if isinstance(value, list | tuple) else _is_code(value)
