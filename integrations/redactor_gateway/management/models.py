"""What the management API is asked and what it answers. The OpenAPI document is written from these models.

Offsets count code points from 0, the end not included. Times are seconds since the epoch.
"""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, InstanceOf, RootModel, Tag

from redactor.types import Form, Role
from redactor_gateway.conversations import NAME

_SETTINGS = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


class _Unshown(BaseModel):
    """What people said may stand in any of them: none prints its fields."""

    model_config = _SETTINGS

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return iter(())


class Asked(_Unshown):
    """Base of what is asked: nothing is guessed, and nothing beside the fields is taken."""


class Answer(_Unshown):
    """Base of what is answered."""


Name = Annotated[str, Field(pattern=NAME)]
Text = InstanceOf[str]
"""Any text of JSON's: half a surrogate pair, which some programs send, is one too."""
Id = Annotated[str, Field(min_length=1, max_length=200)]
Audience = Annotated[str, Field(pattern=r"^(customer|agent|reviewer|tool:[A-Za-z0-9_.-]{1,64})$")]
Version = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$")]


# texts


class TurnIn(Asked):
    """A message, as the program has it."""

    role: Role
    text: Text
    id: Id | None = None
    """The program's own id of the message: it is then known again wherever the history is cut off."""


class RedactText(Asked):
    """One new message."""

    conversation: Name | None = None
    """What this key calls the conversation, as in the header X-Conversation-Id. Without it nothing is kept, and nothing
    can be restored."""
    text: Text
    role: Role = "customer"
    id: Id | None = None


class RedactTurns(Asked):
    """The whole history: only what is new in it is detected and recorded."""

    conversation: Name | None = None
    turns: Annotated[list[TurnIn], Field(min_length=1)]


def _kind(asked: Any) -> str:
    return "history" if isinstance(asked, dict) and "turns" in asked else "message"


class RedactRequest(
    RootModel[
        Annotated[
            Annotated[RedactText, Tag("message")] | Annotated[RedactTurns, Tag("history")],
            Discriminator(_kind),
        ]
    ]
):
    """One message, or the whole history."""

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        return iter(())


class EntityOut(Answer):
    """What was found in a text, and where; never the value."""

    type: str
    start: int
    end: int
    score: float
    recognizer: str
    operator: str | None = None
    """What the policy did with it."""
    placeholder: str | None = None
    """What stands in its place."""


class Versions(Answer):
    """What decided."""

    policy_version: str
    model_version: str


class TurnOut(Answer):
    """A redacted message. Offsets of its entities are those of the text that came."""

    turn_id: str | None
    """Null where nothing is kept."""
    role: Role
    text: Text
    entities: list[EntityOut]
    revision: int
    """How often it was rewritten because something in it became known later."""
    known: bool
    """Whether it was recognised from before and not detected again."""


class RedactAnswer(Versions):
    """The messages as the LLM may see them."""

    conversation: str | None
    """The id by which this key reads and forgets the conversation; null where nothing is kept."""
    turns: list[TurnOut]
    revised: list[TurnOut]
    """Earlier messages that were rewritten, as they read now. Their entities are left out: offsets of texts that did
    not come with this request would say nothing."""


class RestoreRequest(Asked):
    """An LLM's text, to be written for people or a tool."""

    conversation: Name
    text: Text
    form: Form = "text"
    """The syntax the text is written in: values are escaped for it."""
    audience: Audience = "customer"
    """Any other than the customer needs the scope `admin`."""
    record: bool = True
    """Whether it becomes a turn of the conversation."""


class RestoreAnswer(Answer):
    """The text, and what became of its placeholders."""

    text: Text
    restored: list[str]
    unknown: list[str]
    """They look like placeholders and were never minted in this conversation; left as they are."""
    withheld: list[str]
    """They may not be restored for this audience, or in this place."""
    expired: list[str]
    foreign: list[str]
    """Entity types of what the conversation never held and the reply scan masked."""
    turn_id: str | None


class DetectRequest(Asked):
    """A text to be searched. Nothing of it is kept."""

    text: Text
    context: list[Text] = []
    """The messages before it, oldest first."""


class DetectAnswer(Versions):
    """What is personal in the text."""

    entities: list[EntityOut]


