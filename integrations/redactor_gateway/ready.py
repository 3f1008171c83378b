"""Whether the gateway can do its work: a canary is found, the vault takes and gives a value, the audit log takes a
record. However often it is asked, nothing piles up: one conversation holds one value, and the record is taken back."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from redactor import Redactor
from redactor.audit import Entry

_FRESH_SECONDS = 15.0
"""How long an answer holds, so that probes do not load the model for nothing."""

_MOST_SECONDS = 5.0
"""How long a probe waits: a detection or a store that hangs is not ready, and whoever asks must hear so."""

_NAMES = ("detection", "vault", "audit")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work."""

    name: str
    is_well: bool


class _TakenBackError(Exception):
    """Ends a transaction that was only to show that it can be."""


class Readiness:
    """Asked by probes; thread-safe."""

    def __init__(self, redactor: Redactor, canary: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redactor, self._canary, self._clock = redactor, canary, clock
        self._lock = threading.Lock()
        self._checks: tuple[Check, ...] = ()
        self._until = float("-inf")
        self._look: asyncio.Future[tuple[Check, ...]] | None = None

    async def in_time(self, seconds: float = _MOST_SECONDS) -> tuple[Check, ...]:
        """The same, off the loop; what takes longer than `seconds` has failed. However many probes ask, one thread
        looks. For one event loop."""
        if self._look is None or self._look.done():
            self._look = asyncio.ensure_future(self._redactor.in_pool(self.checks))
        done, _ = await asyncio.wait({self._look}, timeout=seconds)
        return self._look.result() if done else tuple(Check(name, is_well=False) for name in _NAMES)

    def checks(self) -> tuple[Check, ...]:
        """Every check, as it stands now or did a moment ago. What failed is asked again each time."""
        with self._lock:
            if self._clock() >= self._until:
                steps = (self._detects, self._keeps, self._audits)
                self._checks = tuple(Check(name, _holds(step)) for name, step in zip(_NAMES, steps, strict=True))
                is_well = all(check.is_well for check in self._checks)
                self._until = self._clock() + (_FRESH_SECONDS if is_well else 0.0)
            return self._checks

    def _detects(self) -> bool:
        return bool(self._redactor.detect(self._canary))

    def _keeps(self) -> bool:
        """What is kept from the first time on opens again, and the store takes a commit."""
        parts, chat = self._redactor.parts, self._redactor.conversation("gateway/readiness", "gateway-readiness")
        hidden = chat.redact_value(self._canary)
        with parts.store.transaction() as tx:
            tx.touch(chat.public_id, parts.clock())
        return bool(chat.restore_value(hidden) == self._canary)

    def _audits(self) -> bool:
        """A record can be written. It is taken back: a log of nothing but probes would hide what it is for."""
        with suppress(_TakenBackError), self._redactor.parts.store.transaction() as tx:
            self._redactor.audit.append(tx, Entry("gateway.ready", "gateway-readiness"))
            raise _TakenBackError
        return True


def _holds(step: Callable[[], bool]) -> bool:
    try:
        return step()
    except Exception:  # noqa: BLE001  whatever it is, it does not work; what it says may hold anything
        return False
