"""Rows for names that are announced: "my name is", a field of a form, somebody who says who is speaking."""

from collections.abc import Iterator

from redactor.detection.lazy import lazy
from redactor.detection.patterns import Pattern
from redactor.detection.phrases import NAME, introduced_length, is_uncommon, name_length
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _names()
    yield from _before_addresses()
    yield from _introductions()


_TITLE = r"(?:(?:mr|mrs|ms|miss|dr)\.?[ ])?"
_MY_NAME = (
    r"\bmy[ ](?:(?:full|first|last|real|legal|given|sur)[ ]?)?name(?:[ ]is[ ]?:?|'?s|[ ]?:|[ ]-)[ ]{1,2}"
    rf"{_TITLE}(?P<v>{NAME})"
)
_FIELD = (
    r"(?m)(?:^|[,;\n|][ ]?|(?<=[ ])(?=(?:first|last|full)[ ]))"
    r"(?:(?:full|first|last|customer|account|cardholder|card[ ]holder|billing|given)[ ]?)?"
    rf"(?:sur)?name(?:[ ]?[:=][ ]{{0,3}}|[ ]-[ ]){_TITLE}(?P<v>{NAME})"
)


def _names() -> Iterator[Pattern]:
    hints = words("name names surname name's")
    yield Pattern(
        "name_said",
        "PERSON",
        _MY_NAME,
        0.85,
        lower=True,
        trim=name_length,
        words=hints,
        example="my name is ⟦crystal minh⟧",
    )
    yield Pattern(
        "name_labelled",
        "PERSON",
        _FIELD,
        0.85,
        lower=True,
        trim=name_length,
        words=hints,
        example="Name: ⟦Crystal Minh⟧",
    )


_BEFORE_ADDRESS = (
    r"(?:^|[\s,;:\"'])(?P<v>\p{Lu}[\p{L}\p{M}'’.-]{1,24}+(?:[ ]\p{Lu}[\p{L}\p{M}'’.-]{0,24}+){1,3}+)"
    r"[\"']?[ ]{1,2}<[^\s<>@]{1,64}@"
)


def _before_addresses() -> Iterator[Pattern]:
    """The display name of a mailbox (RFC 5322, section 3.4)."""
    yield Pattern(
        "name_before_address", "PERSON", _BEFORE_ADDRESS, 0.8, _is_mailbox_of_one, any_of=("<",),
        example="from ⟦Priyanka Raman⟧ <praman@example.com>",
    )  # fmt: skip


def _is_mailbox_of_one(text: str) -> bool:
    """A word of it is none of the language, and none says that it is a desk."""
    said = [word.casefold().rstrip(".") for word in text.split()]
    return any(map(is_uncommon, said)) and not any(_DESKS.fullmatch(word) or word in _BRANDS for word in said)


