"""People's names that stand in for real ones, word for word; and the addresses and handles made of them."""

import re
from collections.abc import Callable, Mapping
from random import Random

from redactor.surrogates.names import candidates, in_case_of, kept, may_be_kept, plain, slots_of

_INITIALS = "ABCDEFGHJKLMNPRSTVW"
_DOMAINS = ("example.com", "example.org", "example.net")
"""Kept for documentation (RFC 2606, 3)."""
_PIECES = re.compile(r"[^\W\d_]+|\d+|[\W_]+")


def words_of(name: str) -> list[str]:
    """The words of a name; of "Minh, Crystal" as well."""
    return name.replace(",", " ").split()


def person(name: str, rng: Random, known: Mapping[str, str], free: Callable[[str], bool]) -> str | None:
    """A name of as many words. A word that stands for a name already (`known`: plain word → name) does so here too,
    so that members of a family share a surname again. None where no name is `free`.
    """
    words = words_of(name)
    stays = kept(words)
    slots = iter(slots_of([word for word, keep in zip(words, stays, strict=True) if not keep]))
    used: set[str] = set()
    new: list[str] = []
    for word, keep in zip(words, stays, strict=True):
        if keep:
            new.append(word)
            continue
        slot, letters = next(slots), plain(word)
        made = known.get(letters) or (_initial(word, rng) if len(letters) == 1 else "")
        if not made:
            listed = candidates(slot, rng)
            made = next((each for each in listed if plain(each) not in used and free(plain(each))), "")
        if not made:
            return None
        used.add(plain(made))
        new.append(made)
    return " ".join(new) if used else None


def _initial(word: str, rng: Random) -> str:
    letters = [letter for letter in _INITIALS if letter.casefold() != word[0].casefold()]
    return rng.choice(letters) + word[1:]


def name_pairs(shown: str, value: str) -> dict[str, str]:
    """For each plain word of a person's name the word that stands for it; empty where they do not match up."""
    ours, theirs = words_of(shown), words_of(value)
    if len(ours) != len(theirs):
        return {}
    return {plain(real): word for word, real in zip(ours, theirs, strict=True) if plain(word) != plain(real)}


def as_mentioned(text: str, pairs: Mapping[str, str], whole: str) -> str:
    """The stand-in for a mention: word for word in the mention's case, with its titles; else the whole stand-in."""
    words = re.split(r"(\s+)", text)
    named = [word for word in words if plain(word) in pairs]
    if not named or not all(plain(word) in pairs or may_be_kept(word) for word in words):
        return whole
    return "".join(_in_place_of(word, pairs) if plain(word) in pairs else word for word in words)


def _in_place_of(word: str, pairs: Mapping[str, str]) -> str:
    tail = re.search(r"[.,;:!?]*\Z", word)
    name = in_case_of(word, pairs[plain(word)])
    return name + (tail[0] if tail and not name.endswith(tail[0]) else "")


def email(text: str, rng: Random, known: Mapping[str, str]) -> str | None:
    """An address at a domain kept for documentation, made of the names that stand for its names."""
    local, at, _ = text.strip().rpartition("@")
    return f"{_handle(local, rng, known)}@{rng.choice(_DOMAINS)}" if at and local else None


def username(text: str, rng: Random, known: Mapping[str, str]) -> str | None:
    """A handle; it always has digits, so that it is no word."""
    made = _handle(text.removeprefix("@"), rng, known)
    if not re.search(r"\d", made):
        made += str(rng.randint(10, 99))
    return ("@" if text.startswith("@") else "") + made


def _handle(text: str, rng: Random, known: Mapping[str, str]) -> str:
    pieces = [_piece(piece, rng, known) for piece in _PIECES.findall(text)[:8]]
    return "".join(pieces).strip(".") or _name(rng)


def _piece(piece: str, rng: Random, known: Mapping[str, str]) -> str:
    if piece.isdigit():
        return "".join(rng.choice("123456789") for _ in piece)
    if not piece.isalpha():
        return "." if piece.strip("@") else ""
    letters = plain(piece)
    if len(letters) == 1:
        return rng.choice(_INITIALS).lower()
    halves = [(letters[:cut], letters[cut:]) for cut in range(2, len(letters) - 1)]
    glued = [known[a] + known[b] for a, b in halves if a in known and b in known]
    return plain(known.get(letters) or (glued[0] if glued else _name(rng)))


def _name(rng: Random) -> str:
    return plain(next(candidates(("en", "last"), rng)))
