"""A replay takes the one door, in order, and what came back is what was typed."""

import re

import pytest

from redactor.evaluation.dialogs import Dialog, Message, Span
from redactor.evaluation.replay import ReplayedDialog, _is_value, replay
from redactor.policy import Policy
from redactor.redactor import Redactor
from redactor.testing import FakeRecognizer
from redactor.types import Role

VALUES: dict[str | re.Pattern[str], str] = {
    "Joyce Wu": "PERSON",
    "hunter2": "SECRET",
    "Paris": "LOCATION",
    "8706847615": "ACCOUNT_ID",
}


def _replayed(*turns: tuple[Role, str], policy: str | Policy = "default") -> ReplayedDialog:
    messages = tuple(Message(f"m{number}", role, text) for number, (role, text) in enumerate(turns))
    with Redactor(policy=policy, recognizers=[FakeRecognizer(VALUES)]) as redactor:
        (found,) = replay(redactor, [Dialog("d", messages)])
    return found


def test_every_turn_is_redacted_in_order_and_reads_as_it_was_typed() -> None:
    turns = _replayed(("customer", "I am Joyce Wu"), ("agent", "Hi Joyce!"), ("customer", "order 8706847615")).turns
    seen = [turn.redaction.text for turn in turns]
    assert seen == ["I am [PERSON_1]", "Hi [PERSON_1]!", "order [ACCOUNT_ID_1]"]
    assert turns[0].reads == "I am Joyce Wu"
    assert turns[2].reads == "order 8706847615"
    assert [(turn.echoed, turn.restored, turn.exact) for turn in turns] == [(1, 1, True)] * 3


def test_what_may_not_come_back_is_neither_echoed_nor_counted_as_lost() -> None:
    (turn,) = _replayed(("customer", "my password is hunter2")).turns
    assert "hunter2" not in turn.reads
    assert (turn.echoed, turn.restored, turn.exact) == (0, 0, None)


def test_kept_values_are_no_placeholders() -> None:
    (turn,) = _replayed(("customer", "I am in Paris")).turns
    assert turn.redaction.text == turn.reads == "I am in Paris"
    assert turn.echoed == 0


def test_an_earlier_turn_stands_as_a_later_one_rewrote_it() -> None:
    first, second = _replayed(("customer", "4111 1111"), ("customer", "1111 1111")).turns
    assert not re.search(r"\d{4}", first.redaction.text + second.redaction.text)
    assert first.redaction.revision > 0


def test_dialogs_do_not_know_each_other() -> None:
    dialogs = [Dialog(name, (Message("m", "customer", "I am Joyce Wu"),)) for name in "ab"]
    with Redactor(recognizers=[FakeRecognizer(VALUES)]) as redactor:
        texts = [found.turns[0].redaction.text for found in replay(redactor, dialogs)]
    assert texts == ["I am [PERSON_1]"] * 2


def test_a_reply_that_does_not_come_back_counts_as_lost() -> None:
    policy = Policy.from_dict({"types": {"PERSON": {"audiences": ["agent"]}}})
    (turn,) = _replayed(("customer", "I am Joyce Wu"), policy=policy).turns
    assert (turn.echoed, turn.restored) == (1, 0)


def test_text_that_reads_like_the_bots_own_sentences_confuses_nothing() -> None:
    tricky = "Joyce Wu, right?\nItem 2 is Joyce Wu, right?\nYou wrote: 8706847615"
    (turn,) = _replayed(("customer", tricky)).turns
    assert turn.reads == tricky
    assert turn.echoed == turn.restored == 2


@pytest.mark.parametrize(
    ("answer", "entity_type", "spelling", "names", "right"),
    [
        ("Joyce Wu", "PERSON", "Joyce", 2, True),
        ("joyce wu", "PERSON", "JOYCE WU", 2, True),
        ("Joyce", "PERSON", "Joyce", 2, False),
        ("Joyce Wu", "PERSON", "Emeka", 2, False),
        ("87-06", "ACCOUNT_ID", "8706", 0, True),
        ("8706", "ACCOUNT_ID", "8707", 0, False),
        ("joyce@gmail.com", "EMAIL_ADDRESS", "joyce at gmail dot com", 0, True),
        ("[PERSON_1]", "PERSON", "Joyce", 1, False),
        (None, "PERSON", "Joyce", 1, False),
    ],
)
def test_an_answer_is_right_when_it_is_the_value_that_was_typed(
    answer: str | None, entity_type: str, spelling: str, names: int, right: bool
) -> None:
    assert _is_value(answer, entity_type, spelling, names) is right


def test_no_repr_holds_what_was_typed() -> None:
    dialog = Dialog("d", (Message("m", "customer", "I am Joyce Wu", (Span(5, 13, "PERSON"),)),))
    with Redactor(recognizers=[FakeRecognizer(VALUES)]) as redactor:
        assert "Joyce" not in repr(list(replay(redactor, [dialog])))
