"""`/v1/responses`: a request that may carry only what is new, and its reply."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from redactor.json_text import Build
from redactor.types import Role
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.chat import choice, placeholders, remote_server, response_format, tool
from redactor_gateway.openai.items import ResponsesRestorer, restored_response
from redactor_gateway.problems import refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.surfaces import Body, Surface, in_order, tools_first
from redactor_gateway.walk import Special, Walk, as_it_is

_FIRST = ("model", "tools", "tool_choice", "text", "instructions", "prompt", "input")

_ROLES: Mapping[str, Role] = {
    "user": "customer",
    "assistant": "assistant",
    "system": "system",
    "developer": "system",
}

_OUTPUTS = frozenset({"function_call_output", "custom_tool_call_output", "local_shell_call_output", "mcp_call"})


def plan(walk: Walk, body: Body) -> Build:
    """Plan a request."""
    if body.get("background"):
        raise refuse(400, "unsupported_parameter", "background: replies are not kept here", param="background")
    ordered = {name: body[name] for name in tools_first(body, _FIRST)}
    special: Special = {
        "input": partial(_input, walk),
        "instructions": lambda text: walk.field("instructions", text, "system"),
        "tools": lambda tools: walk.items(tools, partial(_tool, walk), "tools"),
        "tool_choice": partial(choice, walk),
        "text": lambda value: walk.fields(value, "system", {"format": partial(response_format, walk)}),
        "prompt": lambda value: walk.fields(value, "system", {"variables": lambda held: walk.data(held, "customer")}),
        "previous_response_id": as_it_is,  # these two were checked, and are replaced by the upstream's own
        "conversation": as_it_is,
    }
    built = walk.fields(ordered, "tool", special)
    return lambda: in_order(built(), body)


def _tool(walk: Walk, value: Any) -> Build:
    """A function, a custom tool, or a remote server with tools of its own."""
    if isinstance(value, Mapping) and value.get("type") == "mcp":
        return remote_server(walk, value)
    return tool(walk, value)


def _input(walk: Walk, value: Any) -> Build:
    if isinstance(value, str):
        return walk.said(value, "customer")
    handed: dict[str, frozenset[str]] = {}
    return walk.items(value, partial(_item, walk, handed), "input")


def _item(walk: Walk, handed: dict[str, frozenset[str]], item: Any) -> Build:
    if not isinstance(item, Mapping):
        return walk.data(item, "customer")
    kind = str(item.get("type") or "message")
    if kind == "message":
        return _message(walk, item)
    role: Role = "tool" if kind in _OUTPUTS else "assistant"
    call = str(item.get("call_id"))
    if isinstance(item.get("arguments"), str):
        handed[call] = placeholders(item["arguments"])
    echoes = handed.get(call, frozenset()) if kind.endswith("_output") else frozenset()
    special: Special = {
        "name": lambda name: walk.name(name, role),
        "output": partial(_output, walk, role, echoes),
        "input": lambda text: _text(walk, "assistant", text),
        "summary": lambda parts: walk.field("summary_parts", parts, "assistant"),
        "action": lambda value: walk.data(value, "assistant"),
        "results": lambda value: walk.data(value, "tool"),
        "result": lambda value: walk.data(value, "tool"),
    }
    instead = walk.file(item)
    return walk.fields(item, role, special) if instead is None else as_it_is(_removed(instead))


def _removed(instead: str) -> dict[str, Any]:
    return {"role": "assistant", "content": instead}


def _message(walk: Walk, item: Mapping[str, Any]) -> Build:
    role = _ROLES.get(str(item.get("role")), "document")
    return walk.fields(item, role, {"content": partial(_content, walk, role, frozenset())})


def _output(walk: Walk, role: Role, echoes: frozenset[str], value: Any) -> Build:
    if isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, Mapping) for each in value)):
        return _content(walk, role, echoes, value)
    return walk.data(value, role, "", echoes)


def _content(walk: Walk, role: Role, echoes: frozenset[str], content: Any) -> Build:
    if isinstance(content, list):
        return walk.items(content, partial(_part, walk, role, echoes), "input.content")
    return _text(walk, role, content, echoes)


def _part(walk: Walk, role: Role, echoes: frozenset[str], part: Any) -> Build:
    if not isinstance(part, Mapping):
        return _text(walk, role, part, echoes)
    instead = walk.file(part)
    if instead is not None:
        return as_it_is({"type": "input_text", "text": instead})
    said = lambda text: _text(walk, role, text, echoes)  # noqa: E731  one name for two fields
    return walk.fields(part, role, {"text": said, "refusal": said, "logprobs": lambda _: as_it_is([])})


def _text(walk: Walk, role: Role, text: Any, echoes: frozenset[str] = frozenset()) -> Build:
    if not isinstance(text, str):
        return walk.field("content", text, role)
    return walk.text(text, role) if role == "system" else walk.said(text, role, echoes)


def wants_json(body: Body) -> bool:
    """Whether the reply's text is to be JSON."""
    text = body.get("text")
    wanted = text.get("format") if isinstance(text, Mapping) else None
    return isinstance(wanted, Mapping) and wanted.get("type") in ("json_object", "json_schema")


def restore(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """Restore a whole reply."""
    return restored_response(reply, out, placed, record=True)


def plan_conversation(walk: Walk, body: Body) -> Build:
    """Plan a request for a conversation that the upstream keeps."""
    return walk.fields(body, "tool", {"items": partial(_input, walk)})


def restore_conversation(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """Its id is one that only this client can go on with."""
    made = {name: out.value(value, name) for name, value in reply.items()}
    return {**made, "id": placed.issue(str(reply.get("id", "")), "conv")}


CONVERSATIONS = Surface(
    "/conversations", "responses", "openai", plan_conversation, restore_conversation, keeps_history=True
)

SURFACE = Surface(
    "/responses",
    "responses",
    "openai",
    plan,
    restore,
    ResponsesRestorer,
    wants_json,
    keeps_history=True,
)
