"""Middleware for `create_agent`: what an agent's own hooks can do so that its model sees placeholders only.

`RedactionMiddleware` is for who cannot replace the `create_agent` call. `SealModelCalls` is half of what
`create_redacted_agent` puts around every model call; its other half is outside of the graph.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

from langchain.agents.middleware import AgentMiddleware
from langchain.agents.middleware.types import (
    ExtendedModelResponse,
    ModelRequest,
    ModelResponse,
    TracePolicy,
    omit_payload,
)
from langchain_core.messages import AIMessage, BaseMessage, SystemMessage
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command

from langchain_redactor import messages, values
from langchain_redactor.bound import KEY, Bound, Files, bound, bound_or_none
from langchain_redactor.checks import check_ground, check_lifetimes
from langchain_redactor.config import ConversationId, conversation_id
from langchain_redactor.inside import aguarded, guarded, in_pool, redact_request
from langchain_redactor.protected import check, checkpointer, parent_config
from langchain_redactor.tools import ToolPolicy, rules_of, sealed
from langchain_redactor.within import redact_inside
from redactor import Redactor
from redactor.exceptions import ConfigError

M = TypeVar("M", bound=BaseMessage)
Request: TypeAlias = ModelRequest[Any]
Response: TypeAlias = ModelResponse[Any]
Result: TypeAlias = ModelResponse[Any] | AIMessage | ExtendedModelResponse[Any]
ToolResult: TypeAlias = Any
"""A ToolMessage, a Command, or a list of those."""

UNTRACED = TracePolicy(process_inputs=omit_payload, process_outputs=omit_payload)
"""For hooks of ours: their spans would show what they were given, which is the raw text."""

INSTRUCTIONS = (
    "Personal data in this conversation is replaced by placeholders such as [PERSON_1] or [EMAIL_ADDRESS_2]. "
    "Treat each as the value it stands for, and write it exactly as it is, brackets included, wherever you would "
    "write the value, also in the arguments of tools."
)
"""What the LLM is told of placeholders, byte for byte the same in every call, so that vendors' prompt caches hit."""


def with_instructions(prompt: SystemMessage | None, instructions: bool | str) -> SystemMessage | None:
    """The system prompt with what the LLM is told of placeholders at its end; `instructions`: our words, none
    (False), or one's own."""
    words = INSTRUCTIONS if instructions is True else instructions
    if not words:
        return prompt
    if prompt is None:
        return SystemMessage(words)
    content = prompt.content
    told = f"{content}\n\n{words}" if isinstance(content, str) else [*content, {"type": "text", "text": words}]
    return prompt.model_copy(update={"content": told})


def redact_prompt(prompt: SystemMessage, held: Bound) -> SystemMessage:
    """The developer's system prompt for one conversation: text from outside, and no turn of it."""
    if isinstance(prompt.content, str):
        content: Any = held.chat.redact_value(prompt.content, "system")
    else:
        content = [values.redact_value(block, held, role="system") for block in prompt.content]
    return prompt if content == prompt.content else prompt.model_copy(update={"content": content})


class SealModelCalls(AgentMiddleware[Any, Any, Any]):
    """One of the two ends of the middleware around a model call; see `seal_model_calls`.

    The first gives the request the system prompt, redacted for the conversation. The last redacts what the middleware
    between the two have added, and tells the LLM of placeholders. Both mask what is raised. Raise `ConfigError` in a
    run that no conversation is bound to.
    """

    trace_policy = UNTRACED
    tools = ()

    def __init__(
        self,
        place: Literal["first", "last"],
        system_prompt: str | SystemMessage | None = None,
        instructions: bool | str = True,
    ) -> None:
        self._place = place
        self._prompt = SystemMessage(system_prompt) if isinstance(system_prompt, str) else system_prompt
        self._instructions = instructions

    @property
    def name(self) -> str:
        """Two of one name would be refused by `create_agent`."""
        return f"SealModelCalls.{self._place}"

    def wrap_model_call(self, request: Request, handler: Callable[[Request], Response]) -> Result:
        """Nothing raw goes in, no raw error comes out."""
        held = bound()
        return guarded(held, lambda: handler(self._sealed(request, held)))

    async def awrap_model_call(self, request: Request, handler: Callable[[Request], Awaitable[Response]]) -> Result:
        """The same, async."""
        held = bound()

        async def call() -> Response:
            return await handler(await in_pool(held, self._sealed, request, held))

        return await aguarded(held, call)

    def _sealed(self, request: Request, held: Bound) -> Request:
        prompt = redact_prompt(self._prompt, held) if self._prompt is not None else None
        if self._place == "first":
            return request if prompt is None else request.override(system_message=prompt)
        request = redact_request(request, held, prompt=prompt)
        told = with_instructions(request.system_message, self._instructions)
        return request if told is request.system_message else request.override(system_message=told)


