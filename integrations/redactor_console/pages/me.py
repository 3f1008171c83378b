"""One's own account: password, second factor, sessions, and how one likes the pages."""

import re
import zoneinfo
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from redactor.audit.records import Entry
from redactor.exceptions import ConfigError
from redactor_console.accounts import accounts, enrolment, links, passwords, proving, second_factor, sessions
from redactor_console.accounts.accounts import Account
from redactor_console.web import doors
from redactor_console.web.visit import Page, Visit

THEMES: Sequence[str] = ("", "light", "dark")
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]{0,31}(/[A-Za-z0-9_+\-]{1,31}){0,2}")
_WRONG = "That was not right, or the account waits after too many tries. Nothing was changed."


def me(visit: Visit) -> Response:
    """What there is to change."""
    return _me(visit)


def set_password(visit: Visit) -> Response:
    """A new one, for the one there was; all other sessions end."""
    new, problem = "", ""
    given = visit.form.get("password", "")
    proven = proving.by_password(visit.console.database, visit.account.name, given, visit.now)
    if proven is None:
        return _me(visit, 403, _WRONG)
    try:
        new = passwords.hashed(visit.form.get("new", ""))
    except ConfigError as error:
        problem = str(error)
    if problem:
        return _me(visit, 400, problem)
    with visit.console.database.transaction() as ask:
        account = accounts.held(ask, visit.account.id)[0]
        if account.disabled or account.password != proven.password:  # taken away while the new one was hashed
            raise doors.RefusedError(403, _WRONG)
        accounts.put(ask, replace(account, password=new))
        sessions.end_all(ask, visit.account.id, but=visit.session.id)
        links.end_all(ask, visit.account.id)
        _note(visit, "password")
    return visit.go("/me?done=password")


def new_codes(visit: Visit) -> Response:
    """Recovery codes anew, for a code of the second factor; those before work no more."""
    with visit.console.database.transaction() as ask:
        account = proving.by_code(ask, visit.redactor, visit.account.id, visit.form.get("code", ""), visit.now)
        codes, kept = second_factor.new_recovery()
        if account is not None:
            accounts.put(ask, replace(account, recovery=kept))
            _note(visit, "recovery")
    if account is None:
        return _me(visit, 403, _WRONG)
    return visit.render("recovery.html", codes=codes)


def ask_factor(visit: Visit) -> Response:
    """Another app or phone."""
    if visit.account.totp is None:
        raise doors.RefusedError(403, "This account has no second factor here.")
    return visit.render("second_factor.html", offer=enrolment.offer(visit.redactor, visit.account), said="")


def set_factor(visit: Visit) -> Response:
    """The new one takes the place of the old one, for a code of each; all other sessions end."""
    offer = enrolment.offered(visit.redactor, visit.account, visit.form.get("seal", ""))
    taken = None
    with visit.console.database.transaction() as ask:
        account = proving.by_code(ask, visit.redactor, visit.account.id, visit.form.get("old", ""), visit.now)
        if account is not None:
            taken = enrolment.taken(visit.redactor, account, offer, visit.form.get("code", ""), visit.now)
        if taken is not None:
            accounts.put(ask, taken[0])
            sessions.end_all(ask, visit.account.id, but=visit.session.id)
            _note(visit, "second_factor")
    if taken is None:
        return visit.render("second_factor.html", 403, offer=offer, said=_WRONG)
    return visit.render("recovery.html", codes=taken[1])


def end_sessions(visit: Visit) -> Response:
    """One of one's own, or all but this one."""
    which = visit.form.get("session", "")
    with visit.console.database.transaction() as ask:
        own = {each.id.hex(): each.id for each in sessions.of(ask, visit.account.id)}
        if which == "others":
            sessions.end_all(ask, visit.account.id, but=visit.session.id)
        elif which in own:
            sessions.end(ask, own[which])
        _note(visit, "end_session")
    return visit.go("/me?done=sessions")


def set_looks(visit: Visit) -> Response:
    """The zone of times, the colours, whether single keys do something."""
    zone, theme = visit.form.get("zone", "").strip(), visit.form.get("theme", "")
    if theme not in THEMES or (zone and not _ZONE.fullmatch(zone)):
        return _me(visit, 400, "expected a zone such as Europe/Prague, and colours that are offered")
    keys = "" if visit.form.get("keys") == "yes" else "off"
    looks = {name: value for name, value in (("zone", zone), ("theme", theme), ("keys", keys)) if value}
    with visit.console.database.transaction() as ask:
        account = accounts.held(ask, visit.account.id)[0]
        kept = {name: value for name, value in account.settings.items() if name not in ("zone", "theme", "keys")}
        accounts.put(ask, replace(account, settings={**kept, **looks}))
    return visit.go("/me?done=looks")


_DONE: Mapping[str, str] = {
    "password": "The password is changed; all other sessions have ended.",
    "sessions": "Ended.",
    "looks": "Kept.",
}


def _me(visit: Visit, status: int = 200, said: str = "") -> Response:
    with visit.console.database.transaction() as ask:
        account = _still(accounts.find(ask, id=visit.account.id), visit.account)
        own = sessions.of(ask, account.id)
    return visit.render(
        "me.html",
        status,
        account=account,
        sessions=[each for each in own if each.level == "full"],
        zones=sorted(zoneinfo.available_timezones()),
        done=_DONE.get(visit.query.get("done", ""), ""),
        said=said,
    )


def _still(found: Account | None, before: Account) -> Account:
    return before if found is None else found


def _note(visit: Visit, action: str) -> None:
    visit.redactor.audit.write(Entry(f"console.account.{action}", subject=(visit.account.name,)))


PAGES = (
    Page("/me", "read", get=me),
    Page("/me/password", "read", post=set_password),
    Page("/me/recovery", "read", post=new_codes),
    Page("/me/second-factor", "read", get=ask_factor, post=set_factor),
    Page("/me/sessions", "read", post=end_sessions),
    Page("/me/looks", "read", post=set_looks),
)
