"""Rows for driving licences: which shapes each state, province or country prints on them.

Shapes are weak, so all of these need context; a place named in the message picks its shapes, else all are tried.
"""

from collections.abc import Iterator
from typing import NamedTuple

import regex

from redactor.detection import checks_documents as checks
from redactor.detection.checks import calendar_date
from redactor.detection.patterns import Pattern, topics
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _with_structure()
    yield from _of_places()
    yield from _of_any_place()


class _Place(NamedTuple):
    name: str
    words: str
    """Of which a message that means the place holds one; abbreviations only where they are no word."""
    shapes: str
    example: str
    """A made-up number of the first shape."""


# A a letter, N a digit. Sources: National Traffic Safety Institute, "State Driver's License Formats"
# (ntsi.com/drivers-license-format); for Alabama, Massachusetts and Washington also Starpoint Screening, "Driver's
# License Format by State" (2024). Runs of fewer than six digits, and New York's of letters alone, are read only right
# behind the words "license number".
_STATES = (
    _Place("alabama", "alabama", "7-8N", "1234567"),
    _Place("alaska", "alaska ak", "6-7N", "1234567"),
    _Place("arizona", "arizona az", "1A8N 9N", "D12345678"),
    _Place("arkansas", "arkansas ar", "8-9N", "123456789"),
    _Place("california", "california ca", "1A7N", "D1234567"),
    _Place("colorado", "colorado", "9N 1A5-6N 2A4-5N", "12-345-6789"),
    _Place("connecticut", "connecticut ct", "9N", "123456789"),
    _Place("delaware", "delaware", "6-7N", "1234567"),
    _Place("district of columbia", "columbia dc d.c", "7N 9N", "1234567"),
    _Place("florida", "florida fl", "1A12N", "F123-456-78-901-0"),
    _Place("georgia", "georgia ga", "7-9N", "123456789"),
    _Place("hawaii", "hawaii", "1A8N 9N", "H12345678"),
    _Place("idaho", "idaho", "2A6N1A 9N", "AB123456C"),
    _Place("illinois", "illinois il", "1A11-12N", "D123-4567-8901"),
    _Place("indiana", "indiana", "9-10N 1A9N", "1234-56-7890"),
    _Place("iowa", "iowa ia", "3N2A4N 9N", "123AB4567"),
    _Place("kansas", "kansas ks", "1A8N 1A1N1A1N1A 9N", "K12345678"),
    _Place("kentucky", "kentucky ky", "1A8-9N 9N", "K12-345-678"),
    _Place("louisiana", "louisiana", "8-9N", "012345678"),
    _Place("maine", "maine", "7-8N 7N1A", "1234567"),
    _Place("maryland", "maryland md", "1A12N", "M-123-456-789-012"),
    _Place("massachusetts", "massachusetts", "1A8N 2A7N 9N", "S12345678"),
    _Place("michigan", "michigan", "1A12N 1A10N", "M 123 456 789 012"),
    _Place("minnesota", "minnesota mn", "1A12N", "D123456789012"),
    _Place("mississippi", "mississippi", "9N", "123456789"),
    _Place("missouri", "missouri", "1A5-9N 8N2A 9N1A 9N 3N1A6N", "T123456789"),
    _Place("montana", "montana mt", "13-14N 1A8N 9N", "0123456789012"),
    _Place("nebraska", "nebraska", "1A6-8N", "H12345678"),
    _Place("nevada", "nevada nv", "9-10N 12N 1A8N", "1234567890"),
    _Place("new hampshire", "hampshire nh", "3A8N 2N3A5N", "NHL12345678"),
    _Place("new jersey", "jersey nj", "1A14N", "S1234 56789 01234"),
    _Place("new mexico", "mexico nm", "8-9N", "123456789"),
    _Place("new york", "york ny", "9N 8N 1A7N 1A18N 16N", "123 456 789"),
    _Place("north carolina", "carolina nc", "7-12N", "000012345678"),
    _Place("north dakota", "dakota nd", "3A6N 9N", "ABC123456"),
    _Place("ohio", "ohio", "2A5-7N 1A5-8N 8N", "RT123456"),
    _Place("oklahoma", "oklahoma", "1A9N 9N", "K123456789"),
    _Place("oregon", "oregon", "6-9N 1A6-7N", "1234567"),
    _Place("pennsylvania", "pennsylvania", "8N", "12 345 678"),
    _Place("rhode island", "rhode ri", "7-8N 1A6N", "1234567"),
    _Place("south carolina", "carolina sc", "6-11N", "012345678"),
    _Place("south dakota", "dakota sd", "6-10N 12N", "12345678"),
    _Place("tennessee", "tennessee tn", "7-9N", "123456789"),
    _Place("texas", "texas tx", "7-8N", "12345678"),
    _Place("utah", "utah ut", "7-10N", "123456789"),
    _Place("vermont", "vermont vt", "8N 7N1A", "12345678"),
    _Place("virginia", "virginia va", "1A8-11N 9N", "T12-34-5678"),
    _Place("washington", "washington wa", "3A9X 7A3N2X", "WDL1AB2C345D"),
    _Place("west virginia", "virginia wv", "1-2A5-6N 7N", "A123456"),
    _Place("wisconsin", "wisconsin wi", "1A13N", "W123-4567-8901-23"),
    _Place("wyoming", "wyoming wy", "9-10N", "123456-789"),
)
# The provinces' own pages as collected by the Canadian Council of Motor Transport Administrators; Newfoundland's number
# begins with the surname's first letter, Nova Scotia's with its first five.
_PROVINCES = (
    _Place("ontario", "ontario", "1A14N", "A1234-56789-01234"),
    _Place("quebec", "quebec québec", "1A12N", "B1234-567890-12"),
    _Place("british columbia", "columbia bc", "7-8N", "1234567"),
    _Place("alberta", "alberta ab", "6-9N", "123456-789"),
    _Place("manitoba", "manitoba mb", "7A3N2X 9N", "AB-CD-EF-G123GH"),
    _Place("saskatchewan", "saskatchewan sk", "8N", "12345678"),
    _Place("nova scotia", "scotia", "5A9N", "SMITH123456789"),
    _Place("new brunswick", "brunswick nb", "6-7N", "1234567"),
    _Place("newfoundland", "newfoundland", "1A9N", "S123456789"),
    _Place("prince edward island", "edward pei", "6N", "123456"),
    _Place("territories of Canada", "yukon nunavut territories", "6N", "123456"),
)
# The Document Verification Service's lengths, as a gateway of it publishes them (docs.frankieone.com, "Australian ID
# Documents").
_AUSTRALIA = (
    _Place("new south wales", "nsw wales", "8N 4N2A 1A5N 2A4N", "12345678"),
    _Place("victoria", "victoria vic", "8-10N", "012 345 678"),
    _Place("queensland", "queensland qld", "8-9N", "012345678"),
    _Place("south australia", "adelaide sa australia", "1A5N 6N", "A12345"),
    _Place("western australia", "perth wa australia", "7N", "1234567"),
    _Place("tasmania", "tasmania tas", "1A5-7N 6-8N", "A123456"),
    _Place("capital and northern territory", "act canberra nt darwin territory", "6-10N", "1234567890"),
)


