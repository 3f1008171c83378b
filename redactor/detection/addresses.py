"""Street addresses and postal codes of the United States, Canada and the United Kingdom.

An address is found by its street; `address_end` then takes in what belongs to it: unit, city, state or county, postal
code, country, over a line break too. Every repetition is bounded, so that matching stays linear.

Sources: USPS Publication 28, appendices B and C (states, suffixes, secondary units), Canada Post Addressing Guidelines
(provinces, postal codes), Royal Mail Programmers' Guide to the Postcode Address File (letters of a postcode).
"""

from functools import cache

import regex

from redactor.detection.words import words

_STATE_CODES = words(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok "
    "or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr vi gu ab bc mb nb nl ns nt nu on pe qc sk yt"
)
# In small letters these codes are ordinary words: they count only with a postal code behind.
_ORDINARY_CODES = words("al co ct de hi id in la ma md me mo ms oh ok on or pa pe pr vi")
_STATE_NAMES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|"
    "indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    "montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|"
    "oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|"
    "west virginia|wisconsin|wyoming|district of columbia|puerto rico|alberta|british columbia|manitoba|ontario|"
    "new brunswick|newfoundland|nova scotia|prince edward island|quebec|québec|saskatchewan|yukon"
)
_STRONG = words(
    "street st str avenue ave av road rd boulevard blvd lane ln drive dr court ct terrace terr parkway pkwy "
    "highway hwy crescent cres trail trl turnpike tpke expressway mews freeway fwy alley causeway cswy"
)
_WEAK = words(
    "way place pl circle cir square sq loop park walk row hill close gardens gdns grove grv green rise wharf quay "
    "vale cove plaza plz point pt ridge run path pass crossing xing heights hts bend creek glen hollow landing "
    "manor mill oval pike view vista wood yard mount croft chase parade embankment mall center centre"
)
_ROUTES = words("highway hwy route rte broadway calle rue via avenida camino avenue ave real")
STREET_WORDS, WEAK_STREET_WORDS, ROUTE_WORDS = _STRONG, _WEAK, _ROUTES
"""Words of which a text must hold one for the expressions of the same name to be worth a look."""
UNIT_WORDS = words("apartment apt unit suite ste flat")

US_ZIP_REST = r"\d{4}(?:[ ]?-[ ]?\d{4})?(?![\d-])"
US_ZIP = r"\d{5}(?:[ ]?-[ ]?\d{4})?(?![\d-])"
CA_POSTAL = r"[ABCEGHJ-NPRSTVXYabceghj-nprstvxy]\d[A-Za-z][ -]?\d[A-Za-z]\d"
UK_POSTCODE = (
    r"(?:GIR[ ]?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])[ ]{0,2}\d"
    r"(?!(?i:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{2})"
)
UK_POSTCODE_ALONE = (
    r"(?:[A-PR-UWYZ]\d(?<![\w-]..)[\dA-HJKPSTUW]?|[A-PR-UWYZ][A-HK-Y]\d(?<![\w-]...)[\dABEHMNPRV-Y]?)"
    r"[ ]{0,2}\d(?!(?i:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{2}(?![\w-])"
)
"""The same, with nothing glued to it; what stands before is asked late, which makes the search ten times as fast."""
_CLEAR_CODES = "|".join(sorted(_STATE_CODES - _ORDINARY_CODES))
STATE_BEFORE = (
    rf"\b(?:{'|'.join(sorted(_STATE_CODES)).upper()}|(?i:{_CLEAR_CODES}|{_STATE_NAMES.replace(' ', '[ ]')}))\b"
    r"\.?,?[ ]{1,2}$"
)
"""A state or province right before a postal code."""

