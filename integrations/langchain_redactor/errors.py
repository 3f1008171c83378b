"""Exceptions on their way out of a redacted run: nothing personal in their text, attributes or frames.

An exception keeps its identity and type, so that `except openai.RateLimitError` goes on working. It is changed in
place: a copy would leave the raw one behind in somebody's `__context__`.
"""

import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from langgraph.errors import GraphBubbleUp
from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from redactor import Conversation
from redactor.exceptions import RedactorError

_SIGNALS = (GraphBubbleUp, KeyboardInterrupt, SystemExit, GeneratorExit)
"""Of the graph and the interpreter: they carry no text of anybody's, and somebody waits for the very object."""

_OPAQUE = (UnicodeError, SyntaxError, StopIteration, StopAsyncIteration)
"""What keeps the text it speaks of where it cannot be taken from."""

_FRAMES = 12
"""Places named in the note, innermost last: files, lines and functions, no text."""

_PLAIN = (bool, int, float, type(None))


class MaskedError(RedactorError):
    """Stands for an exception that could not be masked; its text begins with the name of that one's type."""


def mask(error: BaseException, chat: Conversation) -> BaseException:
    """The exception to raise instead, outside of the `except` block: the same one, masked in place (its arguments,
    attributes and notes; causes, context and frames are let go of), wherever that is possible.

    A note says where it was raised.
    """
    if isinstance(error, _SIGNALS):
        error.__cause__ = error.__context__ = None
        return error
    where = _places(error)
    safe = error if isinstance(error, RedactorError) else _masked_error(error, _redacting(chat))
    return _without_frames(safe, where)


def _redacting(chat: Conversation) -> Callable[[str], str]:
    def redact(text: str) -> str:
        with suppress(RedactorError):
            return str(chat.redact_value(text, "assistant"))
        return "(withheld: it could not be checked for personal data)"

    return redact


def _masked_error(error: BaseException, redact: Callable[[str], str]) -> BaseException:
    if isinstance(error, ValidationError):
        return _validation_error(error, redact)
    shown = _text(error)
    if isinstance(error, _OPAQUE):
        return MaskedError(f"{type(error).__name__}: {redact(shown)}")
    with suppress(Exception):  # read-only attributes, odd classes: what counts is what they show afterwards
        _change(error, shown, redact)
    if all(redact(said) == said for said in (_text(error), *map(str, getattr(error, "__notes__", ())))):
        return error
    return MaskedError(f"{type(error).__name__}: {redact(shown)}")


def _validation_error(error: ValidationError, redact: Callable[[str], str]) -> ValidationError:
    """Pydantic's own cannot be changed; it is made again without its inputs."""
    lines = [
        InitErrorDetails(
            type=PydanticCustomError(_literal(each["type"]), _literal(redact(each["msg"]))),
            loc=tuple(redact(part) if isinstance(part, str) else part for part in each["loc"]),
            input=None,
        )
        for each in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    return ValidationError.from_exception_data(redact(error.title), lines, hide_input=True)


def _literal(text: str) -> Any:
    """Pydantic's types want a literal here; any string is accepted."""
    return text


def _change(error: BaseException, shown: str, redact: Callable[[str], str]) -> None:
    attributes = {name: _masked(value, redact) for name, value in vars(error).items()}
    arguments = tuple(_masked(value, redact) for value in error.args)
    vars(error).clear()
    vars(error).update(attributes)
    error.args = arguments
    if isinstance(error, AttributeError):
        error.obj = None
    if _text(error) != redact(shown):
        _say(error, redact(shown))
    for part in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        _change(part, _text(part), redact)
        part.__traceback__ = part.__cause__ = part.__context__ = None


def _text(error: BaseException) -> str:
    """What it says of itself; nothing where it can no longer be said."""
    try:
        return str(error)
    except Exception:  # noqa: BLE001  its __str__ may want what was taken away
        return ""


def _say(error: BaseException, text: str) -> None:
    """Its text is made of something that is neither argument nor attribute: an argument says it now."""
    with suppress(Exception):
        error.args = (text,)


def _masked(value: Any, redact: Callable[[str], str]) -> Any:
    """Strings and plain containers redacted; an object (a response, a message, another error) is let go of."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Mapping):
        return {_masked(key, redact): _masked(item, redact) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_masked(item, redact) for item in value]
    return None


def _places(error: BaseException) -> str:
    """Where it was raised, without a line of source or a value."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return "\n".join(["raised at:", *(f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames)])


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """What a call gave, or the masked exception it ended with: carried out of the frames that hold raw text."""

    value: T | None = field(default=None, repr=False)
    error: BaseException | None = None

    def get(self) -> T:
        """The value; or raises the exception, from here: no frame of the call is in its traceback."""
        if self.error is not None:
            raise self.error
        return cast("T", self.value)


def unframed(call: Callable[[], T]) -> Outcome[T]:
    """Call it before there is a conversation that could mask: what it raises comes without the frames it came through,
    which hold raw text. Our own errors say nothing personal; a function of the caller's says what its author wrote."""
    try:
        return Outcome(call())
    except Exception as error:  # noqa: BLE001  every one is raised again, by `get`
        return Outcome(error=_without_frames(error, _places(error)))


def _without_frames(error: BaseException, where: str) -> BaseException:
    error.__traceback__ = error.__cause__ = error.__context__ = None
    if where and not getattr(error, "__notes__", ()):  # the innermost place is the one to know
        error.add_note(where)
    return error


def attempt(chat: Conversation, call: Callable[[], T]) -> Outcome[T]:
    """Call it. What it raises comes masked."""
    try:
        return Outcome(call())
    except Exception as error:  # noqa: BLE001  every one is raised again, by `get`
        return Outcome(error=mask(error, chat))


async def aattempt(chat: Conversation, call: Callable[[], Awaitable[T]]) -> Outcome[T]:
    """The same for a coroutine."""
    try:
        return Outcome(await call())
    except Exception as error:  # noqa: BLE001  every one is raised again, by `get`
        return Outcome(error=mask(error, chat))
