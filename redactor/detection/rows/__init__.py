"""The table: every row this package knows.

Scores: 0.95 and more for a form that a checksum or an explicit word makes certain, 0.8 to 0.9 for a form or a word,
0.5 to 0.7 for a likely reading, below 0.5 for what should count only together with another recognizer's vote.
"""

from dataclasses import replace
from functools import cache

from redactor.detection.checks import DEFAULT_REGIONS
from redactor.detection.patterns import Pattern
from redactor.detection.rows import (
    ages,
    banking,
    births,
    contact,
    crypto,
    devices,
    documents,
    handles,
    identity,
    introductions,
    licences,
    medical,
    money,
    names,
    national,
    places,
    positions,
    postal,
    references,
    secrets,
    special,
    streets,
    tokens,
    vehicles,
)


@cache
def table(regions: tuple[str, ...] = DEFAULT_REGIONS, countries: tuple[str, ...] = ()) -> tuple[Pattern, ...]:
    """The rows in force: those that are by default, and those of the configured `countries`, which need no context.

    `regions` concern the phone rows only; those of `countries` are added to them.

    Raises:
        ValueError: no row knows a country.
    """
    wanted = frozenset(countries)
    rows = all_rows(tuple(dict.fromkeys((*regions, *countries))))
    if unknown := sorted(wanted - frozenset[str]().union(*(row.countries for row in rows))):
        raise ValueError(f"expected countries with identifiers of their own in the table, got {', '.join(unknown)}")
    return tuple(
        _at_home(row) if row.countries & wanted else row for row in rows if row.by_default or row.countries & wanted
    )


def _at_home(row: Pattern) -> Pattern:
    if not row.local_score:
        return row
    return replace(row, score=max(row.score, row.local_score), requires_context=False)


@cache
def all_rows(regions: tuple[str, ...] = DEFAULT_REGIONS) -> tuple[Pattern, ...]:
    """Every row, in force or not."""
    return (
        *contact.rows(regions),
        *handles.rows(),
        *money.rows(),
        *identity.rows(),
        *births.rows(),
        *ages.rows(),
        *national.rows(),
        *places.rows(),
        *streets.rows(),
        *postal.rows(),
        *references.rows(),
        *secrets.rows(),
        *names.rows(),
        *introductions.rows(),
        *special.rows(),
        *tokens.rows(),
        *documents.rows(),
        *licences.rows(),
        *vehicles.rows(),
        *banking.rows(),
        *crypto.rows(),
        *medical.rows(),
        *devices.rows(),
        *positions.rows(),
    )
