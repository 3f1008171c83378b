"""Structured responses: the graph works on a schema in which placeholders fit, the caller gets the real one, checked.

Inside the graph a response is a plain dict with placeholders: no class of the application's is checkpointed, no value
either. It is checked there against the real schema with real values, so that LangChain's own retry
(`ToolStrategy.handle_errors`) works; of what was wrong only the places and kinds are told.
"""

import functools
import operator
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, is_dataclass
from types import UnionType
from typing import Any, Protocol, Union, get_args, get_origin

from langchain.agents.structured_output import AutoStrategy, ProviderStrategy, StructuredOutputError, ToolStrategy
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, ErrorDetails, PydanticKnownError, core_schema
from typing_extensions import is_typeddict

from langchain_redactor.bound import Bound, bound
from langchain_redactor.schemas import field_names, relaxed_schema, with_numbers
from redactor.exceptions import ConfigError, RedactorError

__all__ = ["SCHEMA_KEY", "Finish", "StructuredResponseError", "relax", "relaxed_schema"]

SCHEMA_KEY = "redactor_schema"
"""Beside a response that may be of several schemas, the name of the one it is of: two of them may look the same."""

_PLACEHOLDERS_HINT = (
    "what stands behind a placeholder was checked as it was given; where it does not fit, leave the field out or ask "
    "for it once more, in the form that is wanted"
)
_NOT_TOLD = "does not pass the check of its own"
_WORD = re.compile(r"\w{3,}|\d{2}")


class StructuredResponseError(RedactorError, StructuredOutputError):
    """A response does not fit its schema; the text names fields and kinds of errors, never what stood there."""


class Finish(Protocol):
    """Turns the state's `structured_response` into the caller's object."""

    def __call__(self, held: Any, bound: Bound, audience: str = "customer") -> Any:
        """With the values that this audience may read. Raises `StructuredResponseError` where they do not fit."""


@dataclass(frozen=True, slots=True)
class _Schema:
    """One real schema: its name, what it looks like, and how a value is checked."""

    name: str
    json: Mapping[str, Any] = field(repr=False)
    adapter: TypeAdapter[Any] | None = field(repr=False)
    """None for a schema that is JSON only; nothing is checked then, as LangChain does not either."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The caller's object, or what is wrong with it."""

    value: Any = field(default=None, repr=False)
    problem: str = ""


def relax(response_format: Any) -> tuple[Any, Finish | None]:
    """What `create_agent` gets as `response_format`, and what makes the caller's object of the response.

    The second is None where there is no response format. Raises `ConfigError` for a schema that cannot be told apart
    from what this package notes beside it.
    """
    if response_format is None:
        return None, None
    if isinstance(response_format, ToolStrategy):
        relaxed, finish = _relaxed(response_format.schema)
        content, handle = response_format.tool_message_content, response_format.handle_errors
        return ToolStrategy(relaxed, tool_message_content=content, handle_errors=handle), finish
    if isinstance(response_format, ProviderStrategy):
        relaxed, finish = _relaxed(response_format.schema)
        return ProviderStrategy(relaxed, strict=response_format.schema_spec.strict), finish
    if isinstance(response_format, AutoStrategy):
        relaxed, finish = _relaxed(response_format.schema)
        return AutoStrategy(relaxed), finish
    return _relaxed(response_format)


def _relaxed(schema: Any) -> tuple[Any, Finish]:
    variants = _variants(schema)
    known = [_schema(variant) for variant in variants]
    if len(known) == 1:
        return _stand_in(variants[0], known[0]), functools.partial(_finished, known[0])
    for each in known:
        if SCHEMA_KEY in field_names(each.json):
            raise ConfigError(f"the response schema {each.name} has a field named {SCHEMA_KEY}; give it another name")
    stand_ins = [_stand_in(variant, each, each.name) for variant, each in zip(variants, known, strict=True)]
    finish = functools.partial(_finished_as_noted, {each.name: each for each in known})
    return functools.reduce(operator.or_, stand_ins), finish


def _variants(schema: Any) -> list[Any]:
    if get_origin(schema) in (Union, UnionType):
        return [each for member in get_args(schema) for each in _variants(member)]
    return [schema]


def _schema(schema: Any) -> _Schema:
    if isinstance(schema, dict):
        return _Schema(str(schema.get("title", "the response")), schema, None)
    is_model = isinstance(schema, type) and issubclass(schema, BaseModel)
    if not (is_model or is_dataclass(schema) or is_typeddict(schema)):
        raise ConfigError(
            f"a response_format is a pydantic model, a dataclass, a TypedDict, a JSON schema as a dict, or a strategy "
            f"around one of them; got {getattr(schema, '__name__', type(schema).__name__)}"
        )
    adapter: TypeAdapter[Any] = TypeAdapter(schema)
    return _Schema(schema.__name__, schema.model_json_schema() if is_model else adapter.json_schema(), adapter)


