"""Whole dialogs and pieces of prose, written by hand with slots for the values: `dialogs/*.txt`, `prose/*.txt`.

A dialog begins with `== title` (`==!`: never trained on); a line is one message, `C:` of the customer, `A:` of an
agent, `B:` of a bot or tool. A slot is `{kind}`, `{kind.ref}` (the same value wherever it stands again; person, first,
last, email and user of one ref are one person's), `{kind.ref|change}` (see CHANGES) or `{kind=text}` (this very text).
"""

import random
import re
import string
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from models.training import templates as t
from models.training import values as v
from models.training.marked import Piece, as_row, plain
from models.training.noise import noisy
from models.training.slots import OPEN_SLOTS, PERSONAL, neutral_piece
from models.training.stand_ins import StandIns

HERE = Path(__file__).parent
SLOT = re.compile(r"\{([a-z0-9_]+)(?:\.([a-z0-9_]+))?(?:\|([a-z0-9/]+))?(?:=([^{}]+))?\}")
LINE = re.compile(r"([CAB]): (.*)")
KEPT = frozenset({"LOCATION", "DATE_TIME", "ORGANIZATION"})
"""Types that stay readable in a redacted history under the default policy."""
SWAPPED = {"org": "ORGANIZATION", "city": "CITY", "date": "DATE_TIME"}
"""Literals that some other value may stand for as well."""


@dataclass(frozen=True)
class Line:
    role: str
    text: str


