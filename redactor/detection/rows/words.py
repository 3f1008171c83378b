"""Rows that work by words: references, user names, passwords and codes, names said plainly."""

from collections.abc import Iterator

from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import (
    ACCOUNT_TOPICS,
    KEY,
    LINK,
    NAME,
    QUALIFIER,
    REFERENCE,
    is_long_reference,
    is_reference,
    is_secret_word,
    looks_random,
    looks_random_code,
    name_length,
)


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _references()
    yield from _bare_references()
    yield from _user_names()
    yield from _secrets()
    yield from _answers()
    yield from _names()


_SEVERAL = rf"{REFERENCE}(?:(?:[ ]?,[ ]?(?:and[ ])?|[ ](?:and|or|&)[ ]){REFERENCE}){{0,4}}"
_NO_REFERENCE = r"(?i)(?:item|product|sku|model|style|variant|part|isbn|flight|version|promo|coupon|code|size)[ ]?(?:id|number|no|#)?(?:[ ]for[ ][^.\d\n]{1,30}?)?[ :#*`]{0,4}(?:is[ *`:]{0,5})?$"


_AS_WORDS = frozenset(
    "order orders purchase account accounts acct a customer client member membership booking reservation reservations confirmation "
    "ticket tickets tracking shipment shipping invoice case claim policy reference references ref transaction subscription contract "
    "loyalty reward rewards request incident return returns rma pnr locator profile serial quote flyer student employee patient payment "
    "orderid ordernumber id number code".split()
)
_POINTS_BACK = (" is my ", " is the ", " is our ", " was my ", " was the ", " as my ", " as the ", " is a ", ", my ", " (my ", " for my ")


def _references() -> Iterator[Pattern]:
    kind, words = "ACCOUNT_ID", _AS_WORDS
    yield Pattern(
        "reference", kind, rf"(?i)\b{KEY}(?:{QUALIFIER}){{1,2}}{LINK}{_SEVERAL}", 0.95, is_reference,
        digits=1, words=words, unless_match=_NO_REFERENCE,
    )  # fmt: skip
    yield Pattern(
        "reference_further_on", kind,
        rf"(?i)\b{KEY}{QUALIFIER}[ ][^.?!\n\d]{{1,40}}?[ ](?:is|are|was)[ :]{{1,2}}{REFERENCE}", 0.9, is_reference,
        digits=3, words=words,
    )  # fmt: skip
    yield Pattern(
        "reference_after_word", kind, rf"(?i)\b{KEY}{LINK}{_SEVERAL}", 0.88, is_long_reference, digits=2, words=words
    )
    yield Pattern(
        "reference_before_word", kind,
        rf"(?i)(?<![\w$€£#./-]){REFERENCE}[ ]?,?[ ]?(?:is|was|as|for|[(])?[ ]?(?:the|my|our|a)[ ](?:\w{{1,12}}[ ]){{0,2}}?{KEY}\b",
        0.85, is_long_reference, digits=3, words=words, any_of=_POINTS_BACK,
    )  # fmt: skip
    yield Pattern(
        "reference_letters", kind, rf"(?i:\b{KEY}(?:{QUALIFIER}){{1,2}}{LINK})(?P<v>[A-Z]{{6,14}})\b", 0.9, looks_random, words=words
    )
    yield Pattern(
        "reference_hash", kind, r"\#[ ]?[A-Za-z]{0,4}-?\d{4,16}(?<![\w&/#]\#.{0,20})(?![\w%]|[.,]\d)", 0.8, digits=4, any_of=("#",)
    )


def _bare_references() -> Iterator[Pattern]:
    kind, asked = "ACCOUNT_ID", ACCOUNT_TOPICS
    yield Pattern(
        "reference_asked", kind, rf"(?i)(?<![\w$€£@./-]){REFERENCE}(?![\w@%])", 0.0, is_long_reference, asked, 0.9,
        requires_context=True, asked_only=True, digits=2, unless=_NO_REFERENCE,
    )  # fmt: skip
    yield Pattern(
        "reference_letters_asked", kind, r"(?<![\w@.-])[A-Z]{6,14}(?![\w@-])", 0.0, looks_random, asked, 0.85,
        requires_context=True, asked_only=True,
    )  # fmt: skip
    yield Pattern(
        "booking_code", kind, _SIX, 0.35, None, topics("booking"), 0.8, mixed=True, digits=1, unless=_NO_REFERENCE
    )
    yield Pattern(
        "mixed_code", kind, r"[A-Z](?<![\w-][A-Z])(?:\d{7,14}|[A-Z]{1,3}-?\d{6,14})(?![\w-])", 0.55, None, asked, 0.85,
        mixed=True, digits=6, unless=_NO_REFERENCE,
    )  # fmt: skip
    yield Pattern(
        "random_code", kind, r"[A-Z0-9](?<![\w@.-][A-Z0-9])[A-Z0-9]{7,15}(?![\w@-])", 0.55, looks_random_code, asked, 0.8,
        unless=_NO_REFERENCE,
    )  # fmt: skip