def seal_model_calls(
    system_prompt: str | SystemMessage | None = None, instructions: bool | str = True
) -> tuple[SealModelCalls, SealModelCalls]:
    """The first and the last middleware of an agent whose `create_agent` call itself gets no system prompt: a prompt
    that it knew would be in every trace as it is."""
    return SealModelCalls("first", system_prompt), SealModelCalls("last", system_prompt, instructions)


class RedactionMiddleware(AgentMiddleware[Any, Any, Any]):
    """For an agent whose `create_agent` call stays as it is: put it first into `middleware=[...]`.

    The model reads placeholders; what it replies is restored for the customer; tools receive the real values that
    `tool_policy` names for them and everything else as placeholders, and what they give is redacted before it is kept.
    The conversation is the run's `thread_id`, or what `conversation_id` says: an id, for an agent that has one
    conversation only, or a function that reads it from the run's config.

    A middleware is inside of the graph, and **the graph's input is checkpointed and traced before any node runs**:
    `REACH` says what this one reaches and what it does not. Where checkpoints, traces and callbacks must hold nothing
    personal, use `create_redacted_agent` instead, which takes the same arguments as `create_agent`.

    Place it first: what stands before it sees and traces raw text. A middleware that calls a model by itself
    (`SummarizationMiddleware`, `LLMToolSelectorMiddleware`) hands that model the graph's state, which is raw.

    `restore`: "reply" writes the reply's text for the customer, in the graph's state too, beside what the customer
    wrote; "none" leaves the placeholders. The arguments of tool calls keep theirs in both cases. Streamed tokens
    (`stream_mode="messages"`) are the model's own and hold placeholders. `instructions`: what the model is told of
    placeholders; `files`: what happens to images and files, which cannot be read for personal data.

    It does not see the agent's tools and checkpointer when it is made: a name in `tool_policy` that no tool has is not
    noticed (that tool gets placeholders), and a checkpointer that outlives the process, where the Redactor's values do
    not, is refused by the first run, before the model is asked.
    """

    REACH: ClassVar[Mapping[str, bool]] = MappingProxyType(
        {
            "the model's input": True,
            "the model's errors": True,
            "tools' arguments": True,
            "tools' results, before they are kept": True,
            "spans of this middleware": True,
            "the customer's messages in checkpoints": False,
            "the root trace and on_chain_start": False,
            "the reply in checkpoints and traces": False,
            "streamed tokens, which hold placeholders": False,
            "models that other middleware call": False,
            "thread_id, metadata and tags": False,
        }
    )
    """What is free of personal values with this middleware in its place, and what is not."""

    trace_policy = UNTRACED
    tools = ()

    def __init__(
        self,
        *,
        redactor: Redactor,
        conversation_id: ConversationId = None,
        tenant: str = "default",
        tool_policy: ToolPolicy | None = None,
        files: Files = "block",
        restore: Literal["reply", "none"] = "reply",
        instructions: bool | str = True,
    ) -> None:
        if restore not in ("reply", "none"):
            raise ConfigError('restore: expected "reply" or "none"')
        check()
        check_ground(redactor, conversation_id, tenant, files, "customer")
        self._redactor, self._tenant, self._files = redactor, tenant, files
        self._conversation_id = conversation_id
        self._rules = rules_of(tool_policy, redactor)
        self._restores, self._instructions = restore == "reply", instructions

    def wrap_model_call(self, request: Request, handler: Callable[[Request], Response]) -> Result:
        """The model reads placeholders, the customer the values."""
        held = self._bound()
        return guarded(held, lambda: self._outward(handler(self._inward(request, held)), held))

    async def awrap_model_call(self, request: Request, handler: Callable[[Request], Awaitable[Response]]) -> Result:
        """The same, async."""
        held = await self._redactor.in_pool(self._bound)

        async def call() -> Result:
            response = await handler(await in_pool(held, self._inward, request, held))
            return await in_pool(held, self._outward, response, held)

        return await aguarded(held, call)

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolResult]) -> ToolResult:
        """The tool receives what its rule names; what it gives is redacted."""
        held = self._bound()
        return guarded(held, lambda: _marked(handler(self._sealed(request, held)), held))

    async def awrap_tool_call(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], Awaitable[ToolResult]]
    ) -> ToolResult:
        """The same, async."""
        held = await self._redactor.in_pool(self._bound)

        async def call() -> ToolResult:
            return await in_pool(held, _marked, await handler(self._sealed(request, held)), held)

        return await aguarded(held, call)

    def _bound(self) -> Bound:
        """The conversation of the run that is going on. Raises `ConfigError` where it does not say which that is."""
        config = parent_config() or {}
        check_lifetimes(checkpointer(config), self._redactor)
        given = conversation_id(self._conversation_id, config)
        held = Bound(self._redactor.conversation(given, self._tenant), self._rules, self._files)
        around = bound_or_none(config)
        if around is not None and around.chat.public_id != held.chat.public_id:
            raise ConfigError("this run is redacted from outside already; leave RedactionMiddleware out of its agents")
        return held

    def _inward(self, request: Request, held: Bound) -> Request:
        """The history as a host resends it. What this middleware put into the state is redacted already."""
        came = [message for message in request.messages if not _is_ours(message)]
        redacted = iter(messages.redact_messages(came, held, follows=False))
        history: list[Any] = [message if _is_ours(message) else next(redacted) for message in request.messages]
        clean = frozenset(
            id(now) for now, before in zip(history, request.messages, strict=True) if not _is_ours(before)
        )
        prompt = redact_prompt(request.system_message, held) if request.system_message is not None else None
        request = redact_request(request.override(messages=history, system_message=prompt), held, clean, prompt)
        return request.override(system_message=with_instructions(prompt, self._instructions))

    def _outward(self, response: Response, held: Bound) -> Response:
        replies = [self._reply(message, held) for message in response.result]
        structured = response.structured_response
        if self._restores and structured is not None:
            structured = values.restore_value(structured, held)
        return ModelResponse(result=replies, structured_response=structured)

    def _reply(self, message: BaseMessage, held: Bound) -> BaseMessage:
        if not isinstance(message, AIMessage):
            return _mark(message)
        if not self._restores:
            return message
        content: Any = message.content
        if isinstance(content, str):
            content = _restored(content, held)
        else:
            content = [_restored_block(block, held) for block in content]
        return message.model_copy(update={"content": content})

    def _sealed(self, request: ToolCallRequest, held: Bound) -> ToolCallRequest:
        """The call with its tool sealed, which finds the conversation in the config it is called with."""
        if request.tool is None:
            return request
        request.runtime.config.setdefault("configurable", {})[KEY] = held
        return request.override(tool=sealed(request.tool))


