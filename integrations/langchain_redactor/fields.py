"""Protocol fields: what in a message is written by LangChain, a provider or the program, and says nothing of anybody.

A deny-list: a field that is not named here is redacted, and one that is, but does not look as it should, is redacted
too. Where a protocol has a closed set of words, only those count; elsewhere the shape of the value decides.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from langchain_core.messages import BaseMessage

from redactor import Conversation
from redactor.types import Role

TURNS = "redactor_turns"
"""Key in a message's response_metadata: the ids of the recorded turns its pieces of text came in as, in order; ""
for a piece without text, and a seal alone where there is no text at all. No provider is sent response_metadata."""

_SEAL = "sealed-"

_BLOCK_TYPES = """
    text input_text output_text refusal reasoning reasoning_content summary_text thinking redacted_thinking
    tool_call tool_call_chunk invalid_tool_call tool_use tool_result function function_call function_call_output
    custom_tool_call custom_tool_call_output server_tool_call server_tool_call_chunk server_tool_result server_tool_use
    web_search_call web_search_tool_result web_search_result web_search_result_location file_search_call
    computer_call computer_call_output code_interpreter_call code_execution_tool_result mcp_call mcp_list_tools
    image_generation_call compaction
    image image_url input_image image_file audio input_audio video video_url file input_file document media text-plain
    base64 url search_result non_standard non_standard_annotation citation url_citation file_citation
    container_file_citation file_path char_location page_location content_block_location search_result_location
    ephemeral json_object json_schema string object array number integer boolean message
    human ai system developer user assistant tool remove chat
    HumanMessageChunk AIMessageChunk SystemMessageChunk ToolMessageChunk FunctionMessageChunk ChatMessageChunk
"""
_ROLES: Mapping[str, Role] = {
    "human": "customer", "user": "customer", "HumanMessageChunk": "customer",
    "ai": "assistant", "assistant": "assistant", "AIMessageChunk": "assistant",
    "system": "system", "developer": "system", "SystemMessageChunk": "system",
    "tool": "tool", "function": "tool", "ToolMessageChunk": "tool", "FunctionMessageChunk": "tool",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Field:
    shape: re.Pattern[str]
    why: str


def _names(names: str) -> frozenset[str]:
    return frozenset(names.split())


def _words(names: str) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, names.split())))


_MODEL = r"(?:(?:chat)?gpt|o[1-9]|text|claude|gemini|gemma|mistral|mixtral|llama|command|deepseek|qwen|grok|phi|nova)"
_TOOL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")  # OpenAI's and Anthropic's rule for the names of functions

_FIELDS: Mapping[str, _Field] = {
    "type": _Field(_words(_BLOCK_TYPES), "says how the block is read"),
    "role": _Field(_words(" ".join(_ROLES)), "says who speaks"),
    "__openai_role__": _Field(_words("developer system"), "says who speaks"),
    "source_type": _Field(_words("base64 url text id"), "says how the block is read"),
    "detail": _Field(_words("auto low high original"), "resolution of an image"),
    "format": _Field(_words("wav mp3 flac opus pcm16 png jpeg jpg gif webp pdf txt md html csv"), "format of a file"),
    "status": _Field(_words("success error in_progress completed incomplete failed searching"), "state of a step"),
    "finish_reason": _Field(_words("stop length tool_calls content_filter function_call STOP MAX_TOKENS"), "an end"),
    "stop_reason": _Field(_words("end_turn max_tokens stop_sequence tool_use pause_turn refusal"), "an end"),
    "chunk_position": _Field(_words("last"), "position in a stream"),
    "output_version": _Field(_words("v0 v1 responses/v1"), "says how the content is read"),
    "service_tier": _Field(_words("auto default flex priority standard batch scale"), "what is paid"),
    "model_provider": _Field(
        _words("openai anthropic google_genai google_vertexai bedrock bedrock_converse groq ollama mistralai xai"),
        "chooses how the content is translated",
    ),
    "model_name": _Field(re.compile(_MODEL + r"[-.:/@a-z0-9]*"), "a model"),
    "model": _Field(re.compile(_MODEL + r"[-.:/@a-z0-9]*"), "a model"),
    "system_fingerprint": _Field(re.compile(r"fp_[0-9a-f]{8,16}"), "the build of a model"),
    "mime_type": _Field(re.compile(r"(?:image|audio|video|text|application)/[a-z0-9][a-z0-9.+-]{0,40}"), "of a file"),
    "media_type": _Field(re.compile(r"(?:image|audio|video|text|application)/[a-z0-9][a-z0-9.+-]{0,40}"), "of a file"),
    "signature": _Field(re.compile(r"[A-Za-z0-9+/_=-]{64,}"), "a provider's seal of its reasoning; changed, it breaks"),
    "encrypted_content": _Field(re.compile(r"[A-Za-z0-9+/_=-]{64,}"), "a provider's sealed reasoning"),
}  # fmt: skip

_NUMBERS = _names(
    """
    index output_index content_index start_index end_index start_char_index end_char_index start_page_number
    end_page_number start_block_index end_block_index status_code
    total_tokens prompt_tokens completion_tokens input_tokens output_tokens cached_tokens reasoning_tokens audio_tokens
    accepted_prediction_tokens rejected_prediction_tokens cache_creation_input_tokens cache_read_input_tokens
    ephemeral_5m_input_tokens ephemeral_1h_input_tokens
    prompt_eval_count eval_count
    """
)
"""Fields whose numbers count tokens or places."""

_TIMES = frozenset({"created", "created_at", "completed_at"})
"""Fields whose numbers are seconds since 1970."""

_SINCE, _UNTIL = 1_000_000_000, 2_500_000_000
"""2001 and 2049."""

_MOST = 10_000_000
"""Above every count of tokens or places, and below the numbers that are somebody's."""

