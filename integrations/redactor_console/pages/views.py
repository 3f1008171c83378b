"""Saved views: searches with a name."""

from starlette.responses import Response

from redactor_console import views
from redactor_console.searching import address, asked_in, words_of
from redactor_console.web.visit import Page, Visit


def save(visit: Visit) -> Response:
    """Keep the search that the form holds."""
    words = visit.form.get("words", "")
    asked = asked_in(visit.form, words_of(visit, words) if words else "")
    made = views.save(visit, visit.form.get("name", ""), asked, shared=bool(visit.form.get("shared")))
    return visit.go(f"/views/{made}")


def view(visit: Visit) -> Response:
    """On to its search. Its words are put away anew: they are this person's now."""
    return visit.go(address(visit, views.find(visit, str(visit.path["id"])).asked))


def delete(visit: Visit) -> Response:
    """Away with one's own."""
    views.delete(visit, str(visit.path["id"]))
    return visit.go("/search")


PAGES = (
    Page("/views", "read", post=save),
    Page("/views/{id}", "read", get=view),
    Page("/views/{id}/delete", "read", post=delete),
)
