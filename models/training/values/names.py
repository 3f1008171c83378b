# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Names of people of more than sixty origins, the common ones more often, as people write them."""

import importlib
import random
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from models.training.values.origins import (
    IRISH_STEMS,
    LISTED,
    MAC_STEMS,
    NICKNAMES,
    PARTICLES,
    SHORT_SURNAMES,
)
from models.training.values.scripts import transliterate
from models.training.values.shapes import Pool, plain, words
from models.training.values.words import ENDINGS, NAMES_THAT_ARE_WORDS, SURNAMES_THAT_ARE_WORDS, coined

LATIN_LOCALES = {
    "en_US": 14, "en_GB": 4, "en_IN": 2, "en_IE": 1, "en_NZ": 1, "en_KE": 1, "en_PK": 1, "es_ES": 1.5, "es_MX": 1.5, "es_CO": 1,
    "es_AR": 1, "es_CL": 0.7, "fr_FR": 1.5, "fr_CA": 1, "de_DE": 1.5, "de_AT": 0.7, "de_CH": 0.7, "it_IT": 1.2, "pt_BR": 1, "pt_PT": 0.7,
    "nl_NL": 1, "nl_BE": 0.7, "cs_CZ": 0.6, "sk_SK": 0.6, "hu_HU": 0.6, "ro_RO": 0.7, "hr_HR": 0.6, "sl_SI": 0.6, "sv_SE": 0.8,
    "da_DK": 0.7, "no_NO": 0.7, "fi_FI": 0.7, "et_EE": 0.5, "lt_LT": 0.5, "lv_LV": 0.5, "tr_TR": 0.8, "id_ID": 0.7, "az_AZ": 0.5,
    "uz_UZ": 0.5, "tw_GH": 0.6, "yo_NG": 0.6, "zu_ZA": 0.6, "sw": 0.5, "ga_IE": 0.5, "en_TH": 0.3,
}  # fmt: skip
OTHER_SCRIPTS = {"ru_RU": 1.2, "uk_UA": 0.8, "bg_BG": 0.7, "mk_MK": 0.4, "ka_GE": 0.6}
WEIGHT_OF_LISTED = 1.0
STYLES = {"fr_FR": "french", "es_ES": "hispanic", "es_MX": "hispanic", "es_CO": "hispanic", "es_AR": "hispanic"}
"""How names of a locale are put together, where that is not forename and surname."""

DICE_TYPED_PLAIN = 0.5
INITIALS = string.ascii_uppercase
TITLES_AFTER = words("Jr Jr. Sr Sr. III II IV Esq MD PhD")
CHINESE_ENGLISH = words(
    "Jason Kevin Vivian Grace Jenny Tony Eric Amy Winnie Raymond Peggy Alan Cindy Ivy Fiona Andy Kelvin Rachel Jackie Bruce"
)


@dataclass(frozen=True)
class Origin:
    """The names of one origin and how a whole name is said."""

    name: str
    first: Pool
    last: Pool
    style: str


def _provided(locale: str, attribute: str) -> Iterable[str]:
    """Faker's own list, with its census-like weights where it has them; men's and women's where they are apart."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    every = getattr(provider, attribute, ())
    if isinstance(every, Iterable):
        return every
    apart = [getattr(provider, f"{attribute}_{sex}", ()) for sex in ("male", "female")]
    return [str(name) for names in apart if isinstance(names, Iterable) for name in names]


def _pool(locale: str, attribute: str, change: Callable[[str], str]) -> Pool:
    found = _provided(locale, attribute)
    if isinstance(found, Mapping):
        # a power under 1: names of the tail should be seen too
        return Pool.weighted({change(k): float(w) for k, w in found.items() if usable(change(k))}, 0.8)
    return Pool.of(sorted({change(n).strip() for n in found if usable(change(n))}))


def usable(name: str) -> bool:
    """A name in Latin letters, and not a list's stand-in."""
    return name not in ("Doe", "John Doe", "") and len(name) > 1 and len(name) < 30 and plain(name).isascii()


