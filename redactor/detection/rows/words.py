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
    is_reference,
    is_secret_word,
    looks_random,
    name_length,
)


def _accounts() -> Iterator[Pattern]:
    kind, topics = "ACCOUNT_ID", ACCOUNT_TOPICS
    many = rf"{REFERENCE}(?:(?:[ ]?,[ ]?(?:and[ ])?|[ ](?:and|or|&)[ ]){REFERENCE}){{0,4}}"
    yield Pattern(
        "reference", kind, rf"(?i)\b{KEY}(?:{QUALIFIER}){{1,2}}{LINK}{many}", 0.95, is_reference, digits=1,
    )  # fmt: skip
    yield Pattern(
        "reference_further_on", kind, rf"(?i)\b{KEY}{QUALIFIER}[ ][^.?!\n\d]{{1,40}}?[ ](?:is|are|was)[ :]{{1,2}}{REFERENCE}", 0.9, is_reference, digits=3,
    )  # fmt: skip
    yield Pattern("reference_after_word", kind, rf"(?i)\b{KEY}{LINK}{many}", 0.88, _is_long_reference, digits=2)
    yield Pattern(
        "reference_before_word", kind, rf"(?i)(?<![\w$€£#./-]){REFERENCE}[ ]?,?[ ]?(?:is|was|as|[(])[ ]?(?:the|my|our|an?|its)?[ ]?(?:\w{{1,12}}[ ]){{0,2}}?{KEY}",
        0.85, _is_long_reference, digits=3,
    )  # fmt: skip
    yield Pattern(
        "reference_letters", kind, rf"(?i:\b{KEY}(?:{QUALIFIER}){{1,2}}{LINK})(?P<v>[A-Z]{{6,14}})\b", 0.9, looks_random,
        None or frozenset(), 0.0,
    )  # fmt: skip
    yield Pattern("reference_hash", kind, r"(?<![\w&/#])#[ ]?[A-Za-z]{0,4}-?\d{4,16}(?![\w%]|[.,]\d)", 0.8, digits=4, any_of=("#",))
    yield Pattern(
        "reference_asked", kind, rf"(?i)(?<![\w$€£@./-]){REFERENCE}(?![\w@%])", 0.0, _is_long_reference, topics, 0.9, requires_context=True,
        asked_only=True, digits=2,
    )  # fmt: skip
    yield Pattern(
        "reference_letters_asked", kind, r"(?<![\w@.-])[A-Z]{6,14}(?![\w@-])", 0.0, looks_random, topics, 0.85, requires_context=True, asked_only=True
    )
    yield Pattern(
        "booking_code", kind, r"(?<![\w-])(?=[A-Z0-9]{0,5}\d)(?=[A-Z0-9]{0,5}[A-Z])(?![A-Z]{2,3}\d{3,4}\b)(?!\d{1,4}[A-Z]{2,4}\b)[A-Z0-9]{6}(?![\w-])", 0.35,
        None, topics("booking"), 0.8, digits=1,
    )  # fmt: skip
    yield Pattern("mixed_code", kind, r"(?<![\w-])(?:[A-Z]{2,4}-?\d{6,14}|[A-Z]\d{7,14})(?![\w-])", 0.55, None, topics, 0.85, digits=6)
    yield Pattern(
        "username", "USERNAME", rf"(?i)\b(?:user[ -]?names?|login(?:[ ](?:id|name))?|screen[ ]?name|user[ ]?id|handle|gamertag|nickname)\b{LINK}"
        r"(?P<v>@?[\w][\w.-]{2,31}+)(?<![.-])(?!@)", 0.9, is_secret_word,
        words=frozenset("username usernames user login screen screenname userid handle gamertag nickname".split()),
    )  # fmt: skip
    yield Pattern(
        "username_asked", "USERNAME",
        r"(?i)^\W{0,3}(?:(?:sure|yes|ok|okay|hi|it's|its|it is|that's|my username is|username|user name|the username is)[ ,:.-]{1,3}){0,3}"
        r"(?P<v>@?[\w][\w.-]{2,31}+)(?<![.-])[ .!]{0,3}(?:thanks|thank you)?[ .!]{0,3}$", 0.0, is_secret_word, topics("username"), 0.85,
        requires_context=True, asked_only=True,
    )  # fmt: skip


def _is_long_reference(text: str) -> bool:
    """Without a word such as "number" before it: five digits, or six characters with a digit among them."""
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    return is_reference(text) and (digits >= 5 or (letters + digits >= 6 and digits >= 2) or text.startswith("#"))



