"""Feeds marked conversations through the one door, in order, and lets a bot that echoes answer them.

Nothing here looks at the marks: they are only compared afterwards (`redactor.evaluation.scores`).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import uuid4

from redactor.conversation import Conversation
from redactor.detection.view import view
from redactor.evaluation.dialogs import Dialog, Message
from redactor.redactor import Redactor
from redactor.taxonomy import canonical
from redactor.types import Entity, Redaction

REVERSIBLE = frozenset({"placeholder", "surrogate"})
"""Operators whose value comes back in a reply; for the others there is nothing to give back."""


@dataclass(frozen=True, slots=True)
class ReplayedTurn:
    """One message on its way: what was typed, what the LLM sees of it, what a person reads when it comes
    back.
    """

    message: Message
    redaction: Redaction
    """Its final state: a turn that a later one rewrote stands here as rewritten."""
    reads: str = field(repr=False)
    """The redacted text as the customer would read it in a reply."""
    echoed: int = 0
    """How many reversible placeholders the echoing bot wrote back for this turn."""
    restored: int = 0
    """How many of them the customer read as the value."""
    exact: bool | None = None
    """Whether the recorded turn restores to the text as it was typed; None where the policy lets it not."""


@dataclass(frozen=True, slots=True)
class ReplayedDialog:
    """A conversation after the replay."""

    dialog: Dialog
    turns: tuple[ReplayedTurn, ...]


def replay(redactor: Redactor, dialogs: Iterable[Dialog]) -> Iterator[ReplayedDialog]:
    """Each dialog as one conversation of its own, forgotten afterwards.

    The bot answers when the dialog is over, so that its replies are nobody's context. Any error of the
    redactor ends the replay: a message that was not checked does not count as checked.
    """
    for dialog in dialogs:
        chat = redactor.conversation(f"replay-{uuid4()}")
        try:
            yield ReplayedDialog(dialog, tuple(_replayed(chat, dialog)))
        finally:
            chat.forget()


def _replayed(chat: Conversation, dialog: Dialog) -> Iterator[ReplayedTurn]:
    redactions = _final(chat, dialog.messages)
    forms = _forms(dialog.messages, redactions)
    for message, redaction in zip(dialog.messages, redactions, strict=True):
        placeholders = _reversible(redaction)
        reads, answers = _echo(chat, redaction.text, placeholders)
        yield ReplayedTurn(
            message=message,
            redaction=redaction,
            reads=reads,
            echoed=len(placeholders),
            restored=sum(map(_is_value_of, answers, (forms[p] for p in placeholders))),
            exact=_is_exact(chat, message, redaction),
        )


def _is_exact(chat: Conversation, message: Message, redaction: Redaction) -> bool | None:
    if any(entity.operator not in REVERSIBLE | {"keep"} for entity in redaction.entities):
        return None
    return chat.restore_turn(redaction.turn_id).text == message.text


def _final(chat: Conversation, messages: Sequence[Message]) -> list[Redaction]:
    """What each message looks like after the last one: later turns may rewrite earlier ones."""
    order: list[str] = []
    state: dict[str, Redaction] = {}
    for message in messages:
        redaction = chat.redact(message.text, role=message.role)
        order.append(redaction.turn_id)
        state[redaction.turn_id] = redaction
        state.update((earlier.turn_id, earlier) for earlier in redaction.revised)
    return [state[turn_id] for turn_id in order]


def _reversible(redaction: Redaction) -> list[str]:
    """The placeholders of a turn that stand for a value that may come back, each once, in order."""
    kept = (e.placeholder for e in redaction.entities if e.operator in REVERSIBLE and e.placeholder)
    return list(dict.fromkeys(kept))


def _forms(messages: Sequence[Message], redactions: Sequence[Redaction]) -> Mapping[str, list[tuple[str, str]]]:
    """Placeholder to every (entity type, spelling) it stood for in the conversation."""
    forms: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for message, redaction in zip(messages, redactions, strict=True):
        for entity in redaction.entities:
            if entity.placeholder:
                forms[entity.placeholder].append((entity.type, _value(message, entity)))
    return forms


def _value(message: Message, entity: Entity) -> str:
    return message.text[entity.start : entity.end]


def _echo(chat: Conversation, seen: str, placeholders: Sequence[str]) -> tuple[str, list[str | None]]:
    """Restores a reply that names each placeholder in a sentence of its own and then repeats the message.

    Returns the message as it reads when it comes back, and for each placeholder what the customer reads in
    its place. The message stands last: whatever it holds, it cannot be taken for one of the sentences before
    it.
    """
    said = [f"Item {number} is {placeholder}, right?\n" for number, placeholder in enumerate(placeholders, 1)]
    restored = chat.restore("".join(said) + "You wrote: " + seen, record=False).text
    pattern = "".join(rf"Item {number} is (.*?), right\?\n" for number in range(1, len(said) + 1))
    match = re.match(pattern + "You wrote: (.*)", restored, re.DOTALL)
    if match is None:
        return restored, [None] * len(placeholders)
    *answers, reads = match.groups()
    return reads, list(answers)


def _is_value_of(answer: str | None, forms: Sequence[tuple[str, str]]) -> bool:
    """Whether a person reads the value: a spelling of the conversation, or the plain writing of an unusual
    one.

    Of a person's several spellings it has to be one with the most names.
    """
    if answer is None:
        return False
    most = max((len(spelling.split()) for kind, spelling in forms if kind == "PERSON"), default=0)
    return any(
        len(answer.split()) >= (most if kind == "PERSON" else 0)
        and (answer == spelling or _same(kind, answer, spelling))
        for kind, spelling in forms
    )


def _same(entity_type: str, one: str, other: str) -> bool:
    return canonical(entity_type, view(one).text) == canonical(entity_type, view(other).text)
