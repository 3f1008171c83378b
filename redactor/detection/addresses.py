"""Street addresses as English-speaking countries write them, number first: US, CA, GB, IE, AU, NZ, and much of IN.

An address is found by its street; `address_end` then takes in what belongs to it: unit, city, state or county, postal
code, country, over a line break too. Every repetition is bounded, so that matching stays linear.

Sources: USPS Publication 28, appendices B and C (states, suffixes, secondary units), Canada Post Addressing Guidelines
(provinces, postal codes), Royal Mail Programmers' Guide to the Postcode Address File (letters of a postcode), Eircode
Address Database guide (letters of an eircode), AS 4590 and Australia Post (state codes), UPU postal addressing systems.
"""

from functools import cache

import regex

from redactor.detection.words import ordinary_words, words

_STATE_CODES = words(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok "
    "or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr vi gu ab bc mb nb nl ns nt nu on pe qc sk yt"
)
# In small letters these codes are ordinary words: they count only with a postal code behind.
_ORDINARY_CODES = words("al co ct de hi id in la ma md me mo ms oh ok on or pa pe pr vi")
_AU_CODES = words("nsw vic qld tas act wa sa nt")
_MILITARY_CODES = words("aa ae ap")
_STATE_NAMES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|"
    "indiana|iowa|kansas|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|"
    "montana|nebraska|nevada|new hampshire|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|"
    "oregon|pennsylvania|rhode island|south carolina|south dakota|tennessee|texas|utah|vermont|virginia|washington|"
    "west virginia|wisconsin|wyoming|district of columbia|puerto rico|alberta|british columbia|manitoba|ontario|"
    "new brunswick|newfoundland|nova scotia|prince edward island|quebec|québec|saskatchewan|yukon|"
    "new south wales|victoria|queensland|tasmania|south australia|western australia|northern territory"
)
_STRONG = words(
    "street st str avenue ave av road rd boulevard blvd lane ln drive dr court ct terrace terr parkway pkwy "
    "highway hwy crescent cres trail trl turnpike tpke expressway mews freeway fwy alley causeway cswy"
)
_WEAK = words(
    "way place pl circle cir square sq loop park walk row hill close gardens gdns grove grv green rise wharf quay "
    "vale cove plaza plz point pt ridge run path pass crossing xing heights hts bend creek glen hollow landing "
    "manor mill oval pike view vista wood yard mount croft chase parade embankment mall center centre "
    "crossroads gate broadway esplanade esp arcade arc meadow meadows orchard beach gully valley fields common"
)
_ROUTES = words("highway hwy route rte road rd interstate broadway calle via avenida camino avenue ave real")
STREET_WORDS, WEAK_STREET_WORDS, ROUTE_WORDS = _STRONG, _WEAK, _ROUTES
"""Words of which a text must hold one for the expressions of the same name to be worth a look."""
UNIT_WORDS = words("apartment apt unit suite ste flat")
UNIT_FIRST_WORDS = UNIT_WORDS | words("shop level floor lot villa office room")
BOX_WORDS = words("box pobox bag pmb")
RURAL_WORDS = words("rr r hc psc")

US_ZIP_REST = r"\d{4}(?:[ ]?-[ ]?\d{4})?(?![\d-])"
US_ZIP = r"\d{5}(?:[ ]?-[ ]?\d{4})?(?![\d-])"
CA_POSTAL = r"[ABCEGHJ-NPRSTVXYabceghj-nprstvxy]\d[A-Za-z][ -]?\d[A-Za-z]\d"
UK_POSTCODE = (
    r"(?:GIR[ ]?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d{1,2}|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])[ ]{0,2}\d"
    r"(?!(?i:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{2})"
)
EIRCODE = r"(?:D[ ]?6[ ]?W|[AC-FHKNPRTV-Y]\d{2})[ -]?[\dAC-FHKNPRTV-Y]{4}"
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
    r"homes?|houses?|apartments?|places|hotels?|restaurants?|options?|results?|properties|including|located|near|cars?|"
    r"address(?:es)?|different|other|square[ ](?:feet|foot|f(?:ee)?t|m|met(?:er|re)s?)|gb|tb|mb|pin|password|passcode|"
    r"(?:hard|flash|thumb|usb|disk|test)[ ]drives?|(?:tennis|basketball|volleyball|squash|food|supreme|high)[ ]courts?|"
    r"bowling[ ]lanes?|lanes?[ ](?:road|highway|street)|bed[ ]\d|(?:bed|bath)[ ]places?|(?:hiking|walking|bike|"
    r"running|nature)[ ](?:trail|path)s?|court[ ]dates?)"
    r"(?![\w’'])|(?:you|we|they|it|that|there|he|she|who|what|i)['’])"
)
_WORD = rf"{_NO_NAME}(?:(?:\p{{L}}{{1,4}}\.){{1,3}}|[\p{{L}}\d][\p{{L}}\p{{M}}\d'’-]{{0,24}}+)"
# From here to UNIT the expressions are for small letters: ignoring case takes up to ten times as long.
_NUMBER = r"\d(?<![\w$€£#.,/-]\d)\d{0,5}+(?:[-/]\d{1,5})?(?:[ ]?[a-z](?=[ ,]))?(?:[ ]1/2)?"
_DIRECTION = r"(?:(?:north|south|east|west|northeast|northwest|southeast|southwest|[nsew]|[ns][ew])\b\.?)"


