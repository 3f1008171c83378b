"""One attempt to read a placeholder that begins at a given spot, exact or mangled, never looking at what is before.

What was read is judged by `evidence`; that is where prose and code are told from placeholders.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final, Literal, NamedTuple, TypeAlias

from redactor.placeholders.evidence import Reading, acceptable, shaped
from redactor.placeholders.grammar import LONGEST_INDEX, Grammar, Name, Node
from redactor.placeholders.place import Left
from redactor.placeholders.symbols import BLANK, DECORATION, DIGITS, END, INVISIBLE, PAIRS, read

MOST_NOISE: Final = 32
"""How many blanks, invisible characters and emphasis signs one placeholder may hold on either side of its index. With
the longest name it bounds what a stream holds back: under 200 symbols, each one character or one escape."""

_SUFFIX: Final = re.compile(r"['’][sS]?|[sS]")
"""A possessive or plural that was put inside the brackets: `[PERSON_1's]`."""

_EDGE: Final = frozenset((INVISIBLE, BLANK, "_")) | DECORATION
"""What may stand between the opening bracket and the name."""

UNDECIDED: Final = "undecided"
Undecided: TypeAlias = Literal["undecided"]


@dataclass(frozen=True, slots=True)
class Found:
    """A placeholder that ends before `end`."""

    end: int
    type: str
    index: int
    suffix: str = ""


class _Close(NamedTuple):
    """Where the closing bracket ends (0: there is none), and what stands between it and the index."""

    at: int = 0
    edge: str = ""
    suffix: str = ""


@dataclass(slots=True)
class _Core:
    """The name as far as it has been read."""

    node: Node
    bracketed: bool
    raw: str = ""
    borders: set[int] = field(default_factory=set)
    joiners: str = ""
    gap: str = ""
    edge: str = ""
    inner: str = ""
    broken: bool = False
    noise: int = 0

    def take(self, symbol: str, raw: str) -> bool:
        """Read one symbol; False when no name can go on like this."""
        if symbol in (INVISIBLE, BLANK) or symbol in DECORATION:
            return self._take_noise(symbol)
        if symbol == "_" or symbol == "-":
            return self._take_joiner(symbol)
        return self._take_letter(symbol, raw)

    def _take_noise(self, symbol: str) -> bool:
        self.noise += 1
        if symbol == BLANK:
            self.gap += BLANK if self.raw and BLANK not in self.gap else ""
        elif symbol and self.raw:
            self.inner += symbol
        else:
            self.edge += symbol
        return self.noise <= MOST_NOISE and (self.bracketed or symbol == INVISIBLE)

    def _take_joiner(self, symbol: str) -> bool:
        if not self.raw:
            self.edge += symbol
            return symbol == "_" and len(self.edge) <= MOST_NOISE and self.bracketed
        self.gap += symbol
        joined = self.gap.replace(BLANK, "")
        return joined in ("_", "__", "-") and (self.bracketed or symbol == "_")

    def _take_letter(self, symbol: str, raw: str) -> bool:
        node = self.node.next.get(symbol)
        if node is None:
            return False
        if self.gap:
            if self.node.border:
                self.borders.add(len(self.raw))
            elif self.gap == BLANK and self.raw == self.raw.upper():
                self.broken = True
            else:
                return False
        self.joiners += self.gap
        self.gap = ""
        self.raw += raw
        self.node = node
        return True

    def reading(self, name: Name, opening: str, doubled: bool) -> Reading:
        """What is known of it before its end."""
        return Reading(
            name=name,
            raw=self.raw,
            borders=frozenset(self.borders),
            joiners=self.joiners,
            index_gap=self.gap,
            broken=self.broken,
            edges=(self.edge, self.inner, ""),
            opening=opening,
            doubled=doubled,
        )

    def names(self) -> list[Name]:
        """The names that have been read in full, their words divided only where words end."""
        return [name for name in self.node.names if self.borders <= name.borders]


def attempt(grammar: Grammar, text: str, at: int, left: Left, final: bool) -> Found | Undecided | None:
    """The placeholder that begins at `at`; None for none; UNDECIDED where more text may tell, which `final` rules out.

    `left` has read everything before `at`.
    """
    exact = grammar.canonical.match(text, at)
    if exact:
        return Found(exact.end(), exact[1], int(exact[2]))
    symbol, inside = read(text, at, final)
    if symbol == END:
        return None if final else UNDECIDED
    close = PAIRS.get(symbol)
    if close is None:
        if text[at] in "\\&":
            return None
        core = _Core(grammar.own_names, bracketed=False)
        return _Attempt(grammar, text, at, left, final, core).read(at)
    following, after = read(text, inside, final)
    doubled = following == symbol
    if doubled:
        inside = after
        following, _ = read(text, inside, final)
    if following == END:
        return None if final else UNDECIDED
    if following not in grammar.all_names.next and following not in _EDGE:
        return None
    # `[PERSON_1]` is never swallowed by a looser reading that began before it: `\\[PERSON_1]`, `[[PERSON_1]]`.
    if inside - 1 > at and text[inside - 1] == "[" and grammar.canonical.match(text, inside - 1):
        return None
    core = _Core(grammar.all_names, bracketed=True)
    return _Attempt(grammar, text, at, left, final, core, symbol, doubled).read(inside)


@dataclass(slots=True)
class _Attempt:
    """What one attempt knows besides the name: the brackets, and the readings its digits allow."""

    grammar: Grammar
    text: str
    start: int
    left: Left
    final: bool
    core: _Core
    opening: str = ""
    doubled: bool = False
    found: set[Found] = field(default_factory=set)

    def read(self, at: int) -> Found | Undecided | None:
        """Read the name, and an index wherever one may begin: a type's own name may hold digits."""
        while True:
            symbol, after = read(self.text, at, self.final)
            if symbol == END:
                return self._longest() if self.final else UNDECIDED
            if symbol in DIGITS and self.core.names() and self._read_index(at) == UNDECIDED:
                return UNDECIDED
            if not self.core.take(symbol, self.text[at]):
                return self._longest()
            at = after

    def _longest(self) -> Found | None:
        """The longest reading; None where two of that length mean different placeholders."""
        end = max((found.end for found in self.found), default=0)
        longest = [found for found in self.found if found.end == end]
        return longest[0] if len(longest) == 1 else None

    def _read_index(self, at: int) -> Undecided | None:
        name = _only(self.core.names(), self.core.borders)
        if name is None:
            return None
        reading = self.core.reading(name, self.opening, self.doubled)
        if not shaped(reading):
            return None
        digits, end, more = _index(self.text, at, self.final)
        if more:
            return UNDECIDED
        if not digits or digits[0] == "0":
            return None
        close = self._read_close(end) if self.opening else self._read_lone_close(end)
        if close == UNDECIDED:
            return UNDECIDED
        return self._weigh(reading, int(digits), end, close)

    def _read_close(self, at: int) -> _Close | Undecided:
        suffix = _SUFFIX.match(self.text, at)
        if not suffix:
            return self._read_first_close(at)
        close = self._read_first_close(suffix.end())
        return close if close == UNDECIDED else close._replace(suffix=suffix[0])

    def _read_first_close(self, at: int) -> _Close | Undecided:
        close, edge = PAIRS[self.opening], ""
        for _ in range(MOST_NOISE):
            symbol, at = read(self.text, at, self.final)
            if symbol == END:
                return _Close() if self.final else UNDECIDED
            if symbol == close:
                return self._read_second_close(at, edge) if self.doubled else _Close(at, edge)
            if symbol in DECORATION or symbol == "_":
                edge += symbol
            elif symbol not in (BLANK, INVISIBLE):
                break
        return _Close()

    def _read_second_close(self, at: int, edge: str) -> _Close | Undecided:
        symbol, at = read(self.text, at, self.final)
        if symbol == END and not self.final:
            return UNDECIDED
        return _Close(at, edge) if symbol == PAIRS[self.opening] else _Close()

    def _read_lone_close(self, at: int) -> _Close | Undecided:
        symbol, after = read(self.text, at, self.final)
        if symbol == END and not self.final:
            return UNDECIDED
        return _Close(after) if symbol == "]" else _Close()

    def _weigh(self, reading: Reading, index: int, end: int, close: _Close) -> Undecided | None:
        end_at = close.at or end
        follower = self.text[end_at : end_at + 1]
        edges = (*reading.edges[:2], close.edge)
        reading = replace(reading, closed=bool(close.at), edges=edges, follower=follower)
        if not follower and not self.final and not reading.beyond_doubt:
            return UNDECIDED
        if (close.at or self.opening) and acceptable(reading, self.left):
            self.found.add(Found(end_at, reading.name.type, index, close.suffix if close.at else ""))
        elif not self.opening:
            self._weigh_bare()
        return None

    def _weigh_bare(self) -> None:
        bare = self.grammar.bare.match(self.text, self.start)
        if bare:
            self.found.add(Found(bare.end(), bare[1], int(bare[2])))


def _only(names: list[Name], borders: set[int]) -> Name | None:
    """The one type that is meant; None where two types are spelled alike."""
    if len({name.type for name in names}) > 1:
        names = [name for name in names if name.borders == borders]
    types = {name.type for name in names}
    return max(names, key=lambda name: name.own) if len(types) == 1 else None


def _index(text: str, at: int, final: bool) -> tuple[str, int, bool]:
    """The digits from `at`, where the last of them ends, and whether more of them may come. None if too many."""
    digits, end, invisible = "", at, 0
    while invisible <= MOST_NOISE:
        symbol, at = read(text, at, final)
        if symbol in DIGITS:
            digits, end = digits + symbol, at
            if len(digits) > LONGEST_INDEX:
                break
        elif symbol == INVISIBLE:
            invisible += 1
        else:
            return digits, end, symbol == END and not final
    return "", end, False
