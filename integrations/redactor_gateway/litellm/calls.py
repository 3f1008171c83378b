"""The calls that LiteLLM has under way: its request and its reply come to a guardrail apart, and meet here.

A call without a name is a conversation of its own, kept in this process's memory alone: until its reply was restored,
and no longer than `seconds` after it was last asked for.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from redactor_gateway.conversations import Placed
from redactor_gateway.problems import refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.surfaces import Surface

Id = tuple[str, str]
"""Who calls, and what LiteLLM calls the call."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, from its request on."""

    placed: Placed
    out: Outgoing
    surface: Surface | None = None
    """The door it came to, where that is known."""
    answered: bytes = field(default=b"", repr=False)
    """A hash of what its request became, so that a second look at it finds nothing to do."""


class Calls:
    """Calls under way. Thread-safe; for one process."""

    def __init__(self, seconds: float, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`seconds`: how long one is kept without being asked for; `most`: of more than these the oldest go."""
        self._seconds, self._most, self._clock = seconds, most, clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[Id, tuple[float, Call]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def begin(self, at: Id, call: Call) -> None:
        """A request was redacted. Raises `ProblemError` where its id is in use: clients may choose theirs, and the
        reply to one must never be restored for another."""
        with self._lock:
            self._drop_old()
            if at in self._kept:
                raise refuse(409, "call_in_use", "this call's id is in use; LiteLLM's ids of calls must be unique")
            self._kept[at] = (self._clock(), call)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def find(self, at: Id) -> Call | None:
        """The call of this id."""
        with self._lock:
            self._drop_old()
            found = self._kept.get(at)
            if found is None:
                return None
            self._kept[at] = (self._clock(), found[1])
            self._kept.move_to_end(at)
            return found[1]

    def end(self, at: Id) -> None:
        """Its reply is out, or there will be none."""
        with self._lock:
            self._kept.pop(at, None)

    def _drop_old(self) -> None:
        for at in list(self._old()):
            del self._kept[at]

    def _old(self) -> Iterator[Id]:
        """They are in the order in which they were last asked for."""
        before = self._clock() - self._seconds
        for at, (since, _) in self._kept.items():
            if since > before:
                return
            yield at