_CAPITAL = r"\p{Lu}(?=\P{Lu}|\p{Lu}?\p{Ll})[\p{L}\p{M}'’-]{1,24}+"
"""A word with a capital that is no abbreviation."""
_CAPITALS = rf"(?P<v>{_CAPITAL}(?:[ ]{_CAPITAL}){{0,2}}+)(?!['’\w@])"
_DESK = (
    r"(?:support|customer|team|services?|help|care|bot|sales|billing|chat|desk|department|assistant|accounts?|claims"
    r"|complaints|delivery|management|office|orders|payments|reception|refunds|relations|repairs|reservations|returns"
    r"|shipping|technical)"
)
_DESKS = lazy(_DESK + "|newsletter|news|noreply|no-reply|store|shop|inc|llc|ltd|gmbh")
_YOU_ARE = r"\byou(?:'re|[ ]are|[ ]have[ ]been|'ve[ ]been)[ ](?:now[ ]|currently[ ])?"
_SOMEBODY = rf"[ ](?:with|to)[ ](?!(?:(?!(?:at|from|in|of)[ ])[\w'’-]{{1,24}}[ ]){{0,2}}{_DESK}\b)(?P<v>{NAME})"
_SPEAKING_WITH = rf"{_YOU_ARE}(?:chatting|speaking|talking|in[ ]touch|texting){_SOMEBODY}"
_CONNECTED_TO = rf"{_YOU_ARE}connected{_SOMEBODY}"
_CONDITION = r"(?i)\b(?:if|sure|that|when|while|once|until|unless|whether|says|said|ensure|check|because)[ ]$"
"""Before "you are connected to": the talk is of a device."""
_I_AM = (
    rf"\b[Ii](?:['’]?m|[ ]am)[ ]{_CAPITALS}(?=[ ]?[,.]?[ ](?:kindly|please|from[ ]the|how[ ](?:can|may)"
    r"|and[ ]I(?:[ ]|['’])(?:will|am|m|ll)|your[ ](?:agent|assistant)|here[ ]to)\b)"
)
_THIS_IS = (
    rf"\b[Tt]his[ ]is[ ](?:(?:Mr|Mrs|Ms|Miss|Dr)\.?[ ])?{_CAPITALS}"
    r"(?=[ ]?(?:[,.!;]|$)|[ ](?:here|speaking|from|with|again|calling)\b)"
    r"(?![ ]?,[ ](?:again|but|it|no|not|or|right|so|yes|is(?:n['’]?t)?)\b)"
)
_HERE = (
    rf"(?m)(?:^|[.!?,;][ ]{{1,2}}){_CAPITALS}"
    r"(?=[ ](?:here[ ](?:from|with|at|again)|(?:is[ ])?speaking)\b)"
)
_NOBODY = words("us our someone somebody virtual live human real automated")
_NETWORKS = words(
    "alexa bluetooth chromecast ethernet guest hdmi hotspot internet lan network public roku router server usb vpn "
    "wi-fi wifi wlan"
)
"""What a device is connected to."""
_PEOPLES = words(
    "african albanian american arab arabic argentinian asian australian austrian bangladeshi belgian brazilian british "
    "bulgarian canadian cantonese catalan catholic chinese colombian croatian czech danish dutch egyptian english "
    "european filipino finnish flemish french german ghanaian greek gujarati hebrew hindi hindu hungarian indian "
    "indonesian iranian irish islamic italian jamaican japanese jewish kenyan korean kosher malay mandarin mexican "
    "moroccan muslim nepali nigerian norwegian pakistani persian polish portuguese punjabi romanian russian scottish "
    "serbian sikh slovak somali spanish swahili swedish swiss tagalog tamil telugu thai turkish ukrainian urdu vegan "
    "vegetarian vietnamese welsh"
)
"""What people are and speak; it has a capital, too."""
_BRANDS = words(
    "airbnb android bluetooth chrome comcast ebay facebook fedex firefox fortnite gmail google ikea instacart "
    "instagram ios ipad iphone klarna linkedin mastercard microsoft minecraft netflix paypal photoshop playstation "
    "roku safari samsung skype spotify tiktok uber venmo verizon vodafone walmart whatsapp wifi xbox youtube zelle"
)
"""Companies and products that are spoken of in many a shop's chat."""


def _introductions() -> Iterator[Pattern]:
    """After "you are chatting with" a name is sure to come, be it a word; elsewhere words of the language are none."""
    kind, talks = "PERSON", words("chatting speaking talking touch texting")
    yield Pattern(
        "name_introduced",
        kind,
        _SPEAKING_WITH,
        0.8,
        _is_somebody,
        lower=True,
        trim=introduced_length,
        words=talks,
        example="you are chatting with ⟦Blessing⟧",
    )
    yield Pattern(
        "name_connected", kind, _CONNECTED_TO, 0.8, _is_no_network, lower=True, trim=introduced_length,
        words=words("connected"), unless_match=_CONDITION, example="you are now connected to ⟦Priya Raman⟧",
    )  # fmt: skip
    yield Pattern(
        "name_i_am",
        kind,
        _I_AM,
        0.75,
        _is_no_word,
        words=words("i i'm im i’m"),
        example="I'm ⟦Priyanka⟧ from the returns desk",
    )
    yield Pattern(
        "name_speaking",
        kind,
        _HERE,
        0.7,
        _is_no_word,
        words=words("here speaking"),
        example="Hello. ⟦Priyanka⟧ here from billing",
    )
    yield Pattern(
        "name_this_is", kind, _THIS_IS, 0.6, _is_no_word, words=words("this"), example="This is ⟦Priyanka Raman⟧ again"
    )


def _is_no_word(text: str) -> bool:
    first = text.split()[0].casefold()
    return first not in _PEOPLES and first not in _BRANDS and all(map(is_uncommon, text.split()))


def _is_somebody(text: str) -> bool:
    return text.casefold() not in _NOBODY


def _is_no_network(text: str) -> bool:
    return _is_somebody(text) and text.split()[0].casefold() not in _NETWORKS