def _named(suffixes: frozenset[str]) -> str:
    """Direction, one to four words, suffix, direction."""
    kinds = "|".join(sorted(suffixes, key=lambda word: (-len(word), word)))
    named = rf"(?:{_WORD}[ ]{{1,2}}){{1,4}}?(?:{kinds})\b\.?(?:[ ]{_DIRECTION})?"
    return rf"(?:{_DIRECTION}[ ])?{named}(?![\w-])"


STREET = rf"{_NUMBER}[ ,]{{1,2}}{_named(_STRONG)}"
"""A street with a word that hardly means anything else after a number."""
_THE = "the[ ](?:crescent|avenue|drive|parade|terrace|close|green|grove|square|mews|mount|gardens|broadway|lane|street)"
STREET_WEAK = rf"{_NUMBER}[ ,]{{1,2}}(?:{_named(_WEAK)}|{_THE}\b)"
"""A street whose last word also means something else ("way", "place")."""
WEAK_WORDS = _WEAK | words("crescent avenue drive terrace mews lane street")
STREET_GRID = (
    r"(?<![\w-])(?:[nsew]\d{2,5}[ ]?[nsew]\d{2,5}|u(?:nit)?[ ]?\d{1,4}[a-z]?/\d{1,5}[a-z]?|lot[ ]\d{1,5}),?[ ]"
    + _named(_STRONG | _WEAK)
)
"""A house numbered by a grid of roads, as in Wisconsin (Publication 28, section D), or by unit and house, or by lot."""
GRID_HINT = (
    r"\d(?:(?<=(?<![\w-])[nsew]\d)\d{1,4}[ ]?[nsew]\d|(?<=(?<![\w-])u(?:nit)?[ ]?\d)\d{0,3}[a-z]?/\d|"
    r"(?<=(?<![\w-])lot[ ]\d))"
)
"""The beginning of one, from its first digit."""
ROUTE = (
    rf"(?i){_NUMBER}[ ](?:{_DIRECTION}[ ])?(?:(?:us|state|county|old|farm[ ]to[ ]market)[ ])?"
    rf"(?:(?:highway|hwy|route|rte|interstate|(?<=(?:state|county|market)[ ])(?:road|rd))[ -]\d{{1,4}}[A-Z]?|broadway"
    rf"|(?:avenue|ave)[ ](?:of[ ]the[ ])?(?:{_WORD}|[A-Z])(?=[ ]?(?:[,.;\n]|$))|(?:avenue|ave)[ ][A-Z]"
    rf"|(?:calle|(?-i:Via)|avenida|camino|el[ ]camino)[ ]{_WORD}(?:[ ]{_WORD})?)(?![\w-])"
)
"""A house on a numbered or foreign-named road."""
UNIT_FIRST = (
    r"(?<![\w-])(?:flat|apt|apartment|unit|suite|shop|level|floor|villa|office|room)\.?[ ]{0,2}\#?[ ]?"
    rf"{_NO_NAME}\w{{1,5}}[,/]?[ ]{{0,2}}(?:\r?\n)?(?<=[ ,/\n])"
)
_BUILDING = (
    rf"(?:(?:{_WORD}[ ]){{0,3}}?(?:house|court|lodge|towers?|building|mansions?|"
    rf"apartments),?[ ]{{0,2}}(?:\r?\n)?(?<=[ \n])"
    rf"|{_WORD}(?:[ ]{_WORD}){{0,2}}(?:,[ ]{{1,2}}|[ ]?\r?\n))?"
)
WITH_FLAT = rf"{UNIT_FIRST}{_BUILDING}\d{{1,5}}[a-z]?(?:-\d{{1,5}})?,?[ ]{_named(_STRONG | _WEAK)}"
"""A street with its flat written first, as in the United Kingdom, and the building's name between."""
NUMBERED = rf"{_NUMBER}[ ](?:{_DIRECTION}[ ])?{_WORD}(?![\w-])"
FLAT_NUMBERED = rf"{UNIT_FIRST}\d{{1,5}}[a-z]?[ ]{_WORD}(?![\w-])"
"""A number and a word: the beginning of an address if its state and postal code follow."""
MISSPELT = rf"{_NUMBER}[ ](?:{_DIRECTION}[ ])?{_WORD}(?:[ ]{_WORD}){{1,4}}"
"""A number and some words; `misspelt_street` says whether one of them stands for a street."""
PO_BOX = (
    r"(?i)\b(?:(?:g\.?[ ]?)?p(?:\.[ ]?|[ ])?o\.?[ ]?box|p\.?[ ]?m\.?[ ]?b\.?|(?:private|locked|post)[ ]bag|"
    r"post[ ]office[ ]box)"
    r"[ ]{1,2}(?:no\.?[ ]?)?#?(?:[A-Z]{1,2}[ ]?)?\d{1,7}(?!\w)"
)
RURAL = (
    r"(?i)(?<![\w.-])(?:(?:r\.?r\.?|h\.?c\.?|rural[ ]route)[ ]{1,2}\#?\d{1,3}(?:,?[ ]{1,2}box[ ]\#?\d{1,5}[A-Z]?)?"
    r"|psc[ ]\d{1,4},?[ ]box[ ]\d{1,5})(?![\w-])"
)
"""A rural or highway contract route, or a box of the armed forces (Publication 28, sections 24, 25 and 23)."""
UNIT = r"(?<![\w-])(?:apartment|apt|unit|suite|ste)\.?[ ]{0,2}#?[ ]?(?:\d{1,5}[a-z]?|[a-z]\d{1,4})(?![\w-])"

