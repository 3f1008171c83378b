"""Conversations: the list, one as a chat, one message with all that led to it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.reviews import Event, standing
from redactor.reviews.events import event
from redactor.storage import Listed
from redactor_console.drawing import actor_of, others_may_be_seen, reviews_of
from redactor_console.pages.queue import judging, tenants, wants_json
from redactor_console.pages.showing import Shown, in_words, shown_look, shown_row, trail
from redactor_console.web.visit import Page, Visit

PAGE = 50
"""Conversations on a page of the list."""
TURNS = 200
"""Turns on a page of a conversation."""
_LONGEST = 200
"""Characters of a filter."""


def conversations(visit: Visit) -> Response:
    """The list, the one spoken in last first."""
    asked = {
        name: visit.query[name][:_LONGEST] for name in ("tenant", "channel", "since", "until") if visit.query.get(name)
    }
    found, cursor = _listed(visit, asked)
    more = urlencode({**asked, "cursor": cursor}) if cursor else ""
    return visit.render("conversations.html", 200, found=found, asked=asked, more=more, tenants=tenants(visit))


def conversation(visit: Visit) -> Response:
    """One conversation as a chat, `TURNS` turns a page: the first, or the page with turn `at`."""
    public_id = str(visit.path["public_id"])
    tenant = visit.tenant_of(public_id)
    store = visit.redactor.parts.store
    newest = store.last_turn(public_id)
    last = newest.seq if newest is not None else 0
    first = min(_first(visit.query.get("at", "")), _first(str(last)))
    events = _by_turn(visit, standing(event(row) for row in store.reviews(public_id)))
    rows = store.turns_from(public_id, first, TURNS)
    turns = [shown_row(row, tenant, events.get(row.turn_id, ())) for row in rows]
    return visit.render(
        "conversation.html",
        200,
        public_id=public_id,
        tenant=tenant,
        turns=turns,
        channels=sorted({each.turn.channel for each in turns} - {""}),
        earlier=max(1, first - TURNS) if first > 1 else None,
        later=first + TURNS if first + TURNS <= last else None,
        last=last,
    )


def message(visit: Visit) -> Response:
    """One message: what is hidden in it, how each decision came about, and what was said of it."""
    public_id, turn_id = str(visit.path["public_id"]), str(visit.path["turn_id"])
    visit.tenant_of(public_id)
    looked = reviews_of(visit).look(public_id, turn_id)
    if wants_json(visit):
        return visit.as_json(trail(shown_look(visit, looked)))
    more = judging(visit, looked, "review", back="", asked={})
    return visit.render("message.html", 200, said=_said(visit, more["look"], looked.events), **more)


def _first(at: str) -> int:
    """Where the page begins that holds this turn."""
    if not at:
        return 1
    if not (at.isascii() and at.isdigit() and len(at) < 10):
        raise ConfigError("expected the number of a turn")
    return (max(1, int(at)) - 1) // TURNS * TURNS + 1


def _by_turn(visit: Visit, events: Sequence[Event]) -> Mapping[str, list[Event]]:
    """Per turn, what this person said at the stage of reviews."""
    own: dict[str, list[Event]] = {}
    for each in events:
        if each.actor == actor_of(visit) and each.verdict is not None and each.verdict.stage == "review":
            own.setdefault(each.turn_id, []).append(each)
    return own


def _said(visit: Visit, look: Shown, events: Sequence[Event]) -> list[dict[str, Any]]:
    """What stands of a message's reviews, as far as this person may know of it."""
    seen = [each for each in events if each.actor == actor_of(visit) or others_may_be_seen(visit)]
    return [
        {
            "who": each.actor.removeprefix("console:"),
            "what": in_words(each.verdict)
            if each.verdict is not None
            else {"submit": "done", "skip": "skipped"}[each.kind],
            "where": _where(look, each),
            "stage": each.verdict.stage if each.verdict is not None else each.stage,
            "time": each.time,
        }
        for each in seen
    ]


def _where(look: Shown, said: Event) -> str:
    verdict = said.verdict
    if verdict is None or verdict.kind == "clean":
        return "the message"
    place = (verdict.start, verdict.end)
    named = [each.text for each in look.found if (each.start, each.end) == place]
    return named[0] if named else f"characters {place[0]} to {place[1]}"


def _listed(visit: Visit, asked: Mapping[str, str]) -> tuple[list[Listed], str]:
    """A page of the list, and the cursor of the next; conversations of all tenants this person sees."""
    before = _before(visit.query.get("cursor", ""), asked.get("until", ""))
    since = _day(asked["since"]) if "since" in asked else None
    rows = visit.redactor.parts.store.listed(
        asked.get("tenant"),
        limit=PAGE + 1,
        before=before,
        channel=asked.get("channel"),
        tenants=visit.account.tenants,
    )
    found = [each for each in rows if since is None or each.last >= since]
    last = found[PAGE - 1] if len(found) > PAGE else None
    spoken = [each for each in found[:PAGE] if each.turns]  # the console's own, which holds keys, has no message
    return spoken, f"{last.last!r}/{last.public_id}" if last is not None else ""


def _before(cursor: str, until: str) -> tuple[float, str] | None:
    """Behind which conversation a page begins: the cursor's, or the end of a day."""
    if cursor:
        last, _, public_id = cursor.partition("/")
        try:
            return float(last), public_id
        except ValueError:
            pass
        raise ConfigError("this is no cursor of these pages; begin at the list again")
    return (_day(until) + 86_400.0, "") if until else None


def _day(given: str) -> float:
    """The beginning of a day in UTC, in seconds since the epoch."""
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        pass
    raise ConfigError("expected a day as 2026-01-31")


PAGES = (
    Page("/conversations", "read", get=conversations),
    Page("/conversations/{public_id}", "read", get=conversation),
    Page("/conversations/{public_id}/messages/{turn_id}", "read", get=message),
)
