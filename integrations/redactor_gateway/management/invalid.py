"""Requests against their models, and what is said of one that does not fit: where and why, never what it holds."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from redactor_gateway.problems import refuse
from redactor_gateway.protocol import names

M = TypeVar("M", bound=BaseModel)

_WHY = {
    "extra_forbidden": "there is no such field here",
    "missing": "this field is needed",
    "instance_of": "expected a string",
}
"""In our words, by pydantic's kind of error; https://docs.pydantic.dev/latest/errors/validation_errors/."""

_PLAIN = names(
    """bool_type dict_type float_type greater_than_equal int_from_float int_parsing int_parsing_size int_type
    less_than_equal list_type literal_error model_type string_pattern_mismatch string_too_long string_too_short
    string_type string_unicode too_short"""
)
"""Kinds whose own words name what was expected and nothing of what came."""


def checked(model: type[M] | None, given: Any, *, is_text: bool = False) -> M | None:
    """What was given, as the model; `is_text`: numbers may stand in it as text, as in a query. Without a model nothing
    may be given. Raises `ProblemError`: 400."""
    if model is None:
        if given:
            raise refuse(400, "invalid_request", "this takes no query parameters")
        return None
    where, why = "", ""
    try:
        return model.model_validate(given, strict=not is_text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = _where(first["loc"], _fields(model))
        why = _WHY.get(first["type"]) or (first["msg"] if first["type"] in _PLAIN else "this is not as expected")
    raise refuse(400, "invalid_request", f"{where}: {why}" if where else why, param=where or None)


def _where(place: tuple[int | str, ...], fields: frozenset[str]) -> str:
    """The place by the names of our fields alone: others are the request's own."""
    return ".".join(str(part) for part in place if isinstance(part, int) or part in fields)


def _fields(model: Any) -> frozenset[str]:
    """Names of the fields of a model and of all models in it."""
    schema = model.model_json_schema()
    found = [schema, *schema.get("$defs", {}).values()]
    return frozenset(name for each in found for name in each.get("properties", {}))
