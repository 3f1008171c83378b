"""Rows for order, account, booking and ticket references, and for user names."""

from collections.abc import Iterator

from redactor.detection.checks import digits_of, series
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import (
    ACCOUNT_TOPICS,
    KEY,
    LINK,
    QUALIFIER,
    REFERENCE,
    is_long_reference,
    is_reference,
    is_secret_word,
    is_uncommon,
    looks_random,
    looks_random_code,
)
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _named_references()
    yield from _bare_references()
    yield from _user_names()


_SEVERAL = rf"{REFERENCE}(?:(?:[ ]?,[ ]?(?:and[ ])?|[ ](?:and|or|&)[ ]){REFERENCE}){{0,4}}"
_NAMED = rf"\b{KEY}(?:{QUALIFIER}){{1,2}}{LINK}{_SEVERAL}"
_FURTHER_ON = rf"\b{KEY}{QUALIFIER}[ ][^.?!\n\d]{{1,40}}?[ ](?:is|are|was)[ :]{{1,2}}{REFERENCE}"
_AMOUNT = (
    r"(?![ ]?(?:dollars?|bucks|cents?|usd|euros?|eur|pounds?|gbp|rupees?|rs|inr|yen|jpy|pesos?|mxn|cad|aud|francs?|chf"
    r"|people|persons|users?|points|miles|units|pieces|copies)\b)"
)
"""Behind a number, it is how much or how many."""
_AFTER_WORD = rf"\b(?!serial[ ]\d{{1,6}}\b){KEY}{LINK}{_SEVERAL}{_AMOUNT}"
_BEFORE_WORD = (
    rf"(?<![\w$€£#./-]){REFERENCE}[ ]?,?[ ]?(?:is|was|as|for|[(])?[ ]?(?:the|my|our|a)[ ]"
    rf"(?:\w{{1,12}}[ ]){{0,2}}?{KEY}\b"
)
_LETTERS = rf"\b(?:{KEY}(?:{QUALIFIER}){{1,2}}|pnr|locator){LINK}(?P<v>[a-z]{{6,14}})\b"
_HASH = r"\#(?<![\w&/#]\#)[ ]?(?:[A-Za-z]{1,2}-?)?\d{5,16}(?![\w%]|[.,]\d)"
_GIFT_CARD = rf"\b(?:gift[ -]?(?:cards?|certificates?)|vouchers?){QUALIFIER}?{LINK}{REFERENCE}{_AMOUNT}"
_GIFT_CARDS = words("gift giftcard gift-card voucher vouchers")
_POINTS_BACK = tuple(f" {verb} {whose} " for verb in ("is", "was", "as", "for") for whose in ("my", "the", "our", "a"))
_KEYS = words(
    "order orders purchase account accounts acct a customer client member membership booking reservation reservations "
    "confirmation ticket tickets tracking shipment shipping invoice case claim policy reference references ref "
    "transaction subscription contract loyalty reward rewards request incident return returns rma pnr locator profile "
    "serial quote flyer student employee patient payment"
)
_OTHER = (
    r"(?i)(?:item|product|sku|model|style|variant|part|isbn|flight|version|promo|coupon|code|size|zip)[ ]?"
    r"(?:id|number|no|code|#)?(?:[ ]for[ ][^.\d\n]{1,30}?)?[ :#*`]{0,4}(?:is[ *`:]{0,5})?$"
)
"""What names something else than a person's reference."""


def _has_eight_digits(text: str) -> bool:
    """What can be spent by whoever knows it; shorter ones are amounts and years."""
    return len(digits_of(text)) >= 8


