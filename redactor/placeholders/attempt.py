"""One attempt to read a placeholder that begins at a given spot, exact or mangled, never looking at what is before.

What was read is judged by `evidence`; that is where prose and code are told from placeholders.
"""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from redactor.placeholders.evidence import Reading, acceptable
from redactor.placeholders.grammar import LONGEST_INDEX, Grammar, Name, Node
from redactor.placeholders.place import Left
from redactor.placeholders.symbols import BLANK, DECORATION, DIGITS, END, INVISIBLE, PAIRS, read

MOST_NOISE: Final = 32
"""How many blanks, invisible characters and emphasis signs one placeholder may hold on either side of its index. With
the longest name it bounds what a stream holds back: under 200 symbols, each one character or one escape."""

UNDECIDED: Final = "undecided"
Undecided: TypeAlias = Literal["undecided"]


@dataclass(frozen=True, slots=True)
class Found:
    """A placeholder that ends before `end`."""

    end: int
    type: str
    index: int


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
        if symbol == INVISIBLE or symbol == BLANK or symbol in DECORATION:
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
        core = _Core(grammar.own_names, bracketed=False)
        return _Attempt(grammar, text, at, left, final, core).read(at)
    again, after = read(text, inside, final)
    if again == END:
        return None if final else UNDECIDED
    doubled = again == symbol
    inside = after if doubled else inside
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
    found: list[Found] = field(default_factory=list)

    def read(self, at: int) -> Found | Undecided | None:
        """Read the name, and an index wherever one may begin: a type's own name may hold digits."""
        while True:
            symbol, after = read(self.text, at, self.final)
            if symbol == END:
                return self._best() if self.final else UNDECIDED
            if symbol in DIGITS and self._read_index(at) == UNDECIDED:
                return UNDECIDED
            if not self.core.take(symbol, self.text[at]):
                return self._best()
            at = after

    def _best(self) -> Found | None:
        """The longest reading; None where two of that length mean different placeholders."""
        end = max((found.end for found in self.found), default=0)
        longest = {found for found in self.found if found.end == end}
        return longest.pop() if len(longest) == 1 else None

    def _read_index(self, at: int) -> Undecided | None:
        names = self.core.names()
        if not names:
            return None
        digits, end, after = _index(self.text, at, self.final)
        if digits == END:
            return UNDECIDED
        if not digits or digits[0] == "0" or len(digits) > LONGEST_INDEX:
            return None
        closed_at, edge = self._read_close(end) if self.opening else self._read_lone_close(end, after)
        if closed_at == END_OF_TEXT:
            return UNDECIDED
        self._weigh(names, int(digits), end, closed_at, edge)
        return None

    def _read_close(self, at: int) -> tuple[int, str]:
        """Where the closing bracket ends, or NOT_CLOSED, and the emphasis that stands before it."""
        edge = ""
        wanted = 2 if self.doubled else 1
        for _ in range(MOST_NOISE + wanted):
            symbol, at = read(self.text, at, self.final)
            if symbol == END:
                return (NOT_CLOSED if self.final else END_OF_TEXT), edge
            if symbol == PAIRS[self.opening]:
                wanted -= 1
                if not wanted:
                    return at, edge
            elif wanted == 1 and self.doubled:
                return NOT_CLOSED, edge
            elif symbol in DECORATION or symbol == "_":
                edge += symbol
            elif symbol not in (BLANK, INVISIBLE):
                return NOT_CLOSED, edge
        return NOT_CLOSED, edge

    def _read_lone_close(self, end: int, after: str) -> tuple[int, str]:
        return NOT_CLOSED, ""

    def _weigh(self, names: list[Name], index: int, end: int, closed_at: int, edge: str) -> None:
        ...
