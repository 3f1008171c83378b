"""Search: messages by their words, what is hidden in them, and what was said of them; the newest first."""

from typing import Any

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor.transcripts import Transcripts
from redactor.types import ROLES
from redactor_console import downloading, views
from redactor_console.drawing import others_may_be_seen
from redactor_console.pages.queue import tenants
from redactor_console.pages.showing import types
from redactor_console.searching import VERDICTS, Asked, address, address_again, asked_in, search_of, words_of
from redactor_console.web.marking import hit
from redactor_console.web.visit import Page, Visit

PAGE = 50
"""Messages on a page."""


def search(visit: Visit) -> Response:
    """The form, and what was found."""
    words = visit.query.get("words", "")
    return shown(visit, asked_in(visit.query, words_of(visit, words) if words else ""), words)


def search_for(visit: Visit) -> Response:
    """Take the form: words go out of the address. What cannot be read is said on the page itself."""
    asked = asked_in(visit.form, visit.form.get("q", ""))
    try:
        search_of(visit, asked)
    except ConfigError as error:
        return shown(visit, asked, "", str(error))
    return visit.go(address(visit, asked))


def shown(visit: Visit, asked: Asked, words: str, problem: str = "") -> Response:
    """The page of a search; `words`: the id of its words."""
    found: dict[str, Any] = {"hits": [], "more": ""}
    if not problem:
        try:
            found = _found(visit, asked, words)
        except ConfigError as error:
            problem = str(error)
    return visit.render(
        "search.html",
        200,
        asked=asked,
        words=words,
        problem=problem,
        types=types(visit),
        roles=ROLES,
        tenants=tenants(visit),
        verdicts=VERDICTS,
        sees_others=others_may_be_seen(visit),
        views=views.seen(visit),
        free=downloading.FREE,
        **found,
    )


def _found(visit: Visit, asked: Asked, words: str) -> dict[str, Any]:
    wanted = search_of(visit, asked)
    page = Transcripts(visit.redactor.parts.store).find(wanted, limit=PAGE, cursor=visit.query.get("cursor") or None)
    more = address_again(asked, words, cursor=page.cursor) if page.cursor is not None else ""
    return {"hits": [hit(turn, wanted.terms) for turn in page.items], "more": more}


PAGES = (Page("/search", "read", get=search, post=search_for),)
