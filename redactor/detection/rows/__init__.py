"""The table: every row this package knows.

Scores: 0.95 and more for a form that a checksum or an explicit word makes certain, 0.8 to 0.9 for a form or a word,
0.5 to 0.7 for a likely reading, below 0.5 for what should count only together with another recognizer's vote.
"""

from functools import cache

from redactor.detection.checks import DEFAULT_REGIONS
from redactor.detection.patterns import Pattern
from redactor.detection.rows import contact, identity, money, names, places, references, secrets


@cache
def table(regions: tuple[str, ...] = DEFAULT_REGIONS) -> tuple[Pattern, ...]:
    """All rows; `regions` concern the phone rows only."""
    return (
        *contact.rows(regions),
        *money.rows(),
        *identity.rows(),
        *places.rows(),
        *references.rows(),
        *secrets.rows(),
        *names.rows(),
    )
