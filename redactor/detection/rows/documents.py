"""Rows for passports and the machine-readable zones of travel documents."""

from collections.abc import Iterator, Mapping

from redactor.detection import checks_documents as checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.rows.licences import OTHER_NUMBER, is_no_document, shape
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _machine_readable()
    yield from _passports()


# ICAO Doc 9303: passports and visas have two lines of 44 or 36 (parts 4, 7), cards three of 30 or two of 36 (5, 6).
_NAMES = r"[A-Z<][A-Z]{1,3}<{0,2}(?<=.{4})[A-Z]{1,30}<[A-Z<]{8,38}"
_NUMBERS = r"[A-Z0-9<]{9}[0-9<][A-Z<]{3}\d{6}[\d<][MFX<]\d{6}[\d<][A-Z0-9<]{0,16}(?![\w<])"
_BREAK = r"\s{1,3}"
_FIRST_OF_THREE = r"(?<![\w<])[ACI][A-Z<][A-Z<]{3}[A-Z0-9<]{20,25}"
_DATES = r"\d{6}[\d<][MFX<]\d{6}[\d<][A-Z<]{3}[A-Z0-9<]{8,12}"


def _machine_readable() -> Iterator[Pattern]:
    marks = ("<",)
    yield Pattern(
        "mrz_passport", "PASSPORT", rf"(?<![\w<])[PV]{_NAMES}{_BREAK}{_NUMBERS}", 0.98, digits=12, any_of=marks,
        example="scan: ⟦P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10⟧",
    )  # fmt: skip
    yield Pattern(
        "mrz_card", "NATIONAL_ID", rf"(?<![\w<])[ACI]{_NAMES}{_BREAK}{_NUMBERS}", 0.98, digits=12, any_of=marks,
        example="⟦I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6⟧",
    )  # fmt: skip
    yield Pattern(
        "mrz_card_of_three_lines", "NATIONAL_ID",
        rf"{_FIRST_OF_THREE}{_BREAK}{_DATES}(?:{_BREAK}[A-Z]{{1,28}}<[A-Z<]{{1,29}})?(?![\w<])", 0.98,
        digits=12, any_of=marks,
        example="⟦I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<⟧",
    )  # fmt: skip
    yield Pattern(
        "mrz_names_alone", "PASSPORT", rf"(?<![\w<])[PV]{_NAMES}(?![\w<])", 0.95, _is_full_line, any_of=("<<",),
        example="it begins ⟦P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<⟧",
    )  # fmt: skip
    yield Pattern(
        "mrz_numbers_alone", "PASSPORT", rf"(?<![\w<]){_NUMBERS}", 0.95, checks.mrz, digits=12, any_of=marks,
        example="the line is ⟦L898902C36UTO7408122F1204159ZE184226B<<<<<10⟧",
    )  # fmt: skip


def _is_full_line(text: str) -> bool:
    return len(text) in (36, 44) and "<<" in text


# Shape → countries that issue passports so numbered; A a letter, N a digit. Source: the specimens of PRADO (Council of
# the European Union, Public Register of Authentic travel and identity Documents Online) and the issuers' own pages.
_PASSPORTS: Mapping[str, tuple[str, str]] = {
    "9N": ("US GB DK RO RU", "123456789"), "1A8N": ("US CN KR MX TR ZA NG", "K12345678"),
    "2A7N": ("AU IE IT PL FI GR JP CN PK", "KX1234567"), "1A7N": ("AU IN AT CH", "K1234567"),
    "2A6N": ("CA NZ BE PT BR UA ES", "KX123456"), "3A6N": ("ES AR", "KXM123456"), "1A6N": ("PT", "K123456"),
    "2N2A5N": ("FR", "12KX34567"), "1A7N1A": ("SG PH", "K1234567X"), "1A6N2A": ("CA", "K123456XM"),
    "1A3N1A4N": ("KR", "M123K4567"), "8N": ("SE CZ NO", "12345678"),
}  # fmt: skip
"""Shape → countries, and a made-up number."""


def _passports() -> Iterator[Pattern]:
    kind, talk = "PASSPORT", topics("passport")
    for published, (countries, number) in _PASSPORTS.items():
        yield Pattern(
            f"passport_{published.lower()}", kind, rf"(?i)(?<![\w$€£#./-]){shape(published)}(?![\w/-]|[.,]\d)",
            0.0, None, talk, 0.8,
            requires_context=True, digits=5, never=is_no_document, countries=words(countries), unless=OTHER_NUMBER,
            example=f"my passport expires soon, it is ⟦{number}⟧",
        )  # fmt: skip
    # Without vowels and letters like digits (Passverordnung; PRADO DEU-AO-01001); a tenth character is the check digit.
    yield Pattern(
        "passport_de", kind, r"(?i)(?<![\w-])(?=[A-Z]{0,8}\d)[CFGHJK][CFGHJKLMNPRTVWXYZ\d]{8}\d?(?![\w-])", 0.0,
        None, talk, 0.9, requires_context=True, digits=3, countries=frozenset(("DE",)),
        example="Can I have your passport number? | ⟦C01X00T47⟧",
    )  # fmt: skip
    yield Pattern(
        "passport_nl", kind, r"(?<![\w-])[A-NP-Z]{2}[A-NP-Z0-9]{6}\d(?![\w-])", 0.0, None,
        talk, 0.85, requires_context=True, digits=1, countries=frozenset(("NL",)),
        example="mijn paspoort is ⟦SPECI2014⟧",
    )  # fmt: skip
