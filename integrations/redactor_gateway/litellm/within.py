"""What the guardrail does in LiteLLM's own process, apart from LiteLLM's classes: requests redacted field by field,
replies restored, streams piece by piece.

What lasts from a request to its reply lies in a conversation, found again by the call's id: nothing is kept on an
instance of LiteLLM's classes, of which there may be several, nor in the request's metadata, which is logged.
"""

import functools
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from redactor import Redactor
from redactor_gateway import anthropic
from redactor_gateway.answers import answer
from redactor_gateway.conversations import HEADER, Conversations, Placed
from redactor_gateway.keys import Client
from redactor_gateway.litellm.answers import digest, fingerprint
from redactor_gateway.litellm.calls import Call, Calls, Id
from redactor_gateway.openai import chat, completions, embeddings, responses
from redactor_gateway.openai.chunks import DONE, as_event, parsed
from redactor_gateway.problems import refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.settings import GatewaySettings
from redactor_gateway.sse import Event
from redactor_gateway.surfaces import Surface
from redactor_gateway.walk import Walk

SURFACES: Mapping[str, Surface] = {
    **dict.fromkeys(("completion", "acompletion"), chat.SURFACE),
    **dict.fromkeys(("text_completion", "atext_completion"), completions.SURFACE),
    **dict.fromkeys(("embedding", "aembedding", "embeddings"), embeddings.SURFACE),
    **dict.fromkeys(("responses", "aresponses"), responses.SURFACE),
    **dict.fromkeys(("anthropic_messages", "aanthropic_messages"), anthropic.SURFACE),
}
"""LiteLLM's types of calls → the door whose requests and replies look the same. Any other call is refused."""

_STREAMED = (chat.SURFACE, completions.SURFACE)
"""Whose streams are restored; a stream of any other is refused before it begins."""

_UPSTREAMS = re.compile(r"(?:resp|conv)_[A-Za-z0-9_=-]{1,4000}")
"""Ids of what the upstream keeps, as LiteLLM writes them."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who LiteLLM let in, and what it calls the call."""

    name: str
    call: str
    conversation: str | None = None
    """What the conversation is called, if it is."""

    @property
    def at(self) -> Id:
        """Where the call is found again."""
        return self.name, self.call


class Within:
    """The guardrail of one configuration. Thread-safe."""

    def __init__(self, settings: GatewaySettings, redactor: Redactor) -> None:
        self.settings, self.redactor = settings, redactor
        self._conversations = Conversations(redactor, settings.remembered)
        self._calls = Calls(settings.litellm.keep_seconds, settings.litellm.calls)

    # the way in

    def request(self, caller: Caller, kind: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a request as the model may see them. Raises as `redact_turns` does, or `ProblemError`."""
        surface = _surface(kind)
        if body.get("stream") and surface not in _STREAMED:
            raise refuse(
                400, "unsupported_stream", f"streams of {surface.path} cannot be restored here; ask for a whole"
            )
        before = self._calls.find(caller.at)
        if before is not None and before.answered == fingerprint(body):
            return dict(body)  # what this call's request became comes by again
        client = Client(f"litellm/{caller.name}")
        placed = self._placed(client, caller, body)
        walk = Walk(placed.chat, self.settings.files, lambda text: self._conversations.identify(client, text))
        build = surface.plan(walk, body)
        if len(walk.questions) > self.settings.limits.texts:
            raise refuse(413, "too_many_texts", f"the request holds more than {self.settings.limits.texts} texts")
        answer(walk.questions, placed.chat, placed.history)
        made: dict[str, Any] = build()
        form = "json" if surface.wants_json(body) else "text"
        out = Outgoing(placed.chat, self.settings.scan, form, placed.is_kept)  # type: ignore[arg-type]
        apart = replace(placed, history="nameless")  # the ids of replies are LiteLLM's
        self._calls.begin(caller.at, Call(apart, out, surface, fingerprint(made)))
        return made

    def _placed(self, client: Client, caller: Caller, body: Mapping[str, Any]) -> Placed:
        """Where the upstream keeps the history, only a name says which placeholders stand in it."""
        placed = self._conversations.place(client, {} if caller.conversation is None else {HEADER: caller.conversation})
        follows = [body[name] for name in ("previous_response_id", "conversation") if body.get(name) is not None]
        if not follows:
            return placed
        if not placed.is_kept or not all(isinstance(each, str) and _UPSTREAMS.fullmatch(each) for each in follows):
            raise refuse(400, "conversation_unnamed", f"what follows on a kept reply needs the header {HEADER}")
        return replace(placed, history="follows")

    # the way back

    def reply(self, caller: Caller, reply: dict[str, Any]) -> dict[str, Any]:
        """A whole reply as its reader may see it. Raises as `restore` does, or `ProblemError`."""
        call = self._call(caller)
        assert call.surface is not None  # noqa: S101  of a call that began here
        try:
            return call.surface.restore(reply, call.out, call.placed)
        finally:
            self._calls.end(caller.at)

    async def stream(
        self, caller: Caller, items: AsyncIterator[dict[str, Any]]
    ) -> AsyncGenerator[dict[str, Any], None]:
        """The chunks of a stream as their reader may see them. Raises as `reply` does."""
        call, in_pool = self._call(caller), self.redactor.in_pool
        assert call.surface is not None and call.surface.restorer is not None  # noqa: S101  see `request`
        restorer = await in_pool(call.surface.restorer, call.out, call.placed)
        try:
            async for item in items:
                for event in await in_pool(restorer.feed, as_event(item)):
                    yield parsed(event)
            for event in await in_pool(restorer.feed, Event(DONE)):
                if event.data != DONE:
                    yield parsed(event)
        finally:
            self._calls.end(caller.at)
            await in_pool(restorer.record)

    def _call(self, caller: Caller) -> Call:
        call = self._calls.find(caller.at)
        if call is None:
            raise refuse(
                500, "call_unknown", "the guardrail did not see this call's request; its mode needs pre_call, too"
            )
        return call


@functools.cache
def opened(path: Path | None) -> Within:
    """The guardrail of a `redactor.toml`, one for this process. Raises `ConfigError`."""
    settings = GatewaySettings.load(path) if path is not None else GatewaySettings()
    return Within(settings, Redactor.from_config(path))


def caller(key: Any, data: Mapping[str, Any], headers: Mapping[str, str]) -> Caller:
    """From LiteLLM's record of who called and the request's data. Raises `ProblemError` where the call has no id."""
    call = data.get("litellm_call_id")
    if not isinstance(call, str) or not call:
        raise refuse(500, "call_unknown", "LiteLLM gave the call no id")
    who = digest(*(getattr(key, name, None) for name in ("api_key", "team_id", "org_id")))
    return Caller(who, call, headers.get(HEADER))


def _surface(kind: str) -> Surface:
    surface = SURFACES.get(kind)
    if surface is None:
        raise refuse(
            400, "unsupported_call", "calls of this kind cannot be searched for personal data, so none is made"
        )
    return surface
