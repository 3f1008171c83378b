"""What exactly came in at a place where a placeholder alone does not say it: a caller's own id, a number, a spelling.

A placeholder is restored as its referent's fullest form, and as text. Where something else stood, this process
remembers it, so that a caller reads back what was handed over. In another process the fullest form is what is read.
"""

import json
import threading
from collections import OrderedDict
from typing import TypeAlias

from redactor.secret import Secret

Place: TypeAlias = tuple[str | int, ...]
"""Where a value stands: names of fields and channels, which are the program's, and positions; never a key of data."""

Plain: TypeAlias = str | int | float

_REMEMBERED = 16384
"""Values of all conversations together; the least lately used goes first."""


class Kept:
    """Exact values by conversation and place, for this process alone and bounded. Safe in several threads."""

    def __init__(self, most: int = _REMEMBERED) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._values: OrderedDict[tuple[str, Place], tuple[str, Secret[str]]] = OrderedDict()

    def __repr__(self) -> str:
        return f"<Kept {len(self._values)}>"

    def keep(self, conversation: str, place: Place, shown: str, came: Plain) -> None:
        """Remember that `came` stood where now `shown` stands. `conversation`: its public id."""
        kept = shown, Secret(json.dumps(came))
        with self._lock:
            self._values[conversation, place] = kept
            self._values.move_to_end((conversation, place))
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def find(self, conversation: str, place: Place, shown: str) -> Plain | None:
        """What stood there, if `shown` still stands there."""
        with self._lock:
            found = self._values.get((conversation, place))
        if found is None or found[0] != shown:
            return None
        came: Plain = json.loads(found[1].reveal())
        return came

    def forget(self, conversation: str) -> None:
        """Drop everything of one conversation: call it where the conversation is forgotten."""
        with self._lock:
            for key in [key for key in self._values if key[0] == conversation]:
                del self._values[key]


KEPT = Kept()
"""What this process keeps for all conversations."""
