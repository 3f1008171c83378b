"""Conversations that are kept: found, read in redacted form, forgotten."""

from typing import Any

from redactor.exceptions import NotFoundError
from redactor_gateway.management.desk import Call, Desk, issued, named, nothing_here, seen
from redactor_gateway.management.models import (
    CheckpointOut,
    ConversationAnswer,
    LookupRequest,
    Receipt,
    RecordedOut,
    RecordedTurn,
    TranscriptAnswer,
    TranscriptQuery,
)


def look_up(desk: Desk, call: Call) -> ConversationAnswer:
    """The id of a conversation, by the name the caller gave it."""
    asked: LookupRequest = call.asked
    return ConversationAnswer(conversation=issued(desk, call, named(desk, call, asked.conversation)))


def transcript(desk: Desk, call: Call) -> TranscriptAnswer:
    """What is recorded of a conversation, redacted."""
    query: TranscriptQuery = call.asked
    public_id = seen(desk, call).public_id
    turns: list[Any] = []
    try:
        turns = [turn for turn in desk.redactor.transcripts.show(public_id) if turn.seq > query.after]
    except NotFoundError:
        raise nothing_here() from None
    page = turns[: query.limit]
    return TranscriptAnswer(
        conversation=call.id,
        turns=[_turn(each) for each in page],
        next=page[-1].seq if len(turns) > len(page) else None,
    )


def forget(desk: Desk, call: Call) -> Receipt:
    """Destroy a conversation, and say so in a way that can be checked."""
    seen(desk, call).forget()
    point = desk.redactor.audit.checkpoint()
    signed = point.public()
    return Receipt(
        conversation=call.id,
        forgotten=desk.redactor.parts.clock(),
        checkpoint=CheckpointOut(**signed["checkpoint"]),
        signature=signed["signature"],
    )


def _turn(turn: Any) -> RecordedTurn:
    entities = [
        RecordedOut(
            type=each.type,
            start=each.start,
            end=each.end,
            placeholder=turn.placeholder(each),
            score=each.score,
            recognizer=each.recognizer,
            operator=each.operator,
        )
        for each in turn.entities
    ]
    return RecordedTurn(
        seq=turn.seq,
        turn_id=turn.turn_id,
        role=turn.role,
        channel=turn.channel,
        time=turn.time,
        text=turn.text,
        revision=turn.revision,
        policy_version=turn.policy_version,
        model_version=turn.model_version,
        entities=entities,
    )
