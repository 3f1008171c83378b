"""Rows for postal codes: the distinctive ones anywhere, the others where they are asked for, named, or beside a town.

Each country's shape is that of its sheet in the UPU's "Postal addressing systems in member countries"; the letters of
British, Canadian and Irish codes are those of their own guides (see `addresses`). Dutch codes leave out SA, SD and SS
(PostNL). Towns are the largest of each country, in their own spelling and in English, less ordinary words.
"""

from collections.abc import Iterator

import regex

from redactor.detection import addresses
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LAST_FOUR, LINK
from redactor.detection.words import words

_KIND, _ASKED, _LIVE = "POSTAL_CODE", topics("zip"), topics("zip address")
_FREE = r"(?<![\w$€£#.,/:-])"
_ALONE = r"(?![\w/%:°-]|[.,]\d)"

_COUNTED = (
    r"(?![ ]?(?:[kmgt]b|bytes?|km|kwh|miles?|points?|minutes?|mins?|hours?|days?|words?|people|dollars?|usd|eur"
    r"|euros?|gbp|pounds|items?|units?|pieces?|pcs|files?|rows|steps|times|users?|seats|customers|orders|seconds?|secs?"
    r"|met(?:er|re)s?"
    r"|feet|ft|yards|kg|lbs|boxes|packages|parcels|products|photos|pictures|songs|icons|copies|tickets|coins|credits"
    r"|calories|views?|viewers|followers|subscribers|players|students|employees|visitors|emails|messages|records)\b)"
)
"""What a number counts, behind it."""

DIGITS = {
    "4_digits": (r"\d{4}", "AU NZ AT BE CH DK NO LU HU BG SI ZA PH BD"),
    "5_digits": (r"\d{5}", "US DE FR ES IT FI EE HR UA TR MX MY TH ID KR SA"),
    "6_digits": (r"\d{3}[ ]?\d{3}", "IN CN RU SG RO CO VN"),
    "7_digits": (r"\d{7}", "IL"),
    "3_and_2": (r"\d{3}[ ]\d{2}", "SE CZ SK GR"),
    "2_and_3": (r"\d{2}-\d{3}", "PL"),
    "4_and_3": (r"\d{4}-\d{3}", "PT"),
    "5_and_3": (r"\d{5}-\d{3}", "BR"),
    "3_and_4": (r"\d{3}-\d{4}", "JP"),
}
"""Name of a shape → its expression, and the countries whose codes have it."""

_LETTERED = {
    "nl": (r"[1-9]\d{3}[ ]?(?!S[ADS])[A-Z]{2}", "1015 CJ"),
    "ie": (addresses.EIRCODE, "D01 F5P2"),
    "ar": (r"[A-HJ-NP-Z]\d{4}[A-Z]{3}", "C1000AAP"),
    "mt": (r"(?-i:(?!ZIP|PLZ|CAP|CEP|PIN)[A-Z]{3})[ ]?\d{4}", "VLT 1117"),
    "lv": (r"LV-\d{4}", "LV-1050"),
    "lt": (r"LT-\d{5}", "LT-01100"),
}
"""Country → the shape of its codes with letters in them, and an example."""