def _secrets() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password", kind, rf"(?i)\b(?:pass[ ]?words?|passcode|pass[ ]?phrase|passwd|pwd|pw|passwort|kennwort|contraseña|wachtwoord)(?:[ ](?:for|to)[ ][^.?!\n:]{{1,30}}?)?"
        rf"(?:[ ]?[:=][ ]?|[ ](?:is|was|are)[ :]{{1,2}}(?:still[ ]|now[ ])?)(?P<v>[^\s\ue000]{{4,64}}+)(?<![.,;!?)\"'])", 0.92, is_secret_word,
        words=frozenset("password passwords passcode passphrase passwd pwd pw pass passwort kennwort contraseña wachtwoord".split()),
    )  # fmt: skip
    yield Pattern(
        "pin", kind, r"(?i)\bpin(?:[ ]?code|[ ]number)?(?:[ ](?:for|to|on)[ ][^.?!\n\d]{1,24}?)?(?:[ ]?(?:is|was|:|=|#|-|it's)){0,2}[ ]{0,2}(?P<v>\d{4,8})(?![\w-]|[.,]\d)",
        0.93, digits=4, words=frozenset(("pin", "pincode")),
    )  # fmt: skip
    yield Pattern(
        "one_time_code", kind,
        r"(?i)(?<!\b(?:promo|discount|coupon|zip|postal|post|area|country|error|gift|sort|dress|product|item|style|color|access[ ]to|promotional|tracking|booking|order|"
        r"reservation|status|sku|bar|qr|source|tax|airport)[ ])\b(?:otp|2fa|(?:one[ -]?time[ ](?:pass)?|verification[ ]|security[ ]|access[ ]|auth(?:entication)?[ ]|confirmation[ ]|login[ ])?"
        r"(?:pass)?codes?)(?:[ ](?:i[ ](?:got|received)|you[ ]sent(?:[ ]me)?|sent[ ]to[ ]me|from[ ][^.?!\n\d]{1,20}?))?(?:[ ]?(?:is|was|:|=|says|reads)){1,2}[ ]{0,2}(?P<v>\d{3}[ -]?\d{3}|\d{4,8})(?![\w-]|[.,]\d)",
        0.9, digits=4, words=frozenset(("code", "codes", "otp", "2fa", "passcode", "onetime")),
    )  # fmt: skip
    yield Pattern(
        "code_asked", kind, r"(?<![\w$€£#.,/-])(?:\d{3}[ -]\d{3}|\d{4,8})(?![\w%/-]|[.,]\d)", 0.0, None, topics("otp pin password"), 0.85, requires_context=True,
        asked_only=True, digits=4,
    )  # fmt: skip
    yield Pattern(
        "password_asked", kind, rf"^[ ]{{0,3}}(?:(?:[Ii]t's|[Ii]t[ ]is|[Ss]ure|[Oo]k|[Mm]y[ ]password[ ]is)[ ,:]{{1,2}}){{0,2}}(?P<v>[^\s\ue000]{{4,64}}+)[ ]{{0,3}}$", 0.0,
        is_secret_word, topics("password"), 0.85, requires_context=True, asked_only=True,
    )  # fmt: skip
    yield Pattern(
        "security_answer", kind, rf"(?i)\b(?:(?:maiden[ ]name|security[ ](?:question|answer)|secret[ ](?:question|answer|word)|first[ ]pet(?:'s[ ]name)?)(?:[ ]to[ ][^.?!\n]{{1,20}}?)?"
        rf"(?:[ ]?(?:is|was|:|=)))[ ]{{1,2}}(?P<v>{NAME})", 0.88, is_secret_word,
        words=frozenset(("maiden", "security", "secret", "pet")),
    )  # fmt: skip
    yield Pattern(
        "security_answer_asked", kind, rf"(?i)^[ ]{{0,3}}(?:(?:it's|it[ ]is|sure|ok|yes|that[ ]would[ ]be)[ ,:]{{1,2}}){{0,2}}(?P<v>[\p{{L}}\d][\p{{L}}\d'.-]{{1,24}}(?:[ ][\p{{L}}\d][\p{{L}}\d'.-]{{1,24}}){{0,2}})[ .!]{{0,3}}$",
        0.0, is_secret_word, topics("answer"), 0.8, requires_context=True, asked_only=True,
    )  # fmt: skip



def _names() -> Iterator[Pattern]:
    yield Pattern(
        "name_said", "PERSON", rf"(?i)\bmy[ ](?:(?:full|first|last|real|legal|given|sur)[ ]?)?name(?:[ ]is|'s|[ ]?:|[ ]-)[ ]{{1,2}}(?:(?:mr|mrs|ms|miss|dr)\.?[ ])?(?P<v>{NAME})",
        0.85, words=frozenset(("name", "surname", "name's")), trim=name_length,
    )  # fmt: skip
    yield Pattern(
        "name_labelled", "PERSON", rf"(?im)(?:^|[,;\n|][ ]?)(?:full|first|last|customer|account|cardholder|card[ ]holder|billing|given)?[ ]?(?:sur)?name[ ]?[:=][ ]{{0,3}}(?P<v>{NAME})",
        0.85, words=frozenset(("name", "surname", "name's")), trim=name_length,
    )  # fmt: skip
