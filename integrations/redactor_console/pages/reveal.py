"""A value shown to who may see it, for a reason and for some minutes; a whole conversation takes two people."""

from math import ceil

from starlette.responses import Response

from redactor.exceptions import ConfigError, NotFoundError
from redactor_console import revealing, second_person
from redactor_console.notes import LONGEST, REASONS
from redactor_console.pages.queue import wants_json
from redactor_console.revealing import WHOLE, Grant, Named
from redactor_console.second_person import form_reason
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Page, Visit

_PATH = "/conversations/{public_id}/reveal"
TURNS = 100
"""Turns on a page of a whole conversation: one record in the audit log names all their placeholders."""


def one(visit: Visit) -> Response:
    """The value, for who was granted it in this session; otherwise the form that asks for a reason."""
    public_id, tenant, name = _asked(visit)
    return _shown(visit, public_id, tenant, name)


def reveal_one(visit: Visit) -> Response:
    """Grant it, or end it before its time."""
    public_id, tenant, name = _asked(visit)
    if _is_hiding(visit):
        revealing.hide(visit, public_id, str(name))
    else:
        refusal = revealing.why_not(visit.redactor.policy, name.type)
        if refusal:
            raise RefusedError(403, refusal)
        revealing.grant(visit, public_id, tenant, str(name))
    if wants_json(visit):
        return _shown(visit, public_id, tenant, name)
    return visit.go(f"/conversations/{public_id}/reveal/{name.path}")


def whole(visit: Visit) -> Response:
    """A conversation with its values, for who was granted it; otherwise what stands between."""
    public_id, tenant = _conversation(visit)
    standing = revealing.standing(visit, public_id, WHOLE)
    if standing is not None:
        return _all_shown(visit, public_id, tenant, standing)
    body = {"conversation": public_id}
    return visit.render(
        "reveal_all.html",
        200,
        public_id=public_id,
        allowed=second_person.allowed(visit, "reveal", body),
        waiting=second_person.is_waiting(visit, "reveal", body),
        refusal=_why_not_any(visit),
        once=revealing.new_form(),
        **_fields(),
    )


def reveal_whole(visit: Visit) -> Response:
    """Ask a second person; with their leave, grant it; or end it before its time."""
    public_id, tenant = _conversation(visit)
    body, path = {"conversation": public_id}, f"/conversations/{public_id}/reveal"
    if _is_hiding(visit):
        revealing.hide(visit, public_id, WHOLE)
        return visit.go(path)
    refusal = _why_not_any(visit)
    if refusal:
        raise RefusedError(403, refusal)
    if visit.form.get("action") == "ask":
        second_person.ask_for(visit, "reveal", body, *form_reason(visit))
        return visit.go("/requests")
    if not second_person.allowed(visit, "reveal", body):
        raise RefusedError(403, "A second person has to allow this first.")
    revealing.grant(visit, public_id, tenant, WHOLE)
    return visit.go(path)


def _conversation(visit: Visit) -> tuple[str, str]:
    public_id = str(visit.path["public_id"])
    return public_id, visit.tenant_of(public_id)


def _asked(visit: Visit) -> tuple[str, str, Named]:
    """Which value; only of a conversation that is theirs to see, and only one that was given out there."""
    public_id, tenant = _conversation(visit)
    name = revealing.named(visit.redactor.policy, str(visit.path["placeholder"]))
    if not revealing.exists(visit, public_id, name):
        raise NotFoundError("there is no such placeholder")
    return public_id, tenant, name


def _shown(visit: Visit, public_id: str, tenant: str, name: Named) -> Response:
    standing = revealing.standing(visit, public_id, str(name))
    value = revealing.value(visit, public_id, name) if standing is not None else None
    if wants_json(visit):
        return visit.as_json({"placeholder": str(name), "value": value, "seconds": _left(visit, standing)})
    return visit.render(
        "reveal.html",
        200,
        public_id=public_id,
        tenant=tenant,
        name=name,
        standing=standing,
        value=value,
        seconds=_left(visit, standing),
        refusal=revealing.why_not(visit.redactor.policy, name.type),
        once=revealing.new_form(),
        **_fields(),
    )


def _all_shown(visit: Visit, public_id: str, tenant: str, standing: Grant) -> Response:
    refusal = _why_not_any(visit)
    if refusal:
        raise RefusedError(403, refusal)
    first = _first(visit.query.get("at", "1"))
    rows = visit.redactor.parts.store.turns_from(public_id, first, TURNS + 1)
    shown = rows[:TURNS]
    texts = revealing.texts(visit, public_id, [row.text for row in shown])
    return visit.render(
        "revealed_all.html",
        200,
        public_id=public_id,
        tenant=tenant,
        standing=standing,
        seconds=_left(visit, standing),
        turns=list(zip(shown, texts, strict=True)),
        later=rows[TURNS].seq if len(rows) > TURNS else None,
        earlier=max(1, first - TURNS) if first > 1 else None,
    )


def _first(at: str) -> int:
    if not (at.isascii() and at.isdigit() and len(at) < 10):
        raise ConfigError("expected the number of a turn")
    return max(1, int(at))


def _why_not_any(visit: Visit) -> str:
    """Why no value at all can be seen; empty where the policy names the reviewer for some type."""
    policy = visit.redactor.policy
    if any(policy.may_restore(name, revealing.AUDIENCE) for name in policy.entity_types):
        return ""
    return (
        f"The policy {policy.name} lets no reviewer read any value. To allow it, name the audience "
        f'"{revealing.AUDIENCE}" in audiences of [defaults] or of a type, in the policy.'
    )


def _left(visit: Visit, standing: Grant | None) -> int:
    return max(0, ceil(standing.expires - visit.now)) if standing is not None else 0


def _fields() -> dict[str, object]:
    return {"reasons": REASONS, "longest": LONGEST}


def _is_hiding(visit: Visit) -> bool:
    return visit.form.get("action") == "hide"


PAGES = (
    Page(_PATH, "reveal", get=whole, post=reveal_whole),
    Page(f"{_PATH}/{{placeholder}}", "reveal", get=one, post=reveal_one),
)
