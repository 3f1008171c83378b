"""Values this conversation already knows, found again: in any case, in part, and with one slip of the finger.

Nothing here scans the known values: a text's tokens are looked up, so the cost grows with the text alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from redactor.detection.evidence import Votes, is_name_here, is_ordinary
from redactor.detection.words import TITLES, Tokens, squash, tokens, words
from redactor.taxonomy import LITERAL, canonical, entity_types, parts
from redactor.types import Entity

EXACT = "memory"
PART = "memory:part"
SLIP = "memory:slip"
_SCORES = {EXACT: 1.0, PART: 0.95, SLIP: 0.85}

_HEAD = 4
"""Letters of a value that are looked up first; enough that most ordinary tokens miss at once."""
_SHORTEST_SLIP = 5
"""Letters from which a name is looked for with a slip; in shorter ones a slip is another name or a word."""
_SHORTEST_NUMBER = 5
"""Digits from which a number counts wherever it stands; "34" or "2023" needs a vote."""
_LONG_NUMBER = 7
"""Characters from which a number counts even beside a decimal point or a comma without a blank."""

_NOT_A_PART = TITLES | words(
    "van von der den del della des dos das bin ibn ter ten zu de di da du la le el al y e st jr sr ii iii iv"
)
"""Particles (after the tables of CLDR person names, "surname-prefix"), titles and generation suffixes."""

_NAME_TYPES = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
_STRICT = frozenset({"EMAIL_ADDRESS", "URL"})
"""Types whose punctuation is part of the value: without it the letters are something else."""
_CODE_GAP = re.compile(r"[ \-–./()+_:]{1,3}")
_WORD_GAP = re.compile(r"[^\w\n]{0,3}_?")
_FOLDED = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-"})


@dataclass(slots=True)
class _Value:
    type: str
    canonical: str
    whole: bool
    key: str
    lead: str = ""
    tail: str = ""
    owners: set[int] = field(default_factory=set)


class Known:
    """The values one conversation knows, indexed for `find`. It only grows; the caller guards it between threads."""

    __slots__ = ("_count", "_lengths", "_near", "_seen", "_values", "_widths")

    def __init__(self, values: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[_Value]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._near: dict[str, tuple[str, ...]] = {}
        self._seen: dict[tuple[str, str, bool], _Value] = {}
        self._widths: tuple[int, ...] = ()
        self._count = 0
        for entity_type, text in values:
            self.add(entity_type, text)

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Known({self._count} values)"

    def add(self, entity_type: str, text: str) -> None:
        """Take in a value as the view shows it. A value known already changes nothing; LITERAL is not searched."""
        same = canonical(entity_type, text)
        if entity_type == LITERAL or (entity_type, same, True) in self._seen or len(squash(same)) < 2:
            return
        self._count += 1
        self._put(entity_type, same, text, whole=True)
        for part in _parts(entity_type, same):
            self._put(entity_type, part, part, whole=False)

    def _put(self, entity_type: str, same: str, text: str, *, whole: bool) -> None:
        value = self._seen.get((entity_type, same, whole))
        if value is None:
            value = _Value(entity_type, same, whole, squash(text), *_edges(text))
            self._seen[entity_type, same, whole] = value
            self._index(value)
        value.owners.add(self._count)

    def _index(self, value: _Value) -> None:
        self._values.setdefault(value.key, []).append(value)
        head = value.key[:_HEAD]
        lengths = self._lengths.get(head, ())
        if len(value.key) not in lengths:
            self._lengths[head] = tuple(sorted((*lengths, len(value.key)), reverse=True))
        if len(head) not in self._widths:
            self._widths = (*self._widths, len(head))
        if value.type == "PERSON" and len(value.key) >= _SHORTEST_SLIP and _is_one_word(value):
            for variant in _deletions(value.key):
                names = self._near.get(variant, ())
                if value.key not in names:
                    self._near[variant] = (*names, value.key)

    def at(self, squashed: str, start: int) -> Iterator[tuple[int, list[_Value]]]:
        """Lengths of the known values whose letters and digits stand at `start`, longest first, with the values."""
        for width in self._widths:
            for length in self._lengths.get(squashed[start : start + width], ()):
                values = self._values.get(squashed[start : start + length])
                if values:
                    yield length, values

    def near(self, word: str) -> set[int]:
        """The people a part of whose name is one slip from `word`."""
        if not self._near:
            return set()
        names = {name for variant in _deletions(word) for name in self._near.get(variant, ())}
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
    return {part for part in known if part not in _NOT_A_PART}


def _is_one_word(value: _Value) -> bool:
    return value.key.isalpha() and value.canonical.replace("'", "").isalpha()


def _edges(text: str) -> tuple[str, str]:
    """The characters before the first and after the last letter or digit, e.g. the plus of a phone number."""
    found = tokens(text)
    return text[: found.starts[0]].strip(), text[found.ends[-1] :].strip()


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


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    type: str
    recognizer: str
    sure: bool
    owners: frozenset[int] | set[int]
    token: int
    last: int


def find(text: str, known: Known, votes: Sequence[Entity] = ()) -> list[Entity]:
    """Every place in `text` where a known value stands.

    `text` is the view's text; `votes` what other recognizers said of it: a vote from 0.2 confirms a name that is
    also an ordinary word. Entities come sorted; recognizer `memory` means the same value (any case, any separators),
    `memory:part` a part of a person's name, `memory:slip` something so near that it is personal, too, but not the
    same value. Scores are 1.0, 0.95 and 0.85.
    """
    if not len(known):
        return []
    found = tokens(text)
    hits = _joined([*_known(text, found, known), *_slips(text, found, known)], text)
    if not hits:
        return []
    asked = Votes(votes)
    counted = [hit for hit in hits if hit.sure or _confirmed(hit, text, found, asked)]
    return list(_outermost(hit for hit in counted if not _names_a_firm(hit, votes)))


def _known(text: str, found: Tokens, known: Known) -> Iterator[_Hit]:
    squashed = "".join(found.words)
    begins: list[int] = []
    ends: dict[int, int] = {}
    position = 0
    for index, word in enumerate(found.words):
        begins.append(position)
        position += len(word)
        ends[position] = index
    for index, begin in enumerate(begins):
        for length, values in known.at(squashed, begin):
            last = ends.get(begin + length)
            if last is not None:
                yield from (hit for value in values if (hit := _read(text, found, index, last, value)))


def _read(text: str, found: Tokens, first: int, last: int, value: _Value) -> _Hit | None:
    """The tokens hold the value's letters and digits: is it the value, and does it stand alone?"""
    start, end = _with_edges(text, found.starts[first], found.ends[last], value)
    surface = text[start:end]
    same = canonical(value.type, surface) == value.canonical
    if not same and (len(value.key) < _SHORTEST_SLIP or value.type in _STRICT):
        same = canonical(value.type, surface.translate(_FOLDED)) == value.canonical.translate(_FOLDED)
        if not same:
            return None
    if not _one_value(text, found, first, last, value) or not _stands_alone(text, start, end, value):
        return None
    recognizer = SLIP if not same else EXACT if value.whole else PART
    sure = not _needs_evidence(value, first == last)
    return _Hit(start, end, value.type, recognizer, sure, value.owners, first, last)