GAP = r"(?:[ ]{0,3},[ ]{0,4}(?:\r?\n[ ]{0,4})?|[ ]{0,3}\r?\n[ ]{0,4}|[ ]{1,4})"
"""What stands between the parts of an address; a line break too."""
_CITY_WORD = rf"{_NO_NAME}\p{{L}}[\p{{L}}\p{{M}}.'’-]{{1,24}}+"
_CITY = rf"{_CITY_WORD}(?:[ ]{_CITY_WORD}){{0,3}}?"
_UNIT_KINDS = (
    "apartment|apt|unit|suite|ste|floor|fl|level|room|rm|bldg|building|lot|trailer|trlr|flat|penthouse|ph|no|shop|box|"
    "rd"
)
_UNIT_AFTER = (
    rf"(?i){GAP}(?:(?:{_UNIT_KINDS})\b\.?[ ]{{0,2}}\#?[ ]?(?:\d{{1,5}}[A-Z]?|[A-Z]\d{{0,4}})(?:-\w{{1,4}})?\b"
    r"|\#[ ]?\w{1,6}|\d{1,3}(?:st|nd|rd|th)[ ]floor|(?:ground|top|first|second|third)[ ]floor)"
)
_STATE_AFTER = (
    rf"(?i)(?:{GAP}{_CITY}){{0,2}}?{GAP}"
    rf"(?P<state>[A-Z]{{2}}(?![\p{{L}}'’])|(?:NSW|VIC|QLD|TAS|ACT)\b|D\.C\.|N\.Y\.|"
    rf"(?:{_STATE_NAMES.replace(' ', '[ ]')})\b)"
    rf"\.?(?P<code>{GAP}(?:\d{{4,5}}(?:[ ]?-[ ]?\d{{4}})?(?![\d-])|{CA_POSTAL}\b))?"
)
_STATE_AND_CODE = _STATE_AFTER.removesuffix("?")
_STATE_ALONE = rf"(?i){GAP}(?P<state>[A-Z]{{2}})(?![\p{{L}}'’])"
_DUBLIN = rf"Dublin[ ]\d{{1,2}}W?(?![\w-])(?:{GAP}(?:(?:co\.?|county)[ ]dublin{GAP})?{EIRCODE}\b)?"
_CODE_AFTER = rf"(?i)(?:{GAP}{_CITY}){{0,3}}?{GAP}(?:{US_ZIP}|{UK_POSTCODE}\b|{CA_POSTAL}\b|{_DUBLIN}|{EIRCODE}\b)"
# The ten largest towns of New Zealand and the forty of India (Stats NZ; Census of India 2011, with today's names).
NZ_TOWNS = (
    "auckland|wellington|christchurch|hamilton|tauranga|dunedin|palmerston[ ]north|napier|nelson|rotorua|"
    "lower[ ]hutt|upper[ ]hutt|porirua|whang[aā]rei|invercargill|new[ ]plymouth|hastings|gisborne|whanganui|queenstown"
)
IN_TOWNS = (
    "(?:navi[ ])?mumbai|bombay|(?:new[ ])?delhi|bengaluru|bangalore|hyderabad|secunderabad|ahmedabad|chennai|madras|"
    "kolkata|calcutta|surat|pune|jaipur|lucknow|kanpur|nagpur|indore|thane|bhopal|visakhapatnam|vizag|patna|vadodara|"
    "ghaziabad|ludhiana|agra|nashik|faridabad|meerut|rajkot|varanasi|srinagar|aurangabad|dhanbad|amritsar|allahabad|"
    "prayagraj|ranchi|howrah|coimbatore|jabalpur|gwalior|vijayawada|jodhpur|madurai|raipur|kota|guwahati|chandigarh|"
    "solapur|mysuru|mysore|gurgaon|gurugram|noida|kochi|cochin|thiruvananthapuram|trivandrum|bhubaneswar|dehradun|"
    "mangalore|mangaluru|udaipur|goa|uttar[ ]pradesh|maharashtra|karnataka|tamil[ ]nadu|telangana|kerala|gujarat|"
    "haryana|punjab|rajasthan|west[ ]bengal|andhra[ ]pradesh|madhya[ ]pradesh|bihar|odisha|assam|jharkhand"
)
"""Towns and states of India."""
IN_PIN = r"[1-9]\d{2}[ ]?\d{3}(?![\w-]|[.,]\d)"
_NO_TOWN = r"(?!(?:call|text|orders?|code|pin|otp|card|ref(?:erence)?|account|ticket|password|tel|phone|ext)\b)"
_TOWN_WORD = r"\p{Lu}\p{Ll}[\p{L}'’-]{1,20}+"
_TOWN_OF_CAPITALS = r"\p{Lu}{3,20}+(?![\p{L}'’])"
_TOWN_NUMBER_AFTER = (
    rf"(?:(?i:{GAP}{_CITY}|{GAP}co[.][ ]\p{{L}}{{3,20}})){{0,4}}?(?i:{GAP})"
    rf"(?:(?i:{NZ_TOWNS}){GAP}\d{{4}}(?![\w-]|[.,]\d)|(?i:{IN_TOWNS})(?:[ ]?[-–,][ ]?|[ ]){IN_PIN}"
    rf"|(?i:{_NO_TOWN})(?:{_TOWN_WORD}|{_TOWN_OF_CAPITALS}|"
    rf"(?<=[,\n][ ]?)\p{{Ll}}{{3,20}}+(?=[ ][\d ]{{4,7}}(?:[.,;!?)\n]|$)))"
    rf"(?:[ ]?[-–][ ]?|[ ])(?:{IN_PIN}|(?!(?:19|20)\d\d)\d{{4}}(?![\w-]|[.,:]\d)))"
)
"""A town with four digits behind (NZ) or six (IN); one that is not listed needs its capital, or a comma before it and
nothing behind."""
_TOWN_AFTER = rf"[ ]?,[ ]{{1,2}}{_TOWN_WORD}(?:[ ]{_TOWN_WORD}){{0,2}}(?=[ ]{{0,2}}(?:[.,;!?)\n]|$|\p{{Ll}}))"
COUNTRY = (
    r"(?:USA|U\.S\.A\.?|US|United[ ]States(?:[ ]of[ ]America)?|Canada|UK|U\.K\.|United[ ]Kingdom|England|Scotland|"
    r"Wales|"
    r"(?:Northern[ ])?Ireland|Australia|(?:New[ ]Zealand|NZ)|India|Germany|Deutschland|Austria|Österreich|Switzerland|"
    r"Schweiz|Suisse|France|Belgique|België|Belgium|Spain|España|Italy|Italia|Nederland|(?:The[ ])?Netherlands)\b"
)
_COUNTRY_AFTER = rf"(?i){GAP}{COUNTRY}"
_NOT_A_TOWN = regex.compile(rf"(?i),[ ]{{1,2}}(?:{_NO_NAME})")
NO_NAME = _NO_NAME


