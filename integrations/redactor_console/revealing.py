"""Showing a value to a person: for a reason, in one session, for some minutes, and in the audit log before that.

The policy decides who may read a type at all: a value is shown as for the audience `reviewer`, which the policy has to
name. Each time a page shows a value, the store's audit log says so (`restore`); that somebody asked for it, and why, is
`console.reveal`.
"""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from redactor.audit import Entry
from redactor.exceptions import ConfigError, NotFoundError
from redactor.placeholders import render
from redactor.policy import Policy
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor_console import notes
from redactor_console.accounts import accounts
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Visit

AUDIENCE = "reviewer"
WHOLE = "*"
"""In a placeholder's place: all of a conversation."""

_HOUR, _DAY = 3600.0, 86_400.0
_KEPT = 400 * _DAY
"""Seconds for which it is kept who has revealed how much; as long as the counts of the store."""
_NAMED = re.compile(r"([A-Z][A-Z0-9_]{0,47})_([1-9][0-9]{0,5})")
_ONCE = re.compile(r"[0-9a-f]{32}")

UNUSUAL = 3.0
"""Times a person's own daily mean of the four weeks before: more on one day is unusual."""
FEWEST = 10
"""Reveals on one day below which nothing is unusual. Both numbers are ours."""


@dataclass(frozen=True, slots=True)
class Named:
    """A placeholder by its type and number."""

    type: str
    index: int

    def __str__(self) -> str:
        return render(self.type, self.index)

    @property
    def path(self) -> str:
        """As it stands in a path."""
        return f"{self.type}_{self.index}"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a session may see until then."""

    placeholder: str
    expires: float
    """Seconds since the epoch."""


def named(policy: Policy, given: str) -> Named:
    """A placeholder from a path. Raises `NotFoundError` for what can be none."""
    found = _NAMED.fullmatch(given)
    if found is None or found[1] not in {*policy.entity_types, LITERAL}:
        raise NotFoundError("there is no such placeholder")
    return Named(found[1], int(found[2]))


def why_not(policy: Policy, entity_type: str) -> str:
    """Why nobody may reveal a type, in words; empty where somebody may."""
    if entity_type in NEVER_STORED:
        return f"A {entity_type} is never stored, so it cannot be revealed."
    if entity_type == LITERAL or policy.may_restore(entity_type, AUDIENCE):
        return ""
    return (
        f"The policy {policy.name} lets no reviewer read a {entity_type}. To allow it, name the audience "
        f'"{AUDIENCE}" in audiences of [types.{entity_type}], or of [defaults], in the policy.'
    )


def new_form() -> str:
    """What a form carries so that it is taken once."""
    return secrets.token_hex(16)


def grant(visit: Visit, conversation: str, tenant: str, placeholder: str) -> None:
    """Take a form that asks to see a value, or with `WHOLE` all of a conversation: from now on, for some minutes, this
    session may. It is in the audit log first.

    Raises `ConfigError` for a reason that is none, `RefusedError` for a form that was taken before and for a person who
    revealed too much within the hour, `AuditError`.
    """
    reason, note = notes.checked(visit.form.get("reason", ""), visit.form.get("note", ""))
    once = visit.form.get("once", "")
    if not _ONCE.fullmatch(once):
        raise ConfigError("the form is not whole; load the page again")
    name = placeholder if placeholder != WHOLE else ""
    sealed = notes.kept(visit.redactor, note, place=once, conversation=conversation, placeholder=name)
    is_allowed = _count(visit, once, conversation, placeholder, reason, sealed)
    outcome = "allowed" if is_allowed else "limited"
    subject = (placeholder, f"reason:{reason}")
    visit.redactor.audit.write(Entry("console.reveal", tenant, conversation, subject, AUDIENCE, outcome))
    if not is_allowed:
        most = visit.console.settings.reveals_per_hour
        raise RefusedError(429, f"You have revealed {most} values within an hour. Wait, or ask somebody else.")
    with visit.console.database.transaction() as ask:
        ask(
            "INSERT INTO reveal (session, conversation, placeholder, expires) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (session, conversation, placeholder) DO UPDATE SET expires = excluded.expires",
            *(visit.session.id, conversation, placeholder),
            visit.now + visit.console.settings.reveal_minutes * 60.0,
        )


def _count(visit: Visit, once: str, conversation: str, placeholder: str, reason: str, note: bytes | None) -> bool:
    """Note the try; whether it is within the limit. Raises `RefusedError` for a form that was taken before."""
    with visit.console.database.transaction() as ask:
        accounts.held(ask, visit.account.id)  # tries of one person are counted one after the other
        ask("DELETE FROM revealed WHERE time < ?", visit.now - _KEPT)
        if ask("SELECT 1 FROM revealed WHERE id = ?", once):
            raise RefusedError(409, "This form was sent before. Load the page again.")
        counted = ask(
            "SELECT count(*) FROM revealed WHERE account = ? AND time > ? AND outcome = 'allowed'",
            *(visit.account.id, visit.now - _HOUR),
        )
        is_allowed = int(counted[0][0]) < visit.console.settings.reveals_per_hour
        values = (once, visit.account.id, conversation, placeholder, reason, note, visit.now)
        ask(
            "INSERT INTO revealed (id, account, conversation, placeholder, reason, note, time, outcome) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *values,
            "allowed" if is_allowed else "limited",
        )
    return is_allowed


def standing(visit: Visit, conversation: str, placeholder: str) -> Grant | None:
    """What this session may see now."""
    with visit.console.database.transaction() as ask:
        ask("DELETE FROM reveal WHERE expires <= ?", visit.now)
        rows = ask(
            "SELECT placeholder, expires FROM reveal WHERE session = ? AND conversation = ? AND placeholder = ?",
            *(visit.session.id, conversation, placeholder),
        )
    return Grant(str(rows[0][0]), float(rows[0][1])) if rows else None


def hide(visit: Visit, conversation: str, placeholder: str) -> None:
    """End it before its time."""
    with visit.console.database.transaction() as ask:
        ask(
            "DELETE FROM reveal WHERE session = ? AND conversation = ? AND placeholder = ?",
            *(visit.session.id, conversation, placeholder),
        )


def value(visit: Visit, conversation: str, placeholder: Named) -> str | None:
    """The value, for who has a `standing` grant; None where it is not kept (any more). Raises `AuditError`: then
    nothing may be shown; `RefusedError` where the policy changed meanwhile, `NotFoundError`."""
    refusal = why_not(visit.redactor.policy, placeholder.type)
    if refusal:
        raise RefusedError(403, refusal)
    chat = visit.redactor.conversation_by_public_id(conversation)
    found = chat.restore(str(placeholder), AUDIENCE, record=False)
    if found.unknown:
        raise NotFoundError("there is no such placeholder")
    return found.text if found.restored else None


def exists(visit: Visit, conversation: str, placeholder: Named) -> bool:
    """Whether the conversation has given out this number."""
    return placeholder.index <= visit.redactor.parts.store.counters(conversation).get(placeholder.type, 0)


def texts(visit: Visit, conversation: str, redacted: Sequence[str]) -> list[str]:
    """Texts of one conversation with the values a reviewer may read; one record in the audit log tells of them all."""
    chat = visit.redactor.conversation_by_public_id(conversation)
    restored: list[str] = chat.restore_value(list(redacted), AUDIENCE)
    return restored


# -- who reveals how much


@dataclass(frozen=True, slots=True)
class Habit:
    """How much one person reveals."""

    name: str
    today: int
    """In the last 24 hours."""
    conversations: int
    """In how many conversations, in the last 24 hours."""
    mean: float
    """Per day, over the four weeks before."""
    limited: int
    """How often the limit refused them in the last 24 hours."""

    @property
    def is_unusual(self) -> bool:
        """Whether somebody should ask them about it."""
        return self.limited > 0 or (self.today >= FEWEST and self.today > UNUSUAL * self.mean)


@dataclass(slots=True)
class _Tally:
    today: int = 0
    before: int = 0
    limited: int = 0
    conversations: set[str] = field(default_factory=set)


def habits(visit: Visit) -> list[Habit]:
    """Of everybody who revealed anything in four weeks; the unusual first."""
    with visit.console.database.transaction() as ask:
        rows = ask(
            "SELECT name, conversation, time, outcome FROM revealed JOIN account ON account.id = revealed.account "
            "WHERE time > ?",
            visit.now - 29 * _DAY,
        )
    tallies: dict[str, _Tally] = {}
    for name, conversation, time, outcome in rows:
        _add(tallies.setdefault(name, _Tally()), conversation, outcome, is_today=time > visit.now - _DAY)
    found = [
        Habit(name, each.today, len(each.conversations), each.before / 28, each.limited)
        for name, each in tallies.items()
    ]
    return sorted(found, key=lambda each: (not each.is_unusual, -each.today, each.name))


def _add(tally: _Tally, conversation: str, outcome: str, *, is_today: bool) -> None:
    if not is_today:
        tally.before += outcome == "allowed"
    elif outcome == "limited":
        tally.limited += 1
    else:
        tally.today += 1
        tally.conversations.add(conversation)