_TOWNS = {
    "4_digits": (
        "sydney melbourne brisbane perth adelaide canberra hobart auckland wellington christchurch dunedin wien "
        "vienna graz "
        "linz salzburg innsbruck bruxelles brussel brussels antwerpen antwerp gent ghent liège brugge zürich zurich "
        "genève "
        "geneva bern basel lausanne københavn copenhagen aarhus odense aalborg oslo bergen trondheim stavanger "
        "luxembourg "
        "budapest debrecen szeged sofia plovdiv varna ljubljana maribor johannesburg pretoria durban manila dhaka"
    ),
    "5_digits": (
        "berlin hamburg münchen munich köln cologne frankfurt stuttgart düsseldorf leipzig dresden hannover bremen "
        "nürnberg "
        "paris marseille lyon toulouse nantes strasbourg montpellier bordeaux lille rennes madrid barcelona valencia "
        "sevilla "
        "zaragoza málaga bilbao murcia roma rome milano milan napoli torino palermo genova bologna firenze verona "
        "venezia "
        "helsinki espoo tampere turku tallinn tartu zagreb rijeka kyiv kiev kharkiv odesa lviv istanbul ankara izmir "
        "guadalajara monterrey kuala bangkok jakarta bandung surabaya seoul busan incheon riyadh jeddah"
    ),
    "6_digits": (
        "mumbai delhi bengaluru bangalore hyderabad ahmedabad chennai kolkata pune jaipur lucknow noida gurgaon kochi "
        "beijing shanghai guangzhou shenzhen chengdu moscow москва санкт-петербург новосибирск singapore bucurești "
        "bucharest "
        "cluj iași timișoara bogotá medellín hanoi"
    ),
    "7_digits": "jerusalem tel haifa",
    "3_and_2": (
        "stockholm göteborg gothenburg malmö uppsala linköping praha prague brno ostrava plzeň bratislava košice "
        "athens "
        "athina αθήνα θεσσαλονίκη thessaloniki patras"
    ),
    "2_and_3": "warszawa warsaw kraków krakow łódź lodz wrocław wroclaw poznań poznan gdańsk gdansk szczecin lublin "
    "katowice",
    "4_and_3": "lisboa lisbon porto braga coimbra funchal aveiro",
    "5_and_3": "são rio brasília brasilia salvador fortaleza belo manaus curitiba recife",
    "3_and_4": "tokyo osaka yokohama nagoya sapporo kyoto kobe fukuoka",
}

_NAMES = (
    r"zip(?:[ -]?code)?|post(?:al)?[ -]?code|plz|postleitzahl|c[oó]d(?:e|igo|ice)?\.?[ ](?:postale?|poștal)|"
    r"codul[ ]poștal|c\.a\.p\.?|(?:il|mio|tuo|suo)[ ]cap|cap(?=[ ]?:|[ ]è[ ]|[ ]\d{5}[ .]{0,2}$)|(?-i:CAP)(?=[ ]\d{5})|"
    r"cep|"
    r"eircode|postnummer|postnr|postinumero|sihtnumber|ps[cč]|kod[ ]pocztowy|irányítószám|poštn[ií][ ]?(?:číslo|"
    r"broj)|poštanski[ ]broj|"
    r"poštna[ ]številka|posta[ ]kodu|kode[ ]pos|poskod|postal[ ]pin|почтовый[ ]индекс|поштовий[ ]індекс|индекс|"
    r"пощенски[ ]код|"
    r"ταχυδρομικός[ ]κώδικας|pašto[ ]kodas|pasta[ ]indekss"
)
_NAME_WORDS = words(
    "zip zipcode zip-code postal post postcode plz postleitzahl cod cód código codigo codice codul cap c cep eircode "
    "postnummer "
    "postnr postinumero sihtnumber psc psč kod irányítószám poštní poštné poštni poštanski poštna posta kode poskod "
    "почтовый "
    "поштовий индекс пощенски ταχυδρομικός pašto pasta code"
)
_SMALL = (
    "is|in|to|at|on|or|an|as|of|by|my|me|we|it|if|so|no|do|up|us|go|be|am|pm|ok|en|de|te|km|kb|mb|gb|cm|mm|kg|ft|lb"
)
"""Words behind a number that are not the letters of a Dutch code."""
_ANY_SHAPE = (
    rf"\d{{4}}(?![ ](?:{_SMALL})\b)[ ]?[A-Z]{{2}}|"
    r"\d{5}-\d{3,4}|\d{4}-\d{3}|\d{3}-\d{4}|\d{2}-\d{3}|\d{3}[ ]\d{2,3}|[A-Z]{2}-\d{4,5}|"
    r"[A-Z]\d{4}[A-Z]{3}|"
    r"(?-i:[A-Z]{3})[ ]?\d{4}|\d{4,7}"
)


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _named()
    yield from _us()
    yield from _british_and_canadian()
    yield from _with_letters()
    yield from _of_digits()
    yield from _indian()