IDS = frozenset({"id", "tool_call_id", "call_id", "tool_use_id", "item_id", "response_id", "file_id", "container_id"})
"""Fields whose strings tie parts together: kept where a machine made them, replaced one for one where not."""

DATA = frozenset({"args", "input", "parsed", "output", "artifact", "metadata", "schema"})
"""Fields under which the program's own data begins: nothing in there is protocol."""

JSON_TEXT = frozenset({"arguments", "args", "partial_json", "input", "__arg1"})
"""Fields whose string is JSON itself."""

_OF_CALLS = frozenset({"args", "arguments", "input", "parameters", "partial_json"})

_KEYS = (
    frozenset(_FIELDS)
    | _NUMBERS
    | _TIMES
    | IDS
    | DATA
    | JSON_TEXT
    | _names(
        """
        text content name title value index extras annotations reasoning summary thinking refusal error function
        function_call tool_calls source url image_url video_url file input_audio audio data base64 file_data filename
        file_name cache_control context cited_text document_title citations token_usage usage usage_metadata logprobs
        prompt_tokens_details completion_tokens_details input_token_details output_token_details headers parsed
        lc_source
        """
    )
)
"""Names of fields, which are looked up before they are searched for personal data."""


def is_protocol(key: object, value: str | int | float) -> bool:
    """Whether this field of a message or a block is left as it is."""
    if not isinstance(value, str):
        if key in _TIMES:
            return _SINCE <= value < _UNTIL
        return key in _NUMBERS and 0 <= value < _MOST
    field = _FIELDS.get(key) if isinstance(key, str) else None
    return field is not None and field.shape.fullmatch(value) is not None


def is_content(value: Any) -> bool:
    """Whether a list is a message's content in blocks."""
    return (
        isinstance(value, list) and any(map(_is_block, value)) and all(isinstance(each, str | dict) for each in value)
    )


def _is_block(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("type"), str) and is_protocol("type", item["type"])


def is_settled(block: Mapping[Any, Any]) -> bool:
    """Whether all in a block is protocol, so that there is nothing to ask."""
    return all(key in _KEYS and _is_settled(key, value) for key, value in block.items())


def _is_settled(key: Any, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, str | int | float):
        return is_protocol(key, value)
    return type(value) is dict and is_settled(value)


def is_field_name(key: object) -> bool:
    """Whether a key is a name that LangChain or a provider gives its fields."""
    return key in _KEYS


def is_tool_name(name: object) -> bool:
    """Whether this may be a tool's name: the program gave it, and a call finds its tool by it."""
    return isinstance(name, str) and _TOOL.fullmatch(name) is not None


def role_of(kind: str, said_by: str | None = None) -> Role:
    """The role of a message by its type and, for a ChatMessage, the role it names itself."""
    return _ROLES.get(said_by or kind, "document")


def why() -> Mapping[str, str]:
    """Each protocol field with the reason why it is left as it is."""
    return {name: field.why for name, field in _FIELDS.items()}


def is_call(block: Mapping[Any, Any]) -> bool:
    """Whether a block calls a tool, or tells of its result: its `name` is the tool's."""
    return not _OF_CALLS.isdisjoint(block)


def is_class_word(kind: type[Any], word: str) -> bool:
    """Whether this is what a class says of itself in its field `type` ("Document", "chat_prompt")."""
    field = getattr(kind, "model_fields", {}).get("type")
    return field is not None and word in get_args(field.annotation)


def marked_turns(metadata: Mapping[Any, Any]) -> list[str]:
    """The ids of the recorded turns that a message carries."""
    marked = metadata.get(TURNS)
    return marked if isinstance(marked, list) and all(isinstance(each, str) for each in marked) else []


def is_seal(turn: str) -> bool:
    """Whether this stands in the place of turns."""
    return turn.startswith(_SEAL)


def seal(message: BaseMessage, chat: Conversation) -> str:
    """What stands for a redacted message without text in the place of its turns: nobody without the conversation's key
    can write it for another message."""
    held = message.model_dump()
    held["response_metadata"] = {key: item for key, item in held["response_metadata"].items() if key != TURNS}
    return _SEAL + chat.keyed_id(json.dumps(held, sort_keys=True, default=repr))


def reads_as(chat: Conversation, text: str, turn_id: str) -> str | None:
    """How a recorded turn of this conversation reads now, where `text` is how it reads or has read; else None."""
    now = chat.recorded_text(turn_id) if turn_id else None
    return now if now is not None and (now == text or chat.reads(text)) else None