def _with_edges(text: str, start: int, end: int, value: _Value) -> tuple[int, int]:
    if value.lead and text.endswith(value.lead, 0, start):
        start -= len(value.lead)
    if value.tail and text.startswith(value.tail, end):
        end += len(value.tail)
    return start, end


def _one_value(text: str, found: Tokens, first: int, last: int, value: _Value) -> bool:
    """Whether nothing but separators stands between the tokens: "12, 34" is not the account 1234."""
    row = entity_types().get(value.type)
    gap = _CODE_GAP if row and row.identity in ("code", "digits") else _WORD_GAP
    return all(
        gap.fullmatch(text, found.ends[index], found.starts[index + 1])
        or not text[found.ends[index] : found.starts[index + 1]]
        for index in range(first, last)
    )


def _stands_alone(text: str, start: int, end: int, value: _Value) -> bool:
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if after and unicodedata.category(after[0]).startswith("M"):
        return False
    if value.type == "EMAIL_ADDRESS":
        return not (before[-1:] in tuple(".-+_%'") and before[:1].isalnum()) and not (
            after[:1] in tuple(".-_@") and after[1:].isalnum()
        )
    if value.key.isdigit() and len(value.key) < _LONG_NUMBER:
        decimal = (before[-1:] in (".", ",") and before[:1].isdigit()) or (
            after[:1] in (".", ",") and after[1:].isdigit()
        )
        return not decimal and before[-1:] not in tuple("$£€") and after[:1] != "%"
    if after[:1] in ("'", "’") and is_ordinary(value.key):  # "don't", "will've"
        return after[1:] in ("s", "S") and not text[end + 2 : end + 3].isalpha()
    return True


