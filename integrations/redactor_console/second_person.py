"""What one person asks for and another allows: never the same one, for a limited time, and in the audit log.

A request says exactly what is asked for; what is allowed is that, to who asked, and nothing else. It holds no value:
public ids, types, days and numbers, and of words that somebody typed only a keyed hash.
"""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from redactor.audit import Entry
from redactor.exceptions import NotFoundError
from redactor.storage.beside import Ask
from redactor_console import notes
from redactor_console.accounts import accounts
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.roles import Permission
from redactor_console.web.doors import RefusedError
from redactor_console.web.visit import Visit

REASONS = notes.REASONS

Body: TypeAlias = Mapping[str, str | int | float]
"""What is asked for, such as `{"conversation": public_id}`; nothing that somebody typed."""

State = Literal["waiting", "allowed", "refused", "withdrawn", "over"]


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that needs two people."""

    title: str
    permission: Permission
    """Of who asks."""


KINDS: Mapping[str, Kind] = {
    "reveal": Kind("See a whole conversation with its values", "reveal"),
    "download": Kind("Download more than 1,000 rows", "read"),
    "export": Kind("Export more than 1,000 reviews", "export"),
}

ALLOWED = 3600.0
"""Seconds for which something is allowed, from the decision on."""
WAITS = 7 * 86_400.0
"""Seconds after which a request that nobody decided is over."""
_KEPT = 400 * 86_400.0
_MOST = 20
"""Requests of one person that may wait."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands."""

    id: str
    kind: str
    account: str
    """Id of who asked."""
    name: str
    body: Body
    """As stored: `typed` is a keyed hash."""
    reason: str
    note: bytes | None
    made: float
    state: State
    decided_by: str | None
    """Name of who decided."""
    decided: float | None

    @property
    def title(self) -> str:
        """What is asked for, in words."""
        return KINDS[self.kind].title

    @property
    def conversation(self) -> str:
        """The one it is about; empty where it is about none."""
        return str(self.body.get("conversation", ""))

    @property
    def details(self) -> list[tuple[str, str]]:
        """The rest of it, in words."""
        shown = [(name, str(value)) for name, value in self.body.items() if name not in ("conversation", "typed")]
        return shown + ([("words", "some were typed; they are not shown here")] if "typed" in self.body else [])


def ask_for(visit: Visit, kind: str, body: Body, reason: str, note: str = "", typed: str = "") -> str:
    """Ask a second person; gives the request's id. The same that waits already is not asked for twice.

    `reason`: one of `REASONS`; `note`: the same in words. Raises `ConfigError`, `RefusedError`.
    """
    if not visit.may(KINDS[kind].permission):
        raise RefusedError(403, "Your role does not allow this.")
    reason, note = notes.checked(reason, note)
    stored, made = _stored(visit, body, typed), secrets.token_hex(8)
    conversation = str(body.get("conversation", ""))
    tenant = visit.tenant_of(conversation) if conversation else ""
    sealed = notes.kept(visit.redactor, note, place=made, conversation=conversation)
    with visit.console.database.transaction() as ask:
        accounts.held(ask, visit.account.id)
        ask("DELETE FROM request WHERE made < ?", visit.now - _KEPT)
        own = [each for each in _requests(ask, visit.now, visit.account.id) if each.state == "waiting"]
        before = next((each.id for each in own if (each.kind, each.body) == (kind, json.loads(stored))), None)
        if before is not None:
            return before
        if len(own) >= _MOST:
            raise RefusedError(429, f"{_MOST} of your requests wait already. Withdraw some, or wait.")
        _audit(visit, tenant, conversation, made, kind, reason, "waiting")
        ask(
            "INSERT INTO request (id, kind, account, body, reason, note, made, state) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting')",
            *(made, kind, visit.account.id, stored, reason, sealed, visit.now),
        )
    return made


def allowed(visit: Visit, kind: str, body: Body, typed: str = "") -> bool:
    """Whether somebody else has allowed this person exactly this, not too long ago, and may still do so."""
    if not visit.may(KINDS[kind].permission):
        return False
    wanted = _stored(visit, body, typed)
    with visit.console.database.transaction() as ask:
        rows = ask(
            "SELECT decided_by FROM request WHERE account = ? AND kind = ? AND body = ? AND state = 'allowed' "
            "AND decided > ? AND decided <= ?",
            *(visit.account.id, kind, wanted, visit.now - ALLOWED, visit.now),
        )
        deciders = [accounts.find(ask, id=str(row[0])) for row in rows]
    return any(each is not None and _may_decide(each, visit.account) for each in deciders)


def is_waiting(visit: Visit, kind: str, body: Body, typed: str = "") -> bool:
    """Whether this person asked for exactly this and nobody has decided yet."""
    wanted = json.loads(_stored(visit, body, typed))
    with visit.console.database.transaction() as ask:
        found = _requests(ask, visit.now, visit.account.id)
    return any((each.kind, each.body, each.state) == (kind, wanted, "waiting") for each in found)


