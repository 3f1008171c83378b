"""Stores come whole through a fork: no lock held by a thread that is gone, no connection used by two processes."""

import os
import weakref
from typing import Protocol


class Forkable(Protocol):
    """Something with a lock or a connection."""

    def before_fork(self) -> None:
        """Wait until no other thread is half-way, and let none start."""

    def after_fork(self, *, in_child: bool) -> None:
        """Go on."""


_known: "weakref.WeakSet[Forkable]" = weakref.WeakSet()
_held: list[Forkable] = []


def watch(forkable: Forkable) -> None:
    """Call the two methods around every later fork, as long as the object lives."""
    _known.add(forkable)


def _before() -> None:
    for forkable in list(_known):
        forkable.before_fork()
        _held.append(forkable)


def _after(*, in_child: bool) -> None:
    while _held:
        _held.pop().after_fork(in_child=in_child)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_before,
        after_in_parent=lambda: _after(in_child=False),
        after_in_child=lambda: _after(in_child=True),
    )
