"""Rows for national, tax and health numbers, passports and licences.

The ten default regions. Numbers whose checksum one in ten passes by chance, and bare digits, need context.
"""

from collections.abc import Iterator
from typing import NamedTuple

from redactor.detection import checks
from redactor.detection.checks import Check, stdnum
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LINK
from redactor.detection.rows.licences import is_no_document
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    for number in _NUMBERS:
        yield Pattern(
            name=number.name,
            type=number.type,
            expression=rf"(?<![\w.#$€£+/-])(?:{number.shape})(?![\w-]|[.,]\d)",
            score=number.score,
            check=number.check,
            context=topics(number.topics),
            context_score=number.context_score,
            requires_context=not number.score,
            against=frozenset({"password"}),
            digits=number.digits,
            mixed=number.digits < 5,
            example=number.example,
            countries=frozenset({number.name[:2].upper()}),
            local_score=_CHECKED if number.check else _UNCHECKED,
        )
    yield from _named()
    yield from _of_cards()


_CHECKED, _UNCHECKED = 0.65, 0.5
"""The scores without context where the country is configured."""


class _Number(NamedTuple):
    name: str
    type: str
    shape: str
    check: Check | None
    topics: str
    score: float
    """Alone; 0 where the number counts only in context."""
    context_score: float
    digits: int
    example: str = ""


_ID = "NATIONAL_ID"
_NUMBERS = (
    _Number(
        "us_ssn", "US_SSN", r"\d{3}([- ])\d{2}\1\d{4}", stdnum("us.ssn"), "ssn", 0.9, 0.98, 9,
        example="it is ⟦536-22-1234⟧",
    ),
    _Number(
        "us_ssn_shaped", "US_SSN", r"\d{3}([-. ])\d{2}\1\d{4}", None, "ssn", 0.6, 0.9, 9,
        example="my ssn is ⟦536.22.1234⟧",
    ),
    _Number("us_ssn_bare", "US_SSN", r"\d{9}", None, "ssn", 0.0, 0.88, 9, example="my ssn is ⟦536221234⟧"),
    _Number(
        "us_itin", _ID, r"9\d{2}([- ]?)\d{2}\1\d{4}", stdnum("us.itin"), "tax ssn", 0.0, 0.95, 9,
        example="my itin is ⟦912-90-3456⟧",
    ),
    _Number(
        "gb_nino", _ID, r"(?i:[A-Z]{2}[ ]?(?:\d{2}[ ]?){3}[A-D])", checks.nino, "nino", 0.85, 0.98, 6,
        example="⟦AB 12 34 56 C⟧",
    ),
    _Number(
        "gb_nino_shaped", _ID, r"(?i:[A-Z]{2}[ ]?(?:\d{2}[ ]?){3}[A-D])", None, "nino", 0.0, 0.85, 6,
        example="national insurance: ⟦QQ123456C⟧",
    ),
    _Number(
        "gb_utr", _ID, r"\d{5}[ ]?\d{5}[Kk]?", stdnum("gb.utr"), "utr", 0.0, 0.93, 10,
        example="my utr is ⟦1955839661⟧",
    ),
    _Number(
        "gb_nhs", _ID, r"\d{3}[ -]?\d{3}[ -]?\d{4}", stdnum("gb.nhs"), "nhs", 0.0, 0.97, 10,
        example="nhs number ⟦943 476 5870⟧",
    ),
    _Number(
        "ca_sin", _ID, r"\d{3}[ -]?\d{3}[ -]?\d{3}", stdnum("ca.sin"), "sin", 0.0, 0.95, 9,
        example="my sin is ⟦123456782⟧",
    ),
    _Number(
        "ca_sin_shaped", _ID, r"\d{3}([ -])\d{3}\1\d{3}", stdnum("ca.sin"), "sin", 0.5, 0.95, 9,
        example="it is ⟦123-456-782⟧",
    ),
    _Number(
        "de_idnr", _ID, r"\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", stdnum("de.idnr"), "idnr", 0.0, 0.95, 11,
        example="meine steuer-id ist ⟦36 574 261 809⟧",
    ),
    _Number(
        "de_stnr", _ID, r"\d{2,5}[ /]?\d{3,4}[ /]?\d{4,5}", stdnum("de.stnr"), "idnr", 0.0, 0.93, 10,
        example="steuernummer ⟦181/815/08155⟧",
    ),
    _Number(
        "fr_nir", _ID,
        r"[12][ ]?\d{2}[ ]?(?:0[1-9]|1[0-2]|[2-9]\d)[ ]?(?:\d{2}|2[ABab])[ ]?\d{3}[ ]?\d{3}[ ]?\d{2}",
        stdnum("fr.nir"), "nir", 0.8, 0.98, 13, example="⟦2 95 10 99 126 111 93⟧",
    ),
    _Number(
        "fr_spi", _ID, r"[0-3]\d[ ]?\d{2}[ ]?\d{3}[ ]?\d{3}[ ]?\d{3}", stdnum("fr.nif"), "spi", 0.0, 0.95, 13,
        example="numéro fiscal ⟦30 23 217 600 053⟧",
    ),
    _Number(
        "es_dni", _ID, r"(?i:\d{8}[ -]?[A-Z])", stdnum("es.dni"), "dni", 0.7, 0.97, 8,
        example="mi dni es ⟦54362315K⟧",
    ),
    _Number(
        "es_nie", _ID, r"(?i:[XYZ][ -]?\d{7}[ -]?[A-Z])", stdnum("es.nie"), "dni", 0.8, 0.97, 7,
        example="⟦X-2482300W⟧",
    ),
    _Number(
        "it_codice_fiscale", _ID,
        r"(?i:[A-Z]{3}[ ]?[A-Z]{3}[ ]?[\dLMNP-V]{2}[A-EHLMPR-T][\dLMNP-V]{2}[ ]?[A-Z][\dLMNP-V]{3}[A-Z])",
        stdnum("it.codicefiscale"), "cf", 0.95, 0.99, 1, example="⟦RCCMNL83S18D969H⟧",
    ),
    _Number(
        "nl_bsn", _ID, r"\d{3}[ .-]?\d{3}[ .-]?\d{3}|\d{4}[ .-]\d{2}[ .-]\d{3}", stdnum("nl.bsn"), "bsn", 0.0, 0.95, 9,
        example="mijn bsn is ⟦1112.22.333⟧"
    ),
    _Number(
        "in_aadhaar", _ID, r"(?<!\d[ -])[2-9]\d{3}([ -])\d{4}\1\d{4}(?!\1\d)",
        stdnum("in_.aadhaar"), "aadhaar", 0.75, 0.97, 12, example="⟦2341 2341 2346⟧",
    ),
    _Number(
        "in_aadhaar_bare", _ID, r"[2-9]\d{11}", stdnum("in_.aadhaar"), "aadhaar", 0.0, 0.95, 12,
        example="aadhaar ⟦234123412346⟧",
    ),
    _Number(
        "in_pan", _ID, r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]", stdnum("in_.pan"), "pan", 0.75, 0.96, 4,
        example="⟦ACUPA7085R⟧",
    ),
    _Number(
        "in_pan_any_case", _ID, r"(?i:[A-Z]{5}\d{4}[A-Z])", stdnum("in_.pan"), "pan", 0.0, 0.95, 4,
        example="pan is ⟦acupa7085r⟧",
    ),
    _Number(
        "au_tfn", _ID, r"\d{3}[ ]?\d{3}[ ]?\d{2,3}", stdnum("au.tfn"), "tfn", 0.0, 0.95, 8,
        example="my tfn is ⟦123 456 782⟧",
    ),
    _Number(
        "au_medicare", _ID, r"[2-6]\d{3}[ ]?\d{5}[ ]?\d(?:[ /-]?\d)?", checks.medicare_au, "medicare", 0.0, 0.95, 10,
        example="medicare ⟦2123 45670 1⟧"
    ),
)  # fmt: skip