_RUN = regex.compile(r"(\d+)(?:-(\d+))?([ANX])")
_SETS = {"A": "-?[A-Z*]", "N": r"[ -]?\d", "X": r"-?[A-Z\d]"}


def shape(published: str) -> str:
    """The expression, for any case, of a shape as agencies publish it: "1A7N", with blanks or dashes as people write;
    "5-8N" is five to eight digits, X a letter or a digit. No blank after two small letters, else "in 12345" is one.
    """
    found = [(int(least), int(most or least), kind) for least, most, kind in _RUN.findall(published)]
    worded = any(kind == "A" and most > 1 for _, most, kind in found)
    runs = "".join(f"(?:{_SETS[kind]}){{{least},{most}}}" for least, most, kind in found)
    return rf"(?![ -]){'(?!(?-i:[a-z])[A-Z*]*+[ ])' if worded else ''}{runs}"


def _any_of(shapes: str) -> str:
    tried = "|".join(map(shape, shapes.split()))
    return rf"(?i)(?<![\w$€£#./*-])(?=[A-Z*-]{{0,11}}+[ ]?\d)(?:{tried})(?![\w/*-]|[.,]\d)"


_OTHER = regex.compile(r"\d{3}[ -]\d{3}[ -]\d{4}|\d{3}-\d\d-\d{4}|[aiI][ ].*+|[A-Z]{2,3}[ ](?:19|20)\d\d|\D*+")
"""Telephone and social security numbers as written, a number after "a" or "I", a word and a year, and words."""


