"""How much each kind of evidence is worth, and which values hold others inside them."""

from redactor.types import Entity

CONTAINERS = {
    "URL": frozenset({"*"}),
    "EMAIL_ADDRESS": frozenset({"URL", "PERSON", "USERNAME", "ORGANIZATION", "LOCATION", "ACCOUNT_ID", "DATE_TIME"}),
    "STREET_ADDRESS": frozenset(
        {"POSTAL_CODE", "LOCATION", "PERSON", "ORGANIZATION", "DATE_TIME", "AGE", "ACCOUNT_ID", "USERNAME"}
    ),
}
"""A value of the first type takes in values of the others that lie inside it; `*` stands for any."""

BEATS = frozenset({("DATE_OF_BIRTH", "DATE_TIME"), ("US_SSN", "NATIONAL_ID")})
"""Of two readings of one span the first is the more exact one, whoever voted."""

MEMORY, CERTAIN, CHECKED, MODEL, CONTEXT, PARTLY, PLAIN = range(7, 0, -1)


def rank(vote: Entity) -> int:
    """How much the recognizer of a vote knows, from 7 down to 1.

    7 the conversation's memory and the deny list; 6 a validated pattern with context (score ≥ 0.95); 5 a validated
    pattern (≥ 0.9), or a user's recognizer as sure; 4 the transformer, another model, or a user's recognizer; 3 a
    pattern in context (≥ 0.6); 2 a remembered part or slip; 1 a plain pattern.
    """
    if vote.recognizer in ("memory", "deny list"):
        return MEMORY
    if vote.recognizer.startswith("memory:"):
        return PARTLY
    if vote.recognizer in ("transformer", "huggingface"):
        return MODEL
    if vote.recognizer.startswith("pattern:"):
        steps = ((0.95, CERTAIN), (0.9, CHECKED), (0.6, CONTEXT))
        return next((step for score, step in steps if vote.score >= score), PLAIN)
    return CHECKED if vote.score >= 0.9 else MODEL
