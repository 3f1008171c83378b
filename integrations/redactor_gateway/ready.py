"""Whether the gateway can do its work: a canary is found, the vault takes a value, the audit log takes a record."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from redactor import Redactor
from redactor.audit import Entry

_FRESH_SECONDS = 15.0
"""How long an answer holds, so that probes neither fill the audit log nor load the model for nothing."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must work."""

    name: str
    is_well: bool


class Readiness:
    """Asked by probes; thread-safe."""

    def __init__(self, redactor: Redactor, canary: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._redactor, self._canary, self._clock = redactor, canary, clock
        self._lock = threading.Lock()
        self._checks: tuple[Check, ...] = ()
        self._until = float("-inf")

    def checks(self) -> tuple[Check, ...]:
        """Every check, as it stands now or did a moment ago. What failed is asked again each time."""
        with self._lock:
            if self._clock() >= self._until:
                steps = (("detection", self._detects), ("vault", self._keeps), ("audit", self._audits))
                self._checks = tuple(Check(name, _holds(step)) for name, step in steps)
                is_well = all(check.is_well for check in self._checks)
                self._until = self._clock() + (_FRESH_SECONDS if is_well else 0.0)
            return self._checks

    def _detects(self) -> bool:
        return bool(self._redactor.detect(self._canary))

    def _keeps(self) -> bool:
        chat = self._redactor.conversation("gateway/readiness", "gateway-readiness")
        said = chat.redact(self._canary)
        return chat.restore(said).text != said.text or not said.entities

    def _audits(self) -> bool:
        """The audit log says that it can be written, by being written; the conversation of the check goes with it."""
        self._redactor.audit.write(Entry("gateway.ready", "gateway-readiness"))
        self._redactor.conversation("gateway/readiness", "gateway-readiness").forget()
        return True


def _holds(step: Callable[[], bool]) -> bool:
    try:
        return step()
    except Exception:  # noqa: BLE001  whatever it is, it does not work; what it says may hold anything
        return False
