"""What needs a second person: who asks for what, and somebody else's answer."""

from starlette.responses import Response

from redactor.exceptions import ConfigError
from redactor_console import revealing, second_person
from redactor_console.notes import REASONS
from redactor_console.second_person import ALLOWED, Request
from redactor_console.web.visit import Page, Visit


def requests(visit: Visit) -> Response:
    """One's own requests; for who may allow something, also those of others, and who reveals how much."""
    others = second_person.others(visit) if visit.may("approve") else []
    return visit.render(
        "requests.html",
        200,
        waiting=[_row(visit, each) for each in others if each.state == "waiting"],
        decided=[_row(visit, each) for each in others if each.state != "waiting"][:50],
        own=[_row(visit, each) for each in second_person.own(visit)][:50],
        habits=revealing.habits(visit) if visit.may("approve") and not visit.account.tenants else [],
        minutes=round(ALLOWED / 60),
    )


def decide(visit: Visit) -> Response:
    """Somebody else's: yes or no."""
    answer = visit.form.get("answer")
    if answer not in ("allow", "refuse"):
        raise ConfigError("expected allow or refuse")
    second_person.decide(visit, str(visit.path["id"]), allow=answer == "allow")
    return visit.go("/requests")


def withdraw(visit: Visit) -> Response:
    """One's own: not wanted any more."""
    second_person.withdraw(visit, str(visit.path["id"]))
    return visit.go("/requests")


def _row(visit: Visit, request: Request) -> tuple[Request, str, str]:
    """A request, its reason and its note in words."""
    return request, REASONS.get(request.reason, request.reason), second_person.note_of(visit, request)


PAGES = (
    Page("/requests", "read", get=requests),
    Page("/requests/{id}", "approve", post=decide),
    Page("/requests/{id}/withdraw", "read", post=withdraw),
)