# Six capitals and digits, at least one of each, in another order than a flight's ("HAT123") or an amount's ("50GBP").
_SIX = (
    r"[A-Z0-9](?<![\w-][A-Z0-9])(?<!(?=[A-Z]{2,3}\d{3,4}\b|\d{1,4}[A-Z]{2,4}\b|[A-Z]+\b|\d+\b)[A-Z0-9])[A-Z0-9]{5}(?![\w-])"
)


_USER = r"(?P<v>@?\w[\w.-]{2,31})(?<![.-])(?![\w@])"
_SAYS = r"(?:(?:[ ]?(?:is|was|:|=|-|it's|as))(?!\w)){1,2}[ ]{0,2}"


def _user_names() -> Iterator[Pattern]:
    kind = "USERNAME"
    yield Pattern(
        "username", kind,
        rf"(?i)\b(?:user[ -]?names?|login(?:[ ](?:id|name))?|screen[ ]?name|user[ ]?id|handle|gamertag|nickname)\b"
        rf"(?:[ ]verified)?{_SAYS}(?:verified[ ]as[ ])?{_USER}", 0.9, is_secret_word,
        words=frozenset("username usernames user login screen screenname userid handle gamertag nickname".split()),
    )  # fmt: skip
    yield Pattern(
        "username_given", kind, rf"(?i)\buser[ ]?(?:name|id)[ ](?=[\w.-]{{0,24}}\d){_USER}", 0.85, is_secret_word,
        digits=1, words=frozenset(("username", "user", "userid")),
    )  # fmt: skip
    yield Pattern(
        "username_shaped", kind, r"(?<![\w@./-])[a-z]{2,20}(?:_[a-z]{2,20}){0,2}_\d{2,6}(?![\w@-]|\.\w)", 0.6, None,
        topics("username account"), 0.85, digits=2, any_of=("_",),
    )  # fmt: skip
    lead = (
        r"(?:(?:sure|yes|ok|okay|hi|it's|its|it[ ]is|that's|(?:my[ ]|the[ ])?user[ ]?name(?:[ ]is)?)[ ,:.-]{1,3}){0,3}"
    )
    yield Pattern(
        "username_asked", kind, rf"(?i)^\W{{0,3}}{lead}{_USER}[ .!,]{{0,3}}(?:thanks|thank you)?[ .!]{{0,3}}$", 0.0, is_secret_word,
        topics("username"), 0.85, requires_context=True, asked_only=True,
    )  # fmt: skip


_PASSWORD = r"(?:pass[ ]?words?|passcode|pass[ ]?phrase|passwd|pwd|pw|passwort|kennwort|contraseña|wachtwoord)"
_VALUE = r"(?P<v>[^\s\ue000]{3,63}[^\s\ue000.,;)\"'])"
_OTHER_CODE = (
    r"(?i)\b(?:promo|promotional|discount|coupon|zip|postal|post|area|country|error|gift|sort|dress|product|item|style|color|tracking|"
    r"booking|order|reservation|status|sku|bar|qr|source|tax|airport|voucher|referral|swift|branch|reason|return)[ ]$"
)
_CODE = (
    r"(?i)\b(?:otp|2fa|(?:one[ -]?time[ ](?:pass)?|verification[ ]|security[ ]|access[ ]|auth(?:entication)?[ ]|login[ ])?(?:pass)?codes?)"
    r"(?:[ ](?:i[ ](?:got|received)|you[ ]sent(?:[ ]me)?|sent[ ]to[ ]me|from[ ][^.?!\n\d]{1,20}?))?"
    r"(?:[ ]?(?:is|was|:|=|says|reads)){1,2}[ ]{0,2}(?P<v>\d{3}[ -]?\d{3}|\d{4,8})(?![\w-]|[.,]\d)"
)


