"""A redacted history as the operator `surrogate` leaves it: in a seeded share of them, stand-ins for placeholders.

Nothing is drawn from the generator's own numbers, so every other text of a seed stays what it was.
"""

import random
from dataclasses import dataclass, field

from redactor.surrogates import make, name_pairs
from redactor.surrogates.people import as_mentioned

SHARE = 0.2
"""Of redacted histories: those of a host whose policy writes stand-ins."""
_WEEKS = (5, 52)


@dataclass
class StandIns:
    """How one history hides values: by stand-ins, the same for the same value, or not at all."""

    rng: random.Random
    are_written: bool
    days: int
    shown: dict[tuple[str, str], str | None] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def of(seed: str) -> "StandIns":
        """`seed`: any text of the example that its own seed decides."""
        rng = random.Random(f"stand-ins {seed}")
        written, days = rng.random() < SHARE, 7 * rng.randint(*_WEEKS) * rng.choice((-1, 1))
        return StandIns(rng, written, days)

    def instead_of(self, label: str, text: str) -> str | None:
        """What stands there; None where a placeholder does."""
        if not self.are_written:
            return None
        key = (label, text.lower())
        if key not in self.shown:
            taken = {name.lower() for name in self.names.values()}
            self.shown[key] = make(label, text, self.rng, self.names, lambda word: word not in taken, self.days)
        shown = self.shown[key]
        if label == "PERSON" and shown:
            self.names = {**name_pairs(shown, text), **self.names}
            return as_mentioned(text, self.names, shown)
        return shown