def _named() -> Iterator[Pattern]:
    yield Pattern(
        "postal_code", _KIND, rf"(?i)(?<!\w)(?:{_NAMES})(?!\w|[ ](?:lottery|loterij|lotterie|files?|up|hoodie)\b)"
        rf"[^\d\n]{{0,16}}?(?P<v>{_ANY_SHAPE})(?![\w-]){_COUNTED}", 0.9,
        digits=4, words=_NAME_WORDS, example="meine PLZ ist ⟦10115⟧",
    )  # fmt: skip
    yield Pattern(
        "postal_code_in_scripts", _KIND,
        r"(?:〒|郵便番号|邮编|邮政编码|郵遞區號|우편번호|מיקוד|الرمز البريدي|รหัสไปรษณีย์)[^\d\n]{0,6}(?P<v>\d{3}-\d{4}|"
        r"\d{5,7})(?![\d-])", 0.93,
        digits=5, any_of=("〒", "番号", "编", "郵遞", "우편", "מיקוד", "البريدي", "ไปรษณีย์"),
        countries=frozenset({"JP", "CN", "TW", "KR", "IL", "SA", "TH"}), example="〒⟦100-0001⟧",
    )  # fmt: skip


_OTHER_ZIP = (
    r"(?i)\bzip(?:ped)?[ -]?(?:up|files?|folders?|lock|ties?|hood(?:ie|y)|line|drives?|archives?|pockets?|has"
    r"|is[ ]full)\b[^.?!\n]{0,40}$"
)
"""What is zipped, or zips up."""


def _us() -> Iterator[Pattern]:
    us = frozenset({"US"})
    bare = rf"(?i)\d(?<![\w$€£#.,/-]\d){addresses.US_ZIP_REST}(?![\w/%]|[.,]\d){_COUNTED}"
    yield Pattern(
        "us_zip_after_state", _KIND, bare, 0.85, digits=5, after=addresses.STATE_BEFORE, countries=us,
        example="I'm in Austin, TX ⟦78701⟧",
    )  # fmt: skip
    yield Pattern(
        "us_zip", _KIND, bare, 0.0, None, _ASKED, 0.92, requires_context=True, digits=5, unless=_OTHER_ZIP,
        example="May I have your zip code? | ⟦90210⟧",
    )  # fmt: skip
    yield Pattern(
        "us_zip_in_address", _KIND, bare, 0.0, None, topics("address"), 0.7, requires_context=True, digits=5,
        example="Where do you live? What is the address? | in ⟦90210⟧",
    )  # fmt: skip
    yield Pattern(
        "us_zip4", _KIND, r"(?<![\w-])\d{5}-\d{4}(?![\w-])", 0.6, None, _ASKED, 0.95, digits=9, countries=us,
        example="it's ⟦90210-1234⟧",
    )  # fmt: skip


def _british_and_canadian() -> Iterator[Pattern]:
    gb, ca, uk = frozenset({"GB"}), frozenset({"CA"}), addresses.UK_POSTCODE_ALONE
    second_half = r"\d(?<=[a-z\d][ ]{0,2}\d)(?!(?:st|nd|rd|th)\b)[abd-hjlnp-uw-z]{2}(?![\w-])"
    first_half = r"\d(?<=[a-z]\d)[a-z][ -]?\d"
    yield Pattern(
        "uk_postcode", _KIND, uk, 0.85, None, _ASKED, 0.95, digits=2, mixed=True, countries=gb,
        hint=second_half,
        example="I'm at ⟦LS1 4AB⟧",
    )  # fmt: skip
    yield Pattern(
        "uk_postcode_any_case", _KIND, rf"(?i){uk}", 0.55, _has_gap, _LIVE, 0.9, digits=2, mixed=True, countries=gb,
        hint=second_half,
        example="your postcode? | ⟦sw1a 2aa⟧",
    )  # fmt: skip
    yield Pattern(
        "uk_postcode_joined", _KIND, rf"(?i){uk}", 0.0, None, _ASKED, 0.9, requires_context=True, asked_only=True,
        digits=2, countries=gb, hint=second_half, example="What is your postcode? | ⟦sw1a2aa⟧",
    )  # fmt: skip
    canada = rf"(?<![\w-]){addresses.CA_POSTAL}(?![\w-])"
    yield Pattern(
        "ca_postal_code", _KIND, canada, 0.8, _has_gap, _ASKED, 0.95, digits=3, mixed=True, countries=ca,
        hint=first_half,
        example="it's ⟦K1M 1M4⟧",
    )  # fmt: skip
    yield Pattern(
        "ca_postal_code_joined", _KIND, canada, 0.4, None, _LIVE, 0.9, digits=3, mixed=True, countries=ca,
        local_score=0.75, hint=first_half, example="postal code? | ⟦k1m1m4⟧",
    )  # fmt: skip