_NO_NAME = (
    r"(?!(?:and|or|but|is|was|are|i|i'm|im|my|mine|the|a|an|to|too|from|for|at|with|please|if|that|this|it|its|it's|in|"
    r"on|of|you|your|we|our|they|so|be|have|has|had|not|do|does|did|can|could|would|will|when|what|where|which|by|as|"
    r"thanks?|hi|hello|yes|no|ok|okay|orders?|there|here|than|then|just|about|only|zip|zipcode|phone|email|"
    r"items?|days?|hours?|minutes?|mins?|weeks?|months?|years?|dollars?|usd|stars?|percent|am|pm|people|persons?|"
    r"seats?|tickets?|nights?|rooms?|miles?|pairs?|sizes?|times?|more|per|each|bedrooms?|adults?|ways?|"
    r"homes?|houses?|apartments?|places|hotels?|restaurants?|options?|results?|properties|including|located|near)"
    r"(?![\w’'])|(?:you|we|they|it|that|there|he|she|who|what|i)['’])"
)
_WORD = rf"{_NO_NAME}(?:(?:\p{{L}}{{1,4}}\.){{1,3}}|[\p{{L}}\d][\p{{L}}\p{{M}}\d'’-]{{0,24}}+)"
_NUMBER = r"\d(?<![\w$€£#.,/-]\d)\d{0,5}+(?:-\d{1,5})?(?:[ ]?[A-Za-z](?=[ ,]))?(?:[ ]1/2)?"
_DIRECTION = r"(?:(?:north|south|east|west|northeast|northwest|southeast|southwest|[NSEW]|[NS][EW])\b\.?)"


def _street(suffixes: frozenset[str], number: str = _NUMBER) -> str:
    """Suffix words → number, direction, one to four words, suffix, direction."""
    kinds = "|".join(sorted(suffixes, key=lambda word: (-len(word), word)))
    named = rf"(?:{_WORD}[ ]{{1,2}}){{1,4}}?(?:{kinds})\b\.?(?:[ ]{_DIRECTION})?"
    return rf"{number}[ ,]{{1,2}}(?:{_DIRECTION}[ ])?{named}(?![\w-])"


STREET = "(?i)" + _street(_STRONG)
"""A street with a word that hardly means anything else after a number."""
STREET_WEAK = "(?i)" + _street(_WEAK)
"""A street whose last word also means something else ("way", "place")."""
ROUTE = (
    rf"(?i){_NUMBER}[ ](?:{_DIRECTION}[ ])?(?:(?:us|state|county|old)[ ])?"
    rf"(?:(?:highway|hwy|route|rte)[ ]\d{{1,4}}[A-Z]?|broadway|(?:avenue|ave)[ ][A-Z]"
    rf"|(?:calle|rue|(?-i:Via)|avenida|camino|el[ ]camino)[ ]{_WORD}(?:[ ]{_WORD})?)(?![\w-])"
)
"""A house on a numbered or foreign-named road."""
WITH_FLAT = (
    rf"(?i)(?<![\w-])(?:flat|apt|apartment|unit|suite)\.?[ ]{{0,2}}\#?[ ]?{_NO_NAME}\w{{1,5}},?[ ]{{0,2}}"
    r"(?:\r?\n)?(?<=[ ,\n])" + _street(_STRONG | _WEAK, number=r"\d{1,5}[A-Z]?")
)
"""A street with its flat written first, as in the United Kingdom."""
PO_BOX = r"(?i)\bp(?:\.[ ]?|[ ])?o\.?[ ]?box[ ]{1,2}#?\d{1,7}(?!\w)|\bpost[ ]office[ ]box[ ]\d{1,7}(?!\w)"
UNIT = r"(?i)(?<![\w-])(?:apartment|apt|unit|suite|ste)\.?[ ]{0,2}#?[ ]?(?:\d{1,5}[A-Z]?|[A-Z]\d{1,4})(?![\w-])"

