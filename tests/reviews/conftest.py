"""A store in memory with a few values that are found, and people who review."""

from collections.abc import Callable, Iterator

import pytest

from redactor import Redactor
from redactor.audit import acting
from redactor.reviews import Reviews, Verdict, VerdictKind
from redactor.testing import in_memory

Said = Callable[..., tuple[str, str]]
Review = Callable[..., None]


def on(
    redactor: Redactor, place: tuple[str, str], kind: VerdictKind, shown: str, named: str = "", to_type: str = ""
) -> Verdict:
    """A verdict on what is shown so in a message."""
    text = Reviews(redactor).look(*place).turn.text
    return Verdict(kind, text.index(shown), text.index(shown) + len(shown), named, to_type=to_type)


@pytest.fixture
def redactor() -> Iterator[Redactor]:
    with in_memory({"Crystal Minh": "PERSON", "Visa Gold": "PERSON", "8706847615": "ACCOUNT_ID"}) as made:
        yield made


@pytest.fixture
def said(redactor: Redactor) -> Said:
    """`said("c", "text")` → the public ids of the new turn's conversation and of itself."""

    def spoken(conversation: str, text: str, tenant: str = "default") -> tuple[str, str]:
        chat = redactor.conversation(conversation, tenant)
        return chat.public_id, chat.redact(text).turn_id

    return spoken


@pytest.fixture
def review(redactor: Redactor) -> Review:
    """`review(place, *verdicts, by="ann")`: judged and submitted."""

    def done(
        place: tuple[str, str], *verdicts: Verdict, by: str = "ann", sampled: bool = False, people: int = 1
    ) -> None:
        reviews = Reviews(redactor, reviewers=people)
        with acting(f"console:{by}"):
            for verdict in verdicts:
                reviews.judge(*place, verdict)
            reviews.submit(*place, sampled=sampled)

    return done
