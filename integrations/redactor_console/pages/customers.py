"""A customer's rights: found by an identifier, what is kept, a copy, a correction, erasure.

An identifier comes in a form's body and goes nowhere else: not into an address, a log or an answer. From one page to
the next a person is named by their keyed hash.
"""

import json
import re
from collections.abc import Callable

from starlette.responses import Response

from redactor.exceptions import ConfigError, NotFoundError
from redactor.privacy.consent import Consent, Person, Stance, Subject
from redactor.privacy.receipts import Receipt
from redactor.privacy.reports import copy_of
from redactor.privacy.rights import Rights, indexed_types
from redactor_console import cases
from redactor_console.cases import Case
from redactor_console.step_up import is_proven
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Page, Visit

OWN_TENANT = "redactor-console"
"""What the console itself keeps in the store: nobody's customers."""

_WRONG = "The code was not right, or the account waits after too many tries. Nothing was done."
_LONGEST = 500
_HASH = re.compile(r"[0-9a-f]{64}")
"""A keyed hash, as `redactor.crypto.keyed_hash` gives it."""


def customers(visit: Visit) -> Response:
    """Open cases with their days, and the form to find somebody."""
    return _customers(visit)


def find(visit: Visit) -> Response:
    """What is kept of somebody. Written down before it is shown."""
    tenant, case = _tenant(visit), _case(visit)
    identifier = visit.form.get("identifier", "").strip()
    if len(identifier) > _LONGEST:
        return _customers(visit, 400, f"An identifier has up to {_LONGEST} characters.")
    problem = ""
    try:
        subject = Subject(identifier, visit.form.get("type", ""), tenant)
        found = Rights(visit.redactor).find(subject, reference=case.reference if case else "")
    except ConfigError as error:
        problem = str(error)
    if problem:
        return _customers(visit, 400, problem)
    return visit.render("customer.html", found=found, type=subject.type, case=case, correctable=_types(visit))


def plan(visit: Visit) -> Response:
    """What was chosen, and what it would do; the next form does it."""
    action = visit.form.get("do", "")
    if action not in _DOES:
        return _customers(visit, 400, "This page has no such button; find the customer again.")
    person, case, chosen = _person(visit), _case(visit), _chosen(visit)
    if not chosen:
        return _customers(visit, 400, "No conversation was chosen; find the customer again.")
    planned = Rights(visit.redactor).plan(person, chosen, consent=bool(visit.form.get("consent")))
    return _confirm(visit, action, person, case, planned.conversations, dict(planned.counts))


def do(visit: Visit) -> Response:
    """It is done, for a code of the second factor."""
    action, person, case, chosen = visit.form.get("do", ""), _person(visit), _case(visit), _chosen(visit)
    if action not in _DOES or not chosen:
        return _customers(visit, 400, "This page has no such button; find the customer again.")
    planned = Rights(visit.redactor).plan(person, chosen, consent=bool(visit.form.get("consent")))  # 404: not theirs
    if not is_proven(visit):
        return _confirm(visit, action, person, case, planned.conversations, dict(planned.counts), 403, _WRONG)
    return _DOES[action](visit, person, case, chosen)


def _copy(visit: Visit, person: Person, case: Case | None, chosen: tuple[str, ...]) -> Response:
    given = visit.form.get("do") == "given"
    rights, reference = Rights(visit.redactor), case.reference if case else ""
    talks, receipt = rights.copy(person, chosen, reference=reference, given=given)
    stance = Consent(visit.redactor).state(person)
    made = copy_of(talks, stance, visit.redactor.policy, tenant=person.tenant, now=visit.now)
    cases.keep(visit, receipt)
    return attachment(json.dumps(made, ensure_ascii=False, indent=2), f"copy-{receipt.body['audit']}.json")


def _erase(visit: Visit, person: Person, case: Case | None, chosen: tuple[str, ...]) -> Response:
    consent = bool(visit.form.get("consent"))
    reference = case.reference if case else ""
    receipt = Rights(visit.redactor).erase(person, chosen, reference=reference, consent=consent)
    return _to_receipt(visit, receipt)


_DOES: dict[str, Callable[[Visit, Person, Case | None, tuple[str, ...]], Response]] = {
    "copy": _copy,
    "given": _copy,
    "erase": _erase,
}


def correct(visit: Visit) -> Response:
    """The right value in the place of a wrong one, for a code of the second factor."""
    person, case, chosen = _person(visit), _case(visit), _chosen(visit)
    placeholder, value = visit.form.get("placeholder", ""), visit.form.get("value", "")
    if len(chosen) != 1 or len(value) > _LONGEST:
        return _customers(visit, 400, "Expected one conversation, its placeholder and the right value.")
    rights = Rights(visit.redactor)
    rights.plan(person, chosen)  # 404 where it is not theirs
    if not is_proven(visit):
        return _customers(visit, 403, _WRONG)
    problem = ""
    try:
        receipt = rights.correct(person, chosen[0], placeholder, value, reference=case.reference if case else "")
    except ConfigError as error:
        problem = str(error)
    except NotFoundError:
        problem = "The conversation has no such placeholder with a value (any more). Nothing was changed."
    if problem:
        return _customers(visit, 400, problem)
    return _to_receipt(visit, receipt)


