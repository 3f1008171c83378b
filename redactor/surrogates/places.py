"""Street addresses that stand in for real ones, written line by line like them."""

import re
from random import Random

_STREETS = (
    "Quillmoor", "Brambleton", "Fernhollow", "Larkmere", "Pennywhistle", "Thistledown", "Wexcombe", "Yarrowby",
    "Dunnockfield", "Elmsworthy", "Grayfenn", "Harrowgill", "Kestrelwood", "Mistlecroft", "Otterbourne", "Pebblewick",
    "Rookhaven", "Silverbeck", "Tansyford", "Umberleigh", "Winterbrook", "Ashenvale", "Birchenlea", "Coldharrow",
)  # fmt: skip
TOWNS = (
    "Norvale", "Eastmarle", "Kingsferry", "Lowbridge", "Marlowbury", "Northwyck", "Oakhampstead", "Port Wendell",
    "Riverton Heath", "Stonemere", "Upper Dalton", "Westholme",
)  # fmt: skip
"""Made up; none is a street or town known to us."""

_KINDS = (
    r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|place|pl|way|terrace|ter|circle|cir|close|"
    r"square|sq|parkway|pkwy|highway|hwy|crescent|gardens|grove|row|mews"
)
_LINE = re.compile(
    rf"(?i)(?P<number>\d{{1,6}}[a-z]?(?:[-/]\d{{1,4}})?)\s{{1,3}}(?P<name>\S.{{0,60}}?)\s{{1,3}}(?P<kind>{_KINDS})(?P<dot>\.?)(?P<rest>(?![^\W_]).{{0,80}})"
)
_GERMAN = re.compile(
    r"(?i)(?P<name>\S.{0,40}?)(?P<kind>str\.|straße|strasse|weg|gasse|allee)\s{1,3}(?P<number>\d{1,4}[a-z]?)(?P<rest>(?![^\W_]).{0,80})"
)
_FLAT = re.compile(r"(?i)(?:apt|apartment|unit|suite|ste|flat|floor|#)\.?\s{0,2}#?\s{0,2}\d{1,5}[a-z]?")
_STATE_AND_ZIP = re.compile(r"(?P<state>\b[A-Z]{2}\b)?[ ,]{0,3}(?P<zip>\d{5}(?:-\d{4})?)?\s*")


def street(text: str, rng: Random) -> str | None:
    """A made-up street and number; of what follows, the flat's kind and the state stay, the town is made up as well.

    None where the text does not read as an English or German street line.
    """
    first, *rest = re.split(r"(\s*[,\n]\s*)", text)
    line = _LINE.fullmatch(first)
    if line:
        tail = _digits(line["rest"], rng) if _FLAT.fullmatch(line["rest"].strip()) else ""
        new = f"{_number(line['number'], rng)} {rng.choice(_STREETS)} {line['kind']}{line['dot']}{tail}"
    elif german := _GERMAN.fullmatch(first):
        new = f"{rng.choice(_STREETS)}{german['kind']} {_number(german['number'], rng)}"
    else:
        return None
    return new + "".join(rest[i] + _part(rest[i + 1], rng) for i in range(0, len(rest), 2))


def _number(old: str, rng: Random) -> str:
    digits = len(re.match(r"\d*", old)[0])  # type: ignore[index]  # it always matches
    return str(rng.randint(10 ** (digits - 1), 10**digits - 1))


def _digits(text: str, rng: Random) -> str:
    return "".join(rng.choice("123456789") if c.isdigit() else c for c in text)


def _part(text: str, rng: Random) -> str:
    """A town, a flat, a state with its code."""
    if _FLAT.fullmatch(text) or _STATE_AND_ZIP.fullmatch(text):
        return _digits(text, rng)
    code = re.match(r"\d{4,6}\s", text)
    tail = re.search(r"\s[A-Z]{2}(?:\s\d{5}(?:-\d{4})?)?\Z", text)
    before = _digits(code[0], rng) if code else ""
    return before + rng.choice(TOWNS) + (_digits(tail[0], rng) if tail else "")
