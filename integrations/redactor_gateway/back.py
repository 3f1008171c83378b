"""The way back of a payload: what led to each place is remembered beside it, never in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from redactor import json_text
from redactor.restoring import walk
from redactor_gateway.fields import SAID, without_prefix
from redactor_gateway.forms import joined, pairs
from redactor_gateway.owners import Owner
from redactor_gateway.paths import Place, Value
from redactor_gateway.platform import Fields
from redactor_gateway.said import Said
from redactor_gateway.whose import Somebody


@dataclass(frozen=True, slots=True)
class Spot:
    """How a place came to read as it does: what leads back."""

    owner: Owner
    rule: Fields | None
    turn_id: str | None = None
    number: type[int] | type[float] | None = None


def walked_back(payload: Value, spots: Mapping[Place, Spot], names: Mapping[Place, Owner]) -> Value:
    """The payload as it came in, as far as values are kept for the customer."""
    return _Back(spots, names).walk(payload, ())


class _Back:
    """One payload on its way back."""

    def __init__(self, spots: Mapping[Place, Spot], names: Mapping[Place, Owner]) -> None:
        self._spots, self._names = spots, names

    def walk(self, value: Value, at: Place) -> Value:
        """The value that stood at a place."""
        if isinstance(value, Mapping):
            return {self._key(key, (*at, key)): self.walk(item, (*at, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self.walk(item, (*at, number)) for number, item in enumerate(value)]
        spot = self._spots.get(at)
        return value if spot is None or not isinstance(spot.owner.whose, Somebody) else _leaf(value, spot)

    def _key(self, key: str, at: Place) -> str:
        whose = self._names[at].whose
        return whose.plainly(key) if isinstance(whose, Somebody) else key


def _leaf(value: Value, spot: Spot) -> Value:
    whose, rule = spot.owner.whose, spot.rule
    assert isinstance(whose, Somebody)  # noqa: S101  asked before
    if not isinstance(value, str):
        return value
    kind = rule.kind if rule else None
    if rule is not None and kind == "handle":
        prefix, bare = without_prefix(value, rule.prefixes)
        back = prefix + whose.value_of(bare)
    elif kind in SAID:
        back = whose.restored(Said(value, kind), spot.turn_id)
    elif kind == "json_string":
        back = _restored_data(whose, value)
    elif kind == "form":
        back = joined([each.written(whose.plainly(each.name), whose.plainly(each.value)) for each in pairs(value)])
    else:
        back = whose.plainly(value)
    return back if spot.number is None or back == value else spot.number(back)


def _restored_data(whose: Somebody, text: str) -> str:
    if not json_text.is_structure(text):
        return whose.plainly(text)
    return str(json_text.plan(text, lambda value, _: lambda: walk(value, whose.plainly))())
