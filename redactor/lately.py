"""What stood behind a guess in the customer's last messages, in this process's memory only.

Who types a value in pieces gives pieces that look like other things: "827" in the middle of a telephone number is
taken for a security code, of which nothing is stored. To join the pieces they have to be known for a few messages
more. Nothing here is stored or printed; it ends with the process, the conversation or the ninth message. Another
process does without it.
"""

from collections import OrderedDict
from collections.abc import Sequence

from redactor.detection import Detection
from redactor.detection.topics import context_words
from redactor.intake import Plan, Taken
from redactor.secret import Secret
from redactor.taxonomy import NEVER_STORED
from redactor.transcripts import RecordedEntity

MESSAGES = 8
"""How many of the customer's messages are remembered: four pieces before the last, and a word after each."""

LONGEST = 60
"""Characters of a message that may be pieces of values; a longer one is talk."""

_GUESSES = frozenset({"transformer", "split"})
"""Recognizers that may have seen a piece only; what any other one found is the whole value."""
_SECRET_TOPICS = frozenset({"cvv", "pin", "otp", "password", "answer"})

Span = tuple[int, int]


class Lately:
    """The last messages' values that the vault does not keep, by turn and placeholder. Not thread-safe."""

    __slots__ = ("_turns",)

    def __init__(self) -> None:
        self._turns: OrderedDict[str, dict[tuple[str, int], Secret[str]]] = OrderedDict()

    def add(self, turn_id: str, text: str, planned: Plan, taken: Taken, secrets: Sequence[Span] = ()) -> None:
        """The customer's newest message; `secrets` are spans of it that are certainly secrets: they are not kept."""
        self._turns[turn_id] = {}
        if len(text) <= LONGEST:
            self.add_to(turn_id, planned, taken, secrets)
        while len(self._turns) > MESSAGES:
            self._turns.popitem(last=False)

    def add_to(self, turn_id: str, planned: Plan, taken: Taken, secrets: Sequence[Span] = ()) -> None:
        """What was masked in a remembered message later on."""
        turn = self._turns.get(turn_id)
        if turn is None:
            return
        for item, entry in zip(planned.masked, taken.recorded, strict=True):
            entity = item.entity
            is_secret = any(entity.start < end and start < entity.end for start, end in secrets)
            if entry.index is not None and entry.form is None and entity.recognizer in _GUESSES and not is_secret:
                turn[entry.type, entry.index] = Secret(item.text)

    def typed(self, turn_id: str, entity: RecordedEntity) -> Secret[str] | None:
        """What stood behind a placeholder of a message; None where it is not remembered."""
        if entity.index is None:
            return None
        return self._turns.get(turn_id, {}).get((entity.type, entity.index))

    def clear(self) -> None:
        """Forget everything."""
        self._turns.clear()


def certain_secrets(detection: Detection, text: str, context: Sequence[str]) -> list[Span]:
    """Spans of `text` that are secrets by more than the transformer's word: a pattern or a user's recognizer says so
    too, the turn before asked for one, or a security code comes after a card.
    """
    votes = [decision.entity for decision in detection.decisions if decision.outcome in ("masked", "merged")]
    secrets = [vote for vote in votes if vote.type in NEVER_STORED]
    if secrets and not _SECRET_TOPICS.isdisjoint(context_words("", context).asked):
        return [(0, len(text))]
    after_card = any("[CREDIT_CARD_" in said for said in context)
    return [
        (vote.start, vote.end)
        for vote in secrets
        if vote.recognizer != "transformer" or (vote.type == "CARD_CVV" and after_card)
    ]