_OURS = "redactor_redacted"


def _is_ours(message: BaseMessage) -> bool:
    return message.response_metadata.get(_OURS) is True


def _mark(message: M) -> M:
    return message.model_copy(update={"response_metadata": {**message.response_metadata, _OURS: True}})


def _marked(result: Any, held: Bound) -> Any:
    """What a tool gave, redacted; its messages say so, for their placeholders are no text from outside."""
    if isinstance(result, list):
        return [_marked(each, held) for each in result]
    result = redact_inside(result, held, None)
    if isinstance(result, BaseMessage):
        return _mark(result)
    if isinstance(result, Command) and isinstance(result.update, Mapping):
        said = result.update.get("messages") or []
        marked = [_mark(each) for each in said] if isinstance(said, list) else said
        return replace(result, update={**result.update, **({"messages": marked} if marked else {})})
    return result


def _restored(text: str, held: Bound) -> str:
    """A reply as the customer reads it; it is recorded, and known when it comes again with the history."""
    return held.chat.restore(text).text if text else text


def _restored_block(block: str | dict[str, Any], held: Bound) -> str | dict[str, Any]:
    if isinstance(block, str):
        return _restored(block, held)
    if block.get("type") == "text" and isinstance(block.get("text"), str):
        return {**block, "text": _restored(block["text"], held)}
    return block
