"""Texts: redacted, restored, searched."""

from redactor import Conversation
from redactor.types import Decision, Entity, Redaction, Turn
from redactor_gateway.management.desk import Call, Desk, issued, named, versions
from redactor_gateway.management.models import (
    DecisionOut,
    DetectAnswer,
    DetectRequest,
    EntityOut,
    ExplainAnswer,
    RedactAnswer,
    RedactRequest,
    RedactText,
    RedactTurns,
    RestoreAnswer,
    RestoreRequest,
    TurnOut,
)
from redactor_gateway.problems import refuse


def redact(desk: Desk, call: Call) -> RedactAnswer:
    """Messages as the LLM may see them."""
    given: RedactRequest = call.asked
    asked, name = given.root, given.root.conversation
    chat = desk.conversations.nameless(call.client) if name is None else desk.conversations.named(call.client, name)
    made = _redacted(desk, chat, asked)
    latest = {each.turn_id: each for redaction in made for each in redaction.revised}
    ours = {redaction.turn_id for redaction in made}
    return RedactAnswer(
        conversation=None if name is None else issued(desk, call, chat.public_id),
        turns=[_turn(each, is_kept=name is not None) for each in made],
        revised=[_revised(each) for turn_id, each in latest.items() if turn_id not in ours],
        **versions(desk),
    )


def _redacted(desk: Desk, chat: Conversation, asked: RedactText | RedactTurns) -> list[Redaction]:
    if isinstance(asked, RedactText):
        return [chat.redact(asked.text, asked.role, id=asked.id)]
    most = desk.settings.limits.texts
    if len(asked.turns) > most:
        raise refuse(413, "too_many_texts", f"the request holds more than {most} texts", param="turns")
    return chat.redact_turns([Turn(each.role, each.text, each.id) for each in asked.turns])


def restore(desk: Desk, call: Call) -> RestoreAnswer:
    """An LLM's text for people. The policy says who may read what; who may ask for whom, the key's scopes."""
    asked: RestoreRequest = call.asked
    if asked.audience != "customer" and not call.is_admin:
        message = "to restore for any other audience than the customer, an API key needs the scope admin"
        raise refuse(403, "insufficient_scope", message, kind="permission_error", param="audience")
    named(desk, call, asked.conversation)
    chat = desk.conversations.named(call.client, asked.conversation)
    scan = desk.settings.scan
    found = chat.restore(asked.text, asked.audience, asked.form, record=asked.record, scan=scan)
    return RestoreAnswer(
        text=found.text,
        restored=list(found.restored),
        unknown=list(found.unknown),
        withheld=list(found.withheld),
        expired=list(found.expired),
        foreign=list(found.foreign),
        turn_id=found.turn_id,
    )


def detect(desk: Desk, call: Call) -> DetectAnswer:
    """What is personal in a text."""
    asked: DetectRequest = call.asked
    found = desk.redactor.detect(asked.text, _context(desk, asked))
    return DetectAnswer(entities=[_entity(each) for each in found], **versions(desk))


def explain(desk: Desk, call: Call) -> ExplainAnswer:
    """Every vote on a text."""
    asked: DetectRequest = call.asked
    found = desk.redactor.explain(asked.text, _context(desk, asked))
    return ExplainAnswer(decisions=[_decision(each) for each in found], **versions(desk))


def _context(desk: Desk, asked: DetectRequest) -> list[str]:
    most = desk.settings.limits.texts
    if len(asked.context) > most:
        raise refuse(413, "too_many_texts", f"the request holds more than {most} texts", param="context")
    return asked.context


def _turn(made: Redaction, *, is_kept: bool) -> TurnOut:
    return TurnOut(
        turn_id=made.turn_id if is_kept else None,
        role=made.role,
        text=made.text,
        entities=[_entity(each) for each in made.entities],
        revision=made.revision,
        known=made.known,
    )


def _revised(made: Redaction) -> TurnOut:
    return _turn(made, is_kept=True).model_copy(update={"entities": []})


def _entity(found: Entity) -> EntityOut:
    return EntityOut(
        type=found.type,
        start=found.start,
        end=found.end,
        score=found.score,
        recognizer=found.recognizer,
        operator=found.operator,
        placeholder=found.placeholder,
    )


def _decision(made: Decision) -> DecisionOut:
    return DecisionOut(**_entity(made.entity).model_dump(), outcome=made.outcome, reason=made.reason)