@cache
def origins() -> tuple[tuple[Origin, ...], tuple[float, ...]]:
    """All origins and their cumulated weights."""
    found: list[tuple[Origin, float]] = []
    for locale, weight in {**LATIN_LOCALES, **OTHER_SCRIPTS}.items():
        change: Callable[[str], str] = transliterate if locale in OTHER_SCRIPTS else str
        first, last = _pool(locale, "first_names", change), _pool(locale, "last_names", change)
        if len(first.items) > 9 and len(last.items) > 9:
            found.append((Origin(locale, first, last, STYLES.get(locale, "west")), weight))
    for name, listed in LISTED.items():
        origin = Origin(name, Pool.ranked(listed.first), Pool.ranked(listed.last), listed.order)
        found.append((origin, listed.weight * WEIGHT_OF_LISTED))
    return tuple(o for o, _ in found), tuple(accumulate(w for _, w in found))


def origin_of(rng: random.Random) -> Origin:
    every, weights = origins()
    return rng.choices(every, cum_weights=weights)[0]


@cache
def word_names() -> tuple[Pool, Pool]:
    """Forenames and surnames that are also words, with capitals."""
    return tuple(  # type: ignore[return-value]
        Pool.of(w.capitalize() for w in sorted(set(found))) for found in (NAMES_THAT_ARE_WORDS, SURNAMES_THAT_ARE_WORDS)
    )


def typed(rng: random.Random, name: str) -> str:
    """As typed: half of the people leave the diacritics out."""
    return plain(name) if not name.isascii() and rng.random() < DICE_TYPED_PLAIN else name


def first_last(rng: random.Random) -> tuple[str, str]:
    """A forename and a surname, of one origin mostly."""
    origin = origin_of(rng)
    return first_of(rng, origin), last_of(rng, origin if rng.random() < 0.85 else origin_of(rng))


def first_of(rng: random.Random, origin: Origin) -> str:
    """A forename of an origin; now and then a nickname, a word, a double forename or one that nobody has."""
    dice = rng.random()
    if dice < 0.06:
        return rng.choice(NICKNAMES)
    if dice < 0.12:
        return word_names()[0].draw(rng)
    if dice < 0.19:
        return coined(rng, rng.choice((1, 2, 2)))
    name = typed(rng, origin.first.draw(rng))
    if origin.style in ("chinese", "korean") and len(name) > 4:
        name = syllables(rng, name)
    elif dice > 0.985 and " " not in name and "-" not in name:
        name += f"-{typed(rng, origin.first.draw(rng))}"
    return name


def syllables(rng: random.Random, name: str) -> str:
    """Two syllables of a Chinese or Korean forename: with a hyphen, a blank, in one, or each with a capital."""
    one, hyphen, two = name.partition("-")
    if not hyphen:
        return name
    return rng.choice(
        (name, f"{one}-{two.lower()}", f"{one} {two.capitalize()}", one + two.lower(), one + two.capitalize())
    )


def last_of(rng: random.Random, origin: Origin) -> str:
    """A surname of an origin; now and then a word, a very short one, Mc/Mac/O', or one that nobody has."""
    dice = rng.random()
    if dice < 0.06:
        return word_names()[1].draw(rng)
    if dice < 0.15:
        return coined(rng, rng.choice((1, 2, 2))) + rng.choice(ENDINGS)
    if dice < 0.17:
        return rng.choice(SHORT_SURNAMES)
    if dice < 0.195:
        return gaelic(rng)
    return typed(rng, origin.last.draw(rng))


def gaelic(rng: random.Random) -> str:
    """Mc, Mac or O' with a stem, written in the ways people write them."""
    if rng.random() < 0.6:
        stem = rng.choice(MAC_STEMS)
        return rng.choice(("Mc", "Mc", "Mac")) + (stem if rng.random() < 0.8 else stem.lower())
    return rng.choice(("O'", "O'", "O’", "O", "O ", "o'")) + rng.choice(IRISH_STEMS)