class DecisionOut(EntityOut):
    """One vote of one recognizer."""

    outcome: Literal["masked", "kept", "merged", "candidate", "allowed"]
    reason: str


class ExplainAnswer(Versions):
    """Every vote, and why it ended as it did."""

    decisions: list[DecisionOut]


# conversations


class LookupRequest(Asked):
    """A conversation by the name this key gave it."""

    conversation: Name


class ConversationAnswer(Answer):
    """A conversation that is kept."""

    conversation: str
    """The id by which this key reads and forgets it."""


class TranscriptQuery(Asked):
    """Which turns."""

    after: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    """The number of the last turn that is known already."""
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class RecordedOut(Answer):
    """An entity of a recorded turn. Offsets are those of the redacted text."""

    type: str
    start: int
    end: int
    placeholder: str
    score: float
    recognizer: str
    operator: str


class RecordedTurn(Answer):
    """A recorded turn: the redacted text."""

    seq: int
    """Order within the conversation, from 1."""
    turn_id: str
    role: str
    channel: str
    time: float
    text: Text
    revision: int
    policy_version: str
    model_version: str
    entities: list[RecordedOut]


class TranscriptAnswer(Answer):
    """A conversation as it is recorded."""

    conversation: str
    turns: list[RecordedTurn]
    next: int | None
    """`after` for the turns that follow; null where these were the last."""


class CheckpointOut(Answer):
    """Where the audit log ends, and the record of the erasure in it."""

    format: int
    seq: int
    head: str
    store: str
    time: int
    """Milliseconds since the epoch."""
    public_key: str


class Receipt(Answer):
    """The conversation's key and all that was stored of it are destroyed. `redactor audit verify --checkpoint` takes a
    file with `checkpoint` and `signature`."""

    conversation: str
    forgotten: float
    checkpoint: CheckpointOut
    signature: str
    """Ed25519, hexadecimal."""


# consents


class SubjectRequest(Asked):
    """A person, by an identifier. It is asked for in a body, so that it stands in no address and in no log."""

    identifier: Annotated[str, Field(min_length=1, max_length=1000, json_schema_extra={"pattern": r"[\p{L}\p{N}]"})]
    type: Annotated[str, Field(json_schema_extra={"x-entity-type": True})]
    """The identifier's entity type, such as PHONE_NUMBER."""


class ConsentRequest(SubjectRequest):
    """What a person has decided."""

    state: Literal["granted", "refused", "withdrawn"]
    notice: Version = ""
    """The version of the notice they answered; by default the one they were shown last."""


class StanceOut(Answer):
    """What is known of a person's consent."""

    state: Literal["unknown", "notified", "granted", "refused"]
    notice: str
    noticed: float | None
    decided: float | None


class StanceIn(Asked):
    """The same, given back as it was read."""

    state: Literal["unknown", "notified", "granted", "refused"]
    notice: Version
    noticed: float | None
    decided: float | None


class NoticeRequest(SubjectRequest):
    """A notice is about to be shown."""

    notice: Annotated[Version, Field(min_length=1)]
    seen: StanceIn
    """The person's consent as it was read before."""


class NoticeAnswer(Answer):
    """Whether to show it."""

    show: bool
    """False where the consent is not as `seen` any more, or was refused: of several at once, one shows it."""


class ErasedAnswer(Answer):
    """Whether there was anything to erase."""

    erased: bool


# the gateway itself


class TypeOut(Answer):
    """What happens to one entity type."""

    operator: str
    audiences: list[str]
    retention: str
    threshold: float
    label: str


class PolicyAnswer(Answer):
    """What is masked, how, and for whom it is restored. Lists of names and numbers are left out."""

    name: str
    version: str
    types: dict[str, TypeOut]


class StatusAnswer(Versions):
    """What runs here, and whether it can do its work."""

    version: str
    store: str
    persistent: bool
    ready: bool
    checks: dict[str, bool]


# errors


class ProblemDetail(Answer):
    """One refusal."""

    message: str
    """A sentence for people. It repeats nothing of the request."""
    type: str
    code: str
    """A word for programs."""
    param: str | None
    """The field it is about."""


class ProblemAnswer(Answer):
    """Every error has this shape."""

    error: ProblemDetail