def _named_references() -> Iterator[Pattern]:
    kind = "ACCOUNT_ID"
    yield Pattern(
        "reference",
        kind,
        _NAMED,
        0.95,
        is_reference,
        digits=1,
        words=_KEYS,
        lower=True,
        unless_match=_OTHER,
        example="order number ⟦8706847615⟧",
    )
    yield Pattern(
        "reference_further_on",
        kind,
        _FURTHER_ON,
        0.9,
        is_reference,
        digits=3,
        words=_KEYS,
        lower=True,
        example="my order number for the blue coat is ⟦8706847615⟧",
    )
    yield Pattern(
        "reference_after_word",
        kind,
        _AFTER_WORD,
        0.88,
        is_long_reference,
        digits=2,
        words=_KEYS,
        lower=True,
        example="order ⟦8706847615⟧",
    )
    yield Pattern(
        "reference_before_word", kind, _BEFORE_WORD, 0.85, is_long_reference,
        digits=3, words=_KEYS, lower=True, any_of=(*_POINTS_BACK, ", my ", " (my "), example="⟦8706847615⟧ is my order",
    )  # fmt: skip
    yield Pattern(
        "reference_letters",
        kind,
        _LETTERS,
        0.9,
        looks_random,
        words=_KEYS,
        lower=True,
        example="my reference number is ⟦QXZKVWPD⟧",
    )
    yield Pattern(
        "gift_card_number", kind, _GIFT_CARD, 0.7, _has_eight_digits, digits=8, words=_GIFT_CARDS, lower=True,
        example="my gift card is ⟦6060104820⟧",
    )  # fmt: skip
    yield Pattern("reference_hash", kind, _HASH, 0.8, digits=4, any_of=("#",), example="it is ⟦#W49232⟧")


# Six capitals and digits, at least one of each, in another order than a flight's ("UA1234") or an amount's ("500GBP").
_SIX = (
    r"[A-Z0-9](?<![\w-][A-Z0-9])(?<!(?=[A-Z]{2,3}\d{3,4}\b|\d{1,4}[A-Z]{2,4}\b|[A-Z]+\b|\d+\b)[A-Z0-9])"
    r"[A-Z0-9]{5}(?![\w-])"
)
_ANSWER = rf"(?<![\w$€£@./-])(?<!\d\)[ .]?){REFERENCE}(?![\w@%])"
_MADE = (
    r"(?:tv|tvs|television|oled|qled|monitor|laptop|notebook|printer|camera|fridge|refrigerator|freezer|dishwasher"
    r"|washer|dryer|oven|router|headphones|earbuds|soundbar|tablet)"
)
_MAKER = (
    r"(?:samsung|lg|sony|tcl|hisense|vizio|panasonic|philips|sharp|toshiba|bosch|siemens|whirlpool|dell|hp|lenovo|asus"
    r"|acer|msi|canon|nikon|epson|netgear|tp-link|jbl|bose)"
)
_MODEL = rf"{_OTHER}|(?i:(?<![\p{{L}}-])(?:{_MADE}|{_MAKER})(?:[ ](?:smart|{_MADE}|series)){{0,3}}[ :(]{{1,3}})$"
"""The same, and a thing or its maker, just before what looks like its model's name."""
_MIXED = r"[A-Z](?<![\w-][A-Z])(?:\d{7,14}|[A-Z]{1,3}-?\d{6,14})(?![\w-])"
_RANDOM = rf"[A-Z0-9](?<![\w@./-][A-Z0-9])[A-Z0-9]{{7,15}}(?![\w@-]|[ ](?i:smart[ ])?(?i:{_MADE})\b)"


