"""Where somebody arrives."""

from starlette.responses import Response

from redactor_console.web.visit import Page, Visit


def home(visit: Visit) -> Response:
    """What waits, and how much of it."""
    waiting = visit.redactor.parts.store.waiting_count()
    return visit.render("home.html", waiting=waiting)


PAGES = (Page("/", "read", get=home),)