@cache
def _compiled(expression: str) -> "regex.Pattern[str]":
    return regex.compile(expression, regex.V1)


def address_end(text: str, end: int) -> int:
    """Where the address whose street ends at `end` ends itself: a full stop behind it is the sentence's."""
    street = end
    end = _after_units(text, end)
    unit_end = end
    end = max(_after_state(text, end), _after_code(text, end)) or town_end(text, end) or end
    if end > unit_end and (country := _compiled(_COUNTRY_AFTER).match(text, end)):
        end = country.end()
    end = max(end, street)
    return end - 1 if text[end - 1 : end] == "." and text[end - 3 : end - 2] != "." else end


def coded_end(text: str, end: int) -> int:
    """Where the address ends whose number and first word end at `end`, if a state or town and a postal code of the
    United States, Canada, the United Kingdom or Ireland follow; else `end`."""
    for rest in range(4):
        street = _compiled(rf"(?i)(?:[ ]{_WORD}){{{rest}}}(?![\w'’])").match(text, end)
        if street is None:
            break
        found = _compiled(_STATE_OR_CODE).match(text, _after_units(text, street.end()))
        if found and (found["state"] is None or _is_state(found["state"])):
            country = _compiled(_COUNTRY_AFTER).match(text, found.end())
            return country.end() if country else found.end()
    return end


