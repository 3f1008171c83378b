"""Accounts: who there is. Passwords and second factors are checked elsewhere; here they are kept."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.storage.beside import Ask
from redactor_console.accounts.roles import Permission, permissions

_COLUMNS = (
    "id, name, password, totp, totp_step, recovery, roles, tenants, oidc, failures, locked_until, disabled, made, "
    "settings"
)


@dataclass(frozen=True, slots=True)
class Account:
    """One person of the console. `name` is what the audit log calls them: `console:NAME`."""

    id: str
    name: str
    password: str | None = field(default=None, repr=False)
    totp: bytes | None = field(default=None, repr=False)
    """The second factor's secret, sealed; None until it is set up."""
    totp_step: int = 0
    """The time step of the last code that was accepted: none is accepted twice (RFC 6238, 5.2)."""
    recovery: tuple[str, ...] = field(default=(), repr=False)
    roles: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    """Whose conversations they see; none: all."""
    oidc: str | None = field(default=None, repr=False)
    """`issuer subject` of single sign-on; `name:NAME issuer` until they come in for the first time."""
    failures: int = 0
    locked_until: float = 0.0
    disabled: bool = False
    made: float = 0.0
    settings: Mapping[str, Any] = field(default_factory=dict)
    """How they like it: `zone`, `theme`, `keys`."""

    @property
    def may(self) -> frozenset[Permission]:
        """What their roles allow."""
        return permissions(self.roles)

    def sees(self, tenant: str) -> bool:
        """Whether a tenant's conversations are theirs to read."""
        return not self.tenants or tenant in self.tenants

    def covers(self, tenants: Sequence[str]) -> bool:
        """Whether they see all that somebody sees who sees these tenants; none: all."""
        return not self.tenants or (bool(tenants) and set(tenants) <= set(self.tenants))


def find(ask: Ask, *, id: str | None = None, name: str | None = None, oidc: str | None = None) -> Account | None:  # noqa: A002
    """An account by one of its names."""
    (column, value), *_ = [(c, v) for c, v in (("id", id), ("name", name), ("oidc", oidc)) if v is not None]
    rows = ask(f"SELECT {_COLUMNS} FROM account WHERE {column} = ?", value)  # noqa: S608  one of three
    return _account(*rows[0]) if rows else None


def held(ask: Ask, *ids: str) -> list[Account]:
    """Accounts that nobody else changes before this transaction ends: to be asked before `put` writes one whole. Those
    there are, in the order asked for."""
    for each in sorted(set(ids)):
        ask("UPDATE account SET name = name WHERE id = ?", each)  # PostgreSQL locks the row; SQLite has one writer
    found = [find(ask, id=each) for each in ids]
    return [each for each in found if each is not None]


def every(ask: Ask) -> Sequence[Account]:
    """All accounts, by name."""
    return [_account(*row) for row in ask(f"SELECT {_COLUMNS} FROM account ORDER BY name")]  # noqa: S608


def put(ask: Ask, account: Account) -> None:
    """Make an account, or change it."""
    names = _COLUMNS.split(", ")
    changes = ", ".join(f"{name} = excluded.{name}" for name in names[1:])
    sql = (
        f"INSERT INTO account ({_COLUMNS}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {changes}"
    )
    a = account
    lists = (json.dumps(a.recovery), json.dumps(a.roles), json.dumps(a.tenants))
    more = (a.oidc, a.failures, a.locked_until, int(a.disabled), a.made, json.dumps(dict(a.settings)))
    ask(sql, a.id, a.name, a.password, a.totp, a.totp_step, *lists, *more)


def _account(*columns: Any) -> Account:
    values = dict(zip(_COLUMNS.split(", "), columns, strict=True))
    values["totp"] = None if values["totp"] is None else bytes(values["totp"])
    for name in ("recovery", "roles", "tenants"):
        values[name] = tuple(json.loads(values[name]))
    return Account(**{**values, "settings": json.loads(values["settings"]), "disabled": bool(values["disabled"])})
