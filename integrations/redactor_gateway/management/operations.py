"""The table of operations: the routes are made from it, and so is the OpenAPI document."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from redactor_gateway.management import about, consents, models, stored, texts
from redactor_gateway.management.desk import Call, Desk
from redactor_gateway.settings import Managed

PREFIX = "/api/v1"

ANY: tuple[Managed, ...] = ("redact", "restore", "detect", "transcripts", "privacy", "admin")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    name: str
    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    """Behind `PREFIX`; `{id}` is a conversation's."""
    scopes: tuple[Managed, ...]
    """Any of them will do."""
    summary: str
    does: Callable[[Desk, Call], BaseModel]
    """Called in the Redactor's pool."""
    answers: type[BaseModel]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    about_conversation: bool = False
    """Whether there may be no such conversation."""
    step: str = "manage"
    """What its time is counted as."""
    asks_readiness: bool = False


OPERATIONS: Sequence[Operation] = (
    Operation(
        "redact",
        "POST",
        "/redact",
        ("redact", "admin"),
        "Messages as the LLM may see them",
        texts.redact,
        models.RedactAnswer,
        body=models.RedactRequest,
        step="redact",
    ),
    Operation(
        "restore",
        "POST",
        "/restore",
        ("restore", "admin"),
        "An LLM's text as people may read it",
        texts.restore,
        models.RestoreAnswer,
        body=models.RestoreRequest,
        about_conversation=True,
        step="restore",
    ),
    Operation(
        "detect",
        "POST",
        "/detect",
        ("detect", "admin"),
        "What is personal in a text",
        texts.detect,
        models.DetectAnswer,
        body=models.DetectRequest,
        step="redact",
    ),
    Operation(
        "explain",
        "POST",
        "/explain",
        ("detect", "admin"),
        "Every vote on a text",
        texts.explain,
        models.ExplainAnswer,
        body=models.DetectRequest,
        step="redact",
    ),
    Operation(
        "lookUpConversation",
        "POST",
        "/conversations",
        ("transcripts", "privacy", "admin"),
        "The id of a conversation, by its name",
        stored.look_up,
        models.ConversationAnswer,
        body=models.LookupRequest,
        about_conversation=True,
    ),
    Operation(
        "readTranscript",
        "GET",
        "/conversations/{id}/transcript",
        ("transcripts", "admin"),
        "A conversation as it is recorded, redacted",
        stored.transcript,
        models.TranscriptAnswer,
        query=models.TranscriptQuery,
        about_conversation=True,
    ),
    Operation(
        "forgetConversation",
        "DELETE",
        "/conversations/{id}",
        ("privacy", "admin"),
        "Destroy a conversation's key and all that is stored of it",
        stored.forget,
        models.Receipt,
        about_conversation=True,
    ),
    Operation(
        "decideConsent",
        "PUT",
        "/consents",
        ("privacy", "admin"),
        "Note what a person decided",
        consents.decide,
        models.StanceOut,
        body=models.ConsentRequest,
    ),
    Operation(
        "lookUpConsent",
        "POST",
        "/consents/lookup",
        ("privacy", "admin"),
        "What is known of a person's consent",
        consents.look_up,
        models.StanceOut,
        body=models.SubjectRequest,
    ),
    Operation(
        "noteNotice",
        "POST",
        "/consents/notice",
        ("privacy", "admin"),
        "Note that a notice is about to be shown",
        consents.notice,
        models.NoticeAnswer,
        body=models.NoticeRequest,
    ),
    Operation(
        "eraseConsent",
        "POST",
        "/consents/erase",
        ("privacy", "admin"),
        "Delete what is known of a person's consent",
        consents.erase,
        models.ErasedAnswer,
        body=models.SubjectRequest,
    ),
    Operation(
        "readPolicy",
        "GET",
        "/policy",
        ANY,
        "What is masked, and for whom it is restored",
        about.policy,
        models.PolicyAnswer,
    ),
    Operation(
        "readStatus",
        "GET",
        "/status",
        ("admin",),
        "What runs here, and whether it is well",
        about.status,
        models.StatusAnswer,
        asks_readiness=True,
    ),
)
