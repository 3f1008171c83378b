"""The second factor, asked for again before what cannot be taken back: OWASP ASVS 5.0, 7.5.3."""

from redactor_console.accounts import proving
from redactor_console.web.visit import Visit

FRESH = 600.0
"""Seconds since signing in that stand in for a code, for accounts whose second factor is the provider's."""


def is_proven(visit: Visit) -> bool:
    """Whether the form's `code` is one of the visitor's second factor, used up by this. Without a second factor here:
    whether they came from single sign-on just now."""
    if visit.account.totp is None:
        return visit.account.oidc is not None and visit.now - visit.session.made < FRESH
    with visit.console.database.transaction() as ask:
        code = visit.form.get("code", "")
        return proving.by_code(ask, visit.redactor, visit.account.id, code, visit.now) is not None
