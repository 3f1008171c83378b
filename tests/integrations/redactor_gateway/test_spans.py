"""What was found is found again without asking, for the same client alone, and nothing of a text is kept."""

import time
from collections.abc import Sequence
from typing import Any

from redactor import Redactor
from redactor.testing import FakeRecognizer, assert_no_leak
from redactor.types import Entity
from redactor_gateway.spans import Spans
from tests.integrations.redactor_gateway.line import line, reply
from tests.integrations.redactor_gateway.llm import NAME


class Counting:
    """Counts how often it is asked."""

    version = "counting 1"

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.asked, self._finds = 0, FakeRecognizer({NAME: "PERSON"})

    def __call__(self, text: str, context: Sequence[str]) -> list[Entity]:
        self.asked += 1
        self.texts.append(text)
        return self._finds(text, context)


def test_the_same_text_after_the_same_turns_is_asked_once() -> None:
    counting, spans = Counting(), Spans(100)
    asked = spans.remembering("client")("model", counting)
    assert asked(f"I am {NAME}", ["Hello"]) == asked(f"I am {NAME}", ["Hello"]) == tuple(counting(f"I am {NAME}", []))
    assert counting.asked == 2
    asked(f"I am {NAME}", ["Hello", ""])
    asked(f"I am {NAME}", [])
    asked(f"I am {NAME}", ["Hell", "o"])
    assert counting.asked == 5
    assert getattr(asked, "version") == "counting 1"  # noqa: B009  as the core asks
    assert not hasattr(asked, "thresholds")


def test_another_client_and_another_recognizer_ask_for_themselves() -> None:
    counting, spans = Counting(), Spans(100)
    for client in ("a", "b"):
        for name in ("one", "two"):
            spans.remembering(client)(name, counting)(f"I am {NAME}", [])
    assert counting.asked == 4


def test_only_so_many_are_kept_and_none_of_them_holds_a_text() -> None:
    spans = Spans(3)
    asked = spans.remembering("client")("model", Counting())
    for number in range(10):
        asked(f"{number} {NAME}", [NAME])
    assert len(spans) == 3
    assert_no_leak([NAME], spans._kept)


def test_texts_full_of_values_do_not_take_more_than_their_share() -> None:
    spans = Spans(10)
    asked = spans.remembering("client")("model", Counting())
    for number in range(10):
        asked(f"{number} " + f"{NAME}, " * 30, [])
    assert 0 < len(spans) < 4
    asked(f"{NAME}, " * 1000, [])
    assert len(spans) == 0
    asked("fine", [])
    assert len(spans) == 1


def test_none_are_kept_where_none_are_wanted() -> None:
    counting, spans = Counting(), Spans(0)
    asked = spans.remembering("client")("model", counting)
    asked(NAME, [])
    asked(NAME, [])
    assert (counting.asked, len(spans)) == (2, 0)


def test_a_reply_that_comes_back_in_the_history_is_not_looked_at_again() -> None:
    counting = Counting()
    said = f"Hello {NAME}, what is new?"
    history = [("user", f"I am {NAME}"), ("assistant", "Hello"), ("user", "Good day")]
    with (
        Redactor(recognizers={"model": counting}) as redactor,
        line(reply("Hello [PERSON_1], what is new?"), reply("Well."), redactor=redactor, scan=False) as open_,
    ):
        first = open_.ask(_body(history))
        assert first.json()["choices"][0]["message"]["content"] == said
        deadline = time.monotonic() + 10.0
        while counting.texts.count(said) < 1 and time.monotonic() < deadline:
            time.sleep(0.01)
        before = len(counting.texts)
        open_.ask(_body([*history, ("assistant", said), ("user", "Nothing")]))
    assert counting.texts[before] == "Nothing"
    assert said not in counting.texts[before:]


def _body(turns: list[tuple[str, str]]) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": role, "content": text} for role, text in turns]}
