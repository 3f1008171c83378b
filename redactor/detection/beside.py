"""What stands beside a part of a name: the rest of the same name, or of another person's."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise

from redactor.detection.evidence import is_capital, is_capital_inside, is_ordinary
from redactor.detection.known import Known, one_slip
from redactor.detection.words import GREETINGS, TITLES, Tokens

EXACT = "memory"
PART = "memory:part"
SLIP = "memory:slip"

_SHORTEST_REST = 3
"""Letters from which a word beside a part of a name may be another part with a slip: "Batutu Lmia"."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a known value seems to stand."""

    start: int
    end: int
    type: str
    recognizer: str
    sure: bool
    """False where it could be an ordinary word, so that the text has to speak for it."""
    owners: AbstractSet[int]
    """Numbers of the values it is or belongs to."""
    token: int
    last: int


def beside(hits: Sequence[Hit], text: str, found: Tokens, known: Known) -> Iterator[Hit]:
    """Wider hits around the parts of names among `hits`. They are slips: whose name it is nobody said."""
    names = sorted(
        (hit for hit in hits if hit.type == "PERSON" and hit.recognizer != EXACT), key=lambda hit: (hit.start, hit.end)
    )
    yield from _neighbours(names, text)
    for hit in names:
        for index in (hit.token - 1, hit.last + 1):
            if 0 <= index < len(found.words):
                wider = _with_initial(hit, index, text, found, known) or _with_rest(hit, index, text, found, known)
                if wider:
                    yield wider


def _neighbours(names: Sequence[Hit], text: str) -> Iterator[Hit]:
    """Two neighbouring parts of one person, in whatever order: "Wu Joyce", "Joice Wu"."""
    for left, right in pairwise(names):
        shared = left.owners & right.owners
        if shared and text[left.end : right.start] in (" ", ", ", "-"):
            yield Hit(left.start, right.end, "PERSON", SLIP, True, shared, left.token, right.last)


def _widened(hit: Hit, index: int, found: Tokens, sure: bool) -> Hit:
    start, end = min(hit.start, found.starts[index]), max(hit.end, found.ends[index])
    return Hit(start, end, "PERSON", SLIP, sure, hit.owners, hit.token, hit.last)


def _with_initial(hit: Hit, index: int, text: str, found: Tokens, known: Known) -> Hit | None:
    """The initial of another of the person's names: "J. Wu", "Joyce W."."""
    letter = found.words[index]
    if len(letter) != 1 or not _is_initial(text, found, index, hit):
        return None
    if not any(word.startswith(letter) for word in known.names(hit.owners)):
        return None
    return _widened(hit, index, found, sure=True)


def _is_initial(text: str, found: Tokens, index: int, hit: Hit) -> bool:
    """A letter by itself beside a name; not what is left of "it's", and not the words "a" and "I"."""
    start, end = found.starts[index], found.ends[index]
    if text[start - 1 : start] in ("'", "’"):
        return False
    dotted = text[end : end + 1] == "."
    before = start < hit.start
    gap = text[end : hit.start] if before else text[hit.end : start]
    return gap in ((" ", ".", ". ") if before else (" ",)) and (dotted or text[start].casefold() not in "ai")


def _with_rest(hit: Hit, index: int, text: str, found: Tokens, known: Known) -> Hit | None:
    """Another of the person's names with a slip, or the name of someone who shares one: "Crystal Smith"."""
    word = found.words[index]
    start, end = found.starts[index], found.ends[index]
    gap = text[end : hit.start] if start < hit.start else text[hit.end : start]
    if gap != " " or len(word) < 2 or not word.isalpha() or is_ordinary(word) or word in GREETINGS | TITLES:
        return None
    if any(len(name) >= _SHORTEST_REST and one_slip(name, word) for name in known.names(hit.owners)):
        return _widened(hit, index, found, sure=True)
    if is_capital(text, found, hit.token) and is_capital_inside(text, found, index):
        return _widened(hit, index, found, hit.sure)
    return None