def consent(visit: Visit) -> Response:
    """What is known of a person's consent is corrected."""
    person, said = _person(visit), visit.form.get("state", "")
    version, keeper = visit.form.get("version", "").strip(), Consent(visit.redactor)
    if len(version) > 64 or not version.isprintable():
        return _customers(visit, 400, "A notice's version has up to 64 characters.")
    stance: Stance | None = None
    if said == "granted":
        stance = keeper.grant(person, version)
    elif said == "refused":
        stance = keeper.refuse(person, version)
    elif said == "erase":
        keeper.erase(person)
        stance = Stance()
    if stance is None:
        return _customers(visit, 400, "Expected that they agreed, refused, or that nothing is known.")
    return _customers(visit, 200, f"Noted: their consent is {stance.state} now.")


def new_case(visit: Visit) -> Response:
    """A request that has come."""
    tenant, form, problem = _tenant(visit), visit.form, ""
    try:
        cases.begin(visit, tenant, form.get("kind", ""), form.get("reference", "").strip(), form.get("received", ""))
    except ConfigError as error:
        problem = str(error)
    return _customers(visit, 400, problem) if problem else visit.go("/customers")


def change_case(visit: Visit) -> Response:
    """Closed, or with more time."""
    does = {"close": cases.close, "extend": cases.extend}.get(visit.form.get("do", ""))
    if does is None:
        return _customers(visit, 400, "This page has no such button; load it again.")
    does(visit, str(visit.path["id"]))
    return visit.go("/customers")


def receipt(visit: Visit) -> Response:
    """What was done, as it was signed; `?as=file` to keep elsewhere."""
    with visit.console.database.transaction() as ask:
        kept = cases.receipt(ask, visit.account, str(visit.path["id"]))
    if visit.query.get("as") == "file":
        return attachment(json.dumps(kept.body, indent=2), f"receipt-{kept.body['receipt']['audit']}.json")
    return visit.render("receipt.html", kept=kept, counts=kept.body["receipt"]["counts"])


def tenants_of(visit: Visit) -> list[str]:
    """Whose customers there are, as far as the visitor sees them."""
    names = [row.tenant for row in visit.redactor.parts.store.tenants()]
    return [name for name in names if name != OWN_TENANT and visit.account.sees(name)]


def attachment(content: str, name: str) -> Response:
    """A file for the browser to keep; `name` is of ours."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content.encode("utf-8", "backslashreplace"), headers=headers, media_type="application/json")


def _customers(visit: Visit, status: int = 200, said: str = "") -> Response:
    with visit.console.database.transaction() as ask:
        opened = cases.every(ask, visit.account)
        closed = cases.every(ask, visit.account, closed=True)
        receipts = cases.receipts(ask, visit.account)
    return visit.render(
        "customers.html",
        status,
        said=said,
        tenants=tenants_of(visit),
        types=indexed_types(),
        kinds=cases.KINDS,
        opened=opened,
        closed=closed,
        receipts=receipts,
    )


def _confirm(
    visit: Visit,
    action: str,
    person: Person,
    case: Case | None,
    chosen: tuple[str, ...],
    counts: dict[str, int],
    status: int = 200,
    said: str = "",
) -> Response:
    return visit.render(
        "customer_confirm.html",
        status,
        action=action,
        person=person,
        case=case,
        chosen=chosen,
        counts=counts,
        consent=bool(visit.form.get("consent")),
        said=said,
    )


def _to_receipt(visit: Visit, made: Receipt) -> Response:
    return visit.go(f"/customers/receipts/{cases.keep(visit, made)}")


def _types(visit: Visit) -> list[str]:
    return sorted(visit.redactor.policy.entity_types)


def _tenant(visit: Visit) -> str:
    """Raises `NotFoundError` also where it is not theirs to see: no difference shows."""
    tenant = visit.form.get("tenant", "")
    if tenant not in tenants_of(visit):
        raise NotFoundError("there is no such tenant")
    return tenant


def _person(visit: Visit) -> Person:
    """As the page before named them."""
    tenant, given = _tenant(visit), visit.form.get("person", "")
    if not _HASH.fullmatch(given):
        raise RefusedError(400, "The form does not say who; find the customer again.")
    return Person(tenant, bytes.fromhex(given))


def _case(visit: Visit) -> Case | None:
    """The case it is for. Raises `NotFoundError` for one of another tenant."""
    given = visit.form.get("case", "")
    if not given:
        return None
    with visit.console.database.transaction() as ask:
        found = cases.find(ask, visit.account, given)
    if found.tenant != visit.form.get("tenant", ""):
        raise NotFoundError("there is no such case")
    return found


def _chosen(visit: Visit) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for name, value in visit.fields if name == "conversation"))


PAGES = (
    Page("/customers", "rights", get=customers),
    Page("/customers/find", "rights", post=find),
    Page("/customers/plan", "rights", post=plan),
    Page("/customers/do", "rights", post=do),
    Page("/customers/correct", "rights", post=correct),
    Page("/customers/consent", "rights", post=consent),
    Page("/customers/cases", "rights", post=new_case),
    Page("/customers/cases/{id}", "rights", post=change_case),
    Page("/customers/receipts/{id}", "rights", get=receipt),
)
