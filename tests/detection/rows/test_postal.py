"""Postal codes of more than forty countries: asked for, named in their language, beside a town; and what is none."""

import pytest

from redactor.detection.patterns import patterns
from redactor.detection.rows import postal
from redactor.detection.view import view

RECOGNIZE = patterns()
MASKING = 0.5
"""The threshold of the shipped policy."""

CODES = {
    "AR": "C1425DKA", "AT": "1010", "AU": "2612", "BD": "1212", "BE": "1050", "BG": "1504", "BR": "01310-100",
    "CA": "K1M 1M4", "CH": "8001", "CN": "100027", "CO": "110221", "CZ": "110 00", "DE": "10115", "DK": "2100",
    "EE": "10111", "ES": "28014", "FI": "00100", "FR": "75002", "GB": "SW1A 2AA", "GR": "105 57", "HR": "10000",
    "HU": "1051", "ID": "10110", "IE": "D01 F5P2", "IL": "9614303", "IN": "400069", "IT": "00184", "JP": "100-0001",
    "KR": "04524", "LT": "LT-01100", "LU": "1536", "LV": "LV-1050", "MT": "VLT 1117", "MX": "06700", "MY": "50450",
    "NL": "1015 CJ", "NO": "0150", "NZ": "6011", "PH": "1000", "PL": "00-950", "PT": "1000-205", "RO": "010011",
    "RU": "101000", "SA": "11564", "SE": "114 55", "SG": "238823", "SI": "1000", "SK": "811 01", "TH": "10330",
    "TR": "34433", "UA": "01001", "US": "90210", "VN": "100000", "ZA": "8001",
}  # fmt: skip
"""A code in the shape of each country's."""


def values(text: str, asked: str = "", countries: tuple[str, ...] = ()) -> list[str]:
    seen, recognize = view(text), patterns(countries=countries) if countries else RECOGNIZE
    hits = [hit for hit in recognize(seen.text, [asked] if asked else []) if hit.score >= MASKING]
    spans = [seen.span(hit.start, hit.end) for hit in hits if hit.type == "POSTAL_CODE"]
    return list(dict.fromkeys(text[start:end] for start, end in spans))


def test_more_than_forty_countries_have_rows_of_their_own() -> None:
    rows = [row for row in postal.rows() if row.countries]
    covered = frozenset[str]().union(*(row.countries for row in rows))
    assert len(covered) >= 40
    assert covered <= CODES.keys() | {"TW"}  # Taiwan's is known beside its own word only


@pytest.mark.parametrize("country", CODES)
def test_a_bare_answer_is_a_postal_code_when_one_is_asked_for(country: str) -> None:
    assert values(CODES[country], "And what is your postal code?") == [CODES[country]]


NAMED = [
    ("mein Ort hat die PLZ 10115", "10115"),
    ("Postleitzahl: 1010", "1010"),
    ("mon code postal est 75002", "75002"),
    ("código postal 28014", "28014"),
    ("codigo postal: 06700", "06700"),
    ("CAP 00184", "00184"),
    ("C.A.P. 00184", "00184"),
    ("codice postale 20121", "20121"),
    ("mijn postcode is 1015 CJ", "1015 CJ"),
    ("mijn postcode is 1015cj", "1015cj"),
    ("mitt postnummer är 114 55", "114 55"),
    ("postnr 0150", "0150"),
    ("postinumero 00100", "00100"),
    ("PSČ 110 00", "110 00"),
    ("kod pocztowy 00-950", "00-950"),
    ("irányítószám: 1051", "1051"),
    ("cod poștal 010011", "010011"),
    ("poštanski broj 10000", "10000"),
    ("posta kodu 34433", "34433"),
    ("meu CEP é 01310-100", "01310-100"),
    ("código postal 1000-205", "1000-205"),
    ("почтовый индекс 101000", "101000"),
    ("ταχυδρομικός κώδικας 105 57", "105 57"),
    ("kode pos 10110", "10110"),
    ("〒100-0001", "100-0001"),
    ("郵便番号は100-0001です", "100-0001"),
    ("邮编100027", "100027"),
    ("우편번호: 04524", "04524"),
    ("my eircode is D6W XY00", "D6W XY00"),
    ("my zip code is 90210", "90210"),
    ("postcode 2612", "2612"),
]