def _bare_references() -> Iterator[Pattern]:
    kind, asked = "ACCOUNT_ID", ACCOUNT_TOPICS
    yield Pattern(
        "reference_asked", kind, _ANSWER, 0.0, is_long_reference,
        asked, 0.85,  # under the model's rank: asked for three things at once, it tells which of them this is
        requires_context=True, asked_only=True, digits=2, unless=_OTHER,
        example="What is your order number? | ⟦8706847615⟧",
    )  # fmt: skip
    yield Pattern(
        "reference_id_asked", kind, _ANSWER, 0.0, is_long_reference, topics("refid"), 0.87,
        requires_context=True, asked_only=True, digits=2, unless=_OTHER,
        example="What is your order ID number? | ⟦8706847615⟧",
    )  # fmt: skip
    yield Pattern(
        "reference_digit_by_digit", kind, r"(?<![\w$€£.-]|\d[ ])\d(?:[ ]{1,3}\d){4,19}+(?![ ]?[\w%])", 0.0, None,
        asked, 0.85, requires_context=True, asked_only=True, digits=5, never=series,
        example="What is your order number? | ⟦8 7 0 6 8 4 7⟧",
    )  # fmt: skip
    yield Pattern(
        "reference_letters_asked", kind, r"(?<![\w@.-])[A-Za-z]{6,14}(?![\w@-])", 0.0, looks_random, asked, 0.85,
        requires_context=True, asked_only=True, example="What is your booking reference? | ⟦QXZKVW⟧",
    )  # fmt: skip
    yield Pattern(
        "booking_code",
        kind,
        _SIX,
        0.35,
        None,
        topics("booking"),
        0.8,
        digits=1,
        mixed=True,
        unless=_OTHER,
        example="What is your booking? | ⟦K7QX2P⟧",
    )
    yield Pattern(
        "mixed_code",
        kind,
        _MIXED,
        0.55,
        None,
        asked,
        0.85,
        digits=6,
        mixed=True,
        unless=_OTHER,
        example="it says ⟦W12345678⟧",
    )
    yield Pattern(
        "ups_tracking",
        kind,
        r"1[Zz](?<!\w1[Zz])(?:[ ]?[A-Za-z0-9]){16}(?!\w)",
        0.9,
        digits=9,
        any_of=("1Z", "1z"),
        example="⟦1Z999AA10123456784⟧",
    )
    yield Pattern(
        "random_code", kind, _RANDOM, 0.55, looks_random_code, asked, 0.8, unless=_MODEL, example="it says ⟦X7K2Q9PLM4⟧"
    )


_USER = r"(?P<v>@?\w[\w.-]{2,31})(?<![.-])(?![\w@])"
_SAYS = r"(?:(?:[ ]?(?:is|was|:|=|-|it's|as))(?!\w)){1,2}[ ]{0,2}"
_USER_NAMED = (
    r"\b(?:user[ -]?names?|login(?:[ ](?:id|name))?|screen[ ]?name|user[ ]?id|handle|gamertag|nickname)\b"
    rf"(?:[ ]verified|[ ]i[ ](?:used?|have|had|chose|picked))?{_SAYS}(?:verified[ ]as[ ])?{_USER}"
)
_USER_GIVEN = rf"\buser[ ]?(?:name|id)[ ](?=[\w.-]{{0,24}}\d){_USER}"
_USER_SHAPED = r"(?<![\w@./-])[A-Za-z]{2,20}(?:_[A-Za-z]{2,20}){0,2}_\d{2,6}(?![\w@-]|\.\w)"
_USER_AMONG = r"(?<![\w@./-])[A-Za-z](?=\w{0,24}\d)\w{3,24}(?![\w@-]|\.\w)"
_USER_BARE = (
    r"(?i)^\W{0,3}(?:(?:sure|yes|ok|okay|hi|it's|its|it[ ]is|that's|(?:my[ ]|the[ ])?user[ ]?name(?:[ ]is)?)"
    rf"[ ,:.-]{{1,3}}){{0,3}}{_USER}[ .!,]{{0,3}}(?:thanks|thank[ ]you)?[ .!]{{0,3}}$"
)


def _user_names() -> Iterator[Pattern]:
    kind = "USERNAME"
    hints = words("username usernames user login screen screenname userid handle gamertag nickname")
    yield Pattern(
        "username", kind, _USER_NAMED, 0.9, is_secret_word, words=hints, lower=True, example="my username is ⟦cminh730⟧"
    )
    yield Pattern(
        "username_given",
        kind,
        _USER_GIVEN,
        0.85,
        is_secret_word,
        digits=1,
        words=hints,
        lower=True,
        example="user name ⟦cminh730⟧",
    )
    yield Pattern(
        "username_shaped",
        kind,
        _USER_SHAPED,
        0.6,
        None,
        topics("username account"),
        0.85,
        digits=2,
        any_of=("_",),
        example="log me in as ⟦crystal_minh_77⟧",
    )
    yield Pattern(
        "username_among_answers", kind, _USER_AMONG, 0.0, None, topics("username"), 0.8,
        requires_context=True, asked_only=True, digits=1, example="What is your username? | crystal and ⟦cminh730⟧",
    )  # fmt: skip
    yield Pattern(
        "username_asked", kind, _USER_BARE, 0.0, is_uncommon, topics("username"), 0.85,
        requires_context=True, asked_only=True, example="What is your username? | ⟦cminh730⟧",
    )  # fmt: skip