def decide(visit: Visit, id: str, *, allow: bool) -> None:  # noqa: A002
    """Allow or refuse somebody else's request. Raises `NotFoundError`, `RefusedError`."""
    with visit.console.database.transaction() as ask:
        ask("UPDATE request SET state = state WHERE id = ?", id)  # PostgreSQL: nobody else decides meanwhile
        found = _find(ask, visit, id)
        asker = accounts.find(ask, id=found.account)
        if asker is None or not visit.account.covers(asker.tenants):
            raise NotFoundError("there is no such request")
        if asker.id == visit.account.id:
            raise RefusedError(403, "Somebody else has to decide what you have asked for.")
        if not _may_decide(visit.account, asker):
            raise RefusedError(403, "Your role does not allow this.")
        if found.state != "waiting":
            raise RefusedError(409, "This was decided before, or its time is over.")
        tenant = visit.tenant_of(found.conversation) if found.conversation else ""
        outcome: State = "allowed" if allow else "refused"
        _audit(visit, tenant, found.conversation, id, found.kind, found.reason, outcome)
        _end(ask, visit, id, outcome)


def withdraw(visit: Visit, id: str) -> None:  # noqa: A002
    """Take back one's own request, also one that was allowed. Raises `NotFoundError`, `RefusedError`."""
    with visit.console.database.transaction() as ask:
        ask("UPDATE request SET state = state WHERE id = ?", id)
        found = _find(ask, visit, id)
        if found.account != visit.account.id:
            raise NotFoundError("there is no such request")
        if found.state not in ("waiting", "allowed"):
            raise RefusedError(409, "This was decided before, or its time is over.")
        _audit(visit, "", found.conversation, id, found.kind, found.reason, "withdrawn")
        _end(ask, visit, id, "withdrawn")


def own(visit: Visit) -> list[Request]:
    """What this person asked for, the latest first."""
    with visit.console.database.transaction() as ask:
        return _requests(ask, visit.now, visit.account.id)


def others(visit: Visit) -> list[Request]:
    """What other people asked for and this person may decide on, the latest first."""
    with visit.console.database.transaction() as ask:
        everyone = {each.id: each for each in accounts.every(ask)}
        found = _requests(ask, visit.now)
    return [each for each in found if _may_decide(visit.account, everyone[each.account])]


def note_of(visit: Visit, request: Request) -> str:
    """The reason in words, redacted."""
    return notes.read(visit.redactor, request.note, place=request.id, conversation=request.conversation)


# within


def _may_decide(account: Account, asker: Account) -> bool:
    """Whether the one may decide what the other asks for."""
    is_somebody_else = account.id != asker.id
    return is_somebody_else and not account.disabled and "approve" in account.may and account.covers(asker.tenants)


def _stored(visit: Visit, body: Body, typed: str) -> str:
    given = {**body, **({"typed": notes.hashed(visit.redactor, typed)} if typed else {})}
    return json.dumps(given, sort_keys=True, separators=(",", ":"))


def _audit(visit: Visit, tenant: str, conversation: str, id: str, kind: str, reason: str, outcome: State) -> None:  # noqa: A002
    subject = (f"request:{id}", kind, f"reason:{reason}")
    visit.redactor.audit.write(Entry("console.request", tenant, conversation, subject, outcome=outcome))


def _end(ask: Ask, visit: Visit, id: str, state: State) -> None:  # noqa: A002
    sql = "UPDATE request SET state = ?, decided_by = ?, decided = ? WHERE id = ?"
    ask(sql, state, visit.account.id, visit.now, id)


_SELECT = (
    "SELECT request.id, kind, account, asker.name, body, reason, note, request.made, state, decider.name, decided "
    "FROM request JOIN account AS asker ON asker.id = request.account "
    "LEFT JOIN account AS decider ON decider.id = request.decided_by"
)


def _find(ask: Ask, visit: Visit, id: str) -> Request:  # noqa: A002
    rows = ask(f"{_SELECT} WHERE request.id = ?", id)
    if not rows:
        raise NotFoundError("there is no such request")
    return _request(rows[0], visit.now)


def _requests(ask: Ask, now: float, account: str | None = None) -> list[Request]:
    """Of one person or of all: what waits first, then the latest."""
    only = () if account is None else (account,)
    sql = (
        f"{_SELECT}{' WHERE account = ?' * len(only)} "
        "ORDER BY CASE WHEN state = 'waiting' AND request.made > ? THEN 0 ELSE 1 END, request.made DESC, request.id "
        "LIMIT 500"
    )
    return [_request(row, now) for row in ask(sql, *only, now - WAITS)]


def _request(row: Sequence[Any], now: float) -> Request:
    id_, kind, account, name, body, reason, note, made, state, decided_by, decided = row
    is_over = (state == "waiting" and now - made >= WAITS) or (
        state == "allowed" and decided is not None and now - decided >= ALLOWED
    )
    shown = cast(State, "over" if is_over else state)
    sealed = bytes(note) if note is not None else None
    return Request(id_, kind, account, name, json.loads(body), reason, sealed, made, shown, decided_by, decided)


def form_reason(visit: Visit) -> tuple[str, str]:
    """Reason and note of a form that was made with `reason_fields`."""
    return visit.form.get("reason", ""), visit.form.get("note", "")