def is_no_document(text: str) -> bool:
    """Whether this is a telephone or social security number, a date or a word rather than a document's number."""
    return _OTHER.fullmatch(text) is not None or (not text.isalnum() and calendar_date(text))


OTHER_NUMBER = (
    r"(?i)\b(?:sku|item|product|part|model|article|order|ticket|invoice|case|ref|style|size|bulb|fuse|flight|version|code"
    r"|form|build|firmware)(?:[ ](?:number|no\b\.?|id|code|nr))?[ :#]{0,3}(?:is[ ])?$"
)
"""Before what is no document's number, and no plate."""

_TALK = topics("driving")


def _of_places() -> Iterator[Pattern]:
    for country, places in (("US", _STATES), ("CA", _PROVINCES), ("AU", _AUSTRALIA)):
        for place in places:
            yield Pattern(
                f"driver_license_{country.lower()}_{place.name.lower().replace(' ', '_')}", "DRIVER_LICENSE",
                _any_of(place.shapes), 0.0, None, _TALK, 0.88,
                requires_context=True, digits=1, words=words(place.words), never=is_no_document, unless=OTHER_NUMBER,
                countries=frozenset((country,)),
                example=f"my {place.words.split()[0].title()} driver's license is ⟦{place.example}⟧",
            )  # fmt: skip


def _of_any_place() -> Iterator[Pattern]:
    kind = "DRIVER_LICENSE"
    known = {one for place in (*_STATES, *_PROVINCES, *_AUSTRALIA) for one in place.shapes.split()}
    lettered = " ".join(sorted(one for one in known if "A" in one and one not in ("3A9X", "1A1N1A1N1A")))
    yield Pattern(
        "driver_license_lettered", kind, _any_of(lettered), 0.0, None, _TALK, 0.8,
        requires_context=True, digits=5, never=is_no_document, unless=OTHER_NUMBER,
        example="Can I have your driver's license? | sure, ⟦D1234567⟧",
    )  # fmt: skip
    # Digits alone say least; the Northern Irish number has eight of them.
    yield Pattern(
        "driver_license_digits", kind, r"(?<![\w$€£#./-])\d{7,14}(?![\w/%-]|[.,]\d)", 0.0, None, _TALK, 0.65,
        requires_context=True, digits=7, unless=OTHER_NUMBER,
        example="my driving licence is ⟦12345678⟧",
    )  # fmt: skip


_DVLA = r"(?i)(?<!\w)[A-Z][A-Z9]{4}[ ]?\d{6}[ ]?[A-Z9]{2}[ ]?\d[A-Z]{2}(?:[ ]?\d\d)?(?!\w)"
_GERMAN = r"(?i)(?<![\w-])[A-Z0-9]\d\d[A-Z0-9]{6}[0-9X][A-Z0-9](?![\w-])"
_INDIAN = r"(?i)(?<!\w)[A-Z]{2}[ -]?\d{2}[A-Z]?[ /-]?(?:19|20)\d\d[ /-]?\d{7}(?!\w)"


def _with_structure() -> Iterator[Pattern]:
    kind = "DRIVER_LICENSE"
    yield Pattern(
        "driver_license_gb", kind, _DVLA, 0.9, checks.dvla, _TALK, 0.97, digits=7, mixed=True,
        countries=frozenset(("GB",)), example="mine is ⟦MORGA657054SM9IJ⟧",
    )  # fmt: skip
    yield Pattern(
        "driver_license_de", kind, _GERMAN, 0.0, checks.german_licence, _TALK, 0.96,
        requires_context=True, digits=3, countries=frozenset(("DE",)), example="Führerschein: ⟦B072RRE2I55⟧",
    )  # fmt: skip
    yield Pattern(
        "driver_license_de_shaped", kind, _GERMAN, 0.0, None, _TALK, 0.8,
        requires_context=True, digits=3, countries=frozenset(("DE",)), example="Führerschein: ⟦B072RRE2I65⟧",
    )  # fmt: skip
    yield Pattern(
        "driver_license_in", kind, _INDIAN, 0.8, checks.indian_state, _TALK, 0.95,
        digits=13, mixed=True, countries=frozenset(("IN",)), example="it is ⟦MH12 20110012345⟧",
    )  # fmt: skip
