"""What the operations share: who calls, what there is to work with, and which conversations a caller may see."""

import secrets
from dataclasses import dataclass
from typing import Any

from redactor import Conversation, Redactor
from redactor.exceptions import NotFoundError
from redactor_gateway.conversations import Conversations
from redactor_gateway.keys import Client
from redactor_gateway.management.models import Versions
from redactor_gateway.problems import ProblemError, refuse
from redactor_gateway.ready import Check
from redactor_gateway.settings import GatewaySettings

_PUBLIC_ID = 20
"""Hexadecimal digits of a conversation's public id."""
_MARK = 32
"""Hexadecimal digits by which an id says to whom it was given."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is to work with. One for an application."""

    settings: GatewaySettings
    redactor: Redactor
    conversations: Conversations


@dataclass(frozen=True, slots=True)
class Call:
    """One call of one operation."""

    client: Client
    asked: Any = None
    """The body, or the query, as the operation's model."""
    id: str = ""
    """The conversation's, from the path."""
    checks: tuple[Check, ...] = ()
    """Readiness, for who asks for it."""

    @property
    def is_admin(self) -> bool:
        """Whether the key may see all of its tenant."""
        return "admin" in self.client.scopes


def issued(desk: Desk, call: Call, public_id: str) -> str:
    """The id by which this client may call a conversation: nobody can guess one, or use another client's."""
    return public_id + desk.conversations.mark(call.client, public_id)


def seen(desk: Desk, call: Call) -> Conversation:
    """The conversation a path names, if the caller may see it. Raises `ProblemError`: 404, whatever the reason.

    An id of another client's is refused before the store is asked, so that the time it takes tells nothing either.
    """
    public_id, mark = call.id[:_PUBLIC_ID], call.id[_PUBLIC_ID:]
    expected = desk.conversations.mark(call.client, public_id)
    is_given = secrets.compare_digest(mark.encode(), expected.encode())
    if not is_given and not (call.is_admin and len(mark) in (0, _MARK)):
        raise nothing_here()
    return kept(desk, call, public_id)


def kept(desk: Desk, call: Call, public_id: str) -> Conversation:
    """A conversation of the caller's tenant that is neither forgotten nor past its time. Raises `ProblemError`."""
    parts = desk.redactor.parts
    row = parts.store.conversation_by_public_id(public_id)
    if row is None or row.tenant != call.client.tenant:
        raise nothing_here()
    if row.wrapped_key is None or row.last_turn + row.expires <= parts.clock():
        raise nothing_here()
    return desk.redactor.conversation_by_public_id(public_id)


def named(desk: Desk, call: Call, name: str) -> str:
    """The public id of the conversation the caller calls so. Raises `ProblemError` where there is none."""
    public_id = ""
    try:
        public_id = desk.conversations.public_id(call.client, name)
    except NotFoundError:
        raise nothing_here() from None
    return kept(desk, call, public_id).public_id


def nothing_here() -> ProblemError:
    """One answer for what is not there, what is gone, and what is somebody else's."""
    return refuse(404, "conversation_not_found", "this API key knows no such conversation", kind="not_found_error")


def versions(desk: Desk) -> dict[str, str]:
    """What decides."""
    made = Versions(policy_version=desk.redactor.policy.version, model_version=desk.redactor.model_version)
    return made.model_dump()
