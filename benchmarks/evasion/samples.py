"""What is tried: values in disguise and in pieces, and harmless messages beside each."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.evasion import corrected, encodings, forms, held_out, pieces, speech
from benchmarks.evasion.benign import CONVERSATIONS, EMPHASIS, LED_ON_TALK, ON_SHAPE, OWN
from benchmarks.evasion.forms import Carrier, Form
from benchmarks.evasion.pieces import LED_ON, MOST, WORDS_BETWEEN, cut
from benchmarks.evasion.values import KINDS
from redactor.types import Role

FORMS = (*forms.FORMS, *encodings.FORMS, *speech.FORMS)
"""Every disguise of a value in one message."""
_LONG_NUMBER = re.compile(r"\d(?: ?\d){11}")
"""What a disguise that writes digits makes of a harmless text, and nobody can tell from an account's number."""
PLAIN = "as it is"
"""The form without disguise: what detection alone misses. It is shown and not counted."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn, and where in it (code points) a value, or a piece of one, stands."""

    role: Role
    text: str
    span: tuple[int, int] | None = None
    more: tuple[tuple[int, int], ...] = ()
    """Where further pieces stand."""

    @property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """All of them."""
        return (*([self.span] if self.span else []), *self.more)


@dataclass(frozen=True, slots=True)
class Sample:
    """One conversation: with one value in it, or with none at all."""

    form: str
    type: str
    turns: tuple[Said, ...]

    @property
    def is_benign(self) -> bool:
        """Whether nothing in it may be masked."""
        return not any(turn.spans for turn in self.turns)

    def shown(self) -> str:
        """The customer's turns in one line, with what cannot be seen written as its code."""
        return " | ".join(_visible(turn.text) for turn in self.turns)


def samples(count: int, seed: int, *, is_held_out: bool = False) -> Iterator[Sample]:
    """`count` values and as many harmless messages for every form and entity type it makes sense for; the same seed
    gives the same. `is_held_out`: in the sentences nobody looked at.
    """
    for form in (Form(PLAIN, lambda text, _: text, frozenset(KINDS), changes=False), *FORMS):
        if is_held_out and (form.carriers or form.own):
            continue
        for kind in sorted(form.types):
            dice = random.Random(f"{seed}:{form.name}:{kind}" + (":held out" if is_held_out else ""))
            for _ in range(count):
                yield _disguised(form, kind, dice, _carriers(kind, is_held_out))
                yield _harmless(form, kind, dice)
    yield from _all_in_pieces(count, seed, is_held_out)
    yield from _all_corrected(count, seed, is_held_out)


def _carriers(kind: str, is_held_out: bool) -> tuple[Carrier, ...]:
    return held_out.CARRIERS[kind] if is_held_out else KINDS[kind].carriers


def _all_in_pieces(count: int, seed: int, is_held_out: bool) -> Iterator[Sample]:
    for parts in (2, 3, 4, 5):
        for between in (False, True):
            for kind in sorted(kind for kind, most in MOST.items() if parts <= most):
                dice = random.Random(f"{seed}:{parts}:{between}:{kind}" + (":held out" if is_held_out else ""))
                for _ in range(count):
                    yield _in_pieces(kind, parts, between, dice, _carriers(kind, is_held_out))
                    yield _harmless_pieces(kind, parts, between, dice)
    for parts in (3, 5):
        for kind in sorted(kind for kind in LED_ON if parts <= MOST[kind]):
            dice = random.Random(f"{seed}:{parts}:led on:{kind}" + (":held out" if is_held_out else ""))
            for _ in range(count):
                yield _led_on(kind, parts, dice, is_held_out)
                yield _harmless_talk(kind, f"over {parts} messages, led on, asides between", LED_ON_TALK, dice)


def _all_corrected(count: int, seed: int, is_held_out: bool) -> Iterator[Sample]:
    for apart, name in corrected.WITH.items():
        for kind in sorted(corrected.TYPES):
            dice = random.Random(f"{seed}:{name}:{kind}" + (":held out" if is_held_out else ""))
            for _ in range(count):
                yield _corrected(kind, name, apart, dice, is_held_out)
                yield _harmless_talk(kind, name, corrected.HARMLESS, dice)


