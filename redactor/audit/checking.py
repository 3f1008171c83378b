"""Finds what was done to an audit log afterwards: changed, dropped, swapped, brought in, cut off.

In the store every record is held against its keyed hash. In an export, where the key is not at hand, against the chain
and a signed checkpoint. What was cut off at the end is seen against a checkpoint kept elsewhere, and in no other way:
a log that was shortened together with the checkpoints in its store is a log as it once was.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from redactor.audit.checkpoints import Checkpoint, from_public, read, signing_key
from redactor.audit.log import Audit, mac, store_id
from redactor.audit.records import FIRST, Record, decoded, digest
from redactor.audit.records import from_public as record_of
from redactor.crypto import public_key
from redactor.exceptions import AuditError, NotFoundError
from redactor.secret import Secret
from redactor.storage import AuditRow, CheckpointRow, Reader

PAGE = 1000
"""Records read at a time."""

_SHOWN = 50
"""Problems that are named; further ones are counted."""


@dataclass(slots=True)
class Verdict:
    """What was found. `ok` with a checkpoint from elsewhere is all that can be said of a log."""

    records: int = 0
    head: str = FIRST
    checkpoints: int = 0
    """Kept in the store or given, with a good signature, that fit."""
    found: int = 0
    """Problems."""
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def add(self, problem: str) -> None:
        """Note a problem."""
        self.found += 1
        if len(self.problems) < _SHOWN:
            self.problems.append(problem)

    def public(self) -> dict[str, Any]:
        """As JSON has it."""
        counts = {"records": self.records, "head": self.head, "checkpoints": self.checkpoints, "found": self.found}
        return {"ok": self.ok, **counts, "problems": self.problems}


@dataclass(slots=True)
class _Chain:
    """Follows the records in order, and holds checkpoints against those it passes."""

    store: str
    wanted: dict[int, list[Checkpoint]]
    verdict: Verdict = field(default_factory=Verdict)
    last: int = 0

    def follow(self, seq: int, content: bytes) -> None:
        """One record, of which only the order is left to be looked at."""
        verdict = self.verdict
        if seq <= self.last:
            verdict.add(f"record {seq} stands after record {self.last}: put in, or out of its place")
            return
        gap, prev = seq > self.last + 1, verdict.head
        if gap:
            verdict.add(f"records {self.last + 1} to {seq - 1} are missing")
        self.last, verdict.head = seq, digest(content)
        verdict.records += 1
        self._place(seq, content, None if gap else prev)
        for point in self.wanted.pop(seq, []):
            if point.head == verdict.head:
                verdict.checkpoints += 1
            else:
                verdict.add(f"record {seq} is another than the one signed in a checkpoint")

    def _place(self, seq: int, content: bytes, prev: str | None) -> None:
        try:
            record = dict(json.loads(content))
        except (ValueError, TypeError, RecursionError):
            self.verdict.add(f"record {seq} is not written as records are: changed")
            return
        if record.get("seq") != seq:
            self.verdict.add(f"record {seq} says that it is record {_number(record.get('seq'))}: moved")
        if record.get("store") != self.store:
            self.verdict.add(f"record {seq} is of another store")
        if prev is not None and record.get("prev") != prev:
            self.verdict.add(f"record {seq} does not follow the record before it: one of them was changed")

    def end(self) -> Verdict:
        """Nothing follows."""
        for seq in sorted(seq for seq in self.wanted if seq <= self.last):
            self.verdict.add(f"a checkpoint was signed at record {seq}, which is not in the log")
        if max(self.wanted, default=0) > self.last:
            self.verdict.add(
                f"a checkpoint was signed at record {max(self.wanted)}, and the log ends at {self.last}: "
                "its end was cut off"
            )
        return self.verdict


def _number(found: Any) -> str:
    """A record's number as it says itself; anything else is not repeated."""
    return str(found) if isinstance(found, int) else "?"


