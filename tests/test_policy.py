"""A policy says what happens to each type, and refuses what would be unsafe or ambiguous."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from redactor.exceptions import PolicyError
from redactor.policy import Policy
from redactor.taxonomy import entity_types


def test_default_keeps_places_dates_organisations_and_special_categories_and_nothing_else() -> None:
    special = {"HEALTH", "RELIGION", "POLITICAL_OPINION", "TRADE_UNION", "SEXUALITY", "ETHNICITY"}
    assert Policy.load("default").kept == {"LOCATION", "DATE_TIME", "ORGANIZATION", *special}


def test_everything_keeps_nothing() -> None:
    policy = Policy.load("everything")
    assert policy.kept == frozenset()
    assert not policy.is_public_link("https://www.google.com")


@pytest.mark.parametrize("name", ["default", "everything"])
def test_shipped_policies_never_restore_secrets_codes_or_cards(name: str) -> None:
    policy = Policy.load(name)
    for entity_type in ("CARD_CVV", "SECRET", "CREDIT_CARD"):
        assert policy.operator(entity_type) == "redact"
    assert not policy.may_restore("CARD_CVV", "customer")
    assert not policy.may_restore("SECRET", "tool:login")


def test_only_customers_are_an_audience_by_default() -> None:
    policy = Policy.load("default")
    assert policy.may_restore("PERSON", "customer")
    assert not policy.may_restore("PERSON", "agent")
    assert not policy.may_restore("PERSON", "tool:lookup_order")


def test_a_tool_gets_the_types_its_rule_names() -> None:
    policy = Policy.from_dict({"tools": {"lookup_order": {"args": ["ACCOUNT_ID"]}}})
    assert policy.may_restore("ACCOUNT_ID", "tool:lookup_order")
    assert not policy.may_restore("PERSON", "tool:lookup_order")
    assert not policy.may_restore("ACCOUNT_ID", "tool:other")


def test_card_numbers_become_reversible_only_by_name() -> None:
    assert Policy.load("everything").operator("CREDIT_CARD") == "redact"
    policy = Policy.from_dict({"types": {"CREDIT_CARD": {"operator": "placeholder"}}})
    assert policy.operator("CREDIT_CARD") == "placeholder"


def test_a_secret_can_be_handed_to_one_named_tool_for_one_turn() -> None:
    rule = {"operator": "placeholder", "retention": "turn", "audiences": ["tool:login"]}
    policy = Policy.from_dict({"types": {"SECRET": rule}})
    assert policy.may_restore("SECRET", "tool:login")
    assert not policy.may_restore("SECRET", "customer")


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"typs": {}}, "did you mean 'types'"),
    ({"types": {"PERSONN": {}}}, "did you mean PERSON"),
    ({"types": {"PERSON": {"operatr": "keep"}}}, "did you mean 'operator'"),
    ({"types": {"PERSON": {"operator": "encrypt"}}}, "types.PERSON.operator"),
    ({"types": {"PERSON": {"threshold": 1.5}}}, "types.PERSON.threshold"),
    ({"types": {"PERSON": {"retention": "forever"}}}, "such as '30d'"),
    ({"types": {"PERSON": {"retention": "turn"}}}, "for SECRET alone"),
    ({"types": {"PERSON": {"audiences": ["everybody"]}}}, "expected customer, agent"),
    ({"types": {"CARD_CVV": {"operator": "placeholder"}}}, "not possible"),
    ({"types": {"CARD_CVV": {"operator": "keep"}}}, "not possible"),
    ({"types": {"SECRET": {"operator": "keep"}}}, "never stored"),
    ({"types": {"SECRET": {"operator": "placeholder"}}}, "never stored"),
    (
        {"types": {"SECRET": {"operator": "placeholder", "retention": "turn", "audiences": ["customer"]}}},
        "never restored into text",
    ),
    ({"types": {"LITERAL": {"operator": "keep"}}}, "always `placeholder`"),
    ({"types": {"EMPLOYEE_1": {}}}, "could not be told apart"),
    ({"tools": {"pay": {"args": ["CARD_CVV"]}}}, "never handed to a tool"),
    ({"tools": {"pay": {"args": ["PERSO"]}}}, "did you mean 'PERSON'"),
    ({"deny": [{"term": "x"}]}, "needs a `type`"),
    ({"deny": [{"term": "x", "regex": "y", "type": "PERSON"}]}, "not both"),
    ({"deny": [{"regex": "(?<=a)b", "type": "PERSON"}]}, "look-behind"),
    ({"deny": [{"regex": "(a", "type": "PERSON"}]}, "not a RE2 expression"),
    ({"business": [{"term": "x", "type": "PERSO"}]}, "did you mean 'PERSON'"),
    ({"business": [{"term": "x", "regex": "y"}]}, "not both"),
    ({"business": [{"regex": "(a"}]}, "not a RE2 expression"),
    ({"extends": "nothing"}, "expected one of default, everything"),
]


@pytest.mark.parametrize(("data", "said"), REFUSED, ids=[json.dumps(data)[:60] for data, _ in REFUSED])
def test_what_is_wrong_or_unsafe_is_refused_with_the_way_out(data: dict[str, Any], said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        Policy.from_dict(data)
    assert said in str(refused.value)


def test_a_refusal_does_not_show_the_lists_terms() -> None:
    with pytest.raises(PolicyError) as refused:
        Policy.from_dict({"deny": [{"term": "Zebulon Quux", "typ": "PERSON"}]})
    assert "Quux" not in str(refused.value)
    assert "Quux" not in repr(Policy.from_dict({"deny": [{"term": "Zebulon Quux", "type": "PERSON"}]}))
    assert "Quux" not in repr(Policy.from_dict({"business": [{"term": "Zebulon Quux"}]}))


def test_a_policy_file_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('name = "mine"\n[types.LOCATION]\noperator = "placeholder"\n')
    assert Policy.load(file).operator("LOCATION") == "placeholder"
    with pytest.raises(PolicyError, match=r"no policy file .*absent\.toml"):
        Policy.load(tmp_path / "absent.toml")
    file.write_text("name = ")
    with pytest.raises(PolicyError, match="cannot be read as TOML"):
        Policy.load(file)


def test_the_business_is_itself_in_every_spelling_and_of_every_type_unless_one_is_named() -> None:
    business = [{"term": "+1 800 555 0199"}, {"term": "Acme", "type": "PERSON"}, {"regex": r"desk-\d+@acme\.example"}]
    policy = Policy.from_dict({"business": business})
    assert policy.is_business("PHONE_NUMBER", "+1-800-555-0199")
    assert policy.is_business("PERSON", "ACME")
    assert not policy.is_business("ORGANIZATION", "ACME")
    assert policy.is_business("EMAIL_ADDRESS", "desk-12@acme.example")
    assert not policy.is_business("EMAIL_ADDRESS", "xdesk-12@acme.example")
    assert policy.business_spans("PERSON", "Ask Acme!") == [(4, 8)]
    assert policy.business_spans("URL", "Ask Acme!") == []


def test_an_empty_list_of_the_business_leaves_the_version_as_it_was() -> None:
    settings = json.dumps(Policy.from_dict({}).model_dump(mode="json", exclude={"business"}), sort_keys=True)
    assert Policy.from_dict({}).version == hashlib.sha256(settings.encode()).hexdigest()[:12]
    assert Policy.from_dict({"business": [{"term": "Acme"}]}).version != Policy.from_dict({}).version


def test_the_version_changes_with_any_setting_and_with_nothing_else() -> None:
    assert Policy.load("default").version == Policy.load("default").version
    changed = Policy.from_dict({"types": {"PERSON": {"threshold": 0.51}}})
    assert changed.version != Policy.from_dict({"types": {"PERSON": {"threshold": 0.52}}}).version


def test_every_type_of_the_taxonomy_has_a_usable_operator_and_label() -> None:
    policy = Policy.load("default")
    for name in entity_types():
        assert policy.operator(name) in ("placeholder", "redact", "keep")
        assert policy.label(name)


def test_the_published_schema_refuses_unknown_keys() -> None:
    schema = Policy.published_schema()
    assert schema["additionalProperties"] is False
    assert {"types", "allow", "deny", "tools", "links", "defaults"} <= set(schema["properties"])


@pytest.mark.parametrize(
    ("link", "public"),
    [
        ("www.google.com", True),
        ("https://www.amazon.com/returns", True),
        ("https://facebook.com", True),
        ("https://facebook.com/crystal.minh", False),
        ("https://www.amazon.com/gp/r.html?user=17", False),
        ("https://www.ups.com/track/1Z999AA1", False),
        ("https://google.com.evil.example/", False),
        ("https://crystal@google.com/", False),
        ("https://shop.example/returns", False),
    ],
)
def test_only_plain_links_to_well_known_sites_are_public(link: str, public: bool) -> None:
    assert Policy.load("default").is_public_link(link) is public


def test_retention_is_given_in_seconds() -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"retention": "2h"}}})
    assert policy.retention_seconds("PERSON") == 7200
    assert policy.retention_seconds("EMAIL_ADDRESS") == 30 * 86400


def test_a_models_own_threshold_holds_where_the_policy_names_none() -> None:
    own = {"PERSON": 0.35, "USERNAME": 0.3}
    silent = Policy.from_dict({"types": {"USERNAME": {"threshold": 0.8}}}).model_threshold(own)
    assert (silent("PERSON"), silent("USERNAME"), silent("AGE")) == (0.35, 0.8, 0.5)
    strict = Policy.from_dict({"defaults": {"threshold": 0.6}}).model_threshold(own)
    assert (strict("PERSON"), strict("AGE")) == (0.6, 0.6)
