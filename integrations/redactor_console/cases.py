"""Customers' requests as the console keeps them: a number, a day, when it is due; and the receipts of what was done.

No identifier and no value: who a request is of, the officer types in anew each time.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from redactor.audit import Entry
from redactor.exceptions import ConfigError, NotFoundError
from redactor.privacy.receipts import Receipt
from redactor.privacy.reports import deadline
from redactor.privacy.rights import REFERENCE
from redactor.storage.beside import Ask
from redactor_console.accounts.accounts import Account
from redactor_console.web.visit import Visit

KINDS = {
    "access": "Access (GDPR art. 15)",
    "correct": "Correction (art. 16)",
    "erase": "Erasure (art. 17)",
    "portability": "Portability (art. 20)",
    "other": "Something else",
}
_CASE = "id, tenant, kind, reference, received, extended, opened_by, made, closed_by, closed"
_RECEIPT = "id, tenant, kind, reference, made, made_by, body"
_SHOWN = 200
_SOON = 7
"""Days before a request is due from which on it is marked."""


@dataclass(frozen=True, slots=True)
class Case:
    """A customer's request."""

    id: str
    tenant: str
    kind: str
    reference: str
    received: date
    extended: bool
    """Whether the time was made longer, as art. 12(3) allows."""
    opened_by: str
    made: float
    closed_by: str | None
    closed: float | None

    @property
    def title(self) -> str:
        """What for, in words."""
        return KINDS.get(self.kind, self.kind)

    @property
    def due(self) -> date:
        """The last day on which to answer."""
        return deadline(self.received, extended=self.extended)

    def state(self, now: float) -> str:
        """How much time is left, in words. `now`: seconds since the epoch."""
        if self.closed is not None:
            return "closed"
        left = (self.due - _day(now)).days
        if left < 0:
            return f"{-left} days over"
        return f"{left} days left" if left > _SOON else f"soon: {left} days left"


@dataclass(frozen=True, slots=True)
class Kept:
    """A receipt as the console keeps it."""

    id: str
    tenant: str
    kind: str
    reference: str
    made: float
    made_by: str
    body: dict[str, Any]
    """As a file holds it."""


def every(ask: Ask, account: Account, *, closed: bool = False) -> Sequence[Case]:
    """Those of the tenants that the account sees: open ones, the oldest first; or `closed` ones, the newest first."""
    which = "IS NOT NULL ORDER BY closed DESC" if closed else "IS NULL ORDER BY received, made"
    rows = ask(f"SELECT {_CASE} FROM customer_case WHERE closed {which}")  # noqa: S608  one of two
    return [each for each in map(_case, rows) if account.sees(each.tenant)][:_SHOWN]


def find(ask: Ask, account: Account, id: str) -> Case:  # noqa: A002
    """One. Raises `NotFoundError`, also where it is not theirs to see."""
    rows = ask(f"SELECT {_CASE} FROM customer_case WHERE id = ?", id)  # noqa: S608
    found = _case(rows[0]) if rows else None
    if found is None or not account.sees(found.tenant):
        raise NotFoundError("there is no such case")
    return found


def begin(visit: Visit, tenant: str, kind: str, reference: str, received: str) -> Case:
    """A new one. Raises `ConfigError` that says what was expected."""
    if kind not in KINDS:
        raise ConfigError("expected one of the kinds of request")
    if not reference or REFERENCE.fullmatch(reference) is None:
        raise ConfigError("expected your number of the case: letters, digits and . _ / # -, without blanks; no name")
    case = Case(
        secrets.token_hex(8), tenant, kind, reference, _received(received, visit.now), False, visit.account.name,
        visit.now, None, None,
    )  # fmt: skip
    with visit.console.database.transaction() as ask:
        if ask("SELECT 1 FROM customer_case WHERE tenant = ? AND reference = ?", tenant, reference):
            raise ConfigError("there is a case of this number already")
        _note(visit, case, "begin")
        ask(
            f"INSERT INTO customer_case ({_CASE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            *(case.id, tenant, kind, reference, case.received.isoformat(), 0, case.opened_by, case.made, None, None),
        )
    return case


def extend(visit: Visit, id: str) -> None:  # noqa: A002
    """Two more months. Raises `NotFoundError` where it is not open."""
    _changed(visit, id, "extend", "extended = 1")


def close(visit: Visit, id: str) -> None:  # noqa: A002
    """It is answered. Raises `NotFoundError` where it is not open."""
    _changed(visit, id, "close", "closed = ?, closed_by = ?", visit.now, visit.account.name)


def keep(visit: Visit, receipt: Receipt) -> str:
    """Keep a receipt; gives its id."""
    body, made = receipt.body, secrets.token_hex(8)
    with visit.console.database.transaction() as ask:
        ask(
            f"INSERT INTO receipt ({_RECEIPT}) VALUES (?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            *(made, body["tenant"], body["kind"], body["reference"], visit.now, visit.account.name),
            json.dumps(receipt.public()),
        )
    return made


def receipts(ask: Ask, account: Account, *, limit: int = 50) -> Sequence[Kept]:
    """The newest, of the tenants that the account sees."""
    rows = ask(f"SELECT {_RECEIPT} FROM receipt ORDER BY made DESC LIMIT ?", _SHOWN)  # noqa: S608
    return [each for each in map(_kept, rows) if account.sees(each.tenant)][:limit]


def receipt(ask: Ask, account: Account, id: str) -> Kept:  # noqa: A002
    """One. Raises `NotFoundError`, also where it is not theirs to see."""
    rows = ask(f"SELECT {_RECEIPT} FROM receipt WHERE id = ?", id)  # noqa: S608
    found = _kept(rows[0]) if rows else None
    if found is None or not account.sees(found.tenant):
        raise NotFoundError("there is no such receipt")
    return found


def _changed(visit: Visit, id: str, action: str, changes: str, *values: object) -> None:  # noqa: A002
    with visit.console.database.transaction() as ask:
        case = find(ask, visit.account, id)
        if case.closed is not None:
            raise NotFoundError("the case is closed")
        _note(visit, case, action)
        ask(f"UPDATE customer_case SET {changes} WHERE id = ?", *values, id)  # noqa: S608  of ours


def _note(visit: Visit, case: Case, action: str) -> None:
    said = (case.reference, case.kind, case.received.isoformat())
    visit.redactor.audit.write(Entry(f"privacy.case.{action}", case.tenant, subject=said))


def _received(given: str, now: float) -> date:
    try:
        found = date.fromisoformat(given.strip()) if given.strip() else _day(now)
    except ValueError:
        found = date.min
    if not date(2018, 5, 25) <= found <= _day(now):
        raise ConfigError("expected the day on which the request came, such as 2026-11-22, not after today")
    return found


def _day(now: float) -> date:
    return datetime.fromtimestamp(now, UTC).date()


def _case(row: Sequence[Any]) -> Case:
    case_id, tenant, kind, reference, received, extended, *rest = row
    return Case(case_id, tenant, kind, reference, date.fromisoformat(received), bool(extended), *rest)


def _kept(row: Sequence[Any]) -> Kept:
    named = dict(zip(_RECEIPT.split(", "), row, strict=True))
    return Kept(**{**named, "body": json.loads(named["body"])})
