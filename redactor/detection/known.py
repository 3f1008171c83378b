"""What one conversation knows, indexed so that a text's own tokens find it.

Values are filed by their letters and digits in one piece, without case: that is all their spellings share. Names are
filed once more under every form that lacks one letter, so that a slip is a lookup as well: two words are one edit
apart only if they share such a form (the idea of W. Garbe's SymSpell, 2012, https://github.com/wolfgarbe/SymSpell).
"""

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import accumulate

from redactor.detection.words import TITLES, squash, tokens, words
from redactor.taxonomy import LITERAL, canonical, parts

SHORTEST_SLIP = 5
"""Letters from which a name is looked for with a slip; in shorter ones a slip is another name or a word."""
_HEAD = 4
"""Letters of a value that are looked up first; enough that most ordinary tokens miss at once."""

_NOT_A_PART = TITLES | words(
    "van von der den del della des dos das bin ibn ter ten zu de di da du la le el al y e st "
    "jr sr ii iii iv md phd esq dds"
)
"""Particles before surnames, titles, generation suffixes and degrees."""


@dataclass(slots=True)
class Value:
    """One thing to look for: a whole value, or a part of a person's name."""

    type: str
    canonical: str = field(repr=False)
    whole: bool
    spelling: str = field(repr=False)
    """As first typed, without case."""
    key: str = field(repr=False)
    """Letters and digits in one piece, without case."""
    lead: str = field(default="", repr=False)
    """What stands before the first letter or digit, e.g. the plus of a phone number."""
    tail: str = field(default="", repr=False)
    """What stands after the last."""
    owners: set[int] = field(default_factory=set)
    """Numbers of the values it is or belongs to."""


class Known:
    """The values one conversation knows, indexed for `find`. It only grows; the caller guards it between threads."""

    __slots__ = ("_count", "_ends_of_names", "_lengths", "_names", "_near", "_seen", "_values", "_widths")

    def __init__(self, values: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[Value]] = {}
        self._names: dict[int, tuple[str, ...]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        self._ends_of_names: set[str] = set()
        self._seen: dict[tuple[str, str, bool], Value] = {}
        self._widths: tuple[int, ...] = ()
        self._count = 0
        for entity_type, text in values:
            self.add(entity_type, text)

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Known({self._count} values)"

    @property
    def has_names(self) -> bool:
        """Whether any name is long enough to be looked for with a slip."""
        return bool(self._near)

    def add(self, entity_type: str, text: str) -> None:
        """Take in a value as the view shows it. A value known already changes nothing; LITERAL is not searched."""
        same = canonical(entity_type, text)
        if entity_type == LITERAL or (entity_type, same, True) in self._seen or len(squash(same)) < 2:
            return
        self._count += 1
        if entity_type == "PERSON":
            self._names[self._count] = tuple(squash(word) for word in same.split() if word not in _NOT_A_PART)
        self._put(entity_type, same, text, whole=True)
        for part in _parts(entity_type, same):
            self._put(entity_type, part, part, whole=False)

    def _put(self, entity_type: str, same: str, text: str, *, whole: bool) -> None:
        value = self._seen.get((entity_type, same, whole))
        if value is None:
            found = tokens(text)
            lead, tail = text[: found.starts[0]].lstrip(), text[found.ends[-1] :].rstrip()
            value = Value(entity_type, same, whole, text.casefold(), "".join(found.words), lead, tail)
            self._seen[entity_type, same, whole] = value
            self._index(value)
        value.owners.add(self._count)

    def _index(self, value: Value) -> None:
        self._values.setdefault(value.key, []).append(value)
        head = value.key[:_HEAD]
        lengths = self._lengths.get(head, ())
        if len(value.key) not in lengths:
            self._lengths[head] = tuple(sorted((*lengths, len(value.key)), reverse=True))
        if len(head) not in self._widths:
            self._widths = (*self._widths, len(head))
        if value.type == "PERSON" and len(value.key) >= SHORTEST_SLIP and _is_one_word(value):
            self._ends_of_names |= {value.key[:2], value.key[-2:]}
            for variant in _deletions(value.key):
                names = self._near.get(variant, ())
                if value.key not in names:
                    self._near[variant] = (*names, value.key)

    def places(self, words: Sequence[str]) -> Iterator[tuple[int, int, list[Value]]]:
        """Where tokens hold the letters and digits of known values: first and last token, and the values.

        Of values that begin at one token the longest come first.
        """
        squashed = "".join(words)
        reached = list(accumulate(map(len, words), initial=0))
        ends = {end: index for index, end in enumerate(reached[1:])}
        heads, filed = self._lengths, self._values
        for width in self._widths:
            for first, begin in enumerate(reached):
                for length in heads.get(squashed[begin : begin + width], ()):
                    last = ends.get(begin + length)
                    values = filed.get(squashed[begin : begin + length]) if last is not None else None
                    if last is not None and values:
                        yield first, last, values

    def names(self, owners: AbstractSet[int]) -> set[str]:
        """The single names of these people, as tokens show them."""
        return {name for owner in owners for name in self._names.get(owner, ())}

    def near(self, word: str) -> set[int]:
        """The people a part of whose name is one slip from `word`."""
        if (
            word[:2] not in self._ends_of_names and word[-2:] not in self._ends_of_names
        ):  # one slip leaves one end as it was
            return set()
        names = {name for variant in self._near.keys() & _deletions(word) for name in self._near[variant]}
        return {
            owner
            for name in names
            if one_slip(name, word)
            for value in self._values[name]
            if value.type == "PERSON"
            for owner in value.owners
        }


def _parts(entity_type: str, same: str) -> set[str]:
    """What a person may be called by: the parts the taxonomy names, and the halves of a double name."""
    known = {part for part in parts(entity_type, same) if len(part) > 1}
    if entity_type == "PERSON":
        words = same.split()
        known |= {half for word in words if "-" in word for half in word.split("-") if len(half) > 2}
        untitled = " ".join(word for word in words if word not in TITLES)
        known |= {untitled} - {"", same}
    return {part for part in known if part not in _NOT_A_PART and len(squash(part)) > 1}


def _is_one_word(value: Value) -> bool:
    return value.key.isalpha() and value.canonical.replace("'", "").isalpha()


def _deletions(word: str) -> set[str]:
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def one_slip(name: str, word: str) -> bool:
    """Whether the two differ by exactly one letter inserted, deleted, substituted, or swapped with its neighbour.

    The restricted edit distance of Damerau (1964), at one.
    """
    if name == word or abs(len(name) - len(word)) > 1:
        return False
    i = next((k for k, (a, b) in enumerate(zip(name, word, strict=False)) if a != b), min(len(name), len(word)))
    a, b = name[i:], word[i:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    return a[1:] == b or a == b[1:]
