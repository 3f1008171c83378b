"""Rows for vehicle identification numbers and licence plates."""

from collections.abc import Iterator

import regex

from redactor.detection import checks_documents as checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LINK, is_reference
from redactor.detection.rows.licences import OTHER_NUMBER
from redactor.detection.words import ordinary_words, words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _identification_numbers()
    yield from _plates()
    yield from _named_plates()


_VIN = r"[A-HJ-NPR-Z\d](?<![\w-].)[A-HJ-NPR-Z\d]{12}\d{4}(?![\w-])"


def _identification_numbers() -> Iterator[Pattern]:
    kind, talk = "VEHICLE_ID", topics("vin")
    yield Pattern(
        "vin", kind, _VIN, 0.8, _is_vin, talk, 0.97, digits=5, mixed=True, example="it is ⟦1M8GDM9AXKP042788⟧"
    )
    yield Pattern(
        "vin_in_context", kind, rf"(?i){_VIN}", 0.0, checks.vin_shaped, talk, 0.92,
        requires_context=True, digits=4, example="What is the VIN? | ⟦wvwzzz1jz3w386752⟧",
    )  # fmt: skip


def _is_vin(text: str) -> bool:
    """By the check digit, which a number of another kind has by chance once in eleven: so only with letters."""
    return checks.vin(text) and sum(c.isalpha() for c in text) >= 4


# Country → its plates. Sources: Great Britain INF104 (DVLA), Northern Ireland's older form; Germany FZV, Anlage 1 to 3;
# France, arrêté du 9 février 2009, and the form before; Spain RD 2822/1998, Anexo XVIII; Italy DPR 495/1992 and
# L. 254/1993; Netherlands RDW, sidecodes 1 to 14; India, Central Motor Vehicles Rules, rules 50 and 51 (BH series).
_PLATES = (
    (
        "gb",
        r"[A-Z]{2}\d{2}[ ]?[A-Z]{3}|(?-i:[A-Z]\d{1,3}[ ][A-Z]{3}|[A-Z]{3}[ ]\d{1,3}[A-Z]|[A-Z]{3}[ ]\d{4})",
        "AB12 CDE",
    ),
    (
        "de",
        r"[A-ZÄÖÜ]{1,3}-[ ]?[A-Z]{1,2}[ -]?\d{1,4}[EH]?|(?-i:[A-ZÄÖÜ]{1,3}[ ][A-Z]{1,2}[ ]\d{1,4}[EH]?)",
        "B-MD 1234",
    ),
    ("fr", r"[A-Z]{2}([ -]?)\d{3}\1[A-Z]{2}|(?-i:\d{2,4}[ -][A-Z]{2,3}[ -](?:\d\d|2[AB]))", "AB-123-CD"),
    ("es", r"\d{4}[ -]?[BCDFGHJ-NPR-TV-Z]{3}|[A-Z]{1,2}-\d{4}-[A-Z]{1,2}", "1234 BCD"),
    ("it", r"[A-HJ-NPR-TV-Z]{2}[ ]?\d{3}[ ]?[A-HJ-NPR-TV-Z]{2}", "AB 123 CD"),
    ("nl", r"(?=[A-Z-]*\d)(?:[A-Z]{1,3}|\d{1,3})-(?:[A-Z]{2,3}|\d{2,3})-(?:[A-Z]{1,2}|\d{1,2})", "12-ABC-3"),
    ("in", r"[A-Z]{2}[ -]?\d{1,2}[ -]?[A-Z]{1,3}[ -]?\d{4}|\d\d[ -]?BH[ -]?\d{4}[ -]?[A-Z]{1,2}", "KA 01 AB 1234"),
)
# The United States, Canada and Australia mix letters and digits in every way, and leave the rest to their states.
_MIXED = r"(?:[A-Z]{1,4}[ -]?\d{1,5}(?:[ -]?[A-Z]{1,3})?|\d{1,4}[ -]?[A-Z]{1,4}(?:[ -]?\d{1,4}(?:[A-Z]{1,2})?)?)"


