"""The audit log: read, filtered, held against what was signed; a checkpoint to keep elsewhere."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from starlette.responses import Response

from redactor.audit import Entry, Record, checking
from redactor.audit.checking import Verdict, own_public_key
from redactor.audit.checkpoints import Checkpoint, from_public
from redactor.audit.records import decoded
from redactor.exceptions import AuditError, ConfigError
from redactor.storage import AuditRow
from redactor_console.pages.customers import attachment
from redactor_console.web.visit import Page, Visit

_PAGE = 100
_LOOKED = 20_000
"""Records that are looked through for one page; where few fit, the next page goes on from there."""
_STEP = 1000
_LONGEST = 20_000
"""Characters of a checkpoint: one has some four hundred."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records; empty: all. Times in seconds since the epoch."""

    action: str = ""
    """What it begins with."""
    actor: str = ""
    tenant: str = ""
    conversation: str = ""
    since: float | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A record as it is shown; None where it cannot be read any more."""

    seq: int
    record: Record | None


def read(visit: Visit) -> Response:
    """The newest that fit."""
    return _audit(visit)


def verify(visit: Visit) -> Response:
    """Whether something was changed; with a checkpoint kept elsewhere also whether the end was cut off."""
    given, problem = visit.form.get("checkpoint", "").strip(), ""
    points: list[Checkpoint] = []
    try:
        points = [_point(given)] if given else []
    except AuditError as error:
        problem = str(error)
    if problem:
        return _audit(visit, 400, problem)
    audit = visit.redactor.audit
    verdict = checking.verify(audit, visit.redactor.parts.store, points)
    audit.write(Entry("console.audit", subject=("verify", f"{verdict.found} problems")))
    return _audit(visit, verdict=verdict, is_given=bool(points))


def checkpoint(visit: Visit) -> Response:
    """Sign where the log ends now; a file to keep where who can write to the store cannot."""
    visit.redactor.audit.write(Entry("console.audit", subject=("checkpoint",)))
    point = visit.redactor.audit.checkpoint()
    return attachment(json.dumps(point.public(), indent=2), f"checkpoint-{point.seq}.json")


def _audit(
    visit: Visit, status: int = 200, said: str = "", *, verdict: Verdict | None = None, is_given: bool = False
) -> Response:
    problem, wanted = "", Wanted()
    try:
        wanted = _wanted(visit)
    except ConfigError as error:
        problem = str(error)
    lines, older = _page(visit, wanted)
    key = visit.redactor.audit.key()
    query = {name: value for name, value in visit.query.items() if name in _FILTERS and value}
    return visit.render(
        "audit.html",
        400 if problem else status,
        said=said or problem,
        lines=lines,
        older=older,
        query=query,
        verdict=verdict,
        is_given=is_given,
        public_key=own_public_key(key) if key is not None else "",
    )


_FILTERS = ("action", "actor", "tenant", "conversation", "since", "until")


def _wanted(visit: Visit) -> Wanted:
    """As the address says. Raises `ConfigError`."""
    words = {name: visit.query.get(name, "").strip()[:200] for name in _FILTERS[:4]}
    since, until = (_day(visit.query.get(name, "")) for name in ("since", "until"))
    return Wanted(**words, since=since, until=until + 86_400.0 if until is not None else None)


def _day(given: str) -> float | None:
    if not given:
        return None
    try:
        return datetime.combine(date.fromisoformat(given), time(), UTC).timestamp()
    except (ValueError, OverflowError):
        raise ConfigError("expected a day such as 2026-11-22") from None


def _page(visit: Visit, wanted: Wanted) -> tuple[list[Line], int]:
    """What fits, newest first, and the number before which the next page begins; 0 where nothing is left."""
    store = visit.redactor.parts.store
    last = store.last_audit()
    end = last.seq + 1 if last is not None else 1
    given = visit.query.get("before", "")
    before = min(int(given), end) if given.isdecimal() and len(given) < 19 else end
    lines: list[Line] = []
    lowest = max(1, before - _LOOKED)
    for row in _backwards(visit, before, lowest):
        line = Line(row.seq, _decoded(row))
        if _fits(visit, wanted, line):
            lines.append(line)
        if len(lines) == _PAGE:
            return lines, row.seq if row.seq > 1 else 0
    return lines, lowest if lowest > 1 else 0


def _backwards(visit: Visit, before: int, lowest: int) -> Iterator[AuditRow]:
    store = visit.redactor.parts.store
    while before > lowest:
        first = max(lowest, before - _STEP)
        rows = store.audit(first - 1, before - first)
        yield from (row for row in reversed(rows) if row.seq < before)
        before = first


def _decoded(row: AuditRow) -> Record | None:
    try:
        return decoded(row.record)
    except (ValueError, RecursionError):
        return None


def _fits(visit: Visit, wanted: Wanted, line: Line) -> bool:
    """Also whether the record is of a tenant that is theirs to see."""
    record = line.record
    if record is None:
        return wanted == Wanted() and not visit.account.tenants
    entry, seconds = record.entry, record.time / 1000
    return (
        (not visit.account.tenants or (bool(entry.tenant) and visit.account.sees(entry.tenant)))
        and entry.action.startswith(wanted.action)
        and wanted.actor in ("", record.actor)
        and wanted.tenant in ("", entry.tenant)
        and wanted.conversation in ("", entry.conversation)
        and (wanted.since is None or seconds >= wanted.since)
        and (wanted.until is None or seconds < wanted.until)
    )


def _point(given: str) -> Checkpoint:
    """Raises `AuditError` for what is none."""
    try:
        data = json.loads(given) if len(given) <= _LONGEST else None
    except (ValueError, RecursionError):
        data = None
    return from_public(data)


PAGES = (
    Page("/audit", "audit", get=read),
    Page("/audit/verify", "audit", post=verify),
    Page("/audit/checkpoint", "audit", post=checkpoint),
)
