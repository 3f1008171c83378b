"""The values that travel: what was found, what was said, what went out, what came back.

All are frozen. Offsets count code points. No repr shows a raw value: text that may hold one is left out of it.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

Role = Literal["customer", "agent", "assistant", "tool", "document", "system"]
"""Who said a turn. Only `assistant` (the LLM's text) may hold placeholders; all others come from outside."""
ROLES: tuple[Role, ...] = get_args(Role)

Form = Literal["text", "json", "html", "markdown", "slack", "url"]
"""The syntax a restored text is embedded in; values are escaped for it."""
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True, slots=True, order=True)
class Entity:
    """One detected span: where it is, what it is, who found it. It never holds the text itself."""

    start: int
    end: int
    type: str
    score: float
    recognizer: str
    operator: str | None = None
    """What the policy did with it; None before the policy has spoken."""
    placeholder: str | None = None
    """What stands in its place in the redacted text, e.g. `[PERSON_1]`; None where nothing was put."""

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"an entity's span must satisfy 0 <= start < end, not {self.start}..{self.end}")
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"an entity's score lies in 0..1, not {self.score}")

    def overlaps(self, other: "Entity") -> bool:
        """Whether the two spans share a character."""
        return self.start < other.end and other.start < self.end


Recognizer: TypeAlias = Callable[[str, Sequence[str]], Iterable[Entity]]
"""A recognizer: `(text, context) -> entities`.

`text` is the view of one message (see `redactor.detection.view`); `context` holds the turns before it, oldest
first, raw or redacted. Offsets count code points of `text`. Score lies in 0..1. A recognizer keeps no state
between calls and may be called from several threads.
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """A message as a host hands it over."""

    role: Role
    text: str = field(repr=False)
    id: str | None = None
    """The host's own id of the message, if it has one: the turn is then known again wherever the history is cut off.
    Kept only within a keyed hash."""
    echoes: frozenset[str] = frozenset()
    """Placeholders of this conversation that who wrote it was handed, such as a tool in its arguments: they stay
    where it repeats them. All others in text from outside are data."""


@dataclass(frozen=True, slots=True)
class Decision:
    """Why one vote of one recognizer ended as it did; what `redactor explain` prints."""

    entity: Entity
    outcome: Literal["masked", "kept", "merged", "candidate", "allowed"]
    reason: str
    """A fixed sentence naming rules, types and scores, never the text."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """What went out for one turn."""

    text: str
    """The redacted text: what the LLM, the log and the transcript get."""
    entities: tuple[Entity, ...]
    """What was found, in offsets of the ORIGINAL text, with operator and placeholder."""
    role: Role
    turn_id: str
    """Random public id of the recorded turn; `Conversation.restore_turn` takes it."""
    revision: int = 0
    """How often the recorded turn was rewritten because something in it became known later."""
    revised: tuple["Redaction", ...] = ()
    """Earlier turns that this one rewrote, as they read now."""
    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    timings: Mapping[str, float] = field(default_factory=dict, repr=False)
    """Milliseconds per step: view, patterns, transformer, memory, resolve, mint."""
    known: bool = False
    """True where the turn was recognised from before and not detected again."""


@dataclass(frozen=True, slots=True)
class Restoration:
    """What came back for one text. `text` may hold personal values, so it is not in the repr."""

    text: str = field(repr=False)
    restored: tuple[str, ...] = ()
    """Placeholders that were replaced by their value, in order."""
    unknown: tuple[str, ...] = ()
    """Tokens that look like placeholders but were never minted in this conversation; left as they are."""
    withheld: tuple[str, ...] = ()
    """Placeholders that may not be restored for this audience or in this place."""
    expired: tuple[str, ...] = ()
    """Placeholders whose value is past its retention; written as the policy's label."""
    turn_id: str | None = None
    """The id under which the LLM's text was recorded, if it was."""
    foreign: tuple[str, ...] = ()
    """Entity types of what this conversation never held and the reply scan masked, one for each place, in order."""
