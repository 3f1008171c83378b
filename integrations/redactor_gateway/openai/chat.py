"""`/v1/chat/completions`: a request that carries the whole conversation, and its reply."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from redactor.json_text import Build
from redactor.placeholders import find
from redactor.types import Role
from redactor_gateway import protocol
from redactor_gateway.attachments import instead_of
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.chunks import ChatRestorer
from redactor_gateway.replies import Outgoing, objects
from redactor_gateway.surfaces import Body, Surface, in_order, tools_first
from redactor_gateway.walk import Special, Walk, as_it_is

_FIRST = ("model", "tools", "functions", "tool_choice", "function_call", "response_format", "messages")

_ROLES: Mapping[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "customer",
    "assistant": "assistant",
    "tool": "tool",
    "function": "tool",
}

# requests


def plan(walk: Walk, body: Body) -> Build:
    """Plan a request."""
    special: Special = {
        "messages": partial(_messages, walk),
        "tools": lambda tools: walk.items(tools, partial(tool, walk), "tools"),
        "functions": lambda functions: walk.items(functions, partial(function, walk), "functions"),
        "tool_choice": partial(choice, walk),
        "function_call": partial(choice, walk),
        "response_format": partial(response_format, walk),
        "prediction": lambda value: walk.fields(value, "assistant"),
        "modalities": partial(_modalities, walk),
        "logit_bias": partial(_logit_bias, walk),
    }
    ordered = {name: body[name] for name in tools_first(body, _FIRST)}
    built = walk.fields(ordered, "tool", special)
    return lambda: in_order(built(), body)


def _messages(walk: Walk, messages: Any) -> Build:
    calls: dict[str, frozenset[str]] = {}
    return walk.items(messages, partial(_message, walk, calls), "messages")


def _message(walk: Walk, calls: dict[str, frozenset[str]], message: Any) -> Build:
    if not isinstance(message, Mapping):
        return walk.data(message, "document")
    role = _ROLES.get(str(message.get("role")), "document")
    echoes = calls.get(str(message.get("tool_call_id")), frozenset()) if role == "tool" else frozenset()
    calls |= _handed(message)
    special: Special = {
        "content": partial(_content, walk, role, echoes),
        "refusal": lambda text: _said(walk, role, echoes, text),
        "tool_calls": lambda each: walk.items(each, partial(_call, walk), "messages.tool_calls"),
        "function_call": lambda each: walk.fields(each, role, {"name": lambda name: walk.name(name, role)}),
        "audio": lambda audio: _audio(walk, audio),
    }
    named: Special = {"name": lambda name: walk.name(name, role)} if role == "tool" else {}
    return walk.fields(message, role, {**special, **named})


def _handed(message: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """The placeholders that each call of a message handed to its tool: where the tool repeats one, it stays."""
    calls = message.get("tool_calls")
    handed = {}
    for each in calls if isinstance(calls, list) else []:
        named = each.get("function") if isinstance(each, Mapping) else None
        arguments = named.get("arguments") if isinstance(named, Mapping) else None
        if isinstance(arguments, str):
            handed[str(each.get("id"))] = placeholders(arguments)
    return handed


def placeholders(text: str) -> frozenset[str]:
    """What reads as a placeholder in a text."""
    return frozenset(text[token.start : token.end] for token in find(text))


def _content(walk: Walk, role: Role, echoes: frozenset[str], content: Any) -> Build:
    if isinstance(content, list):
        return walk.items(content, partial(_part, walk, role, echoes), "messages.content")
    return _said(walk, role, echoes, content)


def _said(walk: Walk, role: Role, echoes: frozenset[str], text: Any) -> Build:
    """The program's instructions are no turn: they may change with every request, and what was said does not."""
    if not isinstance(text, str):
        return walk.field("content", text, role)
    return walk.text(text, role) if role == "system" else walk.said(text, role, echoes)


def _part(walk: Walk, role: Role, echoes: frozenset[str], part: Any) -> Build:
    if isinstance(part, str):
        return _said(walk, role, echoes, part)
    if not isinstance(part, Mapping):
        return walk.data(part, role)
    instead = walk.file(part)
    if instead is not None:
        return as_it_is({"type": "text", "text": instead})
    said = partial(_said, walk, role, echoes)
    return walk.fields(part, role, {"text": said, "refusal": said})


def _call(walk: Walk, call: Any) -> Build:
    named: Special = {
        "name": lambda name: walk.name(name, "assistant"),
        "arguments": lambda text: _arguments(walk, text),
        "input": lambda text: _arguments(walk, text),
    }
    return walk.fields(
        call,
        "assistant",
        {name: lambda value: walk.fields(value, "assistant", named) for name in ("function", "custom")},
    )


def _arguments(walk: Walk, text: Any) -> Build:
    return walk.json(text, "assistant") if isinstance(text, str) else walk.data(text, "assistant")


def _audio(walk: Walk, audio: Any) -> Build:
    instead = instead_of("audio", walk.files) if audio is not None else None
    return walk.fields(audio, "assistant") if instead is None else as_it_is(None)


