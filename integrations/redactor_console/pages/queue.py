"""The queue: one message after another, the riskiest first; and where two people said different things, a decision."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.reviews import Event, Looked
from redactor.reviews.events import Stage
from redactor.storage import Queue
from redactor.types import ROLES
from redactor_console.drawing import Drawn, actor_of, bring_back, draw, holding, last_done, reviews_of
from redactor_console.pages.showing import before, in_words, shown_look, types
from redactor_console.web.visit import Page, Visit

FILTERS = ("type", "role", "channel", "tenant")
"""What the queue may be narrowed by; stands in the address of the page, and names no one."""
_MOST_COUNTED = 1_000
"""Messages that wait are counted up to so many: more is "or more"."""
_LONGEST = 200
"""Characters of a filter."""


def queue(visit: Visit) -> Response:
    """The message that waits for this person."""
    asked = filters(visit.query)
    drawn = draw(visit, narrowed(asked))
    return visit.render("queue.html", 200, title="Queue", **_judged(visit, drawn, "review", asked))


def adjudication(visit: Visit) -> Response:
    """A message of which people said different things: side by side, to be decided."""
    asked = filters(visit.query)
    drawn = draw(visit, narrowed(asked), "adjudication")
    return visit.render("queue.html", 200, title="Adjudication", **_judged(visit, drawn, "adjudication", asked))


def undo(visit: Visit) -> Response:
    """Take back what this person did last: on the message before them, or being done with the one before it."""
    stage: Stage = "adjudication" if visit.form.get("stage") == "adjudication" else "review"
    with visit.console.database.transaction() as ask:
        held = holding(ask, visit.account.id, stage)
    if held is None or not take_back(visit, held.key, stage):
        last = last_done(visit)
        if last is None:
            raise ConfigError("there is nothing of yours to take back")
        visit.tenant_of(last[0])
        looked = reviews_of(visit).look(*last)
        mine = [each for each in looked.events if each.actor == actor_of(visit) and each.kind in ("submit", "skip")]
        if not mine:
            raise ConfigError("there is nothing of yours to take back")
        reviews_of(visit).undo(last[0], mine[-1].number)
        bring_back(visit, Drawn(*last, sampled=mine[-1].sampled), mine[-1].stage)
    back = back_to(visit.form)
    return visit.as_json({"said": "Taken back.", "go": back}) if wants_json(visit) else visit.go(back)


def take_back(visit: Visit, key: tuple[str, str], stage: str) -> bool:
    """Take back the last verdict of this person on a message; whether there was one. Raises `ConfigError` for what
    cannot be, `NotFoundError` for what is not theirs to see any more."""
    visit.tenant_of(key[0])
    events = reviews_of(visit).look(*key).events
    mine = [
        each
        for each in events
        if each.actor == actor_of(visit) and each.verdict is not None and each.verdict.stage == stage
    ]
    if mine:
        reviews_of(visit).undo(key[0], max(each.number for each in mine))
    return bool(mine)


def filters(given: Mapping[str, str]) -> dict[str, str]:
    """What the queue is narrowed by, of a query."""
    return {name: given[name][:_LONGEST] for name in FILTERS if given.get(name)}


def narrowed(asked: Mapping[str, str]) -> Queue:
    """The same as the store is asked."""
    return Queue(
        type=asked.get("type"), role=asked.get("role"), channel=asked.get("channel"), tenant=asked.get("tenant")
    )


def back_to(form: Mapping[str, str]) -> str:
    """The page of ours that a form came from: one of three, whatever it says."""
    query = urlencode(filters(dict(parse_qsl(form.get("query", "")[:2000]))))
    name = form.get("back")
    return f"/{name}" + f"?{query}" * bool(query) if name in ("queue", "adjudication") else ""


def wants_json(visit: Visit) -> bool:
    """Whether one of our scripts asks."""
    return "application/json" in visit.request.headers.get("accept", "")


def judging(visit: Visit, looked: Looked, stage: Stage, *, back: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the templates need of a message that is judged."""
    return {
        "look": shown_look(visit, looked, stage),
        "context": before(visit, looked.turn),
        "stage": stage,
        "types": types(visit),
        "back": back,
        "query": urlencode(dict(asked)),
    }


def _judged(visit: Visit, drawn: Drawn | None, stage: Stage, asked: Mapping[str, str]) -> dict[str, Any]:
    name = "adjudication" if stage == "adjudication" else "queue"
    common = {
        "name": name,
        "asked": asked,
        "roles": ROLES,
        "types": types(visit),
        "tenants": tenants(visit),
        "sampled": False,
        "sides": None,
        "waiting": visit.redactor.parts.store.waiting_count(tenants=visit.account.tenants, most=_MOST_COUNTED),
        "most": _MOST_COUNTED,
    }
    if drawn is None:
        return {**common, "look": None}
    looked = reviews_of(visit).look(*drawn.key)
    more = judging(visit, looked, stage, back=name, asked=asked)
    return {**common, **more, "sampled": drawn.sampled, "sides": _sides(looked) if name == "adjudication" else None}


def tenants(visit: Visit) -> list[str]:
    """Whose messages this person may choose."""
    return [row.tenant for row in visit.redactor.parts.store.tenants() if visit.account.sees(row.tenant)]


def _sides(looked: Looked) -> dict[str, Any]:
    """What each person said of each place, side by side."""
    events = [each for each in looked.events if each.verdict is not None and each.verdict.stage == "review"]
    done = {each.actor for each in looked.events if each.kind == "submit" and each.stage == "review"}
    people = sorted(done | {each.actor for each in events})
    places = sorted({_place(each) for each in events})
    said = {(_place(each), each.actor): in_words(each.verdict) for each in events if each.verdict is not None}
    rows = [(_named(place, looked), [said.get((place, person), "") for person in people]) for place in places]
    return {"people": people, "names": [person.removeprefix("console:") for person in people], "rows": rows}


def _place(event: Event) -> tuple[int, int]:
    verdict = event.verdict
    return (verdict.start, verdict.end) if verdict is not None else (0, 0)


def _named(place: tuple[int, int], looked: Looked) -> str:
    start, end = place
    if start == end:
        return "the message"
    hidden = any(each.start == start and each.end == end for each in looked.turn.entities)
    return looked.turn.text[start:end] if hidden else f"characters {start} to {end}"


PAGES = (
    Page("/queue", "judge", get=queue),
    Page("/queue/undo", "judge", post=undo),
    Page("/adjudication", "adjudicate", get=adjudication),
)
