"""Accounts with a password and a second factor, for tests of how people come in."""

from dataclasses import dataclass, replace
from itertools import count

import pyotp

from redactor import Redactor
from redactor.secret import Secret
from redactor.storage.beside import Beside
from redactor_console.accounts import accounts, passwords, sealing, second_factor
from redactor_console.accounts.accounts import Account
from tests.integrations.redactor_console.conftest import Browser, Clock

PASSWORD = "correct horse battery staple"

_numbers = count()


@dataclass(frozen=True)
class Somebody:
    """A person, with what they know and have."""

    account: Account
    secret: str
    codes: tuple[str, ...]
    clock: Clock

    @property
    def name(self) -> str:
        return self.account.name

    def code(self, later: float = 0.0) -> str:
        """What their phone shows."""
        return pyotp.TOTP(self.secret).at(int(self.clock() + later))

    def sign_in(self, browser: Browser) -> Browser:
        """Both factors; the code of a time that was not used before."""
        self.clock.now += 60.0
        assert browser.post("/sign-in", {"name": self.name, "password": PASSWORD}).status_code == 303
        browser.get("/sign-in/code")
        answer = browser.post("/sign-in/code", {"code": self.code()})
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        return browser


def somebody(
    redactor: Redactor, database: Beside, clock: Clock, *roles: str, name: str = "", tenants: tuple[str, ...] = ()
) -> Somebody:
    """An account that was set up."""
    named = name or f"person{next(_numbers)}"
    secret, (codes, kept) = second_factor.new_secret(), second_factor.new_recovery()
    account = Account(f"id-{named}", named, roles=roles or ("viewer",), tenants=tenants, recovery=kept, made=clock())
    account = replace(
        account,
        password=passwords.hashed(PASSWORD),
        totp=sealing.sealed(redactor, account.id, Secret(secret)),
    )
    with database.transaction() as ask:
        accounts.put(ask, account)
    return Somebody(account, secret, codes, clock)


def stored(database: Beside, who: Somebody) -> Account:
    """Their account as it is now."""
    with database.transaction() as ask:
        found = accounts.find(ask, id=who.account.id)
    assert found is not None
    return found