def _modalities(walk: Walk, value: Any) -> Build:
    """A reply that is spoken cannot be restored, so none is asked for."""
    if isinstance(value, list) and "audio" in value and instead_of("audio", walk.files) is not None:
        return as_it_is([each for each in value if each != "audio"])
    return walk.field("modalities", value, "tool")


def _logit_bias(walk: Walk, value: Any) -> Build:
    """Keys are numbers of tokens."""
    is_plain = isinstance(value, Mapping) and all(str(key).isdecimal() and len(str(key)) <= 6 for key in value)
    is_plain = is_plain and all(isinstance(each, int | float) and -100 <= each <= 100 for each in value.values())
    return as_it_is(value) if is_plain else walk.data(value, "tool")


# what other doors ask for in the same words


def tool(walk: Walk, value: Any) -> Build:
    """A tool as a request describes it; of Responses, the function's fields stand in the tool itself."""
    return walk.fields(value, "system", {**_named(walk), "function": partial(function, walk)})


def remote_server(walk: Walk, value: Any) -> Build:
    """A remote MCP server: its address and the credentials it is called with are the program's."""
    special: Special = {
        "name": lambda name: walk.name(name, "system"),
        "url": lambda url: walk.field("server_url", url, "system"),
        "headers": partial(_headers, walk),
    }
    return walk.fields(value, "system", special)


def _headers(walk: Walk, value: Any) -> Build:
    if not isinstance(value, Mapping):
        return walk.data(value, "system")
    credentials = filter(protocol.is_credential, map(str, value))
    shown = partial(walk.field, "authorization", role="system")
    return walk.fields(value, "system", dict.fromkeys(credentials, shown))


def function(walk: Walk, value: Any) -> Build:
    """A function: its name, what it does, and the schema of its arguments."""
    return walk.fields(value, "system", _named(walk))


def _named(walk: Walk) -> Special:
    return {
        "name": lambda name: walk.name(name, "system"),
        "parameters": walk.schema,
        "input_schema": walk.schema,
        "schema": walk.schema,
    }


def choice(walk: Walk, value: Any) -> Build:
    """Which tool is to be called."""
    if not isinstance(value, Mapping):
        return walk.field("tool_choice", value, "system")
    nested: Special = {"name": lambda name: walk.name(name, "system")}
    within: Special = {each: lambda inner: walk.fields(inner, "system", nested) for each in ("function", "custom")}
    return walk.fields(value, "system", {**nested, **within})


def response_format(walk: Walk, value: Any) -> Build:
    """What the reply is to look like."""
    return walk.fields(value, "system", {**_named(walk), "json_schema": partial(function, walk)})


def wants_json(body: Body) -> bool:
    """Whether the reply's text is to be JSON."""
    wanted = body.get("response_format")
    return isinstance(wanted, Mapping) and wanted.get("type") in ("json_object", "json_schema")


# replies


def restore(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """Restore a whole reply."""
    return restore_choices(reply, out)


def restore_choices(reply: dict[str, Any], out: Outgoing) -> dict[str, Any]:
    """Restore a reply's choices. The first one is what is recorded: a client goes on with one."""
    choices = [_choice(each, out) for each in objects(reply.get("choices"), "choices")]
    rest = {name: out.value(value, name) for name, value in reply.items() if name != "choices"}
    return {name: choices if name == "choices" else rest[name] for name in reply}


def _choice(given: dict[str, Any], out: Outgoing) -> dict[str, Any]:
    made: dict[str, Any] = {}
    is_first = given.get("index", 0) == 0
    for name, value in given.items():
        if name == "message" and isinstance(value, dict):
            made[name] = _restored_message(value, out, record=is_first)
        elif name == "text" and isinstance(value, str):
            made[name] = out.text(value, record=is_first)
        else:
            made[name] = None if name == "logprobs" else out.value(value, name)
    return made


def _restored_message(message: dict[str, Any], out: Outgoing, *, record: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in message.items():
        if name == "content" and isinstance(value, str):
            made[name] = out.text(value, record=record)
        elif name == "tool_calls" and value is not None:
            made[name] = [_restored_call(each, out) for each in objects(value, "tool_calls")]
        elif name == "function_call" and isinstance(value, dict):
            made[name] = _restored_function(value, out)
        else:
            made[name] = out.value(value, name)
    return made


def _restored_call(call: dict[str, Any], out: Outgoing) -> dict[str, Any]:
    return {
        name: _restored_function(value, out) if name in ("function", "custom") and isinstance(value, dict) else value
        for name, value in call.items()
    }


def _restored_function(named: dict[str, Any], out: Outgoing) -> dict[str, Any]:
    tool_name = str(named.get("name") or "")
    made = dict(named)
    if isinstance(named.get("arguments"), str):
        made["arguments"] = out.arguments(named["arguments"], tool_name)
    elif "arguments" in named:  # some servers give them parsed
        made["arguments"] = out.data(named["arguments"], tool_name)
    if isinstance(named.get("input"), str):
        made["input"] = out.arguments(named["input"], tool_name, "text")
    return made


SURFACE = Surface(
    "/chat/completions",
    "chat",
    "openai",
    plan,
    restore,
    lambda out, placed: ChatRestorer(out),
    wants_json,
)
