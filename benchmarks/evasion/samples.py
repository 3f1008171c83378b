"""What is tried: values in disguise and in pieces, and harmless messages beside each."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.evasion.benign import CONVERSATIONS, EMPHASIS, ON_SHAPE, OWN
from benchmarks.evasion.forms import FORMS, Form
from benchmarks.evasion.pieces import MOST, WORDS_BETWEEN, cut
from benchmarks.evasion.values import KINDS
from redactor.types import Role

PLAIN = "as it is"
"""The form without disguise: what detection alone misses. It is shown and not counted."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn, and where in it (code points) a value, or a piece of one, stands."""

    role: Role
    text: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation: with one value in it, or with none at all."""

    form: str
    type: str
    turns: tuple[Said, ...]

    @property
    def is_benign(self) -> bool:
        """Whether nothing in it may be masked."""
        return not any(turn.span for turn in self.turns)

    def shown(self) -> str:
        """The customer's turns in one line, with what cannot be seen written as its code."""
        return " | ".join(_visible(turn.text) for turn in self.turns)


def samples(count: int, seed: int) -> Iterator[Sample]:
    """`count` values and as many harmless messages for every form and entity type it makes sense for; the same seed
    gives the same.
    """
    for form in (Form(PLAIN, lambda text, _: text, frozenset(KINDS)), *FORMS):
        for kind in sorted(form.types):
            dice = random.Random(f"{seed}:{form.name}:{kind}")
            for _ in range(count):
                yield _disguised(form, kind, dice)
                yield _harmless(form, kind, dice)
    for pieces in (2, 3, 4):
        for between in (False, True):
            for kind in sorted(kind for kind, most in MOST.items() if pieces <= most):
                dice = random.Random(f"{seed}:{pieces}:{between}:{kind}")
                for _ in range(count):
                    yield _in_pieces(kind, pieces, between, dice)
                    yield _harmless_pieces(kind, pieces, between, dice)


def _disguised(form: Form, kind: str, dice: random.Random) -> Sample:
    carrier = dice.choice(KINDS[kind].carriers)
    for _ in range(50):
        value = KINDS[kind].make(dice)
        written = form.write(value, dice)
        if written != value or form.name == PLAIN:
            break
    lead = carrier.text.index("{}")
    said = Said("customer", carrier.text.replace("{}", written), (lead, lead + len(written)))
    return Sample(form.name, kind, (*_asked(carrier.question), said))


def _asked(question: str) -> tuple[Said, ...]:
    return (Said("agent", question),) if question else ()


def _harmless(form: Form, kind: str, dice: random.Random) -> Sample:
    own = OWN.get(form.name, ())
    if own and (dice.random() < 0.6 or "words" in form.name):
        return Sample(form.name, kind, (Said("customer", dice.choice(own)),))
    if form.name == PLAIN:
        text = re.sub("[{}]", "", dice.choice(ON_SHAPE[kind]))
        return Sample(form.name, kind, (Said("customer", text),))
    for _ in range(50):
        template = dice.choice(ON_SHAPE[kind] if dice.random() < 0.7 else EMPHASIS)
        text = re.sub(r"\{(.+?)\}", lambda part: form.write(part[1], dice), template)
        if text != re.sub("[{}]", "", template):
            break
    return Sample(form.name, kind, (Said("customer", text),))


def _in_pieces(kind: str, count: int, between: bool, dice: random.Random) -> Sample:
    carrier = dice.choice(KINDS[kind].carriers)
    pieces = cut(KINDS[kind].make(dice), kind, count, dice)
    lead, _, _ = carrier.text.partition("{}")
    first = Said("customer", lead + pieces[0], (len(lead), len(lead) + len(pieces[0])))
    rest = [Said("customer", piece, (0, len(piece))) for piece in pieces[1:]]
    return Sample(_name(count, between), kind, (*_asked(carrier.question), *_spoken([first, *rest], between, dice)))


def _harmless_pieces(kind: str, count: int, between: bool, dice: random.Random) -> Sample:
    turns = [Said("customer", text) for text in dice.choice(CONVERSATIONS)[:count]]
    return Sample(_name(count, between), kind, _spoken(turns, between, dice))


def _spoken(turns: Sequence[Said], between: bool, dice: random.Random) -> tuple[Said, ...]:
    if not between:
        return tuple(turns)
    spoken = [turns[0]]
    for _, turn in pairwise(turns):
        spoken += [Said("assistant", dice.choice(WORDS_BETWEEN)), turn]
    return tuple(spoken)


def _name(count: int, between: bool) -> str:
    return f"over {count} messages" + (", a word between" if between else "")


def _visible(text: str) -> str:
    return "".join(c if c.isprintable() and not 0x300 <= ord(c) < 0x370 else f"<{ord(c):04x}>" for c in text)
