"""A value whose entity type the host tells: an identity field of a message, such as the sender's number, or the right
value in the place of a wrong one."""

from redactor.detection.view import view
from redactor.exceptions import BlockedError, ConfigError
from redactor.history import compact
from redactor.intake import Plan, Planned, mention
from redactor.policy import Policy
from redactor.referents import Mention
from redactor.taxonomy import LITERAL, NEVER_STORED
from redactor.types import Entity
from redactor.validation import nearest

RECOGNIZER = "told"
"""What the transcript names where such a value is masked."""


def told(value: str, entity_type: str, policy: Policy) -> Plan:
    """The whole value, without the blanks around it, as one entity. Nothing is masked where the policy keeps the type,
    or where no letter or digit is in it.

    Raises `ConfigError` for an unknown type and `BlockedError` where the policy refuses it.
    """
    types = policy.entity_types - {LITERAL}
    if entity_type not in types:
        # Not echoed: who mixes up the two arguments hands over the value as the type.
        raise ConfigError(f"unknown entity type ({len(entity_type)} characters){nearest(entity_type, types)}")
    operator = policy.operator(entity_type)
    if not compact(value) or operator == "keep":
        return Plan((), ())
    if operator == "block":
        raise BlockedError((entity_type,))
    text = value.strip()
    start = len(value) - len(value.lstrip())
    entity = Entity(start, start + len(text), entity_type, 1.0, RECOGNIZER)
    return Plan((Planned(entity, operator, text, view(text).text),), (), is_new=True)


def corrected(value: str, entity_type: str, policy: Policy) -> Mention:
    """The right value of a placeholder, without the blanks around it. Raises `ConfigError` for a type of which no value
    is kept, and for a value without a letter or digit."""
    if entity_type not in policy.entity_types - {LITERAL} - NEVER_STORED:
        raise ConfigError("expected a placeholder of a type whose values are kept, such as [PERSON_1]")
    text = value.strip()
    if not compact(text):
        raise ConfigError("expected the right value, with a letter or digit in it; to remove one, forget or erase")
    return mention(policy, entity_type, "placeholder", text, view(text).text)