def _plates() -> Iterator[Pattern]:
    kind, talk = "VEHICLE_ID", topics("plate")
    for country, shape, number in _PLATES:
        yield Pattern(
            f"plate_{country}", kind, rf"(?i)(?<![\w-])(?:{shape})(?![\w-])", 0.0, _is_plate, talk, 0.92,
            requires_context=True, digits=2, countries=frozenset((country.upper(),)), unless=OTHER_NUMBER,
            example=f"my number plate is ⟦{number}⟧",
        )  # fmt: skip
    yield Pattern(
        "plate", kind, rf"(?<![\w$€£#./-]){_MIXED}(?![\w/%-]|[.,]\d)", 0.0, _is_long_plate, talk, 0.75,
        requires_context=True, digits=1, countries=words("US CA AU"), unless=OTHER_NUMBER,
        example="the license plate reads ⟦7ABC123⟧",
    )  # fmt: skip
    yield Pattern(
        "plate_asked", kind,
        rf"(?i)^\W{{0,3}}{_LEAD}(?P<v>[A-Z\d]{{1,8}}(?:[ -][A-Z\d]{{1,7}}){{0,3}})[ .!]{{0,3}}$", 0.0, _is_plate_given,
        talk, 0.85, requires_context=True, asked_only=True, digits=1,
        example="What is your license plate? | ⟦abc 1234⟧",
    )  # fmt: skip


_LEAD = r"(?:(?:sure|yes|ok|it'?s|it[ ]is|that's|the[ ]plate[ ]is|my[ ]plate[ ]is)[ ,:]{1,3}){0,2}"
_NOT_A_PLATE = regex.compile(
    r"(?i)[A-Z]+[ -](?:19|20)\d\d|\d{1,4}[ ](?:am|pm|days?|cars?|usd|eur|gbp|km|mph|kmh|hp|cc)"
)
"""A make with its year, a measure."""


def _is_plate(text: str) -> bool:
    held = sum(c.isalnum() for c in text)
    digits = sum(c.isdigit() for c in text)
    return 4 <= held <= 11 and 0 < digits < 8 and is_reference(text) and _NOT_A_PLATE.fullmatch(text) is None


def _is_plate_given(text: str) -> bool:
    """As a bare answer: without words, unless in capitals."""
    return _is_plate(text) and (text.isupper() or ordinary_words().isdisjoint(text.casefold().split()))


def _is_long_plate(text: str) -> bool:
    return _is_plate(text) and sum(c.isalnum() for c in text) >= 5


def _is_plate_named(text: str) -> bool:
    """Not "form MV82": four small letters that are a word of their own are no part of a plate."""
    first = text.split()[0]
    return _is_plate(text) and not (len(first) >= 4 and first.isalpha() and first in ordinary_words())


_NAME = (
    r"(?:(?:licen[cs]e|number|registration|reg)[ ]plates?(?:[ ](?:number|no\b\.?|\#))?|plate[ ](?:number|no\b\.?|\#)"
    r"|(?:car|vehicle|van|truck|my)[ ]reg(?:istration|o)?(?:[ ](?:number|no\b\.?|mark|plate))?|reg[ ](?:number|no\b\.?)"
    r"|plates?(?=[ ]?[:\#]|[ ](?:is|was|reads|says)[ ])|rego|(?:kfz-)?kennzeichen|nummernschild|kenteken"
    r"|(?:la|mia|tua|sua)[ ]targa|targa(?=[ ]?:|[ ]è[ ])|matr[ií]cula|immatriculation|vrm|vrn)"
)
_NO_LETTERS_OF_ONE = (
    r"(?!(?:in|on|is|at|to|of|for|the|and|my|was|with|from|by|a|i|due|out|now|not|old|new|has|had|but|"
    r"got|are|its|til|ran|paid|cost|only|over|just)[ -])"
)
_PLATE = (
    rf"(?:(?:reads|says)[ ])?(?P<v>(?:{_NO_LETTERS_OF_ONE}[a-zäöü]{{1,4}}[ -])?"
    r"(?=[a-zäöü]{0,7}\d)[a-z\däöü]{1,8}(?:-[a-z\d]{1,5}){0,2}(?:[ ]\d[a-z\d]{0,5})?)(?![\w%-]|[.,]\d)"
)


def _named_plates() -> Iterator[Pattern]:
    yield Pattern(
        "plate_named", "VEHICLE_ID", rf"\b{_NAME}{LINK}{_PLATE}", 0.9, _is_plate_named, lower=True, digits=1,
        words=words(
            "plate plates registration reg rego kennzeichen kfz nummernschild kenteken targa matrícula matricula "
            "immatriculation vrm vrn"
        ),
        example="my number plate is ⟦abc 1234⟧",
    )  # fmt: skip
