"""`RedactorGuardrail`: LiteLLM's class, as its proxy calls it. What it does is in `within`.

LiteLLM's own hooks are used and not `apply_guardrail`, which is shown only some texts of a request and of a stream none
of the tools' arguments. A reply is restored in a copy: the original is what LiteLLM logs.
"""

import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import litellm
from fastapi import HTTPException
from litellm.integrations.custom_guardrail import CustomGuardrail
from litellm.integrations.custom_logger import CustomLogger
from litellm.types.guardrails import GuardrailEventHooks
from litellm.types.utils import ModelResponse, ModelResponseStream, TextCompletionResponse, is_litellm_owned_kwarg

from redactor_gateway.litellm.within import Caller, Within, caller, opened
from redactor_gateway.problems import Problem, bad_upstream, problem_of

_SAID = frozenset({"prompt_variables", "user_continue_message", "assistant_continue_message"})
"""What LiteLLM takes for itself, and writes into messages."""

_SERVED = "served_output_texts"
"""Where LiteLLM notes what a client read, to be logged in place of what the model wrote."""


class RedactorGuardrail(CustomGuardrail):
    """Redacts each call before LiteLLM makes it, and restores its reply for the client.

    Needs the modes `pre_call` and `post_call`. `redactor_config`: a `redactor.toml`, whose sections `[gateway]` and
    `[gateway.litellm]` count here, too; without one, values lie in SQLite in the user's data folder.
    """

    use_native_lifecycle_hooks = True

    def __init__(self, redactor_config: str | None = None, **given: Any) -> None:
        super().__init__(supported_event_hooks=[GuardrailEventHooks.pre_call, GuardrailEventHooks.post_call], **given)
        self._config = Path(redactor_config) if redactor_config else None
        self._within()  # a mistake in the file is told when the proxy starts
        _keep_logs_redacted()

    def _within(self) -> Within:
        return opened(self._config)

    async def async_pre_call_hook(
        self, user_api_key_dict: Any, cache: Any, data: dict[str, Any], call_type: Any
    ) -> Any:
        """The request as the model may see it."""
        problem, within = None, self._within()
        try:
            body = {name: value for name, value in data.items() if _is_asked(name, data)} | _own_metadata(data)
            who = caller(user_api_key_dict, data, _headers(data))
            made = await within.redactor.in_pool(within.request, who, str(getattr(call_type, "value", call_type)), body)
        except Exception as error:  # noqa: BLE001  whatever it is, the call does not go on
            problem = problem_of(error)
        if problem is not None:
            _forget_texts(data)
            raise _refusal(problem)
        _write_metadata(data, made if "litellm_metadata" in data else {"metadata": made.pop("metadata", {})})
        data.update(made)
        _note(data, made)
        return data

    async def async_post_call_success_hook(self, data: dict[str, Any], user_api_key_dict: Any, response: Any) -> Any:
        """The reply as the client may read it."""
        problem, within = None, self._within()
        try:
            who = caller(user_api_key_dict, data, _headers(data))
            return _rebuilt(response, await within.redactor.in_pool(within.reply, who, _as_dict(response)))
        except Exception as error:  # noqa: BLE001  as above
            problem = problem_of(error)
        raise _refusal(problem)

    async def async_post_call_streaming_iterator_hook(
        self, user_api_key_dict: Any, response: Any, request_data: dict[str, Any]
    ) -> Any:
        """The chunks as the client may read them."""
        problem, within = None, self._within()
        try:
            who = caller(user_api_key_dict, request_data, _headers(request_data))
        except Exception as error:  # noqa: BLE001  as above
            problem = problem_of(error)
        if problem is not None:
            raise _refusal(problem)
        async with contextlib.aclosing(_streamed(within, who, response)) as chunks:
            async for chunk in chunks:
                yield chunk


async def _streamed(within: Within, who: Caller, response: Any) -> AsyncGenerator[Any, None]:
    """An error of the model's goes on as it is, with placeholders; one of ours is told without what it was about."""
    source = _Source(response)
    problem = None
    try:
        async with contextlib.aclosing(within.stream(who, source.chunks())) as made:
            async for chunk in made:
                yield source.as_item(chunk)
    except Exception as error:
        if error is source.failed:
            raise
        problem = problem_of(error)
    if problem is not None:
        raise _refusal(problem)


class _Source:
    """LiteLLM's chunks as objects, and back."""

    def __init__(self, response: Any) -> None:
        self._response = response
        self._last: Any = None
        self._raw: dict[str, Any] = {}
        self.failed: BaseException | None = None

    async def chunks(self) -> AsyncIterator[dict[str, Any]]:
        try:
            async for item in self._response:
                if not isinstance(item, ModelResponseStream | ModelResponse | TextCompletionResponse):
                    raise bad_upstream("malformed_stream", "LiteLLM sent a chunk of an unknown kind")
                self._last, self._raw = item, _without_empty_usage(item.model_dump(mode="json"))
                yield self._raw
        except Exception as error:
            self.failed = error
            raise

    def as_item(self, chunk: dict[str, Any]) -> Any:
        """A chunk that nothing was changed in is LiteLLM's own: it notes more on it than it sends."""
        if chunk == self._raw:
            return self._last
        made = type(self._last)(**chunk)
        made._hidden_params = getattr(self._last, "_hidden_params", {})
        return made


