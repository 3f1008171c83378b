"""Which account somebody has whom the provider of single sign-on sends."""

from dataclasses import replace

from redactor.audit import Audit, acting
from redactor.exceptions import ConfigError
from redactor.storage.beside import Ask
from redactor_console.accounts import accounts, managing, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.accounts.oidc import Person, SignOnError
from redactor_console.settings import OidcSection

_ACTOR = f"console:{managing.ITSELF}"


def awaited(issuer: str, name: str) -> str:
    """What stands in the place of the subject until this name comes in for the first time."""
    return f"name:{name} {issuer}"


def entered(ask: Ask, audit: Audit, section: OidcSection, person: Person, now: float) -> Account:
    """Their account: known by the subject; else one that waits for the name; else, where the provider gives roles, a
    new one. Raises `SignOnError`. An account with a password is nobody's by its name alone."""
    if person.roles == ():
        raise SignOnError("none of the provider's groups has a role here")
    with acting(_ACTOR):
        known = _known(ask, f"{section.issuer} {person.subject}") or _expected(ask, section.issuer, person)
        account = _made(ask, audit, section, person, now) if known is None else _with_roles(ask, audit, known, person)
    if account.disabled:
        raise SignOnError("the account is disabled")
    return account


def _known(ask: Ask, key: str) -> Account | None:
    found = accounts.find(ask, oidc=key)
    return accounts.held(ask, found.id)[0] if found is not None else None


def _expected(ask: Ask, issuer: str, person: Person) -> Account | None:
    """By a name as accounts have them: what is another name at the provider is another one here."""
    found = accounts.find(ask, oidc=awaited(issuer, person.name.lower())) if person.name.isascii() else None
    if found is None:
        return None
    bound = replace(accounts.held(ask, found.id)[0], oidc=f"{issuer} {person.subject}")
    accounts.put(ask, bound)
    return bound


def _with_roles(ask: Ask, audit: Audit, account: Account, person: Person) -> Account:
    """The provider's groups are what counts, each time."""
    if person.roles is None or account.disabled or set(person.roles) == set(account.roles):
        return account
    changed = replace(account, roles=managing.checked_roles(person.roles))
    managing.note(audit, "roles", changed, managing.told_roles(changed))
    accounts.put(ask, changed)
    sessions.end_all(ask, account.id)
    return changed


def _made(ask: Ask, audit: Audit, section: OidcSection, person: Person, now: float) -> Account:
    if person.roles is None:
        raise SignOnError("there is no account for this person")
    key = f"{section.issuer} {person.subject}"
    try:
        name = managing.named(person.name)
        return managing.make(
            ask, audit, Account("", name, roles=person.roles, tenants=section.tenants, oidc=key, made=now)
        )
    except ConfigError:
        pass
    raise SignOnError("the name cannot be an account's, or somebody has it")