def forename(rng: random.Random) -> str:
    return first_of(rng, origin_of(rng))


def surname(rng: random.Random) -> str:
    return last_of(rng, origin_of(rng))


def full_name(rng: random.Random) -> str:
    """A whole name as its origin has it, with middle names, initials, particles and the like."""
    origin = origin_of(rng)
    f, s = first_of(rng, origin), last_of(rng, origin)
    if rng.random() < 0.5:
        special = BY_STYLE.get(origin.style)
        if special:
            return special(rng, origin, f, s)
    return western(rng, origin, f, s)


def western(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    """Forename and surname, and what may stand before, between and after them."""
    dice = rng.random()
    if dice < 0.72:
        return f"{f} {s}"
    if dice < 0.78:
        return f"{f} {rng.choice(INITIALS)}{rng.choice(['.', ''])} {s}"
    if dice < 0.83:
        return f"{f} {first_of(rng, origin)} {s}"
    if dice < 0.88:
        return f"{f} {s}{rng.choice([' ', '-'])}{last_of(rng, origin)}"
    if dice < 0.91:
        return f"{f} {rng.choice(PARTICLES)} {s}"
    if dice < 0.92:
        return f"{f} {rng.choice(['O', 'D', 'L'])}'{s}"
    if dice < 0.95:
        return f"{s}, {f}{rng.choice(['', '', ' ' + rng.choice(INITIALS), ' ' + rng.choice(INITIALS) + '.'])}"
    if dice < 0.96:
        return f"{s} {f}"
    if dice < 0.98:
        return f"{f[0]}{rng.choice(['.', '. ', ' ', '.' + rng.choice(INITIALS) + '. '])}{s}"
    if dice < 0.99:
        return f"{f} {rng.choice(NICKNAMES).join(rng.choice(['()', chr(34) * 2, chr(39) * 2]))} {s}"
    return f"{f} {s}{rng.choice([' ', ', '])}{rng.choice(TITLES_AFTER)}"


def hispanic(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    """Two surnames, or two forenames, as in Spain, Latin America, Portugal and Brazil."""
    second = last_of(rng, origin)
    return rng.choice(
        (f"{f} {s} {second}", f"{f} {s} {second}", f"{f} {first_of(rng, origin)} {s}", f"{f} {s} y {second}", f"{f} {s}-{second}",
         f"{f} {first_of(rng, origin)} {s} {second}")
    )  # fmt: skip


def chinese(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    """Surname first, or an English forename beside the Chinese one."""
    english = rng.choice(CHINESE_ENGLISH)
    return rng.choice(
        (f"{s} {f}", f"{s} {f}", f"{f} {s}", f"{english} {s}", f"{english} {s} {f}", f"{s} {f}, {english}")
    )


def korean(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    return rng.choice((f"{s} {f}", f"{s} {f}", f"{f} {s}", f"{s} {f.replace('-', ' ')}"))


def vietnamese(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    """Surname, middle name and forename."""
    middle = rng.choice(("Thi", "Van", "Thị", "Văn", "Minh", "Ngoc", "Thanh", "Duc", "Quoc", "Hong", "Xuan", "Kim"))
    extra = f"{first_of(rng, origin)} " if rng.random() < 0.25 else ""
    return rng.choice((f"{s} {middle} {extra}{f}", f"{s} {middle} {f}", f"{f} {middle} {s}", f"{f} {s}"))


def french(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    """Double forenames, capitals for the surname."""
    second = first_of(rng, origin)
    return rng.choice((f"{f}-{second} {s}", f"{f} {s.upper()}", f"{s.upper()} {f}", f"{f} {s}"))


def hungarian(rng: random.Random, origin: Origin, f: str, s: str) -> str:
    return f"{s} {f}"


BY_STYLE: dict[str, Callable[[random.Random, Origin, str, str], str]] = {
    "hispanic": hispanic,
    "chinese": chinese,
    "korean": korean,
    "viet": vietnamese,
    "french": french,
    "east_or_west": hungarian,
}
