"""One value over several messages: where it is cut, and what the other side says in between."""

import random
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from redactor.detection.words import words

MOST: Mapping[str, int] = {
    **dict.fromkeys(words("CREDIT_CARD IBAN_CODE PHONE_NUMBER"), 5),
    **dict.fromkeys(words("US_SSN ACCOUNT_ID PASSPORT EMAIL_ADDRESS"), 4),
    "PERSON": 2,
}
"""Entity types whose values people do type in pieces, and into how many."""

WORDS_BETWEEN = ("ok", "go on", "yes?", "and then?", "got it", "mhm", "continue please")
"""What a bot says while it waits for the rest."""

LED_ON = words("CREDIT_CARD IBAN_CODE US_SSN PHONE_NUMBER ACCOUNT_ID")
"""Entity types whose pieces people announce one by one."""
STARTS = (
    "first part is {}",
    "it starts with {}",
    "{} so far",
    "first digits {}",
    "{} is the first part",
    "ok {}",
    "{} wait",
)
GOES_ON = (
    "then {}",
    "and {}",
    "next part {}",
    "after that {}",
    "the next ones are {}",
    "then {} ...",
    "{}",
    "ok and {}",
)
ENDS = (
    "and {}",
    "the last part is {}",
    "last digits are {}",
    "and the rest is {}",
    "then {}",
    "finally {}",
    "ends with {}",
)
"""How the pieces are announced."""
ASIDES = ("ok", "one sec", "wait", "sorry, getting my glasses", "still there?", "let me see", "hold on", "where was I")
"""What the customer says in between."""

_ONLY_AT_SEAMS = frozenset({"EMAIL_ADDRESS", "PERSON"})
_SEAM = re.compile(r"[ -]+|(?=[@.])|(?<=@)")


def cut(text: str, kind: str, count: int, dice: random.Random) -> list[str]:
    """The text in `count` pieces of two characters and more: a name at its blank, an e-mail address beside its signs,
    a number at its blanks and hyphens where it has enough of them, and now and then anywhere. Blanks and hyphens at
    the cut are dropped, as people do.
    """
    seams = [found.end() for found in _SEAM.finditer(text) if 0 < found.end() < len(text)]
    anywhere = list(range(2, len(text) - 1))
    at_seams = kind in _ONLY_AT_SEAMS or dice.random() < 0.7
    for places in (seams, anywhere) if at_seams else (anywhere,):
        for _ in range(50):
            if len(places) < count - 1:
                break
            pieces = _split(text, sorted(dice.sample(places, count - 1)))
            if all(_is_piece(piece) for piece in pieces):
                return pieces
    return _split(text, [len(text) * i // count for i in range(1, count)])


def _is_piece(text: str) -> bool:
    return text == "@" or sum(map(str.isalnum, text)) > 1


def _split(text: str, places: Sequence[int]) -> list[str]:
    return [text[a:b].strip(" -") for a, b in pairwise([0, *places, len(text)])]
