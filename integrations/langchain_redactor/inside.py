"""What the hooks of a middleware share: requests, results and errors of model calls, redacted on their way."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from langchain.agents.middleware.types import ExtendedModelResponse, ModelRequest, ModelResponse
from langchain_core.messages import SystemMessage
from langgraph.errors import GraphInterrupt, ParentCommand
from langgraph.types import Interrupt

from langchain_redactor.bound import Bound
from langchain_redactor.errors import Outcome
from langchain_redactor.interrupts import masked_invalid
from langchain_redactor.within import ROLE, redact_inside

R = TypeVar("R")

_PERSONAL_SETTINGS = ("user", "metadata", "safety_identifier", "prompt_cache_key")
"""Settings of a model call that say whose call it is, in OpenAI's names
(https://platform.openai.com/docs/api-reference/chat/create); Anthropic's `metadata` holds a `user_id`."""


def redact_request(
    request: ModelRequest[Any], bound: Bound, clean: Collection[int] = (), prompt: SystemMessage | None = None
) -> ModelRequest[Any]:
    """What a model call is given, redacted. `clean`: identities of messages that are redacted already; `prompt`: a
    system message that is."""
    added = [message for message in request.messages if id(message) not in clean]
    system = request.system_message
    foreign = [system] if system is not None and system != prompt else []
    if added or foreign:
        redacted = iter(redact_inside([*foreign, *added], bound, None))
        system = next(redacted) if foreign else system
        messages = [message if id(message) in clean else next(redacted) for message in request.messages]
        request = request.override(messages=messages, system_message=system)
    if any(name in request.model_settings for name in _PERSONAL_SETTINGS):
        request = request.override(model_settings=_settings(request.model_settings, bound))
    return request


def _settings(settings: Mapping[str, Any], bound: Bound) -> dict[str, Any]:
    personal = {name: settings[name] for name in _PERSONAL_SETTINGS if name in settings}
    return {**settings, **bound.chat.redact_value(personal, ROLE)}


def redact_result(
    result: Any, bound: Bound, kept: Collection[str] = (), is_clean: Callable[[Any], bool] = lambda _: False
) -> Any:
    """What a hook around a model call gives back, redacted. `is_clean` tells what the model gave itself."""
    if isinstance(result, ExtendedModelResponse):
        response = redact_result(result.model_response, bound, kept, is_clean)
        return replace(result, model_response=response, command=redact_inside(result.command, bound, kept))
    if isinstance(result, ModelResponse):
        messages = [each if is_clean(each) else redact_inside(each, bound, kept) for each in result.result]
        structured = result.structured_response
        structured = structured if is_clean(structured) else redact_inside(structured, bound, kept)
        return replace(result, result=messages, structured_response=structured)
    return result if is_clean(result) else redact_inside(result, bound, kept)


# what a hook shares, sync and async


def guarded(bound: Bound, call: Callable[[], R]) -> R:
    """Call it; what it raises is masked, and what it asks a person (an interrupt) is redacted."""
    try:
        return call()
    except Exception as error:  # noqa: BLE001  masked and raised outside of this block, or it would be chained
        stopped = error
    ended: Outcome[R] = Outcome(error=_masked(stopped, bound))
    return ended.get()


async def aguarded(bound: Bound, call: Callable[[], Awaitable[R]]) -> R:
    """The same for what is awaited."""
    try:
        return await call()
    except Exception as error:  # noqa: BLE001  as above
        stopped = error
    ended: Outcome[R] = Outcome(error=await in_pool(bound, _masked, stopped, bound))
    return ended.get()


def _masked(error: Exception, bound: Bound) -> BaseException:
    if isinstance(error, GraphInterrupt):
        return GraphInterrupt([_asked(each, bound) for each in error.args[0]])
    if isinstance(error, ParentCommand):
        return ParentCommand(redact_inside(error.args[0], bound, None))
    return masked_invalid(error, bound)


def _asked(interrupt: Interrupt[Any], bound: Bound) -> Interrupt[Any]:
    schema = interrupt.response_schema
    if isinstance(schema, dict):
        schema = bound.chat.redact_value(schema, ROLE)
    return Interrupt(redact_inside(interrupt.value, bound), interrupt.id, response_schema=schema)


async def in_pool(bound: Bound, function: Callable[..., R], *args: Any) -> R:
    """Work of a hook in the Redactor's pool, off the event loop."""
    return await bound.chat.in_pool(function, *args)
