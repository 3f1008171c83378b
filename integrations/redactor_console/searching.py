"""What somebody searches for: filters, which may stand in an address, and words, which may not, for people type names.

Words lie sealed in the console's tables and go by a random id. A search sees the tenants that its person sees, and who
is still to judge for themselves finds nobody's verdicts but their own.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from urllib.parse import urlencode

from redactor.exceptions import ConfigError, CryptoError, NotFoundError
from redactor.reviews import MESSAGE_VERDICTS, SPAN_VERDICTS
from redactor.secret import Secret
from redactor.storage import Search, Term, terms
from redactor_console.accounts import sealing
from redactor_console.drawing import actor_of, others_may_be_seen
from redactor_console.web.visit import Visit

LONGEST = 200
"""Characters of a filter, and of the words."""
_DAY = 86_400.0
_PREFIX = 2
_REMEMBERED = 100
"""Searches with words of one person that can be gone back to."""

VERDICTS = (*SPAN_VERDICTS, *MESSAGE_VERDICTS)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search as it was typed; empty where nothing was."""

    type: str = ""
    lowest: str = ""
    highest: str = ""
    recognizer: str = ""
    role: str = ""
    channel: str = ""
    tenant: str = ""
    since: str = ""
    """A day in UTC, such as 2026-01-31; included, as is `until`."""
    until: str = ""
    verdict: str = ""
    reviewer: str = ""
    """An account's name."""
    q: str = field(default="", repr=False)
    """Words to look for; never in an address."""

    @property
    def filters(self) -> dict[str, str]:
        """What is given and may stand in an address."""
        return {name: value for name in _FILTERS if (value := getattr(self, name))}

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked."""
        return not self.filters and not self.q


_FILTERS = tuple(each.name for each in fields(Asked) if each.name != "q")


def asked_in(given: Mapping[str, str], q: str = "") -> Asked:
    """The search of an address or a form. Raises `ConfigError` for what is too long."""
    found = {name: given.get(name, "").strip() for name in _FILTERS}
    if any(len(each) > LONGEST for each in (*found.values(), q)):
        raise ConfigError(f"a filter or the words are too long: {LONGEST} characters at most")
    return Asked(**found, q=q.strip())


def search_of(visit: Visit, asked: Asked) -> Search:
    """What the store is asked. Raises `ConfigError` that says what cannot be read, and repeats nothing of it."""
    verdict, reviewer = asked.verdict or None, asked.reviewer and f"console:{asked.reviewer}"
    if verdict is not None and verdict not in VERDICTS:
        raise ConfigError(f"expected a verdict among {', '.join(VERDICTS)}")
    if (verdict or reviewer) and not others_may_be_seen(visit):
        reviewer = actor_of(visit)
    until = _day(asked.until, "To")
    return Search(
        terms=_terms(asked.q) if asked.q else (),
        type=asked.type or None,
        recognizer=asked.recognizer or None,
        lowest=_score(asked.lowest, "Score from"),
        highest=_score(asked.highest, "Score to"),
        role=asked.role or None,
        channel=asked.channel or None,
        tenant=asked.tenant or None,
        tenants=visit.account.tenants,
        since=_day(asked.since, "From"),
        until=until + _DAY if until is not None else None,
        verdict=verdict,
        reviewer=reviewer or None,
    )


def address(visit: Visit, asked: Asked, **more: str) -> str:
    """The path of a search's page; words are put away for it."""
    words = {"words": put_away(visit, asked.q)} if asked.q else {}
    return "/search" + _query({**asked.filters, **words, **more})


def address_again(asked: Asked, words: str, **more: str) -> str:
    """The same where the words are put away already, under this id."""
    return "/search" + _query({**asked.filters, **({"words": words} if asked.q else {}), **more})


def _query(given: Mapping[str, str]) -> str:
    return f"?{urlencode(given)}" if given else ""


def put_away(visit: Visit, words: str) -> str:
    """Keep words until the session can be no more; gives the id by which this person finds them again."""
    name = secrets.token_hex(8)
    content = sealing.sealed(visit.redactor, f"words {name}", Secret(words))
    oldest = visit.now - visit.console.settings.session_hours * 3600.0
    surplus = "SELECT id FROM typed WHERE account = ? ORDER BY made DESC, id LIMIT 1000 OFFSET ?"
    with visit.console.database.transaction() as ask:
        ask("DELETE FROM typed WHERE made < ?", oldest)
        ask(f"DELETE FROM typed WHERE id IN ({surplus})", visit.account.id, _REMEMBERED - 1)  # noqa: S608  ours
        sql = "INSERT INTO typed (id, account, content, made) VALUES (?, ?, ?, ?)"
        ask(sql, name, visit.account.id, content, visit.now)
    return name


def words_of(visit: Visit, name: str) -> str:
    """Undo `put_away`. Raises `NotFoundError` for another's, and for what is kept no more."""
    with visit.console.database.transaction() as ask:
        rows = ask("SELECT content FROM typed WHERE id = ? AND account = ?", name, visit.account.id)
    if rows:
        try:
            return sealing.opened(visit.redactor, f"words {name}", bytes(rows[0][0])).reveal()
        except CryptoError:
            pass
    raise NotFoundError("these words are kept no more; type them again")


def _terms(words: str) -> tuple[Term, ...]:
    """Raises `ConfigError` also for the beginning b*: a tenth of all words begins so, which is slow and no help."""
    found = terms(words)
    if any(each.prefix and each.words[-1].isascii() and len(each.words[-1]) < _PREFIX for each in found):
        raise ConfigError(f"give at least {_PREFIX} letters before a *")
    return found


def _score(given: str, name: str) -> float | None:
    if not given:
        return None
    try:
        score = float(given.replace(",", "."))
    except ValueError:
        score = -1.0
    if not 0.0 <= score <= 1.0:
        raise ConfigError(f"{name}: expected a number from 0 to 1")
    return score


def _day(given: str, name: str) -> float | None:
    """The beginning of a day in UTC, in seconds since the epoch."""
    if not given:
        return None
    try:
        return datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC).timestamp()
    except ValueError:
        pass
    raise ConfigError(f"{name}: expected a day as 2026-01-31")
