"""The deny-list: fields of a request that are the protocol's and stay as they are, each with the shape it must have.

A field that is not here, or is not of its shape, is searched like any other text.
"""

import re
from collections.abc import Mapping

from redactor.detection.entropy import is_random


def names(listed: str) -> frozenset[str]:
    """Names of fields, written in a row."""
    return frozenset(listed.split())


def _words(words: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, words.split())))


_TOOL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
"""OpenAI's and Anthropic's rule for the names of tools; the program gave them, and calls find their tool by them."""

_MODEL = re.compile(r"(?!.*\d{9})(?:@[a-z]{2}/)?[A-Za-z][A-Za-z0-9._:/-]{0,127}(?:@\d{8})?")
"""A model's name is the program's. Nothing in it may be an address, or long enough for a number of somebody's."""

_MEDIA = re.compile(r"(?:image|audio|video|text|application)/[a-z0-9][a-z0-9.+-]{0,40}")
_SEALED = re.compile(r"[A-Za-z0-9+/_=-]{64,}")

_SERVER = re.compile(r"(?!.*\d{9})https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*)?")
"""A remote server's address; one with a query may say whose it is."""

_TOKEN = re.compile(r"(?:(?:Bearer|Basic|Token) )?(?![\d+-]+\Z)[A-Za-z0-9._~+/|:-]{1,8192}={0,2}", re.IGNORECASE)
"""A key or token as a remote server is shown it (RFC 6750, 2.1, and what people make of it)."""

_CREDENTIAL = re.compile(r"(?:[a-z0-9-]*-)?(?:authorization|cookie|token|key|secret)", re.IGNORECASE)

STRINGS: Mapping[str, re.Pattern[str]] = {
    "model": _MODEL,
    "role": _words("user assistant system developer tool function"),
    "type": _words(
        """text input_text output_text refusal reasoning reasoning_text summary_text thinking redacted_thinking message
        function function_call function_call_output custom custom_tool_call custom_tool_call_output tool_use tool_result
        server_tool_use web_search_tool_result item_reference json_object json_schema grammar auto any tool none
        allowed_tools enabled disabled adaptive ephemeral web_search web_search_preview web_search_call file_search
        file_search_call code_interpreter code_interpreter_call mcp mcp_call mcp_list_tools computer_use_preview
        image_generation local_shell url_citation file_citation content base64 url approximate
        image image_url input_image input_audio file input_file document search_result
        string object array number integer boolean null"""
    ),
    "tool_choice": _words("auto none required any"),
    "function_call": _words("auto none"),
    "mode": _words("auto required"),
    "format": _words("wav mp3 flac opus aac pcm16 text json json_schema json_object"),
    "syntax": _words("lark regex"),
    "detail": _words("auto low high original"),
    "effort": _words("none minimal low medium high xhigh max"),
    "reasoning_effort": _words("none minimal low medium high xhigh max"),
    "verbosity": _words("low medium high"),
    "summary": _words("auto concise detailed none"),
    "service_tier": _words("auto default flex priority scale standard standard_only"),
    "truncation": _words("auto disabled"),
    "encoding_format": _words("float base64"),
    "status": _words("in_progress completed incomplete failed searching"),
    "phase": _words("commentary final_answer"),
    "stop_reason": _words("end_turn max_tokens stop_sequence tool_use pause_turn refusal"),
    "search_context_size": _words("low medium high"),
    "prompt_cache_retention": _words("in-memory in_memory 24h"),
    "ttl": _words("5m 1h"),
    "display": _words("summarized omitted"),
    "media_type": _MEDIA,
    "mime_type": _MEDIA,
    "signature": _SEALED,
    "encrypted_content": _SEALED,
    "server_url": _SERVER,
    "connector_id": re.compile(r"connector_[a-z_]{1,40}"),
    "authorization": _TOKEN,
    "authorization_token": _TOKEN,
}
"""Name of a field → what its strings must look like to stay."""

