"""Fields of pydantic models that do not give their value away: `Annotated[str, RedactOnDump("EMAIL_ADDRESS")]`.

Code reads the value as ever; dumps hold the redacted form, and reprs and validation errors none of it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from redactor.oneway import one_way
from redactor.taxonomy import entity_types

_HIDDEN = "'**********'"


@dataclass(frozen=True, slots=True)
class RedactOnDump:
    """Annotation of a text, or of a list, tuple, set or mapping of texts.

    With an entity type the whole value is one: a dump holds `[EMAIL_ADDRESS]`. Without, the value is a text that may
    hold personal data: a dump holds it with what patterns find redacted, and fails where they cannot be asked. Both
    modes of `model_dump`, and `model_dump_json`, give the redacted form: a dump is what is logged and sent. Mapping
    keys are dumped as they are.

    Write it last: what is annotated after it is checked outside it, and pydantic's errors quote what that is given.

    Raises:
        ValueError: there is no such entity type.
    """

    entity_type: str | None = None

    def __post_init__(self) -> None:
        if self.entity_type is not None and self.entity_type not in entity_types():
            raise ValueError(f"RedactOnDump: there is no entity type {self.entity_type!r}")

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        checked = core_schema.no_info_wrap_validator_function(_validated, handler(source))
        return core_schema.chain_schema(
            [core_schema.no_info_plain_validator_function(_Carried), checked],
            serialization=core_schema.plain_serializer_function_ser_schema(self._dumped),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        found: Any = schema
        while "steps" not in found:  # what was annotated after it lies around it
            found = found["schema"]
        return handler(found["steps"][1]["schema"])

    def _dumped(self, value: Any) -> Any:
        kind = self.entity_type
        return _mapped(value, (lambda text: f"[{kind}]") if kind else one_way())


class Hidden(str):
    """A text that does not show in a repr; everything else about it is as of any text."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _HIDDEN


class RedactedModel(BaseModel):
    """A model whose validation errors show no input at all.

    The error for a field that is missing shows the other fields' values; an annotation of one field cannot help that.
    """

    model_config = ConfigDict(hide_input_in_errors=True)


class _Carried:
    """Input on its way to validation: what pydantic names in an error is this, and it shows nothing."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return _HIDDEN

    __str__ = __repr__


def _validated(carried: Any, handler: Callable[[Any], Any]) -> Any:
    problem = ("", "")
    try:
        return _mapped(handler(carried.value), Hidden)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        problem = first["type"], first["msg"]
    except (ValueError, AssertionError):
        problem = "value_error", ""
    carried.value = None  # pydantic's error keeps hold of it
    kind, said = problem
    if kind in ("value_error", "assertion_error") or kind not in _FIXED:  # somebody's own words may quote the value
        raise PydanticCustomError("redacted_value", "the value is not valid")
    raise PydanticCustomError(kind, said)


_FIXED = frozenset({"string_type", "string_too_short", "string_too_long", "string_pattern_mismatch", "list_type"})
"""Errors of pydantic whose message tells the rule and never the value."""


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    """Texts changed wherever they stand in it."""
    if value is None:
        return None
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list | tuple | set | frozenset):
        return type(value)(_mapped(inner, change) for inner in value)
    if isinstance(value, dict):
        return {key: _mapped(inner, change) for key, inner in value.items()}
    raise TypeError(f"RedactOnDump is for texts and collections of texts, and not for {type(value).__name__}")
