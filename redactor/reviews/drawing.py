"""Which reviewed messages stand for all: those that chance has drawn, and those it came past.

Messages are drawn in the order of their random ids. One that was reviewed for its risk before its turn came is missing
among the drawn, and it was a risky one; once chance has come past its id, it counts as drawn.
"""

import threading
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from redactor.redactor import Redactor
from redactor.reviews.events import event
from redactor.reviews.reviewing import Reviews
from redactor.storage import Store

_PAGE = 1000
"""Events that are read at a time."""


@dataclass(slots=True)
class _Seen:
    """What this process has read of a tenant's reviews: the next time only what is new is read."""

    number: int = 0
    reached: str = ""
    """The id chance has come to."""
    not_drawn: set[tuple[str, str]] = field(default_factory=set)
    """Messages that people are done with: conversation, turn."""


_lock = threading.Lock()
_seen: "WeakKeyDictionary[Store, dict[str, _Seen]]" = WeakKeyDictionary()


def catch_up(redactor: Redactor, tenant: str | None = None) -> int:
    """Let messages that chance has come past count as drawn, of a tenant or of all. Gives how many joined."""
    store = redactor.parts.store
    with _lock:
        of_store = _seen.setdefault(store, {})
        tenants = [row.tenant for row in store.tenants()] if tenant is None else [tenant]
        return sum(_of_tenant(redactor, name, of_store.setdefault(name, _Seen())) for name in tenants)


def _of_tenant(redactor: Redactor, tenant: str, seen: _Seen) -> int:
    _read(redactor.parts.store, tenant, seen)
    passed = [place for place in seen.not_drawn if place[1] <= seen.reached]
    reviews = Reviews(redactor)
    for place in passed:
        reviews.count_as_drawn(*place)
        seen.not_drawn.discard(place)
    return len(passed)


def _read(store: Store, tenant: str, seen: _Seen) -> None:
    while rows := store.reviews_after(seen.number, _PAGE, tenant):
        for row in rows:
            if row.kind != "settled":
                continue
            settled, place = event(row), (row.conversation, row.turn_id)
            if settled.is_over and settled.sampled:
                seen.reached = max(seen.reached, row.turn_id)
            if settled.is_over and not settled.sampled:
                seen.not_drawn.add(place)
            else:
                seen.not_drawn.discard(place)
        seen.number = rows[-1].number
