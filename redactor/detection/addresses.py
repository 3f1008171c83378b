"""Street addresses and postal codes of the United States, Canada and the United Kingdom, as expressions.

Sources: USPS Publication 28 (suffixes, secondary units, states; appendices B and C), Canada Post Addressing Guidelines
(postal codes), Royal Mail Postcode Address File programmer's guide (letters of a postcode).
Every repetition is bounded, so that matching stays linear.
"""

_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|"
    "RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC|PR|VI|GU|D\\.C\\.|N\\.Y\\."
)
_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Calif\\.|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|"
    "Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|"
    "Nebraska|Nevada|New[ ]Hampshire|New[ ]Jersey|New[ ]Mexico|New[ ]York|North[ ]Carolina|North[ ]Dakota|Ohio|Oklahoma|"
    "Oregon|Pennsylvania|Rhode[ ]Island|South[ ]Carolina|South[ ]Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|"
    "West[ ]Virginia|Wisconsin|Wyoming|District[ ]of[ ]Columbia|Puerto[ ]Rico"
)
_PROVINCES = (
    "AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT|Alberta|British[ ]Columbia|Manitoba|New[ ]Brunswick|Newfoundland|Nova[ ]Scotia|"
    "Ontario|Prince[ ]Edward[ ]Island|Quebec|Québec|Saskatchewan|Yukon"
)
_SUFFIXES = (
    "street st str avenue ave av road rd boulevard blvd lane ln drive dr court ct terrace terr parkway pkwy highway hwy "
    "crescent cres trail trl turnpike tpke expressway mews freeway fwy alley causeway cswy broadway"
).split()
_WEAK_SUFFIXES = (
    "way place pl circle cir square sq loop park walk row hill close gardens gdns grove grv green rise wharf quay vale "
    "cove plaza plz point pt ridge run path pass crossing xing heights hts bend creek glen hollow landing manor mill "
    "oval pike view vista wood yard lea mount croft chase drove parade embankment"
).split()
SUFFIX_WORDS = frozenset(_SUFFIXES) | frozenset(_WEAK_SUFFIXES) | {"route", "calle", "rue", "via", "avenida", "camino"}
"""Words of which a street address holds one."""

US_ZIP = r"\d{5}(?:[ ]?-[ ]?\d{4})?(?![\d-])"
CA_POSTAL = r"[ABCEGHJ-NPRSTVXYabceghj-nprstvxy]\d[A-Za-z][ -]?\d[A-Za-z]\d"
UK_POSTCODE = (
    r"(?:GIR[ ]?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])[ ]{0,2}\d"
    r"(?!(?i:st|nd|rd|th)\b)[ABD-HJLNP-UW-Z]{2})"
)

_NOT_NAME = (
    r"(?!(?i:and|or|but|is|was|are|i|i'm|im|my|mine|the|a|an|to|too|from|for|at|with|please|if|that|this|it|its|it's|in|on|"
    r"of|you|your|we|our|they|so|be|have|has|had|not|do|does|did|can|could|would|will|when|what|where|which|by|as|"
    r"thanks|thank|hi|hello|yes|no|ok|okay|order|orders|there|here|than|then|just|about|only|zip|zipcode|phone|email|"
    r"items?|days?|hours?|minutes?|mins?|weeks?|months?|years?|dollars?|usd|stars?|percent|am|pm|people|persons?|"
    r"seats?|tickets?|nights?|rooms?|miles?|pairs?|sizes?|times?|more|per|each|of)\b)"
)
_WORD = rf"{_NOT_NAME}[\p{{L}}\d][\p{{L}}\p{{M}}\d.'’-]{{0,24}}+"
_CITY_WORD = rf"{_NOT_NAME}\p{{L}}[\p{{L}}\p{{M}}.'’-]{{1,24}}+"
_CITY = rf"{_CITY_WORD}(?:[ ]{_CITY_WORD}){{0,3}}?"
_GAP = r"(?:[ ]{0,3},[ ]{0,4}(?:\r?\n[ ]{0,4})?|[ ]{0,3}\r?\n[ ]{0,4}|[ ]{1,4})"
_NUMBER = r"(?<![\w$€£#.,/-])\d{1,6}(?:-\d{1,5})?(?:[ ]?[A-Za-z](?=[ ,]))?(?:[ ]1/2)?"
_DIRECTION = r"(?:(?:north|south|east|west|northeast|northwest|southeast|southwest|[NSEW]|[NS][EW])\b\.?)"