def part(text: str, change: str) -> str:
    """The nth of several parts of a value, cut at its own separators where it has enough of them."""
    number, of = (int(x) for x in change.split("/"))
    seams = [m.end() for m in re.finditer(r"[ .@/-]+", text[:-1]) if m.end() > 1]
    cuts = sorted(random.Random(text).sample(seams, of - 1)) if len(seams) >= of - 1 else []
    cuts = cuts or [len(text) * k // of for k in range(1, of)]
    return text[([0, *cuts])[number - 1] : ([*cuts, len(text)])[number - 1]].strip(" ") or text


def spoken(rng: random.Random, text: str) -> str:
    dot, at = rng.choice([(" dot ", " at "), (" . ", " @ "), (" dot ", " (at) "), ("[dot]", "[at]")])
    return text.replace(".", dot).replace("@", at).replace("_", " underscore " if dot == " dot " else "_")


def spelled(rng: random.Random, text: str) -> str:
    return rng.choice(["-", " ", "-", ". ", ", "]).join(c for c in text if not c.isspace())


def slipped(rng: random.Random, text: str) -> str:
    """One character wrong."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    if not places:
        return text
    i = rng.choice(places)
    pool = string.digits if text[i].isdigit() else string.ascii_lowercase
    return text[:i] + rng.choice(pool) + text[i + 1 :]


def initials(rng: random.Random, text: str) -> str:
    return rng.choice(["", ".", ". "]).join(word[0] for word in text.split()).strip()


CHANGES: dict[str, Callable[[random.Random, str], str]] = {
    "spoken": spoken,
    "spelled": spelled,
    "typo": slipped,
    "last4": lambda rng, text: text[-4:],
    "caps": lambda rng, text: text.upper(),
    "lower": lambda rng, text: text.lower(),
    "initials": initials,
}


@dataclass
class Cast:
    """Who and what occurs in one dialog."""

    rng: random.Random
    people: dict[str, tuple[str, str]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    stand_ins: StandIns | None = None

    def person(self, ref: str | None) -> tuple[str, str]:
        return self.people.setdefault(ref, v.first_last(self.rng)) if ref else v.first_last(self.rng)

    def value(self, kind: str, ref: str | None) -> str:
        key = f"{kind}.{ref}"
        if not ref or key not in self.values:
            self.values[key] = self.fresh(kind, ref)
        return self.values[key]

    def fresh(self, kind: str, ref: str | None) -> str:
        rng = self.rng
        if kind in ("first", "last"):
            return self.person(ref)[kind == "last"]
        if kind == "person":
            return " ".join(self.person(ref)) if ref or rng.random() < 0.6 else v.full_name(rng)
        if kind == "email":
            return v.email(rng, self.person(ref))
        if kind == "user" and rng.random() < 0.5:
            return v.handle(rng, self.person(ref))
        return v.MAKERS[PERSONAL[kind][1]](rng)

    def slot(self, kind: str, ref: str | None, change: str | None, literal: str | None) -> Piece:
        if kind in OPEN_SLOTS and literal:
            return Piece(literal, OPEN_SLOTS[kind])
        if kind not in PERSONAL:
            return neutral_piece(self.rng, kind)
        label: str | None = PERSONAL[kind][0]
        text = literal or self.value(kind, ref)
        if literal and kind in SWAPPED and self.rng.random() < 0.4:
            text = v.MAKERS[SWAPPED[kind]](self.rng)
        if change:
            text = part(text, change) if "/" in change else CHANGES[change](self.rng, text)
            label = None if change == "last4" else label
        return Piece(text, label)

    def fill(self, text: str) -> list[Piece]:
        pieces, end = [], 0
        for m in SLOT.finditer(text):
            before, piece = text[end : m.start()], self.slot(m[1], m[2], m[3], m[4])
            if m[1] == "user" and before.endswith("@"):  # the sign is part of a handle
                before, piece = before[:-1], Piece("@" + piece.text.removeprefix("@"), piece.label)
            pieces += [Piece(before), piece]
            end = m.end()
        return [p for p in (*pieces, Piece(text[end:])) if p.text]

    def hidden(self, pieces: Sequence[Piece]) -> str:
        """The message as it stands in a redacted history."""
        return "".join(self.placeholder(p) if p.label and p.label[0] != "?" else p.text for p in pieces)

    def placeholder(self, piece: Piece) -> str:
        label = piece.label or ""
        if label in KEPT:
            return piece.text
        known = self.numbers.setdefault(label, {})
        number = known.setdefault(piece.text.lower(), len(known) + 1)
        self.stand_ins = self.stand_ins or StandIns.of(piece.text)
        return self.stand_ins.instead_of(label, piece.text) or f"[{label}_{number}]"


@dataclass(frozen=True)
class Said:
    """A message of a dialog, filled: its pieces, and how a redacted history shows it."""

    role: str
    pieces: list[Piece]
    hidden: str


@dataclass(frozen=True)
class Dialog:
    lines: tuple[Line, ...]
    held_out: bool = False
    """Never trained on, to measure on: its title line begins with `==!`."""


def parsed(text: str) -> Iterator[Dialog]:
    """The dialogs of one file. Raises ValueError for a line without a role."""
    lines: list[Line] = []
    held_out = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("=="):
            if lines:
                yield Dialog(tuple(lines), held_out)
            lines, held_out = [], line.startswith("==!")
        elif line.strip() and not line.startswith("#"):
            if not (m := LINE.fullmatch(line.rstrip())):
                raise ValueError(f"line {number}: expected 'C: ', 'A: ' or 'B: ' and a message")
            lines.append(Line(m[1], m[2].replace("\\n", "\n")))
    if lines:
        yield Dialog(tuple(lines), held_out)


@cache
def all_dialogs() -> list[Dialog]:
    return [d for path in sorted((HERE / "dialogs").glob("*.txt")) for d in parsed(path.read_text(encoding="utf-8"))]


def dialogs() -> list[Dialog]:
    """Those to train on."""
    return [dialog for dialog in all_dialogs() if not dialog.held_out]


def held_out() -> list[Dialog]:
    """Those to measure on."""
    return [dialog for dialog in all_dialogs() if dialog.held_out]


@cache
def prose() -> list[str]:
    texts = [path.read_text(encoding="utf-8") for path in sorted((HERE / "prose").glob("*.txt"))]
    lines = [line for text in texts for line in text.splitlines()]
    return [x.strip().replace("\\n", "\n") for x in lines if x.strip() and not x.startswith("#")]


def lower_shares(rng: random.Random) -> dict[str, float]:
    """How likely each side writes in lower case, one habit for the whole dialog."""
    return {"C": rng.choice((0.0, 0.05, 0.5, 1.0)), "A": rng.choice((0.0, 0.0, 0.0, 0.3)), "B": 0.0}


def merged(rng: random.Random, lines: Iterable[Line]) -> list[Line]:
    """At times two messages of one side are sent as one."""
    made: list[Line] = []
    for line in lines:
        if made and made[-1].role == line.role and rng.random() < 0.3:
            made[-1] = Line(line.role, made[-1].text + rng.choice([" ", "\n", ". "]) + line.text)
        else:
            made.append(line)
    return made


def said(rng: random.Random, dialog: Dialog) -> list[Said]:
    cast, lower = Cast(rng), lower_shares(rng)
    made = []
    for line in merged(rng, dialog.lines):
        pieces = cast.fill(line.text)
        if line.role != "B":
            pieces = noisy(rng, pieces, lower=lower[line.role])
        made.append(Said(line.role, pieces, cast.hidden(pieces)))
    return made


def context_of(rng: random.Random, before: Sequence[Said]) -> str:
    """The last turns, none to four of them, raw or as the redacted history shows them."""
    turns = rng.choices((0, 1, 2, 3, 4), (10, 30, 26, 24, 10))[0]
    hide = rng.random() < 0.5
    chosen = before[-turns:] if turns else ()
    return "\n".join(turn.hidden if hide else plain(turn.pieces) for turn in chosen)


def dialog_rows(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Rows of dialogs without end: every dialog once, in random order, then all of them anew with other values."""
    while True:
        for dialog in rng.sample(dialogs(), len(dialogs())):
            turns = said(rng, dialog)
            for number, turn in enumerate(turns):
                yield as_row(context_of(rng, turns[:number]), turn.pieces)


def prose_rows(rng: random.Random) -> Iterator[dict[str, Any]]:
    """Rows of prose without end: a line, now and then two, mostly with nothing before."""
    while True:
        for line in rng.sample(prose(), len(prose())):
            cast = Cast(rng)
            text = line + rng.choice([" ", "\n"]) + rng.choice(prose()) if rng.random() < 0.12 else line
            dice = rng.random()
            context = "" if dice < 0.65 else plain(cast.fill(rng.choice(prose() if dice < 0.8 else t.NEUTRAL_AGENT)))
            yield as_row(context, noisy(rng, cast.fill(text), lower=rng.choice((0.0, 0.2, 0.6))))