_GAP = r"(?:[ ]{0,3},[ ]{0,4}(?:\r?\n[ ]{0,4})?|[ ]{0,3}\r?\n[ ]{0,4}|[ ]{1,4})"
_CITY_WORD = rf"{_NO_NAME}\p{{L}}[\p{{L}}\p{{M}}.'’-]{{1,24}}+"
_CITY = rf"{_CITY_WORD}(?:[ ]{_CITY_WORD}){{0,3}}?"
_UNIT_KINDS = "apartment|apt|unit|suite|ste|floor|fl|level|room|rm|bldg|building|lot|trailer|trlr|flat|penthouse|ph|no"
_UNIT_AFTER = (
    rf"(?i){_GAP}(?:(?:{_UNIT_KINDS})\b\.?[ ]{{0,2}}\#?[ ]?(?:\d{{1,5}}[A-Z]?|[A-Z]\d{{0,4}})(?:-\w{{1,4}})?\b"
    r"|\#[ ]?\w{1,6}|\d{1,3}(?:st|nd|rd|th)[ ]floor)"
)
_STATE_AFTER = (
    rf"(?i)(?:{_GAP}{_CITY}){{0,2}}?{_GAP}"
    rf"(?P<state>[A-Z]{{2}}(?![\p{{L}}'’])|D\.C\.|N\.Y\.|(?:{_STATE_NAMES.replace(' ', '[ ]')})\b)\.?"
    rf"(?P<code>{_GAP}(?:\d{{4,5}}(?:[ ]?-[ ]?\d{{4}})?(?![\d-])|{CA_POSTAL}\b))?"
)
_STATE_ALONE = rf"(?i){_GAP}(?P<state>[A-Z]{{2}})(?![\p{{L}}'’])"
_CODE_AFTER = rf"(?i)(?:{_GAP}{_CITY}){{0,3}}?{_GAP}(?:{US_ZIP}|{UK_POSTCODE}\b|{CA_POSTAL}\b)"
_TOWN_WORD = r"\p{Lu}\p{Ll}[\p{L}'’-]{1,20}+"
_TOWN_AFTER = rf"[ ]?,[ ]{{1,2}}{_TOWN_WORD}(?:[ ]{_TOWN_WORD}){{0,2}}(?=[ ]{{0,2}}(?:[.,;!?)\n]|$|\p{{Ll}}))"
_COUNTRY_AFTER = (
    rf"(?i){_GAP}(?:USA|U\.S\.A\.?|US|United[ ]States(?:[ ]of[ ]America)?|Canada|UK|U\.K\.|United[ ]Kingdom|England|"
    r"Scotland|Wales)\b"
)
_NO_TOWN = regex.compile(rf"(?i),[ ]{{1,2}}(?:{_NO_NAME})")


@cache
def _compiled(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression, regex.V1)


def address_end(text: str, end: int) -> int:
    """Where the address whose street ends at `end` ends itself: a full stop behind it is the sentence's."""
    street = end
    for _ in range(2):
        unit = _compiled(_UNIT_AFTER).match(text, end)
        end = unit.end() if unit else end
    unit_end = end
    end = max(_after_state(text, end), _after_code(text, end)) or _after_town(text, end) or end
    if end > unit_end and (country := _compiled(_COUNTRY_AFTER).match(text, end)):
        end = country.end()
    end = max(end, street)
    return end - 1 if text[end - 1 : end] == "." and text[end - 3 : end - 2] != "." else end


def _after_state(text: str, end: int) -> int:
    found = _compiled(_STATE_AFTER).match(text, end)
    if found is None:
        return 0
    state = found["state"]
    if len(state) == 2 and not (
        state.lower() in _STATE_CODES
        and (found["code"] or state.isupper() or (state.islower() and state not in _ORDINARY_CODES))
    ):
        return 0
    if not found["code"] and (again := _compiled(_STATE_ALONE).match(text, found.end())):
        return again.end() if again["state"].lower() in _STATE_CODES - _ORDINARY_CODES else found.end()
    return found.end()


def _after_code(text: str, end: int) -> int:
    found = _compiled(_CODE_AFTER).match(text, end)
    return found.end() if found else 0


def _after_town(text: str, end: int) -> int:
    if not (text[end : end + 2].strip().startswith(",") and _NO_TOWN.match(text, text.index(",", end))):
        return 0
    found = _compiled(_TOWN_AFTER).match(text, end)
    return found.end() if found else 0
