"""The answers to a walk's questions, from the conversation the request belongs to.

A nameless request is answered question by question, as a model reads them: placeholders are numbered in order of
occurrence, so that the same prefix reads the same the next time. Of a conversation that is kept, the numbers are
kept; there the history is handed over at once.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Literal

from redactor import Conversation
from redactor.types import Turn
from redactor_gateway.walk import Question

History = Literal["whole", "follows", "nameless"]
"""What a request carries: the whole history of a conversation that is kept, what follows on it, or all there is."""

_ROUNDS = 3
"""Times that texts beside the turns are looked at: once, again where something was learned of them meanwhile."""


def answer(questions: Sequence[Question], chat: Conversation, history: History) -> None:
    """Fill in every answer. Raises as `Conversation.redact_turns` does: then nothing may go on."""
    if history == "nameless":
        with chat.at_once():  # nobody else has it
            _answer_one_by_one(questions, chat)
    else:
        _take([q for q in questions if q.is_turn], chat, follows=history == "follows")
        _take([q for q in questions if not q.is_turn], chat, follows=True)
        _look_again_and_again(questions, chat)


def _answer_one_by_one(questions: Sequence[Question], chat: Conversation) -> None:
    for question in questions:
        _take([question], chat, follows=True)
    _look_again_and_again(questions, chat)


def _look_again_and_again(questions: Sequence[Question], chat: Conversation) -> None:
    for _ in range(_ROUNDS):
        if not _look_again(questions, chat):
            break


def _take(questions: Sequence[Question], chat: Conversation, *, follows: bool) -> None:
    turns = [question for question in questions if question.is_turn]
    if turns:
        said = [Turn(question.role, question.came, echoes=question.echoes) for question in turns]
        for question, redaction in zip(turns, chat.redact_turns(said, follows=follows), strict=True):
            question.answer, question.turn_id = redaction.text, redaction.turn_id
    _take_asides([question for question in questions if not question.is_turn], chat)


def _take_asides(questions: Sequence[Question], chat: Conversation) -> bool:
    """Whether one reads otherwise than before."""
    changed = False
    for (role, hint, echoes), group in groupby(questions, lambda q: (q.role, q.hint, q.echoes)):
        asked = list(group)
        answers = chat.redact_value([question.came for question in asked], role, hint=hint, echoes=echoes)
        for question, found in zip(asked, answers, strict=True):
            changed |= question.answer != found
            question.answer = found
    return changed


def _look_again(questions: Sequence[Question], chat: Conversation) -> bool:
    """What was learned from one text may stand in another: whether anything reads otherwise now."""
    changed = _take_asides([question for question in questions if not question.is_turn], chat)
    for question in questions:
        now = chat.recorded_text(question.turn_id) if question.is_turn else None
        if now is not None and now != question.answer:
            question.answer, changed = now, True
    return changed