def verify(audit: Audit, reader: Reader, points: Sequence[Checkpoint] = ()) -> Verdict:
    """Look at every record of a store, and at the checkpoints kept there and given in `points`.

    Raises `CryptoError` where the key is another; a log of which the key is gone is a problem, not an error.
    """
    key = audit.key()
    if key is None:
        return _without_key(reader, points)
    verdict, name, ours = Verdict(), store_id(key), public_key(signing_key(key)).hex()
    wanted: dict[int, list[Checkpoint]] = {}
    for point in (*_kept(reader.checkpoints(), verdict), *points):
        if point.public_key != ours or point.store != name:
            verdict.add(f"the checkpoint at record {point.seq} was signed for another store")
        else:
            wanted.setdefault(point.seq, []).append(point)
    chain = _Chain(name, wanted, verdict)
    for row in pages(reader):
        if not hmac.compare_digest(row.mac, mac(key, row.record)):
            verdict.add(f"record {row.seq} was changed: its keyed hash does not fit")
        chain.follow(row.seq, row.record)
    return chain.end()


def _without_key(reader: Reader, points: Sequence[Checkpoint]) -> Verdict:
    verdict = Verdict()
    if reader.last_audit() is not None or reader.checkpoints():
        verdict.add("the key of the audit log is gone from the store")
    if points:
        last = max(point.seq for point in points)
        verdict.add(f"a checkpoint was signed at record {last}, and there is no log: it was taken away")
    return verdict


def _kept(rows: Iterable[CheckpointRow], verdict: Verdict) -> Iterator[Checkpoint]:
    for row in rows:
        try:
            point = read(row.content, row.signature)
        except AuditError:
            verdict.add(f"the checkpoint kept at record {row.seq} was changed")
            continue
        if point.seq != row.seq:
            verdict.add(f"the checkpoint kept at record {row.seq} was moved there from record {point.seq}")
        yield point


def pages(reader: Reader, after: int = 0) -> Iterator[AuditRow]:
    """The records after a number, in order, read a page at a time."""
    while rows := reader.audit(after, PAGE):
        yield from rows
        after = rows[-1].seq


# -- exports


def export(audit: Audit, reader: Reader) -> Iterator[str]:
    """The whole log as JSON lines, the checkpoint of its end last.

    Raises `AuditError` where the log is empty, and `NotFoundError` where a record cannot be read any more.
    """
    point = audit.checkpoint()
    for row in pages(reader):
        if row.seq > point.seq:
            break
        yield _line({"record": _readable(row).public(), "mac": row.mac.hex()})
    yield _line(point.public())


def _readable(row: AuditRow) -> Record:
    try:
        return decoded(row.record)
    except (ValueError, RecursionError):
        raise NotFoundError(
            f"record {row.seq} of the audit log was changed and cannot be exported; run `redactor audit verify`"
        ) from None


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def verify_export(lines: Iterable[str], points: Sequence[Checkpoint] = (), public: str | None = None) -> Verdict:
    """Look at an export without the store's key: every record's place in the chain, and its checkpoints.

    `public`: the store's public key (hex), as it was noted when the store was set up; without it an export whose
    checkpoint was signed by somebody else passes. Raises `AuditError` for what is no export.
    """
    verdict, rows, inside = Verdict(), list[tuple[int, bytes]](), list(points)
    for number, line in enumerate(lines, 1):
        data = _parsed(line, number)
        if "checkpoint" in data:
            inside.append(from_public(data))
        else:
            rows.append(_row(data, number))
    store = decoded(rows[0][1]).store if rows else ""
    wanted: dict[int, list[Checkpoint]] = {}
    for point in inside:
        if point.store != store or public not in (None, point.public_key):
            verdict.add(f"the checkpoint at record {point.seq} was signed by another store")
        else:
            wanted.setdefault(point.seq, []).append(point)
    if len(inside) == len(points):
        verdict.add("the export has no checkpoint at its end: its end was cut off")
    chain = _Chain(store, wanted, verdict)
    for seq, content in rows:
        chain.follow(seq, content)
    if rows and not any(point.seq == chain.last for point in inside):
        verdict.add(f"no checkpoint was signed at record {chain.last}, the last: what stands at the end may be put in")
    return chain.end()


def _parsed(line: str, number: int) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise AuditError(f"line {number}: expected a line of `redactor audit export`")
    return data


def _row(data: dict[str, Any], number: int) -> tuple[int, bytes]:
    try:
        record = record_of(data["record"])
        return record.seq, record.encoded()
    except (ValueError, KeyError, TypeError):
        raise AuditError(f"line {number}: expected a record of `redactor audit export`") from None


def own_public_key(key: Secret[bytes]) -> str:
    """The public key (hex) by which this store's checkpoints are checked elsewhere."""
    return public_key(signing_key(key)).hex()
