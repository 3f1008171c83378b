"""Guessing is slowed down: after some failures an account waits, longer each time."""

from dataclasses import replace

from redactor_console.accounts.accounts import Account

FREE = 5
"""Failures without a wait; OWASP ASVS 5.0, 6.3.1 asks for a limit."""
_FIRST, _LONGEST = 15.0, 900.0
"""Seconds; doubled each time."""


def failed(account: Account, now: float) -> Account:
    """After a wrong password or code; or before one is looked at, so that many at once are all counted."""
    failures = account.failures + 1
    wait = min(_LONGEST, _FIRST * 2 ** min(failures - FREE, 10)) if failures >= FREE else 0.0
    return replace(account, failures=failures, locked_until=now + wait if wait else account.locked_until)


def forgiven(account: Account, before: Account) -> Account:
    """The failure that was counted `before` a right password was looked at is taken back; those of others are not.

    Earlier ones stay until the second factor was right too: who has the password must not guess codes without end.
    """
    is_alone = account.failures == before.failures + 1
    locked_until = before.locked_until if is_alone else account.locked_until
    return replace(account, failures=max(0, account.failures - 1), locked_until=locked_until)


def succeeded(account: Account) -> Account:
    """After both factors were right."""
    return replace(account, failures=0, locked_until=0.0)


def is_locked(account: Account, now: float) -> bool:
    """Whether nothing is checked now."""
    return now < account.locked_until
