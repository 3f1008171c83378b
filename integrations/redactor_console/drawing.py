"""Which message of the queue somebody is given: nobody else is given it meanwhile, and some are drawn by chance.

Kept in the console's own tables, so that a page that is loaded again shows the same message.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from redactor.exceptions import NotFoundError
from redactor.reviews import Event, Looked, Reviews
from redactor.reviews.events import Stage
from redactor.reviews.outcome import is_over, reviewers
from redactor.storage import Queue
from redactor.storage.beside import Ask
from redactor_console.web.visit import Visit

HOLD = 15 * 60.0
"""Seconds for which a message is somebody's after they were given it; ours: longer than a look at one takes."""

_MORE = 4
"""How many reviews more than are wanted a message may have got, from people who looked at it at once."""

Key = tuple[str, str]
"""A conversation's public id and a turn's id."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message that was given to somebody."""

    conversation: str
    turn_id: str
    sampled: bool = False
    """Whether chance drew it, whatever its risk and the filters."""

    @property
    def key(self) -> Key:
        """Which it is."""
        return (self.conversation, self.turn_id)


def reviews_of(visit: Visit) -> Reviews:
    """The reviews of the console's store."""
    return Reviews(visit.redactor, reviewers=visit.console.settings.reviewers)


def actor_of(visit: Visit) -> str:
    """What their events are signed with."""
    return f"console:{visit.account.name}"


def others_may_be_seen(visit: Visit) -> bool:
    """Whether somebody sees what others said: not who is still to judge for themselves."""
    return visit.may("adjudicate") or not visit.may("judge")


def draw(visit: Visit, asked: Queue, stage: Stage = "review") -> Drawn | None:
    """What they are to look at now: what they have before them already, or the next. None: there is nothing."""
    reviews = reviews_of(visit)
    with visit.console.database.transaction() as ask:
        # PostgreSQL lets two transactions look at once; who comes second waits here for the first.
        ask("INSERT INTO drawing (id, at) VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET at = excluded.at", visit.now)
        ask("DELETE FROM drawn WHERE expires < ?", visit.now)
        held = holding(ask, visit.account.id, stage)
        if held is not None and _fits(visit, reviews, held, asked, stage):
            return _hold(ask, visit, held, stage)
        others = {(conversation, turn) for conversation, turn in ask("SELECT conversation, turn_id FROM drawn")}
        if held is not None:
            others.discard(held.key)
        found = _next(visit, ask, reviews, asked, others, stage)
        if found is None:
            _let_go(ask, visit.account.id, stage)
            return None
        return _hold(ask, visit, found, stage)


def holding(ask: Ask, account: str, stage: Stage) -> Drawn | None:
    """What somebody has before them."""
    rows = ask("SELECT conversation, turn_id, sampled FROM drawn WHERE account = ? AND stage = ?", account, stage)
    return Drawn(rows[0][0], rows[0][1], bool(rows[0][2])) if rows else None


def is_sampled(visit: Visit, key: Key) -> bool:
    """Whether chance drew this message for them: what the server remembers, not what a form says."""
    with visit.console.database.transaction() as ask:
        held = holding(ask, visit.account.id, "review")
    return held is not None and held.key == key and held.sampled


def done(visit: Visit, key: Key, stage: Stage) -> None:
    """They are through with a message: the next one is another."""
    sql = (
        "INSERT INTO step (account, taken, conversation, turn_id) VALUES (?, 1, ?, ?) ON CONFLICT (account) "
        "DO UPDATE SET taken = step.taken + 1, conversation = excluded.conversation, turn_id = excluded.turn_id"
    )
    with visit.console.database.transaction() as ask:
        held = holding(ask, visit.account.id, stage)
        if held is not None and held.key == key:
            _let_go(ask, visit.account.id, stage)
        ask(sql, visit.account.id, *key)