def _has_gap(text: str) -> bool:
    return " " in text or "-" in text


def _with_letters() -> Iterator[Pattern]:
    nl, ie = frozenset({"NL"}), frozenset({"IE"})
    yield Pattern(
        "ie_eircode", _KIND, rf"{_FREE}{addresses.EIRCODE}{_ALONE}", 0.75, _is_clear_eircode, _ASKED, 0.95,
        digits=2, mixed=True, countries=ie, example="I'm at ⟦D01 F5P2⟧",
    )  # fmt: skip
    yield Pattern(
        "nl_postcode_before_town", _KIND,
        rf"{_FREE}(?!19|20){_LETTERED['nl'][0]}(?=[ ]{{1,2}}\p{{Lu}}\p{{Ll}}{{2}})", 0.65, None, _LIVE, 0.95, digits=4,
        unless=r"(?i)\b(?:in|since|of|year|from|to|at|by)[ ]$", countries=nl, example="dat is ⟦1015 CJ⟧ Amsterdam",
    )  # fmt: skip
    for country, (shape, example) in _LETTERED.items():
        yield Pattern(
            f"{country}_postcode", _KIND, rf"(?i){_FREE}{shape}{_ALONE}", 0.0, _no_small_word, _ASKED, 0.92,
            requires_context=True, digits=2, countries=frozenset({country.upper()}),
            example=f"postcode? | ⟦{example}⟧",
        )  # fmt: skip
        if country != "ie":  # in small letters it would be "1015 in the morning"
            yield Pattern(
                f"{country}_postcode_at_home", _KIND, rf"{_FREE}{_NO_UNIT}{shape}{_ALONE}", 0.7, digits=4,
                countries=frozenset({country.upper()}), by_default=False, example=f"it is ⟦{example}⟧",
            )  # fmt: skip


_NO_UNIT = r"(?!\d{4}[ ]?(?:AM|PM|AD|BC|CE|EU|US|UK|GB|MB|KB|TB|KG|KM|MM|CM|ML|HZ|TV|PC|HD|PG)(?!\w))"
"""Four digits and what they count, or a year's era, in the shape of a Dutch code."""


_SMALL_WORDS = frozenset(_SMALL.split("|"))


def _no_small_word(text: str) -> bool:
    """Not "4500 is": a number and a word behind it."""
    return text[-2:] not in _SMALL_WORDS or " " not in text


def _is_clear_eircode(text: str) -> bool:
    """With its blank, and a letter and a digit among the last four; "A12 3456" may be anything."""
    end = text[-4:]
    return " " in text and not end.isdigit() and not end.isalpha()


def _of_digits() -> Iterator[Pattern]:
    for name, (shape, listed) in DIGITS.items():
        towns, countries = words(_TOWNS[name]), frozenset(listed.split())
        short = name == "4_digits"
        beside = _beside(_NO_YEAR if short else shape, towns)
        if name != "5_digits":
            yield Pattern(
                f"postal_{name}", _KIND, rf"{_FREE}{shape}{_ALONE}", 0.0, None, _ASKED, 0.8,
                requires_context=True, asked_only=True, digits=4, unless=LAST_FOUR, countries=countries,
                example=f"What is your postal code? | ⟦{_EXAMPLES[name]}⟧",
            )  # fmt: skip
        yield Pattern(
            f"postal_{name}_beside_town", _KIND, beside, 0.3 if short else 0.65, None, _LIVE, 0.9,
            digits=4, words=towns, countries=countries, local_score=0.7, unless=_NO_CODE,
            example=_beside_example(name, short),
        )  # fmt: skip