def _stand_in(schema: Any, known: _Schema, note: str = "") -> Any:
    """What LangChain gets instead: for a class one with its name and docstring, whose schema is the relaxed one and
    which takes a response by checking it, and leaves it as it came. `note`: what is noted beside it."""
    relaxed = relaxed_schema(known.json)
    if isinstance(schema, dict):
        return relaxed

    def take(data: Any) -> Any:
        _raise(known, _checked(known, data, bound(), "customer").problem)
        return {**data, SCHEMA_KEY: note} if note else data

    def core(cls: type[BaseModel], source: Any, handler: Any) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(take)

    def json(cls: type[BaseModel], *args: Any, **kwargs: Any) -> dict[str, Any]:
        return relaxed

    return type(
        known.name,
        (BaseModel,),
        {
            "__doc__": schema.__doc__,
            "__module__": __name__,
            "__get_pydantic_core_schema__": classmethod(core),
            "model_json_schema": classmethod(json),
        },
    )


def _finished(schema: _Schema, held: Any, bound: Bound, audience: str = "customer") -> Any:
    """None, where the LLM gave no response, and what is no dict any more are given as they are."""
    if not isinstance(held, dict):
        return held
    outcome = _checked(schema, held, bound, audience)
    _raise(schema, outcome.problem)
    return outcome.value


def _finished_as_noted(schemas: Mapping[str, _Schema], held: Any, bound: Bound, audience: str = "customer") -> Any:
    if not isinstance(held, dict):
        return held
    schema = schemas.get(str(held.get(SCHEMA_KEY)))
    if schema is None:
        raise StructuredResponseError(
            f"the response in the state is of none of the schemas {', '.join(sorted(schemas))}; it was written by an "
            "agent with another response_format"
        )
    return _finished(schema, {key: value for key, value in held.items() if key != SCHEMA_KEY}, bound, audience)


def _raise(schema: _Schema, problem: str) -> None:
    """Raised from here, where no frame on the way holds a restored value."""
    if problem:
        raise StructuredResponseError(f"the response does not fit {schema.name}: {problem}")


def _checked(schema: _Schema, data: Any, bound: Bound, audience: str) -> _Outcome:
    restored = with_numbers(bound.chat.restore_value(data, audience), schema.json)
    if schema.adapter is None:
        return _Outcome(restored)
    try:
        return _Outcome(schema.adapter.validate_python(restored))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    except Exception as error:  # noqa: BLE001 - LangChain takes whatever a schema's own code raises for a misfit
        return _Outcome(problem=f"its own check raised {type(error).__name__}")
    known = field_names(schema.json)
    told = [f"{_place(each['loc'], known)}: {_said(each, restored, bound)}" for each in found]
    return _Outcome(problem="; ".join([*told, _PLACEHOLDERS_HINT] if restored != data else told))


def _place(location: tuple[int | str, ...], known: set[str]) -> str:
    """The path to a field. Names that the schema does not declare are the data's keys, which may be personal."""
    return ".".join(str(step) for step in location if isinstance(step, int) or step in known) or "as a whole"


def _said(error: ErrorDetails, restored: Any, bound: Bound) -> str:
    """pydantic's own words tell of the schema alone; those of a check the application wrote may quote the value, so
    they are redacted, and left out where a piece of the response is still in them."""
    said = f"{error['msg']} ({error['type']})"
    if _is_of_the_schema_alone(error):
        return said
    masked = _masked(said, bound)
    texts = "\n".join(_texts(restored)).casefold()
    return masked if masked and not any(word in texts for word in _WORD.findall(masked.casefold())) else _NOT_TOLD


def _masked(text: str, bound: Bound) -> str:
    try:
        masked: str = bound.chat.redact_value(text)
    except Exception:  # noqa: BLE001 - raised from here it would carry the value in its frames
        return ""
    return masked


def _is_of_the_schema_alone(error: ErrorDetails) -> bool:
    try:
        own = PydanticKnownError(error["type"], error.get("ctx")).message()  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError):
        return False
    return own == error["msg"] and not {"error", "tag"} & set(error.get("ctx", {}))


def _texts(value: Any) -> Iterator[str]:
    """Every string in parsed JSON, keys and numbers included."""
    if isinstance(value, Mapping):
        yield from (text for pair in value.items() for item in pair for text in _texts(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))
    elif isinstance(value, str | int | float):
        yield str(value)
