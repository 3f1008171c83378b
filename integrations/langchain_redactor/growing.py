"""Objects that come again and again, each time grown a little, as parsers of JSON give them."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

_NOTHING: Final = object()


class Growing:
    """Pass objects on, but none whose last text may end within a placeholder: the next one shows it whole, or, where
    the next does not go on from it, it was finished as it was."""

    def __init__(self, restore: Callable[[Any], Any], undecided: Callable[[str], bool]) -> None:
        """`undecided(text)`: whether more text could still change how this one is restored."""
        self._restore, self._undecided = restore, undecided
        self._waiting: Any = _NOTHING

    def feed(self, value: Any) -> list[Any]:
        """What can be passed on now."""
        ready = [] if self._waiting is not _NOTHING and grows(self._waiting, value) else self.finish()
        leaf = last_text(value)
        if leaf is not None and self._undecided(leaf):
            self._waiting = value
            return ready
        self._waiting = _NOTHING
        return [*ready, self._restore(value)]

    def finish(self) -> list[Any]:
        """What was waiting, now that nothing follows."""
        value, self._waiting = self._waiting, _NOTHING
        return [] if value is _NOTHING else [self._restore(value)]


def grows(old: Any, new: Any) -> bool:
    """Whether `new` is `old` with more at its end."""
    old, new = _plain(old), _plain(new)
    if isinstance(old, str) and isinstance(new, str):
        return new.startswith(old)
    if isinstance(old, dict) and isinstance(new, dict):
        return all(key in new and grows(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(new) >= len(old) and all(map(grows, old, new))
    return type(old) is type(new) and bool(old == new)


def last_text(value: Any) -> str | None:
    """The text at an object's very end: the only one that can still grow."""
    value = _plain(value)
    while isinstance(value, dict | list) and value:
        value = _plain(list(value.values())[-1] if isinstance(value, dict) else value[-1])
    return value if isinstance(value, str) else None


def _plain(value: Any) -> Any:
    """A model's fields; everything else as it is."""
    return {name: getattr(value, name) for name in type(value).model_fields} if _is_data(value) else value


def _is_data(value: Any) -> bool:
    from langchain_core.messages import BaseMessage

    return isinstance(value, BaseModel) and not isinstance(value, BaseMessage)
