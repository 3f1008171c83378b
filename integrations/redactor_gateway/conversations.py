"""Which conversation a request belongs to.

Named by the header `X-Conversation-Id`, or by `conversation` or `previous_response_id` as they were issued to the same
API key. Two clients that use one name mean two conversations. A request without a name is a conversation of its own,
kept in no store.
"""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from redactor import Conversation, Redactor
from redactor.exceptions import NotFoundError
from redactor.types import Turn
from redactor_gateway.answers import History
from redactor_gateway.keys import Client
from redactor_gateway.problems import refuse
from redactor_gateway.spans import Spans

HEADER = "x-conversation-id"

Kind = Literal["resp", "conv"]
"""What an id is of: a reply, or a conversation that the upstream keeps."""

_NAMING: Mapping[str, Kind] = {"conversation": "conv", "previous_response_id": "resp"}
"""Fields of a request that name a conversation."""

NAME = r"^[\x21-\x7e](?:[\x20-\x7e]{0,198}[\x21-\x7e])?$"
"""What a client may call a conversation, as Python and JSON Schema (ECMA-262) both read it."""

_ISSUED = re.compile(r"(?P<kind>resp|conv)_(?P<chat>[0-9a-f]{20})(?P<mac>[0-9a-f]{32})_(?P<own>[\x21-\x7e]{1,200})")


@dataclass(frozen=True, slots=True)
class Placed:
    """A request's conversation."""

    chat: Conversation
    history: History
    client: Client

    @property
    def is_kept(self) -> bool:
        """Whether there is anything of it after this request."""
        return self.history != "nameless"

    def issue(self, own: str, kind: Kind = "resp") -> str:
        """The id that this client is given for an upstream's own: only it can use it, only here."""
        if not self.is_kept:
            return own
        return f"{kind}_{self.chat.public_id}{_mac(self.chat, self.client, kind, own)}_{own}"


class Conversations:
    """Finds the conversation of each request."""

    def __init__(self, redactor: Redactor, remembered: int) -> None:
        """`remembered`: texts of nameless requests whose spans are kept, see `Spans`."""
        self._redactor, self._spans = redactor, Spans(remembered)

    def place(self, client: Client, headers: Mapping[str, str]) -> Placed:
        """By the header, or a conversation of its own. Raises `ProblemError` for a name that is none."""
        name = headers.get(HEADER)
        if name is None:
            return Placed(self.nameless(client), "nameless", client)
        if not re.fullmatch(NAME, name):
            raise refuse(400, "invalid_conversation_id", f"{HEADER}: expected 1 to 200 visible characters")
        return Placed(self.named(client, name), "whole", client)

    def named(self, client: Client, name: str) -> Conversation:
        """The conversation a client calls by this name, which is as `NAME` says; begun on first use."""
        return self._named(client, f"named {name}")

    def public_id(self, client: Client, name: str) -> str:
        """Its public id; none is begun. Raises `NotFoundError` where there is none."""
        return self._redactor.transcripts.public_id(_own(client, f"named {name}"), client.tenant)

    def nameless(self, client: Client) -> Conversation:
        """A conversation of its own, kept in no store."""
        return self._redactor.passing_conversation(client.tenant, self._spans.remembering(client.name))

    def look_ahead(self, placed: Placed, said: Sequence[str]) -> None:
        """Look at the reply that the customer was given as the next request will show it, so that its spans are
        remembered by then."""
        placed.chat.redact_turns([Turn("assistant", text) for text in said], follows=True)

    def mark(self, client: Client, public_id: str) -> str:
        """32 hexadecimal digits that nobody can make who was not given this conversation, as this client."""
        known = self._named(client, "identities")
        return known.keyed_id(f"public id {client.name}\n{public_id}", linkable=True).replace("-", "")

    def place_answer(
        self, client: Client, headers: Mapping[str, str], body: Mapping[str, Any]
    ) -> tuple[Placed, dict[str, Any]]:
        """For the Responses API, which keeps the history at the upstream: what an id that was issued names comes
        first; without any name a new conversation begins, unless the reply is not stored. Gives the fields that name
        it with the upstream's own ids, too."""
        given = {name: body[name] for name in _NAMING if body.get(name) is not None}
        if len(given) > 1:
            raise refuse(400, "invalid_request", f"expected one of {' and '.join(given)}, not both")
        for name, value in given.items():
            issued = value.get("id") if isinstance(value, Mapping) else value
            placed, own = self._followed(client, name, issued)
            return placed, {name: own}
        if HEADER in headers or body.get("store") is False:
            return self.place(client, headers), {}
        return Placed(self._named(client, f"begun {secrets.token_hex(16)}"), "whole", client), {}

    def identify(self, client: Client, text: str) -> str:
        """The id that stands for a text that names a customer, the same in all requests of a client."""
        return self._named(client, "identities").keyed_id(text)

    def _named(self, client: Client, name: str) -> Conversation:
        return self._redactor.conversation(_own(client, name), client.tenant)

    def _followed(self, client: Client, name: str, issued: Any) -> tuple[Placed, str]:
        found = _ISSUED.fullmatch(issued) if isinstance(issued, str) else None
        chat = self._known(found["chat"]) if found is not None and found["kind"] == _NAMING[name] else None
        if found is not None and chat is not None:
            expected = _mac(chat, client, _NAMING[name], found["own"])
            if secrets.compare_digest(found["mac"], expected):
                return Placed(chat, "follows", client), found["own"]
        code = {"conversation": "conversation_not_found"}.get(name, "previous_response_not_found")
        raise refuse(404, code, f"{name}: this id was not given to this API key by this gateway", param=name)

    def _known(self, public_id: str) -> Conversation | None:
        try:
            return self._redactor.conversation_by_public_id(public_id)
        except NotFoundError:
            return None


def _own(client: Client, name: str) -> str:
    """Two clients that use one name mean two conversations."""
    return f"gateway/{client.name}/{name}"


def _mac(chat: Conversation, client: Client, kind: Kind, own: str) -> str:
    """32 hexadecimal digits that only this conversation's key gives for this client and id."""
    return chat.keyed_id(f"{kind} {client.name}\n{own}").replace("-", "")
