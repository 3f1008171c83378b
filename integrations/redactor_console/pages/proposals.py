"""What reviews say the policy should be, with its measured effect, as a change to download; and how far people agree.

Nothing here changes a policy: `redactor review apply` makes a new version of it from the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from redactor.reviews import agreement, proposals
from redactor.reviews.estimates import Share
from redactor.reviews.proposals import FEWEST, FEWEST_RIGHT, PEOPLE_NEEDED, Effect, Place, Proposals, Term
from redactor_console import revealing
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Page, Visit

_PLACES = 3
"""Messages a value is shown in."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A value that is nobody's, as the page shows it: without the value."""

    term: Term
    places: tuple[Place, ...]
    seen: Place | None
    """Where this session has revealed it and may still see it."""
    refusal: str
    """Why nobody may reveal it; empty where somebody may."""


def show(visit: Visit) -> Response:
    """Everything that is proposed."""
    found = proposals.of_store(visit.redactor, visit.account.tenants)
    effects = [(each, Share(each.lost, each.right)) for each in found.thresholds]
    return visit.render(
        "proposals.html",
        found=found,
        effects=effects,
        terms=[_shown(visit, term) for term in found.terms],
        agreement=agreement.of_store(visit.redactor, visit.account.tenants),
        current=visit.redactor.policy,
        fewest=FEWEST,
        fewest_right=FEWEST_RIGHT,
        people=PEOPLE_NEEDED,
    )


def take(visit: Visit) -> Response:
    """What was chosen, as a file. A value is written into it only where this session has just revealed it."""
    found = proposals.of_store(visit.redactor, visit.account.tenants)
    chosen = _chosen(visit, "threshold")
    effects = [each for each in found.thresholds if each.type in chosen]
    terms = [(term.type, _text(visit, term)) for term in found.terms if term.key in _chosen(visit, "term")]
    if not effects and not terms:
        raise RefusedError(400, "Choose at least one proposal.")
    headers = {"content-disposition": 'attachment; filename="change.toml"'}
    return Response(_written(found, effects, terms), headers=headers, media_type="application/toml")


def _written(found: Proposals, effects: Sequence[Effect], terms: Sequence[tuple[str, str]]) -> str:
    return f"# From {found.messages} reviewed messages.\n{proposals.patch(effects, terms)}"


def _chosen(visit: Visit, name: str) -> set[str]:
    return {value for field, value in visit.fields if field == name}


def _shown(visit: Visit, term: Term) -> Shown:
    places = term.places[:_PLACES]
    refusal = revealing.why_not(visit.redactor.policy, term.type)
    if not visit.may("reveal"):
        refusal = refusal or "Somebody who may reveal values has to look at it."
    return Shown(term, places, None if refusal else _seen(visit, term), refusal)


def _seen(visit: Visit, term: Term) -> Place | None:
    return next((each for each in term.places if revealing.standing(visit, each.conversation, each.placeholder)), None)


def _text(visit: Visit, term: Term) -> str:
    if not visit.may("reveal") or _seen(visit, term) is None:
        raise RefusedError(403, "Reveal the value first: what nobody has looked at is not put on the allow list.")
    return proposals.revealed(visit.redactor, term)


PAGES = (Page("/proposals", "propose", get=show, post=take),)
