"""Found messages as a file: which may be taken alone, which need a second person, and the audit log before the first
row."""

from collections.abc import Iterator, Mapping

from redactor.audit import Entry
from redactor.exceptions import ConfigError
from redactor.storage import Search
from redactor.transcripts import StoredTurn, Transcripts
from redactor.transcripts.exporting import to_csv, to_jsonl
from redactor_console.accounts import accounts
from redactor_console.searching import Asked
from redactor_console.second_person import allowed
from redactor_console.web.visit import Visit

FREE = 1_000
"""Rows that one person may take within a day without a second one."""
_DAY = 86_400.0
FORMATS: Mapping[str, str] = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}
_KEPT = 30 * _DAY


def body_of(asked: Asked) -> dict[str, str]:
    """What a second person is asked: the filters that are chosen from lists, and days."""
    chosen = ("type", "lowest", "highest", "role", "tenant", "since", "until", "verdict")
    return {name: value for name, value in asked.filters.items() if name in chosen}


def typed_of(asked: Asked) -> str:
    """What was typed; a request keeps a keyed hash of it."""
    typed = (asked.q, asked.channel, asked.recognizer, asked.reviewer)
    return "\n".join(typed) if any(typed) else ""


def take(visit: Visit, search: Search, asked: Asked, kind: str) -> Iterator[str] | None:
    """A file, piece by piece; None where it needs a second person. It is in the audit log first."""
    if kind not in FORMATS:
        raise ConfigError(f"expected a format among {', '.join(FORMATS)}")
    transcripts = Transcripts(visit.redactor.parts.store)
    if allowed(visit, "download", body_of(asked), typed_of(asked)):
        _audit(visit, asked, kind, "all")
        return _written(transcripts.every(search), kind)
    first = transcripts.find(search, limit=FREE)
    if first.cursor is not None or not _has_free(visit, len(first.items)):
        return None
    _audit(visit, asked, kind, str(len(first.items)))
    return _written(first.items, kind)


def _has_free(visit: Visit, rows: int) -> bool:
    """Whether somebody may take so many more; if so, they are counted."""
    with visit.console.database.transaction() as ask:
        accounts.held(ask, visit.account.id)  # who asks twice at once is counted twice
        ask("DELETE FROM downloaded WHERE time < ?", visit.now - _KEPT)
        sql = "SELECT coalesce(sum(count), 0) FROM downloaded WHERE account = ? AND time > ?"
        ((taken,),) = ask(sql, visit.account.id, visit.now - _DAY)
        if int(taken) + rows > FREE:
            return False
        ask("INSERT INTO downloaded (account, time, count) VALUES (?, ?, ?)", visit.account.id, visit.now, rows)
    return True


def _written(turns: "Iterator[StoredTurn] | tuple[StoredTurn, ...]", kind: str) -> Iterator[str]:
    return to_csv(turns) if kind == "csv" else to_jsonl(turns)


def _audit(visit: Visit, asked: Asked, kind: str, rows: str) -> None:
    """What was asked for by name only: filters may be typed."""
    subject = (f"format:{kind}", f"rows:{rows}", *(f"filter:{name}" for name in asked.filters))
    tenant = asked.tenant if visit.account.sees(asked.tenant) else ""
    visit.redactor.audit.write(Entry("console.download", tenant, subject=(*subject, *(["words"] if asked.q else []))))
