"""Consents, by the person's identifier: of the caller's tenant, whichever key noted them."""

from collections.abc import Callable
from typing import TypeVar

from redactor.exceptions import ConfigError
from redactor.privacy.consent import Consent, Stance, Subject
from redactor_gateway.management.desk import Call, Desk
from redactor_gateway.management.models import (
    ConsentRequest,
    ErasedAnswer,
    NoticeAnswer,
    NoticeRequest,
    StanceOut,
    SubjectRequest,
)
from redactor_gateway.problems import refuse

T = TypeVar("T")


def look_up(desk: Desk, call: Call) -> StanceOut:
    """What is known of a person's consent."""
    return _stance(_asked(desk, call, Consent.state))


def decide(desk: Desk, call: Call) -> StanceOut:
    """Note what a person has decided."""
    asked: ConsentRequest = call.asked
    if asked.state == "withdrawn":
        return _stance(_asked(desk, call, Consent.withdraw))
    if asked.state == "refused":
        return _stance(_asked(desk, call, lambda consent, who: consent.refuse(who, asked.notice)))
    return _stance(_asked(desk, call, lambda consent, who: consent.grant(who, asked.notice)))


def notice(desk: Desk, call: Call) -> NoticeAnswer:
    """Note that a notice is shown now, unless it is not to be."""
    asked: NoticeRequest = call.asked
    before = Stance(asked.seen.state, asked.seen.notice, asked.seen.noticed, asked.seen.decided)
    return NoticeAnswer(
        show=_asked(desk, call, lambda consent, who: consent.note_notice(who, asked.notice, before)),
    )


def erase(desk: Desk, call: Call) -> ErasedAnswer:
    """Delete what is known of a person's consent."""
    return ErasedAnswer(erased=_asked(desk, call, Consent.erase))


def _asked(desk: Desk, call: Call, door: Callable[[Consent, Subject], T]) -> T:
    asked: SubjectRequest = call.asked
    problem = ""
    try:
        return door(Consent(desk.redactor), Subject(asked.identifier, asked.type, call.client.tenant))
    except ConfigError as error:
        problem = str(error)  # names types, never an identifier
    raise refuse(400, "invalid_subject", problem)


def _stance(stance: Stance) -> StanceOut:
    return StanceOut(state=stance.state, notice=stance.notice, noticed=stance.noticed, decided=stance.decided)