def last_done(visit: Visit) -> Key | None:
    """The message they were through with last."""
    with visit.console.database.transaction() as ask:
        rows = ask("SELECT conversation, turn_id FROM step WHERE account = ?", visit.account.id)
    return (rows[0][0], rows[0][1]) if rows else None


def bring_back(visit: Visit, drawn: Drawn, stage: Stage) -> None:
    """Put a message before them again."""
    with visit.console.database.transaction() as ask:
        _hold(ask, visit, drawn, stage)


def _hold(ask: Ask, visit: Visit, drawn: Drawn, stage: Stage) -> Drawn:
    sql = (
        "INSERT INTO drawn (account, stage, conversation, turn_id, sampled, expires) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (account, stage) DO UPDATE SET conversation = excluded.conversation, "
        "turn_id = excluded.turn_id, sampled = excluded.sampled, expires = excluded.expires"
    )
    ask(sql, visit.account.id, stage, *drawn.key, int(drawn.sampled), visit.now + HOLD)
    return drawn


def _let_go(ask: Ask, account: str, stage: Stage) -> None:
    ask("DELETE FROM drawn WHERE account = ? AND stage = ?", account, stage)


def _fits(visit: Visit, reviews: Reviews, held: Drawn, asked: Queue, stage: Stage) -> bool:
    """Whether they still have to look at it, and still want such."""
    with suppress(NotFoundError):
        tenant = visit.tenant_of(held.conversation)
        looked = reviews.look(*held.key)
        return waits_for(visit, looked.events, stage) and (held.sampled or _is_wanted(looked, tenant, asked))
    return False


def waits_for(visit: Visit, events: Sequence[Event], stage: Stage = "review") -> bool:
    """Whether a message waits for this person, from what stands of its reviews."""
    actor = actor_of(visit)
    wanted = visit.console.settings.reviewers
    if is_over(events, wanted) or any(each.actor == actor and each.kind in ("submit", "skip") for each in events):
        return False
    return (len(reviewers(events)) >= wanted) == (stage == "adjudication")


def _is_wanted(looked: Looked, tenant: str, asked: Queue) -> bool:
    turn = looked.turn
    return (
        asked.tenant in (None, tenant)
        and asked.role in (None, turn.role)
        and asked.channel in (None, turn.channel)
        and (asked.type is None or any(each.type == asked.type for each in turn.entities))
    )


def _next(visit: Visit, ask: Ask, reviews: Reviews, asked: Queue, others: set[Key], stage: Stage) -> Drawn | None:
    if stage == "review" and _is_turn_of_chance(visit, ask):
        # Of all that waits for them, whatever else they asked: a sample of a choice says nothing of the rest.
        for drawn in _waiting(visit, reviews, Queue(by="lot"), others, stage):
            return replace(drawn, sampled=True)
    return next(_waiting(visit, reviews, asked, others, stage), None)


def _is_turn_of_chance(visit: Visit, ask: Ask) -> bool:
    every = visit.console.settings.sample_every
    rows = ask("SELECT taken FROM step WHERE account = ?", visit.account.id)
    return every > 0 and (rows[0][0] if rows else 0) % every == every - 1


def _waiting(visit: Visit, reviews: Reviews, asked: Queue, others: set[Key], stage: Stage) -> Iterator[Drawn]:
    """The first of what waits for them and is nobody's, in the queue's order."""
    wanted = visit.console.settings.reviewers
    counts = range(wanted) if stage == "review" else range(max(2, wanted), max(2, wanted) + _MORE)
    mine = replace(asked, not_by=actor_of(visit), tenants=visit.account.tenants)
    found = [
        each
        for count in counts
        for each in reviews.queue(replace(mine, reviewed=count), len(others) + 1)
        if (each.turn.conversation, each.turn.turn_id) not in others
    ]
    if asked.by == "lot":
        found.sort(key=lambda each: each.turn.turn_id)
    else:
        found.sort(key=lambda each: (-each.risk.score, -each.number))
    return (Drawn(each.turn.conversation, each.turn.turn_id) for each in found)