_ID_WORDS = (
    r"(?:national[ ]id(?:entity)?|ssn|itin|nino|national[ ]insurance|social[ ](?:insurance|security)|aadha?ar|tfn"
    r"|tax[ ]file|bsn|dni|nif|codice[ ]fiscale|steuer-?id(?:nr)?|steuernummer|nhs|utr"
    r"|(?:identity|tax(?:payer)?|medicare)(?=[ ]?(?:card|id|identification|number|no|nr)\b)"
    r"|(?:pan|sin|nie)(?=[ ]?(?:(?:card|id|identification|number|no|nr|is)\b|[:=\#])))"
)
"""Those that are ordinary words too count with "number" or the like behind them: a pan may have 28 cm."""
_ID_HINTS = words(
    "national identity tax taxpayer ssn itin nino insurance social sin aadhaar aadhar pan tfn medicare bsn dni nie nif "
    "fiscale steuer steuerid steueridnr steuernummer nhs utr"
)
_NAMED_ID = (
    rf"\b{_ID_WORDS}(?:[ ](?:card|id|identification))?[ ]?(?:number|no\.?|id|nr)?{LINK}"
    r"(?P<v>(?=[A-Za-z -]{0,8}\d)[A-Za-z]{0,6}\d[A-Za-z\d]{0,12}(?:[ -]\d{1,6}){0,4}[A-Za-z]?)(?![\w-])"
)
_LAST_FOUR = (
    r"\b(?:ssn|social(?:[ ]security)?)(?:'s)?(?:[ ](?:number|no\b\.?|num|last|four|digits?|ends?|ending|in|with|are"
    r"|is|was|it's)\b|[ ]4(?=[ ])){0,7}[ :\#*x-]{1,9}(?P<v>\d{4})(?![\w-]|[.,]\d)"
    r"|(?<![\w$€£#.,/-])(?P<v>\d{4})[ ](?:(?:is|are|was|as|for|of)[ ](?=(?:the|my|last)\b)|[(-][ ]?)"
    r"(?:(?:the|my|last|four|4|digits|numbers|of)[ ]){0,7}(?:ssn|social)\b"
)
_LAST_FOUR_ALONE = (
    r"^\W{0,3}(?:(?:sure|yes|ok|okay|it's|its|it[ ]is|it[ ]ends|they[ ]are|they're|last|four|digits|ends|ending|in"
    r"|with|is|are)[ ,:]{1,3}){0,5}(?P<v>\d{4})(?:[ .!,]{1,3}(?:thanks|thank[ ]you)?)?\W{0,3}$"
)
_PASSPORT = r"(?=[A-Z]{0,3}\d{5})[A-Z]{0,3}\d{5,9}[A-Z]?(?!\w)"
_LICENSE = r"(?:licen[cs]es?|lisence|liscense|liscence|licsense|lisense|licens)"
"""The word, with the slips people make in it."""
_LICENCE = (
    rf"(?i)\b(?:driv(?:er'?s?|ing)[ ]{_LICENSE}|dl|{_LICENSE})(?:[ ]?(?:number|no\.?|num|id|\#)){{1,2}}{LINK}"
    r"(?P<v>(?=[^\s]{0,4}\d)[A-Z\d][A-Z\d-]{5,18})(?!\w)"
)