_STATE_OR_CODE = (
    rf"(?i)(?:{GAP}{_CITY}){{0,3}}?(?:{GAP}(?P<state>[A-Z]{{2}}|{_STATE_NAMES.replace(' ', '[ ]')}),?[ ]{{1,2}}"
    rf"(?:\d{{5}}(?:-\d{{4}})?(?![\w-])|{CA_POSTAL}\b)|{GAP}(?:{UK_POSTCODE}|{EIRCODE})\b)"
)


CODE_HINT = (
    r"\d(?:(?<=\p{L},?[ ]{1,2}\d)\d{4}(?![\w])|(?<=[a-z]\d)(?:[a-z][ -]?\d[a-z]\d|[\da-z][ -]?[\da-z]{4}\b)|"
    r"(?<=[a-z\d][ ]{0,2}\d)(?!(?:st|nd|rd|th)\b)[abd-hjlnp-uw-z]{2}\b|(?<=d[ ]?6)[ ]?w)"
)
"""A digit of the code in `_STATE_OR_CODE`, with what stands beside it, in small letters."""


def _is_state(state: str) -> bool:
    return len(state) > 2 or (
        state.lower() in _STATE_CODES | _MILITARY_CODES and (state.isupper() or state not in _ORDINARY_CODES)
    )


def _after_units(text: str, end: int) -> int:
    for _ in range(2):
        unit = _compiled(_UNIT_AFTER).match(text, end)
        end = unit.end() if unit else end
    return end


def _after_state(text: str, end: int) -> int:
    found = _compiled(_STATE_AND_CODE).match(text, end) or _compiled(_STATE_AFTER).match(text, end)
    if found is None:
        return 0
    state = found["state"]
    codes = _STATE_CODES | _AU_CODES | (_MILITARY_CODES if found["code"] else frozenset())
    if len(state) <= 3 and not (
        state.lower() in codes
        and (found["code"] or state.isupper() or (state.islower() and state not in _ORDINARY_CODES | _AU_CODES))
    ):
        return 0
    if not found["code"] and (again := _compiled(_STATE_ALONE).match(text, found.end())):
        return again.end() if again["state"].lower() in _STATE_CODES - _ORDINARY_CODES else found.end()
    return found.end()


def _after_code(text: str, end: int) -> int:
    found = [_compiled(expression).match(text, end) for expression in (_CODE_AFTER, _TOWN_NUMBER_AFTER)]
    return max((match.end() for match in found if match), default=0)


def town_end(text: str, end: int) -> int:
    """Where the town after a comma ends, 0 if there is none: without a postal code it needs its capital."""
    if not (text[end : end + 2].strip().startswith(",") and _NOT_A_TOWN.match(text, text.index(",", end))):
        return 0
    found = _compiled(_TOWN_AFTER).match(text, end)
    return found.end() if found else 0


_LONG_WORDS = words("street avenue boulevard parkway terrace crescent highway turnpike expressway causeway")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@cache
def near_misses() -> frozenset[str]:
    """What one slip makes of the long words for streets: a letter missing, doubled, wrong, too many, or two swapped."""
    made: set[str] = set()
    for word in _LONG_WORDS:
        cuts = [(word[:i], word[i:]) for i in range(1, len(word) + 1)]
        made.update(a + b[1:] for a, b in cuts if b)
        made.update(a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1)
        made.update(a + c + b for a, b in cuts for c in _LETTERS)
        made.update(a + c + b[1:] for a, b in cuts if b for c in _LETTERS)
    return frozenset(made) - _STRONG - _WEAK - ordinary_words()


def misspelt_street(text: str) -> int:
    """How much of a number and some words is a street whose word has one slip in it ("12 elm steet"); 0 for none."""
    tokens = list(regex.finditer(r"[^ ]++", text))
    return next((token.end() for token in tokens[2:] if token[0].lower() in near_misses()), 0)
