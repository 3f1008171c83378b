"""Expressions that are compiled when first used: importing stays fast, and most texts need few of them."""

from typing import Any, cast

import regex


def lazy(source: str) -> regex.Pattern[str]:
    """The same as `regex.compile(source)`, but compiled on the first use of a method."""
    return cast("regex.Pattern[str]", _Lazy(source))


class _Lazy:
    def __init__(self, source: str) -> None:
        self._source = source
        self._compiled: regex.Pattern[str] | None = None

    def __getattr__(self, name: str) -> Any:
        if self._compiled is None:
            self._compiled = regex.compile(self._source)
        value = getattr(self._compiled, name)
        setattr(self, name, value)  # found directly from now on
        return value