def _without_empty_usage(chunk: dict[str, Any]) -> dict[str, Any]:
    """LiteLLM writes zeros into each chunk of a text completion; they keep none from being held back."""
    usage = chunk.get("usage")
    is_empty = isinstance(usage, dict) and not any(usage.values())
    return {name: value for name, value in chunk.items() if name != "usage"} if is_empty else chunk


def _is_asked(name: str, data: Mapping[str, Any]) -> bool:
    """Whether a field is the client's, and may reach the model. `metadata` is LiteLLM's own where it has no other."""
    if name == "metadata":
        return "litellm_metadata" in data
    return name in _SAID or not is_litellm_owned_kwarg(name)


def _own_metadata(data: Mapping[str, Any]) -> dict[str, Any]:
    """The client's own entries of a bucket that LiteLLM shares: it sends them nowhere, and logs them."""
    if "litellm_metadata" in data:
        return {}
    given = _bucket(data.get("metadata")).get("requester_metadata")
    own = {name: value for name, value in _bucket(given).items() if name != "headers"}
    return {"metadata": own} if own else {}


def _write_metadata(data: dict[str, Any], made: Mapping[str, Any]) -> None:
    """What the client's metadata became, in LiteLLM's notes of it."""
    now, noted = _bucket(made.get("metadata")), _bucket(data.get("litellm_metadata"))
    if "requester_metadata" in noted:
        noted["requester_metadata"] = now
    own, shared = _bucket(_own_metadata(data).get("metadata")), _bucket(data.get("metadata"))
    for bucket in (shared, _bucket(shared.get("requester_metadata"))) if own else ():
        for name in [name for name in own if bucket.get(name) == own[name]]:
            del bucket[name]
        bucket |= {name: value for name, value in now.items() if name not in bucket}


def _bucket(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _headers(data: Mapping[str, Any]) -> dict[str, str]:
    asked = data.get("proxy_server_request")
    headers = asked.get("headers") if isinstance(asked, Mapping) else None
    return {str(name).lower(): str(value) for name, value in headers.items()} if isinstance(headers, Mapping) else {}


def _as_dict(response: Any) -> dict[str, Any]:
    if isinstance(response, Mapping):
        return dict(response)
    made: dict[str, Any] = response.model_dump(mode="json")
    return made


def _rebuilt(response: Any, made: dict[str, Any]) -> Any:
    """The same kind of reply with other texts; what LiteLLM notes beside it stays on it."""
    if isinstance(response, Mapping):
        return made
    copy = response.model_copy(deep=True)
    fresh = type(response)(**made)
    for name in type(response).model_fields:
        if name in made:
            setattr(copy, name, getattr(fresh, name))
    return copy


def _refusal(problem: Problem) -> HTTPException:
    """Told to the client, and logged by LiteLLM."""
    return HTTPException(problem.status, {"error": problem.message, "code": problem.code})


def _note(data: dict[str, Any], made: dict[str, Any]) -> None:
    """What LiteLLM noted of the request before it was redacted, for its logs; of messages it does so itself."""
    logged = data.get("litellm_logging_obj")
    for name in ("input", "prompt"):
        if logged is not None and name in made:
            logged.update_messages(made[name])
            logged.model_call_details |= {
                each: made[name] for each in ("input", name) if each in logged.model_call_details
            }


def _forget_texts(data: dict[str, Any]) -> None:
    """LiteLLM logs what it refuses, too: of a call that could not be redacted only that there was one."""
    asked = [name for name in data if _is_asked(name, data) and name not in ("model", "stream")]
    _write_metadata(data, {})
    logged = data.get("litellm_logging_obj")
    details = getattr(logged, "model_call_details", {})
    _bucket(data.get("proxy_server_request"))["body"] = {}
    for copy in map(_bucket, (data, details, details.get("optional_params"))):
        for name in (*asked, "input", "messages", "prompt"):
            if name in copy:
                copy[name] = [] if isinstance(copy[name], list) else ""
    if logged is not None:
        logged.update_messages([])


class _Redacted(CustomLogger):
    """Logs get the reply as the model wrote it: LiteLLM would put what the client read in its place."""

    async def async_logging_hook(
        self, kwargs: dict[str, Any], result: Any, call_type: str
    ) -> tuple[dict[str, Any], Any]:
        return self.logging_hook(kwargs, result, call_type)

    def logging_hook(self, kwargs: dict[str, Any], result: Any, call_type: str) -> tuple[dict[str, Any], Any]:
        if kwargs.pop(_SERVED, None) is not None and isinstance(logged := kwargs.get("standard_logging_object"), dict):
            raw = kwargs.get("async_complete_streaming_response") or kwargs.get("complete_streaming_response") or result
            logged["response"] = raw.model_dump(mode="json") if hasattr(raw, "model_dump") else None
        return kwargs, result


_REDACTED = _Redacted()


def _keep_logs_redacted() -> None:
    if _REDACTED not in litellm.callbacks:
        litellm.logging_callback_manager.add_litellm_callback(_REDACTED)
