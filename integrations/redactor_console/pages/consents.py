"""Who was told and who agreed: a tenant's records of consent, by their random references."""

from collections import Counter

from starlette.responses import Response

from redactor.audit import Entry
from redactor.exceptions import NotFoundError
from redactor.storage import Store
from redactor_console.pages.customers import tenants_of
from redactor_console.web.visit import Page, Visit

_PAGE = 100
_COUNTED = 20_000
"""Records that are counted for the table by notice; beyond it says so."""


def consents(visit: Visit) -> Response:
    """A page of them, and how many stand at each notice. Written down before it is shown."""
    tenants, store = tenants_of(visit), visit.redactor.parts.store
    tenant = visit.query.get("tenant", tenants[0] if tenants else "")
    if tenant not in tenants and (tenants or tenant):
        raise NotFoundError("there is no such tenant")
    if tenants:
        visit.redactor.audit.write(Entry("console.consents", tenant))
    rows = store.consents(tenant, _PAGE + 1, visit.query.get("after", "")[:64]) if tenants else ()
    counts, whole = _counts(store, tenant) if tenants else ([], True)
    return visit.render(
        "consents.html",
        tenants=tenants,
        tenant=tenant,
        rows=rows[:_PAGE],
        after=rows[_PAGE - 1].ref if len(rows) > _PAGE else "",
        counts=counts,
        counted="" if whole else f"the first {_COUNTED}",
    )


def _counts(store: Store, tenant: str) -> tuple[list[tuple[str, str, int]], bool]:
    """Notice, state and how many; and whether that is all of them."""
    found: Counter[tuple[str, str]] = Counter()
    after = ""
    while sum(found.values()) < _COUNTED:
        rows = store.consents(tenant, 1000, after)
        found.update((row.notice, row.state) for row in rows)
        if len(rows) < 1000:
            return [(*key, count) for key, count in sorted(found.items())], True
        after = rows[-1].ref
    return [(*key, count) for key, count in sorted(found.items())], False


PAGES = (Page("/consents", "rights", get=consents),)
