"""Special categories: flagged where somebody says them of a person, kept by default, masked under `everything`."""

from collections.abc import Iterator

import pytest

from redactor import Redactor
from redactor.taxonomy import entity_types

SPECIAL = sorted(name for name, row in entity_types().items() if row.gdpr == "9" and row.operator == "keep")

SAID = [
    ("I have diabetes and need my order early", "HEALTH", "diabetes"),
    ("my son has type 1 diabetes", "HEALTH", "diabetes"),
    ("she was diagnosed with breast cancer, I'm in a wheelchair", "HEALTH", "in a wheelchair"),
    ("sorry, my depression makes calls hard", "HEALTH", "my depression"),
    ("As a Muslim I cannot eat this", "RELIGION", "Muslim"),
    ("my rabbi recommended you", "RELIGION", "my rabbi"),
    ("I'm a lifelong Democrat", "POLITICAL_OPINION", "Democrat"),
    ("I am a union member", "TRADE_UNION", "union member"),
    ("I'm gay, and my partner wants a joint account", "SEXUALITY", "gay"),
    ("as a black woman I felt ignored", "ETHNICITY", "black woman"),
    ("I'm of Indian descent", "ETHNICITY", "Indian descent"),
]

NOT_SAID = [
    "my blind is broken, the cord snapped",
    "the union jack shirt in size M",
    "I have a stroke of luck",
    "the conservative choice is the blue one",
    "a gay bar guide book",
    "cancer research charity mug",
    "the black one, please",
    "Christian Dior lipstick",
    "the orthodox way to fold it",
    "do you sell a deaf alarm clock?",
    "labour cost on my invoice",
    "I am a republic of one",
]


@pytest.fixture(scope="module")
def redactor() -> Iterator[Redactor]:
    with Redactor() as made:
        yield made


@pytest.mark.parametrize(("text", "entity_type", "value"), SAID)
def test_what_is_said_of_a_person_is_flagged_and_kept(
    redactor: Redactor, text: str, entity_type: str, value: str
) -> None:
    flagged = [entity for entity in redactor.detect(text) if entity.type == entity_type]
    assert [text[entity.start : entity.end] for entity in flagged] == [value]
    assert [(entity.operator, entity.score < 0.6) for entity in flagged] == [("keep", True)]
    assert value in redactor.conversation(text).redact(text, role="customer").text


@pytest.mark.parametrize("text", NOT_SAID)
def test_the_words_alone_are_left(redactor: Redactor, text: str) -> None:
    assert not [entity for entity in redactor.detect(text) if entity.type in SPECIAL]


@pytest.mark.parametrize("text", ["I am Christian Becker", "my name is Christian", "I'm Roma from sales"])
def test_a_name_stays_a_name(redactor: Redactor, text: str) -> None:
    assert [entity.type for entity in redactor.detect(text)] == ["PERSON"]


def test_everything_masks_them() -> None:
    with Redactor(policy="everything") as redactor:
        assert redactor.conversation("c").redact("I have diabetes", role="customer").text == "I have [HEALTH_1]"


def test_each_special_category_has_rows() -> None:
    assert SPECIAL == ["ETHNICITY", "HEALTH", "POLITICAL_OPINION", "RELIGION", "SEXUALITY", "TRADE_UNION"]
