"""Values this conversation already knows, found again: in any case, in part, and with one slip of the finger.

Nothing here scans the known values: a text's tokens are looked up, so the cost grows with the text alone.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from redactor.detection.beside import EXACT, PART, SLIP, Hit, beside
from redactor.detection.evidence import Votes, is_name_here, is_ordinary
from redactor.detection.known import SHORTEST_SLIP, Known, Value
from redactor.detection.words import Tokens, fold, ordinary_words, tokens
from redactor.taxonomy import canonical, entity_types
from redactor.types import Entity

__all__ = ["EXACT", "PART", "SLIP", "Known", "find"]

_SCORES = {EXACT: 1.0, PART: 0.95, SLIP: 0.85}

_SHORTEST_NUMBER = 5
"""Digits from which a number counts wherever it stands; "34" or "2023" needs a vote."""
_LONG_NUMBER = 7
"""Characters from which a number counts even beside a decimal point or a comma without a blank."""

_NAME_TYPES = frozenset({"PERSON", "ORGANIZATION", "LOCATION"})
_STRICT = frozenset({"EMAIL_ADDRESS", "URL"})
"""Types whose punctuation is part of the value: without it the letters are something else."""
_CODE_GAP = re.compile(r"[ \-–./()+_:]{1,3}")
_WORD_GAP = re.compile(r"[^\w\n]{0,3}_?")
_FOLDED = str.maketrans({"’": "'", "ʼ": "'", "`": "'", "‐": "-", "‑": "-", "–": "-"})


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
    hits = [*_known(text, found, known), *_slips(text, found, known)]
    if not hits:
        return []
    hits += beside(hits, text, found, known)
    asked = Votes(votes)
    counted = [hit for hit in hits if hit.sure or _confirmed(hit, text, found, asked)]
    return list(_outermost(hit for hit in counted if not _names_a_firm(hit, asked, votes)))


def _known(text: str, found: Tokens, known: Known) -> Iterator[Hit]:
    settled = (-1, -1)
    for first, last, values in known.places(found.words):
        if first == settled[0] and last < settled[1]:
            continue  # a longer value begins here as well
        for value in values:
            hit = _read(text, found, first, last, value)
            if hit:
                settled = (first, last) if hit.sure else settled
                yield hit


def _read(text: str, found: Tokens, first: int, last: int, value: Value) -> Hit | None:
    """The tokens hold the value's letters and digits: is it the value, and does it stand alone?"""
    start, end = _with_edges(text, found.starts[first], found.ends[last], value)
    surface = text[start:end]
    said = canonical(value.type, surface)
    same = said == value.canonical
    unlike = not same and _plain(said) != _plain(value.canonical)
    if unlike and (len(value.key) < SHORTEST_SLIP or value.type in _STRICT):
        return None
    if not _one_value(text, found, first, last, value, same) or not _stands_alone(text, start, end, value):
        return None
    recognizer = SLIP if not same else EXACT if value.whole else PART
    sure = not _needs_evidence(value, first == last)
    return Hit(start, end, value.type, recognizer, sure, value.owners, first, last)


def _plain(text: str) -> str:
    """Without accents, and with the typewriter's apostrophe and hyphen."""
    return fold(text.translate(_FOLDED))


def _with_edges(text: str, start: int, end: int, value: Value) -> tuple[int, int]:
    if value.lead and text.endswith(value.lead, 0, start):
        start -= len(value.lead)
    if value.tail and text.startswith(value.tail, end):
        end += len(value.tail)
    return start, end


def _one_value(text: str, found: Tokens, first: int, last: int, value: Value, same: bool) -> bool:
    """Whether nothing but separators stands between the tokens: "12, 34" is not the account 1234."""
    row = entity_types().get(value.type)
    is_code = row is not None and row.identity in ("code", "digits")
    if same and (not is_code or text[found.starts[first] : found.ends[last]].casefold() in value.spelling):
        return True
    gap = _CODE_GAP if is_code else _WORD_GAP
    return all(
        gap.fullmatch(text, found.ends[index], found.starts[index + 1]) or found.ends[index] == found.starts[index + 1]
        for index in range(first, last)
    )


def _stands_alone(text: str, start: int, end: int, value: Value) -> bool:
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


def _needs_evidence(value: Value, single: bool) -> bool:
    """Whether the value's letters could as well be something else: an ordinary word, two letters, a small number."""
    if value.key.isdigit():
        return len(value.key) < _SHORTEST_NUMBER
    if len(value.key) < 3:
        return True
    return single and is_ordinary(value.key)


def _confirmed(hit: Hit, text: str, found: Tokens, votes: Votes) -> bool:
    if votes.overlap(hit.type, hit.start, hit.end):
        return True
    if hit.type not in _NAME_TYPES:
        return hit.type == "USERNAME" and text[hit.start - 1 : hit.start] == "@"
    if text[hit.start - 1 : hit.start] in tuple("-_@/'’#") or text[hit.end : hit.end + 1] in tuple("-_@/"):
        return False
    return hit.token == hit.last and is_name_here(text, found, hit.token)


def _slips(text: str, found: Tokens, known: Known) -> Iterator[Hit]:
    ordinary = ordinary_words() if known.has_names else frozenset(found.words)
    for index, word in enumerate(found.words):
        if len(word) < SHORTEST_SLIP - 1 or word in ordinary or not word.isalpha():
            continue
        first = index - _has_prefix(text, found, index)
        owners = known.near("".join(found.words[first : index + 1]))
        start, end = found.starts[first], found.ends[index]
        if owners and not _glued(text, start, end):
            yield Hit(start, end, "PERSON", SLIP, True, owners, first, index)


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


def _names_a_firm(hit: Hit, asked: Votes, votes: Sequence[Entity]) -> bool:
    """A part inside a wider name of a firm ("Michael Kors") is the firm's."""
    if hit.recognizer == EXACT or not asked.overlap("ORGANIZATION", hit.start, hit.end):
        return False
    return any(
        vote.type == "ORGANIZATION"
        and vote.score >= 0.5
        and vote.start <= hit.start
        and hit.end <= vote.end
        and vote.end - vote.start > hit.end - hit.start
        for vote in votes
    )


def _outermost(hits: Iterable[Hit]) -> Iterator[Entity]:
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
