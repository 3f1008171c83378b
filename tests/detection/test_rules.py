"""Which score a vote needs: the policy's, or for the transformer's votes the model's own."""

from redactor.detection import Rules
from redactor.types import Entity


def test_only_the_transformers_votes_are_held_against_the_models_own_thresholds() -> None:
    rules = Rules(lambda _: 0.5, lambda _: 0.3)
    assert rules.needed(Entity(0, 3, "PERSON", 0.4, "transformer")) == 0.3
    assert rules.needed(Entity(0, 3, "PERSON", 0.4, "pattern:name")) == 0.5
    assert Rules(lambda _: 0.5).needed(Entity(0, 3, "PERSON", 0.4, "transformer")) == 0.5
