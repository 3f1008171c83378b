"""The table of entity types, and what makes two mentions the same referent."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor.policy import Policy
from redactor.taxonomy import NEVER_STORED, canonical, entity_types, parts, sources


def test_every_row_is_complete() -> None:
    for name, row in entity_types().items():
        assert re.fullmatch(r"[A-Z][A-Z_]*[A-Z]", name)
        assert row.meaning
        assert row.label
        assert row.operator in ("placeholder", "redact", "keep")
        assert row.dpv or name == "LITERAL"
        assert re.fullmatch(r"[A-R]?", row.hipaa)
        assert re.fullmatch(r"(?:[A-L]\+?)?", row.ccpa)


def test_what_is_never_stored_is_dropped_by_default() -> None:
    for name in NEVER_STORED:
        assert entity_types()[name].operator == "redact"


@pytest.mark.parametrize(
    ("entity_type", "one", "other", "same"),
    [
        ("PERSON", "Crystal  Minh", "crystal minh", True),
        ("PERSON", "J. Smith", "J Smith", True),
        ("PERSON", "Joyce Wu", "Joyce Wo", False),
        ("EMAIL_ADDRESS", "A@Example.com", "a@example.com", True),
        ("EMAIL_ADDRESS", "a.b@example.com", "ab@example.com", False),
        ("EMAIL_ADDRESS", "a+1@example.com", "a@example.com", False),
        ("PHONE_NUMBER", "(212) 555-0100", "212.555.0100", True),
        ("PHONE_NUMBER", "212 555 0100", "212 555 0101", False),
        ("ACCOUNT_ID", "#w49-232", "W49232", True),
        ("CREDIT_CARD", "4111 1111 1111 1111", "4111111111111111", True),
        ("USERNAME", "@cminh1", "CMinh1", True),
        ("STREET_ADDRESS", "1 Main St, Leeds", "1 main st leeds", True),
        ("SECRET", "Pa55", "pa55", False),
        ("LITERAL", "[person_1]", "[PERSON_1]", False),
    ],
)
def test_identity(entity_type: str, one: str, other: str, same: bool) -> None:
    assert (canonical(entity_type, one) == canonical(entity_type, other)) is same


@given(st.sampled_from(sorted(entity_types())), st.text(min_size=1))
def test_the_canonical_form_is_its_own_and_never_empty(entity_type: str, text: str) -> None:
    assert canonical(entity_type, text)


def test_a_persons_parts_are_her_names() -> None:
    assert parts("PERSON", "crystal ann minh") == {"crystal", "ann", "minh", "crystal minh"}
    assert parts("PERSON", "crystal") == frozenset()
    assert parts("PERSON", "c minh") == {"minh"}
    assert parts("EMAIL_ADDRESS", "a b") == frozenset()


def test_every_column_of_law_names_its_source() -> None:
    assert set(sources()) == {"dpv", "hipaa", "ccpa", "pci", "gdpr", "operator", "retention"}
    assert all(sources().values())


def test_the_default_policy_keeps_values_as_long_as_the_table_says() -> None:
    default = Policy.load("default")
    for name, row in entity_types().items():
        assert row.retention == ("" if row.operator == "redact" else default.retention(name)), name


def test_special_categories_are_kept_and_never_find_a_person() -> None:
    special = {name for name, row in entity_types().items() if row.gdpr == "9" and row.operator == "keep"}
    assert special == {"HEALTH", "RELIGION", "POLITICAL_OPINION", "TRADE_UNION", "SEXUALITY", "ETHNICITY"}
    assert not any(entity_types()[name].subject for name in special)