LISTS: Mapping[str, re.Pattern[str]] = {
    "include": re.compile(r"(?:[a-z_]+\.)+[a-z_]+"),
    "modalities": _words("text audio"),
    "required": re.compile(r"(?!)"),
}
"""The same for the strings of a list. What a schema requires are names of its properties: see `Walk.schema`."""

NUMBERS = names(
    """
    temperature top_p top_k n seed max_tokens max_completion_tokens max_output_tokens presence_penalty
    frequency_penalty top_logprobs logprobs best_of dimensions budget_tokens max_tool_calls index output_index
    content_index summary_index created created_at partial_images output_compression priority minimum maximum
    exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems minProperties
    maxProperties
    """
)
"""Fields whose numbers set something."""

IDS = frozenset({"id", "tool_call_id", "call_id", "tool_use_id", "item_id", "container_id"})
"""Fields whose strings tie parts of a request together: kept where a machine made them, replaced one for one else."""

IDENTITIES = frozenset({"user", "safety_identifier", "prompt_cache_key", "user_id"})
"""Fields that name a customer to the provider, whatever they look like: they go on as keyed ids."""

DATA = frozenset({"metadata", "arguments", "input", "output", "default", "const", "examples", "enum"})
"""Fields under which a program's own data begins: nothing in there is protocol."""

KEYS = (
    frozenset(STRINGS)
    | frozenset(LISTS)
    | NUMBERS
    | IDS
    | IDENTITIES
    | DATA
    | names(
        """messages content name tools tool_calls functions function parameters description strict properties items
        anyOf oneOf allOf additionalProperties title stream stream_options include_usage include_obfuscation stop
        stop_sequences response_format json_schema schema refusal reasoning reasoning_content prediction logit_bias
        parallel_tool_calls store instructions previous_response_id conversation text prompt suffix echo thinking system
        cache_control citations source url image_url file data is_error partial_json tool_choice annotations
        input_schema context_management betas container background headers
        mcp_servers"""
    )
)
"""Names of fields, which are looked up before they are searched."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_DRAWN = re.compile(
    r"(?:chatcmpl-tool|chatcmpl|msg|resp|conv|rs|fc|fco|ctc|ctco|ws|fs|ci|cu|mcp|mcpl|mcpr|toolu|srvtoolu|call|tooluse)"
    r"[-_](?P<rest>[A-Za-z0-9_-]{16,})"
)
_COUNTED = re.compile(r"(?:call|toolu|tool|fc|msg|rs)_\d{1,4}")


def stays(name: str, value: str | int | float) -> bool:
    """Whether this field is the protocol's."""
    if not isinstance(value, str):
        return name in NUMBERS
    shape = STRINGS.get(name)
    return shape is not None and shape.fullmatch(value) is not None


def stays_in_list(name: str, value: object) -> bool:
    """Whether this item of a list is the protocol's."""
    shape = LISTS.get(name)
    return shape is not None and isinstance(value, str) and shape.fullmatch(value) is not None


def is_tool_name(name: object) -> bool:
    """Whether this may be a tool's name."""
    return isinstance(name, str) and _TOOL.fullmatch(name) is not None


def is_model(name: object) -> bool:
    """Whether this may be a model's name."""
    return isinstance(name, str) and _MODEL.fullmatch(name) is not None


def is_credential(header: str) -> bool:
    """Whether this header of a call to a remote server says who calls, with a key or token."""
    return _CREDENTIAL.fullmatch(header) is not None


def is_machine_made(name: str) -> bool:
    """Whether an id surely says nothing of anybody: drawn by chance, or only counted."""
    if _UUID.fullmatch(name) or _COUNTED.fullmatch(name):
        return True
    found = _DRAWN.fullmatch(name)
    return found is not None and is_random(found["rest"])


def looks_made(name: str) -> bool:
    """Whether an id has the form of a provider's, so that it stays if nothing personal is found in it."""
    return _DRAWN.fullmatch(name) is not None
