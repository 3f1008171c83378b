"""Who a piece of a payload belongs to: a conversation, or nobody whose values could ever be restored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from redactor import Conversation, Redactor
from redactor.detection.view import is_wordless
from redactor.placeholders import find, render, replace
from redactor.policy import Policy
from redactor.types import Redaction, Role, Turn
from redactor_gateway.handles import handle, value_of
from redactor_gateway.markup import Hidden, Markup
from redactor_gateway.said import Mask, Said, masked, piecewise, restored

_LINKED = {"mailto": "EMAIL_ADDRESS", "tel": "PHONE_NUMBER"}


@dataclass(frozen=True, slots=True)
class Written:
    """A redacted text, and the turn it was recorded as."""

    text: str
    turn_id: str | None = None


class Whose(Protocol):
    """What a payload's walk asks of an owner."""

    def known(self, value: str, entity_type: str) -> str:
        """What stands for a value of a known type."""

    def handle(self, value: str, entity_type: str) -> str:
        """The same where the bot keeps its state under it."""

    def aside(self, value: str | int | float, hint: str | None) -> str | int | float:
        """A string or number that no rule names."""

    def say(self, said: Sequence[Said]) -> list[Written]:
        """What somebody says, in order."""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A conversation."""

    chat: Conversation
    policy: Policy

    def known(self, value: str, entity_type: str) -> str:
        """What stands for a value of a known type."""
        redacted = self.chat.redact_known(value, entity_type)
        # A type the policy keeps, such as a town: what else stands there is looked for, for nobody checks a form.
        return redacted if redacted != value else str(self.aside(value, None))

    def handle(self, value: str, entity_type: str) -> str:
        """The same, different from every other conversation's."""
        bare = value.strip()
        redacted = self.known(bare, entity_type)
        return value if redacted == bare else value.replace(bare, handle(self.chat, redacted, entity_type))

    def aside(self, value: str | int | float, hint: str | None) -> str | int | float:
        """Detected; no turn is recorded."""
        redacted: str | int | float = self.chat.redact_value(value, hint=hint)
        return redacted

    def say(self, said: Sequence[Said]) -> list[Written]:
        """Recorded as turns, all in one go, so that what one of them makes known is masked in the others."""
        markups = [each.markup() for each in said]
        asked = [self._is_a_turn(each, markup) for each, markup in zip(said, markups, strict=True)]
        turns = [Turn(s.role, m.text, s.id) for s, m, ask in zip(said, markups, asked, strict=True) if ask]
        redactions = iter(self.chat.redact_turns(turns, follows=True) if turns else ())
        written = []
        for each, markup, ask in zip(said, markups, asked, strict=True):
            if ask:
                redaction = next(redactions)
                text = masked(markup, each.kind, _masks(redaction), self._hidden)
                written.append(Written(text, redaction.turn_id))
            else:
                written.append(Written(self._beside(each, markup)))
        return written

    def _is_a_turn(self, said: Said, markup: Markup) -> bool:
        """Whether it is to be recorded. What the bot said was recorded when it said it, if it went our way out."""
        if not said.record or is_wordless(markup.text):
            return False
        return said.role != "assistant" or not self.chat.reads(self._beside(said, markup))

    def _beside(self, said: Said, markup: Markup) -> str:
        """Redacted, and no turn recorded. In an echo the conversation's own placeholders stay, if there are any."""
        role: Role = "assistant" if said.role == "assistant" else "tool"
        return piecewise(markup, said.kind, lambda text: str(self.chat.redact_value(text, role, hint="")), self._hidden)

    def _hidden(self, piece: Hidden) -> str:
        return self.known(piece.text, _LINKED[piece.link]) if piece.link else str(self.aside(piece.text, piece.about))

    def restored(self, said: Said, turn_id: str | None) -> str:
        """The way back of `say`: exactly what came in where it was a turn of plain text."""
        if said.kind == "text" and turn_id:
            return self.chat.restore_recorded(said.text, turn_id)
        return restored(
            said.markup(), said.kind, lambda text, form: self.chat.restore(text, form=form, record=False).text
        )

    def plainly(self, text: str) -> str:
        """The way back of `aside`: each placeholder by itself, so that one in a web address comes back, too."""
        own_types = self.policy.own_types
        return replace(text, lambda token: self._value(render(token.type, token.index)), own_types)

    def _value(self, placeholder: str) -> str | None:
        restored = self.chat.restore(placeholder, record=False)
        return restored.text if restored.restored else None

    def value_of(self, text: str) -> str:
        """The way back of `handle`."""
        return value_of(self.chat, text)


def _masks(redaction: Redaction) -> list[Mask]:
    return [
        (entity.start, entity.end, entity.placeholder)
        for entity in redaction.entities
        if entity.placeholder is not None and entity.operator != "keep"
    ]


@dataclass(frozen=True, slots=True)
class Nobody:
    """What belongs to no conversation, or to several: each value becomes its type in brackets, and nothing comes
    back."""

    redactor: Redactor

    def known(self, value: str, entity_type: str) -> str:
        """The type in brackets; what the policy keeps is searched for others."""
        if self.redactor.policy.operator(entity_type) == "keep":
            return str(self.aside(value, None))
        return f"[{entity_type}]"

    def handle(self, value: str, entity_type: str) -> str:
        """The same: nobody can be answered."""
        return self.known(value, entity_type)

    def aside(self, value: str | int | float, hint: str | None) -> str | int | float:
        """Detected. Of a number all digits count."""
        text = value if isinstance(value, str) else repr(value)
        now = self._masked(text)
        return value if now == text else now

    def say(self, said: Sequence[Said]) -> list[Written]:
        """Detected where it is seen, one by one."""
        return [
            Written(masked(markup, each.kind, self._masks(markup.text), self._hidden))
            for each in said
            for markup in [each.markup()]
        ]

    def _hidden(self, piece: Hidden) -> str:
        return self.known(piece.text, _LINKED[piece.link]) if piece.link else self._masked(piece.text)

    def _masked(self, text: str) -> str:
        said = Said(text, "text")
        return masked(said.markup(), "text", self._masks(text), lambda piece: piece.text)

    def _masks(self, text: str) -> list[Mask]:
        """Entities, and what reads as a placeholder but is nobody's."""
        if is_wordless(text):
            return []
        found = [(e.start, e.end, f"[{e.type}]") for e in self.redactor.detect(text) if e.operator != "keep"]
        for token in find(text, self.redactor.policy.own_types):
            if not any(start < token.end and token.start < end for start, end, _ in found):
                found.append((token.start, token.end, "[LITERAL]"))
        return sorted(found)
