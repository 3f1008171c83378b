"""Where somebody arrives."""

from starlette.responses import Response

from redactor_console import backlog
from redactor_console.web.visit import Page, Visit


def home(visit: Visit) -> Response:
    """What waits, and how much of it."""
    tenants = visit.account.tenants
    backlog.note(visit, tenants)
    waiting = visit.redactor.parts.store.waiting_count(tenants=tenants, most=_MOST)
    return visit.render("home.html", waiting=f"{waiting:,} or more" if waiting >= _MOST else waiting)


_MOST = 1000
"""Up to which is counted: more is too much in any case."""


PAGES = (Page("/", "read", get=home),)
