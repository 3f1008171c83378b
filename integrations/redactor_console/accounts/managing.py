"""What may be done to accounts, and by whom. Every change is in the audit log before it is in the table.

Accounts are disabled and never deleted: what they did stays theirs, and no name is given to somebody else.
"""

import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import replace

from redactor.audit import Audit
from redactor.audit.records import Entry
from redactor.exceptions import ConfigError
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, links, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.roles import ROLES

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
"""ASCII in lower case: nobody's name looks like another's."""

ITSELF = "single-sign-on"
"""Who makes and changes accounts where the provider's groups count: no person's name, or the audit log could not tell
the two apart."""

NAMES = "expected a name of 1 to 64 of the letters a-z, digits, and . _ @ -, with a letter or digit first"


def named(name: str) -> str:
    """A name as accounts have them. Raises `ConfigError`."""
    found = name.strip().lower()
    if not name.isascii() or not _NAME.fullmatch(found):  # a Kelvin sign becomes a k
        raise ConfigError(NAMES)
    if found == ITSELF:
        raise ConfigError("expected another name: the audit log calls what the console does by itself so")
    return found


def checked_roles(roles: Iterable[str]) -> tuple[str, ...]:
    """Roles there are, in their own order. Raises `ConfigError` for another one, and for none."""
    given = set(roles)
    if not given or not given <= set(ROLES):
        raise ConfigError(f"expected one or more of the roles {', '.join(ROLES)}")
    return tuple(role for role in ROLES if role in given)


def make(ask: Ask, audit: Audit, account: Account) -> Account:
    """A new account. Raises `ConfigError` where there is one of its name."""
    if accounts.find(ask, name=account.name) is not None:
        raise ConfigError("there is an account of this name; names are not given twice")
    new = replace(account, id=secrets.token_hex(10), name=named(account.name), roles=checked_roles(account.roles))
    accounts.put(ask, new)
    note(audit, "make", new, told_roles(new), _tenants(new))
    return new


def set_roles(ask: Ask, audit: Audit, by: str, id: str, roles: Iterable[str]) -> None:  # noqa: A002
    """Give somebody other roles; their sessions end. Raises `ConfigError` for one's own, and for the last admin's."""
    new = checked_roles(roles)
    account = _others(ask, by, id)
    if "admin" not in new:
        _keep_an_admin(ask, account)
    _change(ask, audit, "roles", replace(account, roles=new), told_roles(replace(account, roles=new)))


def set_tenants(ask: Ask, audit: Audit, by: str, id: str, tenants: Sequence[str]) -> None:  # noqa: A002
    """Whose conversations somebody sees, `()` for all; their sessions end. Raises `ConfigError` for one's own."""
    account = replace(_others(ask, by, id), tenants=tuple(dict.fromkeys(tenants)))
    _change(ask, audit, "tenants", account, _tenants(account))


def disable(ask: Ask, audit: Audit, by: str, id: str) -> None:  # noqa: A002
    """Nobody comes in with it any more, sessions and links end. Raises `ConfigError` for one's own and the last
    admin's."""
    account = _others(ask, by, id)
    _keep_an_admin(ask, account)
    links.end_all(ask, account.id)
    _change(ask, audit, "disable", replace(account, disabled=True))


def enable(ask: Ask, audit: Audit, by: str, id: str) -> None:  # noqa: A002
    """Undo `disable`."""
    _change(ask, audit, "enable", replace(_others(ask, by, id), disabled=False))


def unlock(ask: Ask, audit: Audit, by: str, id: str) -> None:  # noqa: A002
    """Somebody who mistyped too often need not wait; their sessions stay."""
    account = _others(ask, by, id)
    accounts.put(ask, replace(account, failures=0, locked_until=0.0))
    note(audit, "unlock", account)


def reset(ask: Ask, audit: Audit, by: str, id: str, now: float) -> str:  # noqa: A002
    """Take password and second factor away; gives what a new link holds, by which they choose new ones.

    The old password is gone at once, so that whoever's account was reset behind their back finds out.
    """
    return _reset(ask, audit, _others(ask, by, id), now)


def relink(ask: Ask, audit: Audit, by: str, id: str, now: float) -> str:  # noqa: A002
    """Another first link for who has not used theirs in time. Raises `ConfigError` where there is a password: that is
    for `reset`."""
    account = _others(ask, by, id)
    if account.password is not None or account.oidc is not None:
        raise ConfigError("this account needs no first link any more; reset it instead")
    note(audit, "link", account)
    return links.make(ask, account.id, "password", now)


def reset_from_outside(ask: Ask, audit: Audit, name: str, now: float) -> str:
    """The same on the command line, for who has lost everything."""
    found = accounts.find(ask, name=named(name))
    account = accounts.held(ask, found.id) if found is not None else []
    if not account:
        raise ConfigError("there is no account of this name")
    return _reset(ask, audit, replace(account[0], disabled=False), now)


def first_admin(ask: Ask, audit: Audit, name: str, now: float) -> str:
    """The first account, and what its link holds. Raises `ConfigError` where somebody runs the accounts already."""
    if _admins(ask):
        raise ConfigError(
            "there is an admin already, who makes accounts on the page People; see --reset to get back in"
        )
    made = make(ask, audit, Account("", named(name), roles=("admin",), made=now))
    return links.make(ask, made.id, "password", now)


def demo_account(ask: Ask, audit: Audit, now: float) -> str:
    """Somebody who may do all there is, for made-up conversations alone; gives what their link holds."""
    made = make(ask, audit, Account("", "demo", roles=ROLES, made=now))
    return links.make(ask, made.id, "demo", now)


def _reset(ask: Ask, audit: Audit, account: Account, now: float) -> str:
    if account.oidc is not None:
        raise ConfigError("this account comes in by single sign-on; its password is not kept here")
    _change(ask, audit, "reset", replace(account, password=None, totp=None, recovery=(), failures=0, locked_until=0.0))
    return links.make(ask, account.id, "password", now)


def _change(ask: Ask, audit: Audit, action: str, account: Account, *subject: str) -> None:
    accounts.put(ask, account)
    sessions.end_all(ask, account.id)
    note(audit, action, account, *subject)


def _others(ask: Ask, by: str, id: str) -> Account:  # noqa: A002
    """Somebody else's account, by who may still run them: of two admins that demote each other, one comes first. Who
    sees some tenants runs the accounts of those who see no more."""
    if by == id:
        raise ConfigError("nobody changes their own roles, tenants or access; another admin can")
    found = {each.id: each for each in accounts.held(ask, by, id)}
    if by not in found or found[by].disabled or "accounts" not in found[by].may:
        raise ConfigError("you do not run the accounts any more")
    if id not in found or not found[by].covers(found[id].tenants):
        raise ConfigError("there is no such account")
    return found[id]


def _keep_an_admin(ask: Ask, without: Account) -> None:
    if not [each for each in _admins(ask) if each.id != without.id]:
        raise ConfigError("this is the last admin")


def _admins(ask: Ask) -> list[Account]:
    return [each for each in accounts.every(ask) if not each.disabled and "accounts" in each.may]


def told_roles(account: Account) -> str:
    return f"roles {' '.join(account.roles)}"


def _tenants(account: Account) -> str:
    return f"tenants {' '.join(account.tenants)}" if account.tenants else "all tenants"


def note(audit: Audit, action: str, account: Account, *subject: str) -> None:
    """Where it cannot be written, nothing is done: the caller's transaction is given up."""
    audit.write(Entry(f"console.account.{action}", subject=(account.name, *subject)))