_NO_YEAR = r"(?<!\b(?:in|of|since|for|until)[ ])(?:19|20)\d\d|(?!19|20)\d{4}"
_NO_CODE = r"(?i)\b(?:model|item|order|number|no|nr|ticket|invoice|ref|id|build|size|room|gate|year)\b[ .:#]*$"
"""Before a number that is something else, town or not."""
_EXAMPLES = {
    "4_digits": "1010", "6_digits": "400069", "7_digits": "9614303", "3_and_2": "114 55", "2_and_3": "00-950",
    "4_and_3": "1000-205", "5_and_3": "01310-100", "3_and_4": "100-0001", "5_digits": "10115",
}  # fmt: skip


def _beside_example(name: str, short: bool) -> str:
    town = _TOWNS[name].split()[0].capitalize()
    return f"postcode? | ⟦{_EXAMPLES[name]}⟧ {town}" if short else f"we are in ⟦{_EXAMPLES[name]}⟧ {town}"


def _beside(shape: str, towns: frozenset[str]) -> str:
    """The code right before or behind one of the towns; with a hyphen or a comma too ("Mumbai - 400069")."""
    listed = "|".join(sorted(map(regex.escape, towns)))
    return (
        rf"(?i){_FREE}(?P<v>{shape})(?=,?[ ]{{1,2}}(?:{listed})(?!\w))"
        rf"|(?<!\w)(?:{listed})(?!\w)(?:[ ]{{1,2}}|[ ]?[-–,][ ]?)(?P<v>{shape}){_ALONE}"
    )


_INDIAN_NAME = r"\bpin[ ]?code(?:[ ](?:number|no\b\.?))?(?:[ ](?:of|for|in)[ ][^.?!\n\d]{1,24}?)?"
_INDIAN = r"[1-9]\d{2}[ ]?\d{3}"
_OF_A_PLACE = words(
    "india indian delivery deliver delivered delivering address area city location locality district state serviceable "
    "ship shipping courier postal post live living nagar colony sector road karnataka maharashtra kerala gujarat "
    "punjab rajasthan telangana haryana bihar odisha assam goa"
) | words(_TOWNS["6_digits"])
"""Beside one of these a "pin code" of six digits is India's code of a place, else what a bank asks for."""


_OF_A_BANK = "(?:cards?|atm|bank|upi|sim|debit|credit)"


def _indian() -> Iterator[Pattern]:
    """Department of Posts, "PIN code": six digits, the first the region."""
    behind = rf"(?![^\n]{{0,40}}\b{_OF_A_BANK}\b)"
    expression, at_home = rf"{_INDIAN_NAME}{LINK}(?P<v>{_INDIAN}){_ALONE}{behind}", frozenset({"IN"})
    yield Pattern(
        "in_pin_code", _KIND, expression, 0.95, lower=True, digits=6, words=_OF_A_PLACE, any_of=("pin", "Pin", "PIN"),
        unless=rf"(?i)\b{_OF_A_BANK}\b", countries=at_home, example="I live in Mumbai, pin code ⟦400069⟧",
    )  # fmt: skip
    yield Pattern(
        "in_pin_code_at_home", _KIND, expression, 0.95, lower=True, digits=6, words=words("pin pincode"),
        countries=at_home, by_default=False, example="my pin code is ⟦400069⟧",
    )  # fmt: skip
    yield Pattern(
        "in_pin_code_asked", _KIND, rf"{_FREE}{_INDIAN}{_ALONE}", 0.0, None, topics("pincode_of_place"), 0.92,
        requires_context=True, asked_only=True, digits=6, countries=at_home,
        example="Please share your delivery pincode | ⟦400069⟧",
    )  # fmt: skip
