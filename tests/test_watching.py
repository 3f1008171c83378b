"""Who watches is told what became of entities and placeholders, each once, and nothing of a text."""

import asyncio
import re
from collections import Counter

import pytest

from redactor import Policy, Redactor
from redactor.exceptions import BlockedError
from redactor.testing import in_memory
from redactor.watching import Outcome, Step, watched, watcher

NAME, MAIL, OTHER = "Crystal Minh", "crystal.minh@example.com", "Paula Quill"
KNOWN: dict[str | re.Pattern[str], str] = {NAME: "PERSON", OTHER: "PERSON", MAIL: "EMAIL_ADDRESS"}


class Told:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.saw_: Counter[tuple[Outcome, str]] = Counter()
        self.steps: Counter[Step] = Counter()

    def saw(self, outcome: Outcome, type: str) -> None:  # noqa: A002
        self.saw_[outcome, type] += 1

    def took(self, step: Step, seconds: float) -> None:
        assert 0.0 <= seconds < 60.0
        self.steps[step] += 1


def test_a_turn_and_its_reply_are_told_of_once() -> None:
    told = Told()
    with in_memory(KNOWN) as redactor:
        chat = redactor.conversation("c-1")
        with watched(told):
            chat.redact(f"I am {NAME}, {MAIL}")
            reply = f"Hi [PERSON_1], [PERSON_5], {OTHER}. See https://x.example/?q=[PERSON_1]"
            chat.restore(reply, scan=True)
        chat.redact(f"I am {OTHER}")
    assert told.saw_ == {
        ("masked", "PERSON"): 1,
        ("masked", "EMAIL_ADDRESS"): 1,
        ("restored", "PERSON"): 1,
        ("unknown", "PERSON"): 1,
        ("foreign", "PERSON"): 1,
        ("withheld", "PERSON"): 1,
    }
    assert set(told.steps) == {"detect", "vault", "scan"}


def test_a_stream_is_told_of_as_the_whole_text_is() -> None:
    whole, streamed = Told(), Told()
    reply = f"Hi [PERSON_1] and [PERSON_1], [PERSON_5]. {OTHER} is away."
    with in_memory(KNOWN) as redactor:
        for name, told in (("a", whole), ("b", streamed)):
            chat = redactor.conversation(name)
            chat.redact(f"I am {NAME}")
            with watched(told):
                if told is whole:
                    chat.restore(reply, scan=True)
                else:
                    assert "".join(chat.restore_stream(iter(reply), scan=True)).count(NAME) == 2
    assert whole.saw_ == streamed.saw_ != Counter()


@pytest.mark.parametrize("kind", ["value", "known"])
def test_what_is_no_turn_is_told_of_too(kind: str) -> None:
    told = Told()
    with in_memory(KNOWN) as redactor, watched(told):
        chat = redactor.conversation("c-1")
        for _ in range(2):
            if kind == "value":
                chat.redact_value({"name": NAME})
            else:
                chat.redact_known(NAME, "PERSON")
    assert told.saw_["masked", "PERSON"] == (1 if kind == "value" else 2), "a value known again is not masked anew"


def test_kept_and_blocked_are_told_apart() -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"operator": "keep"}, "EMAIL_ADDRESS": {"operator": "block"}}})
    told = Told()
    with in_memory(KNOWN, policy=policy) as redactor, watched(told):
        chat = redactor.conversation("c-1")
        chat.redact(f"I am {NAME}")
        with pytest.raises(BlockedError):
            chat.redact(f"write to {MAIL}")
    assert told.saw_ == {("kept", "PERSON"): 1, ("blocked", "EMAIL_ADDRESS"): 1}


def test_work_in_the_pool_tells_who_watches_where_it_was_started() -> None:
    async def both(redactor: Redactor, tolds: list[Told]) -> None:
        async def one(number: int) -> None:
            with watched(tolds[number]):
                for _ in range(number + 1):
                    await redactor.conversation(f"c-{number}").aredact(f"{NAME} and {OTHER}")

        await asyncio.gather(*(one(number) for number in range(3)))

    tolds = [Told() for _ in range(3)]
    with in_memory(KNOWN) as redactor:
        asyncio.run(both(redactor, tolds))
    assert [told.saw_["masked", "PERSON"] for told in tolds] == [2, 4, 6]
    assert watcher() is None