def _named() -> Iterator[Pattern]:
    yield Pattern(
        "named_id",
        _ID,
        _NAMED_ID,
        0.8,
        _has_six,
        lower=True,
        digits=4,
        words=_ID_HINTS,
        example="national id number: ⟦AB1234567⟧",
    )
    yield Pattern(
        "ssn_last_four",
        "US_SSN",
        _LAST_FOUR,
        0.9,
        lower=True,
        digits=4,
        words=words("ssn social ssn's"),
        example="the last four of my ssn are ⟦1234⟧",
    )
    yield Pattern(
        "ssn_last_four_asked", "US_SSN", _LAST_FOUR_ALONE, 0.0, None, topics("ssn"), 0.9, lower=True,
        requires_context=True, asked_only=True, digits=4,
        example="What are the last four of your social? | ⟦1234⟧",
    )  # fmt: skip
    passport = (
        r"(?i)\b(?:pass?p(?:or|ro|r|o)t|pass?eport|travel[ ]document|reisepass|pass?aport[eo]|paspoort)"
        r"(?:nummer)?(?:['’]?s)?"
        r"(?:[ ]?(?:number|numer|no\.?|num|nr|id|\#|nummer|número|numero))?"
        rf"(?:[ ](?:ist|es|est|è|lautet)(?=[ :]))?{LINK}(?P<v>{_PASSPORT})"
    )
    yield Pattern(
        "passport",
        "PASSPORT",
        passport,
        0.92,
        digits=5,
        words=words(
            "passport passport's passports pasport passprot passpot passprt passpot passeport paseport travel "
            "reisepass reisepassnummer pasaporte passaporto paspoort paspoortnummer"
        ),
        example="passport number ⟦C01234567⟧",
    )
    yield Pattern(
        "passport_asked", "PASSPORT", rf"(?i)(?<!\w){_PASSPORT}", 0.0, None, topics("passport"), 0.85,
        requires_context=True, asked_only=True, digits=5, example="What is your passport number? | ⟦C01234567⟧",
    )  # fmt: skip
    yield Pattern(
        "driver_license",
        "DRIVER_LICENSE",
        _LICENCE,
        0.9,
        digits=4,
        words=words("licence license dl lisence liscense liscence licsense lisense licens"),
        example="my driver's license number is ⟦D1234567⟧",
    )


_CARD_VALUE = r"(?:[A-Za-z]{1,4}-?|[A-Z]{1,4}[ ])?\d(?:[ ./-]?\d){5,17}(?:[ -]?[A-Za-z]{1,2})?(?![\w%@-]|[.,]\d)"


def _of_cards() -> Iterator[Pattern]:
    """The number of an identity card, which is no payment card's, whatever its check digits."""
    yield Pattern(
        "id_card_number", "NATIONAL_ID",
        r"(?i)\b(?:identity|identification|id|voter|green|residence|resident)[ ]card(?:'s)?[ ](?:number|no\b\.?|nr|num)"
        rf"{LINK}(?P<v>{_CARD_VALUE})", 0.0, None, topics("idcardno"), 0.95, requires_context=True, digits=6,
        example="my identity card number is ⟦1234567890123⟧",
    )  # fmt: skip
    for name, topic, score in (("id_card_number_asked", "idcardno", 0.9), ("national_id_asked", "idno", 0.86)):
        yield Pattern(
            name, "NATIONAL_ID", rf"(?<![\w$€£#@./-]){_CARD_VALUE}", 0.0, None, topics(topic), score,
            requires_context=True, asked_only=True, digits=6, never=is_no_document,
            example=f"What is your {'identity card number' if score == 0.9 else 'national ID'}? | ⟦1234567890123⟧",
        )  # fmt: skip


def _has_six(text: str) -> bool:
    return sum(c.isalnum() for c in text) >= 6
