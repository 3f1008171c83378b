"""Signs: each is seen in what it names, and not in ordinary text that is like it."""

from pathlib import Path

import pytest

from redactor.metrics.signs import LONG, MANY, MESSAGE_SIGNS, REPLY_SIGNS, SIGNS, message_signs, reply_signs
from redactor.types import Entity, Role


def entity(entity_type: str = "PERSON") -> Entity:
    return Entity(0, 1, entity_type, 1.0, "fake")


def signs(text: str, *entities: Entity, role: Role = "customer") -> list[str]:
    return list(message_signs(role, text, entities))


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("my card is 4111\u200b1111", "invisible_characters"),
        ("pass\u00adword", "invisible_characters"),
        ("hello\U000e0041\U000e0042", "invisible_characters"),
        ("call \u202e5550-555-212", "reversed_text"),
        ("j\u043ehn@example.com", "look_alike_letters"),  # Cyrillic o
        ("\u0391nna", "look_alike_letters"),  # Greek capital alpha
        ("I am \U0001d409\U0001d428\U0001d421\U0001d427", "mathematical_letters"),
        ("x" * LONG, "long_message"),
    ],
)
def test_a_disguise_is_seen(text: str, sign: str) -> None:
    assert signs(text) == [sign]


@pytest.mark.parametrize(
    "text",
    [
        "plain text",
        "Zoë Müller, naïve café, 5 €, “quoted” – all right…",
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467, heart \u2764\ufe0f, one 1\ufe0f\u20e3",
        "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f England",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",  # Persian with its joiner
        "my number is \u202a+1 (212) 555-0143\u202c",  # as copied from an address book
        "\u2067\u05e9\u05dc\u05d5\u05dd\u2069",  # Hebrew, isolated
        "меня зовут Ivan",  # two scripts, each in words of its own
        "10kΩ and 5μm",
        "let \U0001d465 be a number",
        "x" * (LONG - 1),
    ],
)
def test_ordinary_text_shows_none(text: str) -> None:
    assert signs(text) == []


def test_text_that_reads_like_a_placeholder_counts_only_from_outside() -> None:
    assert signs("[PERSON_1]", entity("LITERAL")) == ["placeholder_like"]
    assert signs("[PERSON_9]", entity("LITERAL"), role="assistant") == []


def test_very_many_values_are_a_sign_and_a_form_is_not() -> None:
    assert signs("", *[entity()] * (MANY - 1)) == []
    assert signs("", *[entity()] * MANY) == ["many_values"]


def test_a_reply_shows_what_was_invented_and_what_was_withheld_where() -> None:
    assert list(reply_signs([], [], 0)) == []
    assert list(reply_signs(["[PERSON_9]"], [], 0)) == ["invented_placeholder"]
    assert list(reply_signs([], ["[CREDIT_CARD_1]"], 0)) == ["withheld_from_reader"]
    assert list(reply_signs([], ["[PERSON_1]"], 1)) == ["withheld_in_link"]
    assert list(reply_signs([], ["[PERSON_1]", "[CREDIT_CARD_1]"], 1)) == ["withheld_from_reader", "withheld_in_link"]


def test_no_sign_is_of_messages_and_of_replies() -> None:
    assert len(SIGNS) == len(MESSAGE_SIGNS) + len(REPLY_SIGNS)


def test_every_sign_is_explained_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "monitoring.md").read_text("utf-8")
    assert [sign for sign in SIGNS if f"| `{sign}` |" not in page] == []