def _any(words: list[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


def _street(suffixes: str, word: str) -> str:
    named = rf"(?:{word}[ ]{{1,2}}){{1,4}}?(?:{suffixes})\b\.?(?:[ ]{_DIRECTION})?"
    return rf"{_NUMBER}[ ,]{{1,2}}(?:{_DIRECTION}[ ])?{named}"


_ROUTE = (
    rf"{_NUMBER}[ ](?:{_DIRECTION}[ ])?(?:(?:us|state|county|old)[ ])?(?:(?:highway|hwy|route|rte)[ ]\d{{1,4}}[A-Z]?\b|broadway\b|"
    rf"(?:calle|rue|via|avenida|camino|el[ ]camino)[ ]{_CITY_WORD}(?:[ ]{_CITY_WORD})?|(?:avenue|ave)[ ][A-Z]\b)"
)
_UNIT = (
    rf"(?:{_GAP}(?:(?:apartment|apt|unit|suite|ste|floor|fl|room|rm|bldg|building|lot|trailer|trlr|flat|penthouse|ph|no)\b\.?"
    r"[ ]{0,2}#?[ ]?(?:\d{1,5}[A-Za-z]?|[A-Za-z]\d{0,4})(?:-\w{1,4})?\b|#[ ]?\w{1,6}|\d{1,3}(?:st|nd|rd|th)[ ]floor))"
)
_COUNTRY = rf"(?:{_GAP}(?:USA|U\.S\.A\.?|US|United[ ]States(?:[ ]of[ ]America)?|Canada|UK|U\.K\.|United[ ]Kingdom|England|Scotland|Wales)\b)"
_ORDINARY = "al|de|hi|id|in|la|ma|me|oh|ok|or|pa|md|ct|co|ne|pr|vi|on|pe|mo"
_ANY_STATE = rf"(?:{_STATES}|{_STATE_NAMES}|{_PROVINCES})"
# In small letters many codes are ordinary words ("in", "or", "me"): those count only with a postal code behind.
_STATE = rf"(?:(?-i:{_STATES}|{_PROVINCES})|{_STATE_NAMES}|(?!(?:{_ORDINARY})\b){_ANY_STATE})"
_TAIL = (
    rf"(?:(?:{_GAP}{_CITY}){{0,2}}?{_GAP}(?:{_ANY_STATE}\b\.?{_GAP}(?:{US_ZIP}|{CA_POSTAL})|{_STATE}\b)"
    rf"|(?:{_GAP}{_CITY}){{1,3}}?{_GAP}(?:{US_ZIP}|{UK_POSTCODE}\b|{CA_POSTAL}\b)"
    rf"|{_GAP}(?:{US_ZIP}|{UK_POSTCODE}\b|{CA_POSTAL}\b))"
)
_FRONT = (
    r"(?:(?<![\w-])(?:flat|apt|apartment|unit|suite)\.?[ ]{0,2}#?[ ]?\w{1,5},?[ ]{1,2}(?:\r?\n)?)?"
)

_BOTH = _any([*_SUFFIXES, *_WEAK_SUFFIXES])
STREET_IN_FULL = rf"(?i){_FRONT}(?:{_street(_BOTH, _WORD)}|{_ROUTE})(?:{_UNIT}{{1,2}}(?:{_TAIL})?|{_TAIL}){_COUNTRY}?"
"""A street with what follows it: unit, city, state or county, postal code."""

STREET = rf"(?i){_FRONT}(?:{_street(_any(_SUFFIXES), _WORD)}|{_ROUTE})(?![\w-])"
"""A street alone, with a word that hardly means anything else after a number."""

_CAPITALISED = r"(?-i:(?=[\p{Lu}\d]))" + _WORD
STREET_WEAK = rf"(?i){_street(_any(_WEAK_SUFFIXES), _CAPITALISED)}(?![\w-])"
"""A street alone, whose last word also means something else ("way", "place"): it has to be capitalised."""

STREET_ASKED = rf"(?i){_street(_BOTH, _WORD)}(?![\w-])"
"""Any street, for a message that answers a question for it."""

PO_BOX = rf"(?i)\bp(?:\.[ ]?|[ ])?o\.?[ ]?box[ ]{{1,2}}#?\d{{1,7}}\b(?:{_TAIL})?{_COUNTRY}?|\bpost[ ]office[ ]box[ ]\d{{1,7}}\b(?:{_TAIL})?"

ZIP_AFTER_STATE = rf"\b(?:{_STATES}|(?i:{_STATE_NAMES}))\b\.?,?[ ]{{1,2}}(?P<v>{US_ZIP})"
