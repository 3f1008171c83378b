"""How many messages waited, day by day: noted when somebody looks, since the store knows only how many wait now."""

import json
from collections.abc import Sequence

from redactor.metrics.counts import day_of
from redactor_console.web.visit import Visit

_OFTEN = 600.0
"""Seconds in which it is counted once: with many messages that takes a moment."""
_KEPT_DAYS = 400


def note(visit: Visit, tenants: Sequence[str]) -> int:
    """Count what waits now, of these tenants or with none of all, and note it as today's, unless that was done lately.
    Gives how many."""
    scope, today = json.dumps(sorted(tenants)), day_of(visit.now)
    with visit.console.database.transaction() as ask:
        rows = ask("SELECT waiting, time FROM backlog WHERE scope = ? AND day = ?", scope, today)
    if rows and 0 <= visit.now - float(rows[0][1]) < _OFTEN:
        return int(rows[0][0])
    waiting = visit.redactor.parts.store.waiting_count(tenants=tuple(tenants))
    with visit.console.database.transaction() as ask:
        ask("DELETE FROM backlog WHERE day < ?", today - _KEPT_DAYS)
        ask(
            "INSERT INTO backlog (scope, day, waiting, time) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (scope, day) DO UPDATE SET waiting = excluded.waiting, time = excluded.time",
            *(scope, today, waiting, visit.now),
        )
    return waiting


def noted(visit: Visit, tenants: Sequence[str], first: int) -> dict[int, int]:
    """Day since the epoch, from `first` on → how many waited, of the days on which somebody looked."""
    sql = "SELECT day, waiting FROM backlog WHERE scope = ? AND day >= ? ORDER BY day"
    with visit.console.database.transaction() as ask:
        return {int(day): int(waiting) for day, waiting in ask(sql, json.dumps(sorted(tenants)), first)}
