"""The disguises: each writes a text so that a person still reads the same and a plain pattern does not."""

import random
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from redactor.detection.words import words

Write = Callable[[str, random.Random], str]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A message with one place, `{}`, for a value, and the agent's turn before it, if any."""

    text: str
    question: str = ""


def carriers(*rows: str) -> tuple[Carrier, ...]:
    """Each row is a message, or the question, a bar and the message."""
    return tuple(Carrier(text.strip(), question.strip()) for question, _, text in (row.rpartition("|") for row in rows))


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a value in disguise."""

    name: str
    write: Write
    types: frozenset[str]
    """The entity types it makes sense for."""
    after: str = ""
    """What is said behind the value."""
    carriers: tuple[Carrier, ...] = ()
    """The sentences it is put into, where not every one will do."""
    own: Callable[[random.Random], tuple[Carrier, str]] | None = None
    """Makes sentence and value itself."""
    changes: bool = True
    """Whether `write` makes another text of it; else the sentences are the disguise."""
    natural: bool = False
    """Whether its harmless texts are only such as look like it by themselves."""
    least: int = 0
    """Characters of the shortest harmless text it is put on."""


NUMBERS = words("CREDIT_CARD IBAN_CODE US_SSN PHONE_NUMBER ACCOUNT_ID PASSPORT POSTAL_CODE")
LETTERS = words("EMAIL_ADDRESS PERSON STREET_ADDRESS IBAN_CODE")
_ALL = NUMBERS | LETTERS | {"DATE_OF_BIRTH"}
_GROUPED = words("CREDIT_CARD IBAN_CODE US_SSN PHONE_NUMBER")


def _full_width(text: str, _: random.Random) -> str:
    return "".join("\u3000" if c == " " else chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def _inserts(signs: str, share: float) -> Write:
    """Puts one of the signs after letters and digits: after a share of them, one at least."""

    def write(text: str, dice: random.Random) -> str:
        places = [i for i, c in enumerate(text[:-1]) if c.isalnum()] or [0]
        chosen = {i for i in places if dice.random() < share} or {dice.choice(places)}
        return "".join(c + (dice.choice(signs) if i in chosen else "") for i, c in enumerate(text))

    return write


def _marked(text: str, dice: random.Random) -> str:
    """Struck through, underlined, or in key caps."""
    mark = dice.choice("\u0336\u0335\u0332\u0338\u20e3")
    return "".join(c + mark if c.isalnum() else c for c in text)


_TWINS = dict(zip("aceijopsxyhABCEHIKMOPTXSJ", "асеіјорѕхуһАВСЕНІКМОРТХЅЈ", strict=True))
_GREEK_TWINS = dict(zip("ovpaABEHIKMNOPTXYZ", "ονραΑΒΕΗΙΚΜΝΟΡΤΧΥΖ", strict=True))


def _look_alike(text: str, dice: random.Random) -> str:
    """Cyrillic or Greek twins for some letters; every word keeps one of its own."""
    twins = dice.choice((_TWINS, _TWINS, _GREEK_TWINS))
    return re.sub(r"[A-Za-z]+", lambda word: _with_twins(word[0], twins, dice), text)


def _with_twins(word: str, twins: Mapping[str, str], dice: random.Random) -> str:
    places = [i for i, c in enumerate(word) if c in twins]
    if len(places) == len(word):
        places.remove(dice.choice(places))
    chosen = {i for i in places if dice.random() < 0.5} or set(places[:1])
    return "".join(twins[c] if i in chosen else c for i, c in enumerate(word))


_ACCENTS = {
    "a": "àáâäãå",
    "e": "èéêë",
    "i": "ìíîï",
    "o": "òóôöõ",
    "u": "ùúûü",
    "c": "çć",
    "n": "ñń",
    "y": "ýÿ",
    "s": "š",
}


def _accented(text: str, dice: random.Random) -> str:
    """Accents nobody would write, composed or as marks of their own."""
    form = dice.choice(("NFC", "NFD"))
    written = "".join(dice.choice(_ACCENTS[c]) if c in _ACCENTS and dice.random() < 0.6 else c for c in text)
    return unicodedata.normalize(form, written)  # type: ignore[arg-type]


_STYLES = (
    (0x1D400, 0x1D41A, 0x1D7CE),
    (0x1D5A0, 0x1D5BA, 0x1D7E2),
    (0x1D5D4, 0x1D5EE, 0x1D7EC),
    (0x1D670, 0x1D68A, 0x1D7F6),
)
"""Where the capitals, small letters and digits begin: bold, sans-serif, sans-serif bold, monospace (Unicode 1D400)."""


def _mathematical(text: str, dice: random.Random) -> str:
    return _styled(text, *dice.choice(_STYLES))


def _styled(text: str, capital: int, small: int, digit: int) -> str:
    table = {
        **{ord("A") + i: capital + i for i in range(26)},
        **{ord("a") + i: small + i for i in range(26)},
        **{ord("0") + i: digit + i for i in range(10)},
    }
    return text.translate(table)


def _circled(text: str, _: random.Random) -> str:
    written = _styled(text, 0x24B6, 0x24D0, 0x245F)
    return written.replace("\u245f", "⓪")


def _raised(text: str, dice: random.Random) -> str:
    return text.translate(str.maketrans("0123456789", dice.choice(("⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"))))


def _other_digits(text: str, dice: random.Random) -> str:
    zero = dice.choice((0x660, 0x6F0, 0x966, 0x9E6, 0xE50))  # Arabic-Indic, Persian, Devanagari, Bengali, Thai
    return text.translate({ord("0") + i: zero + i for i in range(10)})


_WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]


def _in_words(text: str, dice: random.Random) -> str:
    """Every digit as a word, "double" and "triple" now and then."""
    glue = dice.choice((" ", " ", "-", ", "))
    times = {1: "", 2: "double ", 3: "triple "} if glue == " " and dice.random() < 0.5 else {1: ""}
    runs = re.findall(r"([0-9])(\1{0,2})|([A-Za-z]+)", text)
    units: list[str] = []
    for digit, more, letters in runs:
        count = 1 + len(more)
        if letters:
            units.append(letters)
        elif count in times:
            units.append(times[count] + _zero(digit, dice))
        else:
            units += [_zero(digit, dice)] * count
    return glue.join(units)


def _zero(digit: str, dice: random.Random) -> str:
    return dice.choice(("zero", "oh")) if digit == "0" else _WORDS[int(digit)]


def _partly_in_words(text: str, dice: random.Random) -> str:
    """The first half of the digits as words, the rest as digits one by one."""
    digits = re.findall(r"[0-9A-Za-z]", text)
    half = max(4, len(digits) // 2)
    return " ".join(_WORDS[int(c)] if c.isdigit() and i < half else c for i, c in enumerate(digits))


_AT = (" at ", " AT ", " [at] ", "[at]", " (at) ", "(at)", " {at} ", "<at>", " @ ", "(@)", " at sign ")
_DOT = (" dot ", " DOT ", " [dot] ", "[dot]", " (dot) ", "(dot)", " . ", "{dot}", "(.)")


def _at_and_dot(text: str, dice: random.Random) -> str:
    at, dot = dice.choice(_AT), dice.choice(_DOT)
    local, _, host = text.partition("@")
    spoken = local.replace(".", dot).replace("_", " underscore ") if dice.random() < 0.7 else local
    return f"{spoken}{at}{host.replace('.', dot)}"


def _spaced(text: str, dice: random.Random) -> str:
    """Words stay apart by a wider blank, or not at all."""
    between = dice.choice(("   ", "  ", " "))
    spelled = (" ".join(c for c in word if c not in "-()") for word in text.split())
    return between.join(word for word in spelled if word)


def _dashed(text: str, dice: random.Random) -> str:
    glue = dice.choice("-.")
    return " ".join(glue.join(word) for word in text.split())


def _wide_blanks(text: str, dice: random.Random) -> str:
    return re.sub(r"[ -]", lambda _: dice.choice(("  ", "   ", "    ", " \t", "\t")), text)


def _broken(text: str, dice: random.Random) -> str:
    """A line break where the value has a blank, a hyphen, or in its middle."""
    places = [found.span() for found in re.finditer("[ -]", text)] or [(len(text) // 2, len(text) // 2)]
    start, end = dice.choice(places)
    return text[:start] + dice.choice(("\n", "\r\n", " \n")) + text[end:]


def _odd_separators(text: str, dice: random.Random) -> str:
    sign = dice.choice("./_·")
    return re.sub("[ -]+", sign, re.sub("[()]", "", text))


def _odd_blanks(text: str, dice: random.Random) -> str:
    return text.replace(" ", dice.choice("\u00a0\u2009\u202f\u2003\u3000"))


def _odd_dashes(text: str, dice: random.Random) -> str:
    return re.sub("[ -]", dice.choice("‐‑‒–−"), text)


def _both(one: Write, other: Write) -> Write:
    return lambda text, dice: other(one(text, dice), dice)


_zero_width = _inserts("\u200b\u200c\u200d\u2060\ufeff", 0.5)

FORMS: Sequence[Form] = (
    Form("full width", _full_width, _ALL),
    Form("zero-width characters", _zero_width, _ALL),
    Form("soft hyphens", _inserts("\u00ad", 0.4), _ALL),
    Form("direction marks", _inserts("\u200e\u200f\u202a\u202c\u2066\u2069", 0.3), _ALL),
    Form("variation selectors", _inserts("\ufe0e\ufe0f", 0.5), _ALL),
    Form("struck through, underlined, key caps", _marked, _ALL),
    Form("mathematical letters and digits", _mathematical, _ALL),
    Form("circled letters and digits", _circled, _ALL),
    Form("raised and lowered digits", _raised, NUMBERS | {"DATE_OF_BIRTH"}),
    Form("digits of other scripts", _other_digits, NUMBERS | {"DATE_OF_BIRTH"}),
    Form("look-alike letters", _look_alike, LETTERS),
    Form("needless accents", _accented, LETTERS - {"IBAN_CODE"}),
    Form("digits in words", _in_words, words("CREDIT_CARD US_SSN PHONE_NUMBER ACCOUNT_ID POSTAL_CODE")),
    Form("digits partly in words", _partly_in_words, words("CREDIT_CARD US_SSN PHONE_NUMBER ACCOUNT_ID")),
    Form("at and dot in words", _at_and_dot, frozenset({"EMAIL_ADDRESS"})),
    Form("a blank after every character", _spaced, (NUMBERS | {"EMAIL_ADDRESS", "PERSON"}) - {"POSTAL_CODE"}),
    Form("letters with dashes or dots", _dashed, frozenset({"PERSON"})),
    Form("wide blanks and tabs", _wide_blanks, _GROUPED | {"PERSON", "STREET_ADDRESS"}),
    Form("a line break inside", _broken, _GROUPED | {"PERSON", "STREET_ADDRESS"}),
    Form("odd separators", _odd_separators, _GROUPED),
    Form("odd blanks", _odd_blanks, _GROUPED | {"PERSON", "STREET_ADDRESS", "DATE_OF_BIRTH"}),
    Form("odd dashes", _odd_dashes, _GROUPED),
    Form("mathematical and zero-width", _both(_mathematical, _zero_width), _ALL),
    Form("full width and soft hyphens", _both(_full_width, _inserts("\u00ad", 0.3)), _ALL),
)
"""The disguises the view undoes, and two of them at once."""
