"""Rows for passwords, PINs, one-time codes and security answers."""

from collections.abc import Iterator

from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LAST_FOUR, NAME, is_secret_word, is_uncommon, name_length
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _secrets()
    yield from _answers()


_KEYWORD = r"(?:pass[ ]?words?|passcode|pass[ ]?phrase|passwd|pwd|pw|passwort|kennwort|contraseña|wachtwoord)"
_KEYWORDS = words("password passwords passcode passphrase passwd pwd pw pass passwort kennwort contraseña wachtwoord")
_SAID = (
    rf"\b{_KEYWORD}(?:[ ](?:for|to)[ ][^.?!\n:]{{1,30}}?)?"
    r"(?:[ ]?[:=][ ]?|[ ]-[ ]|[ ](?:is|was|are)[ :]{1,2}(?:still[ ]|now[ ])?)"
    r"(?:\"(?P<v>[^\"\n\ue000]{3,63})\"|(?P<v>[^\s\ue000]{3,63}[^\s\ue000.,;)\"']))"
)
_PIN = (
    r"\bpin(?:[ ]?code|[ ]number)?(?:[ ](?:for|to|on)[ ](?:[^.?!\n\d]{1,40}?\b\d{4}\b|[^.?!\n\d]{1,24}?))?"
    r"(?:[ ]?(?:is|was|:|=|\#|-|it's)){0,2}[ ]{0,2}(?P<v>\d(?:[ -]?\d){3,7})(?![\w-]|[.,]\d)"
)
_CODE = (
    r"\b(?:otp|2fa|(?:one[ -]?time[ ](?:pass)?|verification[ ]|security[ ]|access[ ]|auth(?:entication)?[ ]|"
    r"login[ ])?(?:pass)?codes?)"
    r"(?:[ ](?:i[ ](?:got|received)|you[ ]sent(?:[ ]me)?|sent[ ]to[ ]me|from[ ][^.?!\n\d]{1,20}?))?"
    r"(?:[ ]?(?:is|was|:|=|says|reads)){1,2}[ ]{0,2}(?P<v>\d(?:[ -]?\d){3,7})(?![\w-]|[.,]\d)"
)
_PUBLIC_CODE = (
    r"\b(?:promo|promotional|discount|coupon|zip|postal|post|area|country|error|gift|sort|dress|product|item|style|"
    r"color|tracking|booking|order|reservation|status|sku|bar|qr|source|tax|airport|voucher|referral|swift|branch|"
    r"reason|return)[ ]$"
)
_BARE_CODE = r"(?<![\w$€£#.,/-])(?:\d{3}[ -]\d{3}|\d{4,8}|\d(?:[ -]\d){3,7})(?![\w%/-]|[.,]\d)"


def _secrets() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern("password", kind, _SAID, 0.92, is_secret_word, words=_KEYWORDS, lower=True)
    yield Pattern("pin", kind, _PIN, 0.93, digits=4, words=words("pin pincode"), lower=True)
    yield Pattern(
        "one_time_code",
        kind,
        _CODE,
        0.9,
        lower=True,
        digits=4,
        words=words("code codes otp 2fa passcode"),
        unless_match=_PUBLIC_CODE,
    )
    yield Pattern(
        "code_asked", kind, _BARE_CODE, 0.0, None, topics("otp pin password"), 0.85,
        requires_context=True, asked_only=True, digits=4, unless=LAST_FOUR,
    )  # fmt: skip


_LEAD = r"(?:(?:it's|it[ ]is|sure|ok|yes|that[ ]would[ ]be|my[ ]password[ ]is)[ ,:]{1,2}){0,2}"
_BARE_PASSWORD = rf"^[ ]{{0,3}}(?i:{_LEAD})(?P<v>[^\s\ue000]{{4,64}})[ ]{{0,3}}$"
_ANSWER = (
    r"\b(?:maiden[ ]name|security[ ](?:question|answer)|secret[ ](?:question|answer|word)|"
    rf"first[ ]pet(?:'s[ ]name)?)(?:[ ]to[ ][^.?!\n]{{1,20}}?)?(?:[ ]?(?:is|was|:|=))[ ]{{1,2}}(?P<v>{NAME})"
)
_ANSWER_WORD = r"[\p{L}\d][\p{L}\d'.-]{1,24}+"
_BARE_ANSWER = rf"(?i)^[ ]{{0,3}}{_LEAD}(?P<v>{_ANSWER_WORD}(?:[ ]{_ANSWER_WORD}){{0,2}})[ .!]{{0,3}}$"


def _answers() -> Iterator[Pattern]:
    kind = "SECRET"
    yield Pattern(
        "password_asked", kind, _BARE_PASSWORD, 0.0, is_uncommon, topics("password"), 0.84,
        requires_context=True, asked_only=True,
    )  # fmt: skip
    yield Pattern(
        "security_answer", kind, _ANSWER, 0.88, lower=True, trim=name_length, words=words("maiden security secret pet")
    )
    yield Pattern(
        "security_answer_asked", kind, _BARE_ANSWER, 0.0, _is_answer, topics("answer"), 0.8,
        requires_context=True, asked_only=True,
    )  # fmt: skip


def _is_answer(text: str) -> bool:
    return all(map(is_secret_word, text.split()))
