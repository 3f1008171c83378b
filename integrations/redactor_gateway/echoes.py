"""Who speaks where in a payload: platforms tell everybody of every message, also the bot of its own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from redactor.types import Role
from redactor_gateway.paths import Place, Value, matches, values
from redactor_gateway.platform import Echo, Fields


@dataclass(frozen=True, slots=True)
class Speakers:
    """The pieces of one payload in which not the customer speaks."""

    roles: Mapping[Place, Role] = field(default_factory=dict)

    def role(self, place: Place, rule: Fields) -> Role:
        """Who says what stands at a place: whom the rule names, else whose piece it is in, the innermost first."""
        if rule.role is not None:
            return rule.role
        for length in range(len(place), -1, -1):
            if (found := self.roles.get(place[:length])) is not None:
                return found
        return "customer"


def speakers(rules: tuple[Echo, ...], payload: Value) -> Speakers:
    """As the platform file's `echo` says; of two rules for one piece the first that fits counts. Raises
    `PayloadError` for a payload that cannot be followed."""
    found: dict[Place, Role] = {}
    for rule in rules:
        for place, piece in matches(rule.each, payload):
            if all(values(path, piece) for path in rule.has):
                found.setdefault(place, rule.role)
    return Speakers(found)