def _disguised(form: Form, kind: str, dice: random.Random, sentences: Sequence[Carrier]) -> Sample:
    if form.own:
        carrier, written = form.own(dice)
    else:
        carrier = dice.choice(form.carriers or sentences)
        for _ in range(50):
            value = KINDS[kind].make(dice)
            written = form.write(value, dice)
            if written != value or not form.changes:
                break
    lead = carrier.text.index("{}")
    said = Said("customer", carrier.text.replace("{}", written + form.after), (lead, lead + len(written)))
    return Sample(form.name, kind, (*_asked(carrier.question), said))


def _asked(question: str) -> tuple[Said, ...]:
    return (Said("agent", question),) if question else ()


def _harmless(form: Form, kind: str, dice: random.Random) -> Sample:
    own = OWN.get(form.name, ())
    if own and (dice.random() < 0.6 or "words" in form.name or form.natural):
        return Sample(form.name, kind, (Said("customer", dice.choice(own)),))
    if form.name == PLAIN:
        text = re.sub("[{}]", "", dice.choice(ON_SHAPE[kind]))
        return Sample(form.name, kind, (Said("customer", text),))
    text = ""
    for _ in range(50):
        template = dice.choice(ON_SHAPE[kind] if dice.random() < 0.7 else EMPHASIS)
        if any(len(part) < form.least for part in re.findall(r"\{(.+?)\}", template)):
            continue
        text = re.sub(r"\{(.+?)\}", lambda part: form.write(part[1], dice), template)
        if text != re.sub("[{}]", "", template) and not _LONG_NUMBER.search(text):
            break
    return Sample(form.name, kind, (Said("customer", text),))


def _in_pieces(kind: str, count: int, between: bool, dice: random.Random, sentences: Sequence[Carrier]) -> Sample:
    carrier = dice.choice(sentences)
    parts = cut(KINDS[kind].make(dice), kind, count, dice)
    lead, _, _ = carrier.text.partition("{}")
    first = Said("customer", lead + parts[0], (len(lead), len(lead) + len(parts[0])))
    rest = [Said("customer", piece, (0, len(piece))) for piece in parts[1:]]
    return Sample(_name(count, between), kind, (*_asked(carrier.question), *_spoken([first, *rest], between, dice)))


def _led_on(kind: str, count: int, dice: random.Random, is_held_out: bool) -> Sample:
    """Each piece is announced, and the customer says something else after up to two of them."""
    said = held_out if is_held_out else pieces
    question = dice.choice([carrier.question for carrier in _carriers(kind, is_held_out) if carrier.question])
    parts = cut(KINDS[kind].make(dice), kind, count, dice)
    templates = [dice.choice(said.STARTS), *(dice.choice(said.GOES_ON) for _ in parts[2:]), dice.choice(said.ENDS)]
    aside_after = set(dice.sample(range(count - 1), dice.randint(1, 2)))
    turns: list[Said] = []
    for i, (template, piece) in enumerate(zip(templates, parts, strict=True)):
        lead = template.index("{}")
        turns.append(Said("customer", template.replace("{}", piece), (lead, lead + len(piece))))
        if i in aside_after:
            turns.append(Said("customer", dice.choice(said.ASIDES)))
    return Sample(f"over {count} messages, led on, asides between", kind, (*_asked(question), *turns))


def _corrected(kind: str, name: str, apart: bool, dice: random.Random, is_held_out: bool) -> Sample:
    carrier = dice.choice(_carriers(kind, is_held_out))
    value = KINDS[kind].make(dice)
    text, spans = corrected.correction(kind, dice, is_held_out)
    lead = carrier.text.index("{}")
    first = Said("customer", carrier.text.replace("{}", value), (lead, lead + len(value)))
    if apart:
        return Sample(name, kind, (*_asked(carrier.question), first, Said("customer", text, spans[0], spans[1:])))
    shift = len(first.text) + 2
    moved = tuple((start + shift, end + shift) for start, end in spans)
    return Sample(name, kind, (*_asked(carrier.question), Said("customer", f"{first.text}. {text}", first.span, moved)))


def _harmless_talk(kind: str, name: str, talks: Sequence[Sequence[str]], dice: random.Random) -> Sample:
    return Sample(name, kind, tuple(Said("customer", text) for text in dice.choice(talks)))


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
