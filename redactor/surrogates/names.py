"""Names that stand in for people's: of the same region and gender where the name says so."""

import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from random import Random

_TITLES = frozenset(
    {
        "mr", "mrs", "ms", "mx", "miss", "dr", "prof", "professor", "mister", "missus", "madam", "mme", "herr", "frau",
        "señor", "señora", "sir",
    }
)  # fmt: skip
_PARTICLES = frozenset(
    {
        "van", "von", "der", "den", "del", "della", "des", "dos", "das", "bin", "ibn", "ter", "ten", "zu", "de", "di",
        "da", "du", "la", "le", "el", "al", "y", "e", "st",
    }
)  # fmt: skip
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "md", "phd", "esq", "dds"})
"""Titles, particles before surnames, generation suffixes and degrees: where they stand as such they name nobody."""

_PARTS = ("female", "male", "last")
_DEFAULT = "en"

Slot = tuple[str, str]
"""Region and part (female, male, last) of a list of names."""


@cache
def lists() -> Mapping[Slot, tuple[str, ...]]:
    """Every list of names, by region and part. Source: `names.toml` beside this file."""
    return {(region, part): tuple(parts[part].split()) for region, parts in _table().items() for part in _PARTS}


def _table() -> dict[str, dict[str, str]]:
    return tomllib.loads(files("redactor.surrogates").joinpath("names.toml").read_text("utf-8"))


@cache
def _where() -> Mapping[str, tuple[Slot, ...]]:
    """In which lists a name stands, those that are only read among them."""
    found: dict[str, tuple[Slot, ...]] = {}
    for region, parts in _table().items():
        for part in _PARTS:
            for name in f"{parts[part]} {parts[f'also_{part}']}".split():
                found[plain(name)] = (*found.get(plain(name), ()), (region, part))
    return found


def plain(word: str) -> str:
    """A name's letters without case, accents and punctuation: what two spellings of it share."""
    decomposed = unicodedata.normalize("NFKD", word.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def kept(words: Sequence[str]) -> list[bool]:
    """For each word of a name whether it stays: titles before it, suffixes after it, and particles in it that are
    written small where the name is not ("Ana de la Cruz", but not the "Al" of "Al Cruz")."""
    bare = [word.casefold().strip(".,") for word in words]
    first = next((i for i, word in enumerate(bare) if word not in _TITLES), 0)
    last = next((i for i in range(len(bare) - 1, -1, -1) if bare[i] not in _SUFFIXES), 0)
    capitals = any(word != word.lower() for word in words)
    small = [capitals and word == word.lower() and word in _PARTICLES for word in words]
    return [not plain(words[i]) or i < first or last < i or (first < i < last and small[i]) for i in range(len(words))]


def may_be_kept(word: str) -> bool:
    """Whether a word of a mention may be a title, a particle or a suffix, or is no word at all."""
    return not plain(word) or word.casefold().strip(".,") in _TITLES | _PARTICLES | _SUFFIXES


def slots_of(words: list[str]) -> list[Slot]:
    """For each word of a name, the list its stand-in comes from.

    The region in which most of its words are common decides, the first of equals; the first name's lists say the
    gender. A word alone is a surname only where it is in a list of those and of no others.
    """
    where = [_where().get(plain(word), ()) for word in words]
    regions = [region for slots in where for region in dict.fromkeys(region for region, _ in slots)]
    region = max(dict.fromkeys(regions), key=regions.count, default=_DEFAULT)
    genders = {part for _, part in where[0] if part != "last"} if where else set()
    first, last = (region, genders.pop() if len(genders) == 1 else ""), (region, "last")
    if len(words) == 1:
        return [last if {part for _, part in where[0]} == {"last"} else first]
    return [first] + [last] * (len(words) - 1)


def candidates(slot: Slot, rng: Random) -> Iterator[str]:
    """The names of a list in a keyed order; of both genders where it is not known; the default region's after them."""
    region, part = slot
    for where in dict.fromkeys((region, _DEFAULT)):
        listed = lists()[where, part] if part else lists()[where, "female"] + lists()[where, "male"]
        yield from rng.sample(listed, len(listed))


def in_case_of(word: str, name: str) -> str:
    """The name in the case the word is written in: lower, upper or its own."""
    if word.islower():
        return name.lower()
    return name.upper() if word.isupper() and len(plain(word)) > 1 else name