def _needs_evidence(value: _Value, single: bool) -> bool:
    """Whether the value's letters could as well be something else: an ordinary word, two letters, a small number."""
    if value.key.isdigit():
        return len(value.key) < _SHORTEST_NUMBER
    if len(value.key) < 3:
        return True
    return single and is_ordinary(value.key)


def _confirmed(hit: _Hit, text: str, found: Tokens, votes: Votes) -> bool:
    if votes.overlap(hit.type, hit.start, hit.end):
        return True
    if hit.type not in _NAME_TYPES:
        return hit.type == "USERNAME" and text[hit.start - 1 : hit.start] == "@"
    if text[hit.start - 1 : hit.start] in tuple("-_@/'’#") or text[hit.end : hit.end + 1] in tuple("-_@/"):
        return False
    return hit.token == hit.last and is_name_here(text, found, hit.token)


def _slips(text: str, found: Tokens, known: Known) -> Iterator[_Hit]:
    for index, word in enumerate(found.words):
        if len(word) < _SHORTEST_SLIP - 1 or not word.isalpha() or is_ordinary(word):
            continue
        first = index - _has_prefix(text, found, index)
        owners = known.near("".join(found.words[first : index + 1]))
        start, end = found.starts[first], found.ends[index]
        if owners and not _glued(text, start, end):
            yield _Hit(start, end, "PERSON", SLIP, True, owners, first, index)


def _has_prefix(text: str, found: Tokens, index: int) -> bool:
    """Whether the token goes on a name like O'Brien or d'Angelo."""
    return (
        index > 0
        and len(found.words[index - 1]) == 1
        and text[found.ends[index - 1] : found.starts[index]] in ("'", "’", "ʼ", "`")
    )


def _glued(text: str, start: int, end: int) -> bool:
    """Part of an address, a link or a handle, not a word of a sentence."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 2]
    return before in tuple("@_/\\=&#.") or after[:1] in tuple("@_/\\=&") or (after[:1] == "." and after[1:].isalnum())


def _joined(hits: list[_Hit], text: str) -> list[_Hit]:
    """Add one hit for two neighbouring parts of one person, in whatever order: "Wu Joyce", "Joice Wu"."""
    names = sorted((hit for hit in hits if hit.type == "PERSON" and hit.recognizer != EXACT), key=_place)
    joined = list(hits)
    for left, right in pairwise(names):
        shared = left.owners & right.owners
        if shared and text[left.end : right.start] in (" ", ", ", "-"):
            joined.append(_Hit(left.start, right.end, "PERSON", SLIP, True, shared, left.token, right.last))
    return joined


def _place(hit: _Hit) -> tuple[int, int]:
    return hit.start, hit.end


def _names_a_firm(hit: _Hit, votes: Sequence[Entity]) -> bool:
    """A part inside a wider name of a firm ("Michael Kors") is the firm's."""
    if hit.recognizer == EXACT:
        return False
    return any(
        vote.type == "ORGANIZATION"
        and vote.score >= 0.5
        and vote.start <= hit.start
        and hit.end <= vote.end
        and vote.end - vote.start > hit.end - hit.start
        for vote in votes
    )


def _outermost(hits: Iterable[_Hit]) -> Iterator[Entity]:
    """Hits as entities, without those inside a longer one; of equal spans of one type the surest."""
    reach = 0
    spans: set[tuple[int, int, str]] = set()
    order = sorted(hits, key=lambda hit: (hit.start, -hit.end, -_SCORES[hit.recognizer], hit.type))
    widest = (0, 0)
    for hit in order:
        if (hit.start, hit.end, hit.type) in spans or (hit.end <= reach and (hit.start, hit.end) != widest):
            continue
        spans.add((hit.start, hit.end, hit.type))
        if hit.end > reach:
            reach, widest = hit.end, (hit.start, hit.end)
        yield Entity(hit.start, hit.end, hit.type, _SCORES[hit.recognizer], hit.recognizer)
