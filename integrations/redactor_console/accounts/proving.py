"""Whether somebody is who they say: a password, then a code. Every try counts, and all take as long as each other."""

from redactor import Redactor
from redactor.storage.beside import Ask, Beside
from redactor_console.accounts import accounts, lockout, passwords, sealing, second_factor
from redactor_console.accounts.accounts import Account

_DAY = 86_400.0
_KEPT_DAYS = 90


def by_password(database: Beside, name: str, given: str, now: float) -> Account | None:
    """The account, if this is its password. `now`: seconds since the epoch.

    None where there is no such account, where it is disabled or waits, and where the password is another: who asks
    sees no difference, also not in time (one write and one argon2 hash each). The password is looked at outside of the
    transaction, which would hold up every other session; the try is counted before.
    """
    with database.transaction() as ask:
        before = _may_try(ask, name, now)
        if before is None:
            _count_stranger(ask, now)
        else:
            accounts.put(ask, lockout.failed(before, now))
    is_right = passwords.is_right(before.password if before is not None else None, given)
    if before is None or not is_right:
        return None
    with database.transaction() as ask:
        found = accounts.held(ask, before.id)
        if not found or found[0].disabled or found[0].password != before.password:
            return None
        account = lockout.forgiven(found[0], before)
        accounts.put(ask, account)
        return account


def by_code(ask: Ask, redactor: Redactor, id: str, code: str, now: float) -> Account | None:  # noqa: A002
    """The account after a code of its second factor, or a recovery code, was used up. None where it is none of them,
    was used before, or the account waits; the try is counted."""
    found = accounts.held(ask, id)
    if not found or found[0].disabled or lockout.is_locked(found[0], now):
        return None
    after = _with_code(redactor, found[0], code, now)
    accounts.put(ask, lockout.failed(found[0], now) if after is None else lockout.succeeded(after))
    return None if after is None else lockout.succeeded(after)


def strangers(ask: Ask, now: float) -> int:
    """Tries of the last day that nothing was checked for: no such name, or an account that waits or is disabled."""
    rows = ask("SELECT COALESCE(SUM(tries), 0) FROM stranger WHERE day >= ?", int(now / _DAY) - 1)
    return int(rows[0][0])


def _may_try(ask: Ask, name: str, now: float) -> Account | None:
    account = accounts.find(ask, name=name)
    held = accounts.held(ask, account.id) if account is not None else []
    return held[0] if held and not held[0].disabled and not lockout.is_locked(held[0], now) else None


def _count_stranger(ask: Ask, now: float) -> None:
    day = int(now / _DAY)
    ask("DELETE FROM stranger WHERE day < ?", day - _KEPT_DAYS)
    ask("INSERT INTO stranger VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET tries = stranger.tries + 1", day)


def _with_code(redactor: Redactor, account: Account, code: str, now: float) -> Account | None:
    if account.totp is None:
        return None
    secret = sealing.opened(redactor, account.id, account.totp)
    return second_factor.accepted(account, secret, code, now) or second_factor.recovered(account, code)