@pytest.mark.parametrize(("text", "code"), NAMED)
def test_a_code_behind_its_name_in_the_countrys_language_is_found(text: str, code: str) -> None:
    assert values(text) == [code]


@pytest.mark.parametrize(
    ("asked", "code"),
    [("Wie lautet Ihre Postleitzahl?", "1010"), ("Quel est votre code postal ?", "1050"),
     ("Jaki jest Pana kod pocztowy?", "00-950"),
     ("Qual è il codice postale?", "00184"), ("Qual é o seu CEP?", "01310-100"),
     ("Какой у вас почтовый индекс?", "101000"),
     ("Vad är ditt postnummer?", "114 55"), ("What is your Eircode?", "D01F5P2"), ("郵便番号 ?", "100-0001")],
)  # fmt: skip
def test_the_question_may_be_in_the_countrys_language(asked: str, code: str) -> None:
    assert values(code, asked) == [code]


@pytest.mark.parametrize("text", ["D01 F5P2", "LS1 4AB", "K1M 1M4", "1015 CJ Amsterdam"])
def test_a_distinctive_code_needs_no_context(text: str) -> None:
    assert values(f"ok, {text}") == [text.removesuffix(" Amsterdam")]


@pytest.mark.parametrize(
    ("text", "code"),
    [("wir sind in 10115 Berlin", "10115"), ("it is in Mumbai - 400069", "400069"), ("w 00-950 Warszawa", "00-950"),
     ("em 1000-205 Lisboa", "1000-205"), ("à 75002 Paris", "75002"), ("i 114 55 Stockholm", "114 55"),
     ("Singapore 238823", "238823")],
)  # fmt: skip
def test_a_code_beside_a_town_of_its_country_is_found(text: str, code: str) -> None:
    assert values(text) == [code]


@pytest.mark.parametrize(
    ("country", "text", "code"),
    [("NL", "1015 CJ", "1015 CJ"), ("AR", "C1425DKA", "C1425DKA"), ("LV", "LV-1050", "LV-1050"),
     ("CA", "K1M1M4", "K1M1M4"),
     ("AT", "ich bin in 1010 Wien", "1010"), ("AU", "Sydney 2612 is fine", "2612")],
)  # fmt: skip
def test_the_configured_country_needs_no_context(country: str, text: str, code: str) -> None:
    assert values(text) == []
    assert values(text, countries=(country,)) == [code]


NO_CODE = [
    ("1010", "What is your order number?"),
    ("I paid 1010 for it", ""),
    ("the last four are 4111", "What is your zip code?"),
    ("$1010", "What is your postal code?"),
    ("12:30", "What is your postal code?"),
    ("10%", "What is your postal code?"),
    ("at 1500 PM", ""),
    ("the 2011 TV Choice Awards", ""),
    ("2020 PG Robinson", ""),
    ("Sydney 2000 was great", ""),
    ("order 12345 Berlin", ""),
    ("A12 3456", ""),
    ("flight TAP 1234", ""),
    ("a cap for 2024", ""),
    ("in 2019 Amsterdam was full", ""),
    ("00-950", ""),
    ("100027", ""),
]


@pytest.mark.parametrize(("text", "asked"), NO_CODE)
def test_what_is_no_postal_code_is_left_alone(text: str, asked: str) -> None:
    assert values(text, asked) == []


@pytest.mark.parametrize("text", ["at 1015 in the morning", "2020 we met", "1500 MB of it", "at 1500 PM"])
def test_an_hour_a_year_or_a_size_is_no_dutch_code_even_there(text: str) -> None:
    assert values(text, countries=("NL",)) == []


def test_a_year_before_a_town_is_no_code_even_there() -> None:
    assert values("in 2000 Sydney hosted them", countries=("AU",)) == []
    assert values("it is in 2612 Sydney", countries=("AU",)) == ["2612"]


@pytest.mark.parametrize("country", ["DE", "AT", "IL", "IN", "US"])
def test_bare_digits_stay_bare_where_their_country_is_configured(country: str) -> None:
    assert values(f"I have {CODES[country]} points", countries=(country,)) == []
