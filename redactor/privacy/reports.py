"""What a person is handed: a copy of what is kept, with what the law wants said beside it; and when it is due."""

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from redactor.policy import Policy
from redactor.privacy.consent import Stance
from redactor.taxonomy import entity_types

FORMAT = "chat-redactor personal data 1"
"""Names the layout of a copy, for programs that read it."""

MONTHS = 1
"""In which a request is answered, and `FURTHER` more where it is complex: GDPR, art. 12(3)."""
FURTHER = 2


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the person may read it."""

    time: float
    """Seconds since the epoch."""
    role: str
    channel: str
    text: str = field(repr=False)
    types: tuple[str, ...]
    """Entity types that were hidden in it."""
    withheld: tuple[str, ...]
    """Placeholders whose value the policy keeps from the customer, or of which none is kept."""
    expired: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation."""

    conversation: str
    """Public id."""
    ends: float
    """When it is erased by itself if nobody speaks in it again; seconds since the epoch."""
    turns: tuple[Said, ...]


def deadline(received: date, *, extended: bool = False) -> date:
    """The last day on which to answer a request received that day.

    The same day of a later month, or that month's last (Regulation 1182/71, art. 3(2)(c)); where that is no working
    day, the law gives until the next one, and this does not.
    """
    months = received.month - 1 + MONTHS + (FURTHER if extended else 0)
    year, month = received.year + months // 12, months % 12 + 1
    return date(year, month, min(received.day, calendar.monthrange(year, month)[1]))


def copy_of(talks: Sequence[Talk], stance: Stance, policy: Policy, *, tenant: str, now: float) -> dict[str, Any]:
    """A copy as JSON has it: GDPR, art. 15(3) and 20(1). It holds personal values.

    Beside the messages: which categories of data there are, for how long each is kept and who else is given it as the
    policy says (art. 15(1)(b) to (d)). What the controller alone knows (purposes, the LLM's provider, where it stands)
    is not in it.
    """
    types = dict.fromkeys(each for talk in talks for turn in talk.turns for each in turn.types)
    return {
        "format": FORMAT,
        "made": _when(now),
        "tenant": tenant,
        "consent": {
            "state": stance.state,
            "notice": stance.notice,
            "noticed": _when(stance.noticed),
            "decided": _when(stance.decided),
        },
        "categories": [_category(policy, each) for each in types],
        "conversations": [_talk(each) for each in talks],
    }


def _category(policy: Policy, name: str) -> dict[str, Any]:
    known = entity_types().get(name)
    tools = [f"tool:{tool}" for tool in policy.tools if policy.may_restore(name, f"tool:{tool}")]
    return {
        "type": name,
        "meaning": known.meaning if known else "",
        "dpv": known.dpv if known else "",
        "retention": policy.retention(name),
        "given_to": [*policy.audiences(name), *tools],
    }


def _talk(talk: Talk) -> dict[str, Any]:
    return {"conversation": talk.conversation, "kept_until": _when(talk.ends), "turns": [_said(t) for t in talk.turns]}


def _said(turn: Said) -> dict[str, Any]:
    told = {"time": _when(turn.time), "role": turn.role, "channel": turn.channel, "text": turn.text}
    return {**told, "types": list(turn.types), "withheld": list(turn.withheld), "expired": list(turn.expired)}


def _when(seconds: float | None) -> str | None:
    """ISO 8601, UTC."""
    if seconds is None:
        return None
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