def _secrets() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password", kind,
        rf"(?i)\b{_PASSWORD}(?:[ ](?:for|to)[ ][^.?!\n:]{{1,30}}?)?(?:[ ]?[:=][ ]?|[ ](?:is|was|are)[ :]{{1,2}}(?:still[ ]|now[ ])?){_VALUE}",
        0.92, is_secret_word,
        words=frozenset("password passwords passcode passphrase passwd pwd pw pass passwort kennwort contraseña wachtwoord".split()),
    )  # fmt: skip
    yield Pattern(
        "pin", kind,
        r"(?i)\bpin(?:[ ]?code|[ ]number)?(?:[ ](?:for|to|on)[ ][^.?!\n\d]{1,24}?)?(?:[ ]?(?:is|was|:|=|\#|-|it's)){0,2}[ ]{0,2}"
        r"(?P<v>\d{4,8})(?![\w-]|[.,]\d)", 0.93, digits=4, words=frozenset(("pin", "pincode")),
    )  # fmt: skip
    yield Pattern(
        "one_time_code", kind, _CODE, 0.9, digits=4, words=frozenset(("code", "codes", "otp", "2fa", "passcode")),
        unless_match=_OTHER_CODE,
    )  # fmt: skip
    yield Pattern(
        "code_asked", kind, r"(?<![\w$€£#.,/-])(?:\d{3}[ -]\d{3}|\d{4,8})(?![\w%/-]|[.,]\d)", 0.0, None, topics("otp pin password"), 0.85,
        requires_context=True, asked_only=True, digits=4,
    )  # fmt: skip


_LEAD = r"(?:(?:it's|it[ ]is|sure|ok|yes|that[ ]would[ ]be|my[ ]password[ ]is)[ ,:]{1,2}){0,2}"


def _answers() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password_asked", kind, rf"^[ ]{{0,3}}(?i:{_LEAD})(?P<v>[^\s\ue000]{{4,64}})[ ]{{0,3}}$", 0.0, is_secret_word, topics("password"),
        0.84, requires_context=True, asked_only=True,
    )  # fmt: skip
    yield Pattern(
        "security_answer", kind,
        r"(?i)\b(?:maiden[ ]name|security[ ](?:question|answer)|secret[ ](?:question|answer|word)|first[ ]pet(?:'s[ ]name)?)"
        rf"(?:[ ]to[ ][^.?!\n]{{1,20}}?)?(?:[ ]?(?:is|was|:|=))[ ]{{1,2}}(?P<v>{NAME})", 0.88,
        trim=name_length, words=frozenset(("maiden", "security", "secret", "pet")),
    )  # fmt: skip
    yield Pattern(
        "security_answer_asked", kind,
        rf"(?i)^[ ]{{0,3}}{_LEAD}(?P<v>[\p{{L}}\d][\p{{L}}\d'.-]{{1,24}}+(?:[ ][\p{{L}}\d][\p{{L}}\d'.-]{{1,24}}+){{0,2}})[ .!]{{0,3}}$",
        0.0, is_secret_word, topics("answer"), 0.8, requires_context=True, asked_only=True,
    )  # fmt: skip


def _names() -> Iterator[Pattern]:
    kind, words = "PERSON", frozenset(("name", "surname", "name's"))
    yield Pattern(
        "name_said", kind,
        r"(?i)\bmy[ ](?:(?:full|first|last|real|legal|given|sur)[ ]?)?name(?:[ ]is|'s|[ ]?:|[ ]-)[ ]{1,2}"
        rf"(?:(?:mr|mrs|ms|miss|dr)\.?[ ])?(?P<v>{NAME})", 0.85, trim=name_length, words=words,
    )  # fmt: skip
    yield Pattern(
        "name_labelled", kind,
        r"(?im)(?:^|[,;\n|][ ]?)(?:(?:full|first|last|customer|account|cardholder|card[ ]holder|billing|given)[ ]?)?(?:sur)?name"
        rf"[ ]?[:=][ ]{{0,3}}(?P<v>{NAME})", 0.85, trim=name_length, words=words,
    )  # fmt: skip
