"""Rows for payment cards and bank accounts."""

from collections.abc import Iterator

from redactor.detection import checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import ACCOUNT_TOPICS, LAST_FOUR, LINK, REFERENCE, is_long_reference
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _cards()
    yield from _expiry_dates()
    yield from _security_codes()
    yield from _bank_accounts()


_CARD = r"\d(?<![\d.+]\d)(?:[ ._/·–-]{0,3}\d){11,30}+(?!\d|\.\d)"
_SHAPED = r"(?<![\w.-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])|(?<![\w.-])3[47]\d\d([ -])\d{6}\2\d{5}(?![\w-])"
_OTHER_NUMBER = (
    r"(?i)(?:order|ticket|case|tracking|invoice|booking|reservation|account|reference|shipment)"
    r"[ #:]{0,3}(?:number|no\.?|id|#)?[ ]?(?:is|:|#|was)?[ #]{0,2}$"
)
_OTHER_CARD = (
    r"(?:identity|id|identification|green|residence|health|insurance|medicare|medicaid|aadhaa?r|voter|sim|loyalty|rewards?"
    r"|member(?:ship)?|library|student|staff|employee|club|points|travel|transit|report|graphics|memory)[ -]card"
    r"(?:'s)?[ ](?:number|no\b\.?|nr|num|\#)[ ]?(?:is|:|#|was)?[ #:]{0,2}$"
)
"""Cards that nobody pays with; one for gifts holds money."""
_MEMBERS_CARD = (
    r"(?:loyalty|rewards?|member(?:ship)?|library|student|staff|employee|club|points|travel|transit)[ -]card(?:'s)?[ ]"
    r"(?:number|no\b\.?|nr|num|\#)"
)


def _cards() -> Iterator[Pattern]:
    kind, talk = "CREDIT_CARD", topics("card")
    yield Pattern(
        "credit_card", kind, _CARD, 0.92, checks.card, talk, 0.99,
        against=ACCOUNT_TOPICS, digits=12, cut=(12, 19), unless=_OTHER_NUMBER, never=checks.series,
        example="card ⟦4111 1111 1111 1111⟧",
    )  # fmt: skip
    yield Pattern(
        "credit_card_in_context", kind, _CARD, 0.0, checks.card_in_context, talk, 0.95,
        requires_context=True, digits=12, cut=(12, 19), unless=_OTHER_NUMBER, never=checks.series,
        example="my card number is ⟦6759649826438453⟧",
    )  # fmt: skip
    yield Pattern(
        "card_number_named", kind, r"\d(?<![\w.+-]\d)(?:[ -]?\d){7,18}(?![\w-])", 0.0, None, topics("cardno"), 0.8,
        requires_context=True, against=ACCOUNT_TOPICS, digits=8, unless=rf"{_OTHER_NUMBER}|{_OTHER_CARD}",
        example="my card number is ⟦4111 1111 1111 1112⟧",
    )  # fmt: skip
    yield Pattern(
        "card_shaped", kind, _SHAPED, 0.6, None, talk, 0.9,
        against=ACCOUNT_TOPICS, digits=15, unless=_OTHER_NUMBER, never=checks.series,
        example="I have ⟦4111 1111 1111 1112⟧ here",
    )  # fmt: skip
    yield Pattern(
        "card_of_members", "ACCOUNT_ID", rf"\b{_MEMBERS_CARD}{LINK}{REFERENCE}", 0.0, is_long_reference,
        topics("cardno"), 0.95, requires_context=True, lower=True, digits=5,
        example="my library card number is ⟦21234567890⟧",
    )  # fmt: skip


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    r"(?:(?:0?[1-9]|1[0-2])[ ]?[/.-][ ]?(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])[ ]?(?:20)?[2-4]\d"
    rf"|{_MONTH}[ ,]{{1,2}}20[2-4]\d)"
)
_AFTER_CARD = r"(?i)\d{4}[ ,;\n]{1,3}(?:exp\w{0,7}[ :.]{0,3})?"


def _expiry_dates() -> Iterator[Pattern]:
    kind = "CREDIT_CARD"
    before = r"\b(?:exp(?:iry|iration|ires?|iring)?(?:[ ]date)?|valid[ ](?:thru|through|until)|good[ ]thru|mm/yy)\b"
    yield Pattern(
        "card_expiry", kind, rf"(?i){before}[^\d\n]{{0,16}}(?P<v>{_DATE})(?![\d/])", 0.35, None,
        topics("card cvv"), 0.9, digits=3, words=words("exp expiry expiration expires expire expiring valid good mm"),
        example="it expires ⟦04/29⟧",
    )  # fmt: skip
    yield Pattern(
        "card_expiry_after_number",
        kind,
        rf"{_AFTER_CARD}(?P<v>{_DATE})(?![\d/])",
        0.85,
        digits=15,
        example="4111 1111 1111 1111 ⟦04/29⟧",
    )
    yield Pattern(
        "card_expiry_asked", kind, rf"(?i)(?<![\d/]){_DATE}(?![\d/])", 0.0, None, topics("expiry"), 0.9,
        requires_context=True, asked_only=True, digits=3, example="When does your card expire? | ⟦04/29⟧",
    )  # fmt: skip


_CODE_WORDS = (
    r"(?:cvv2?|cvc2?|csc|cid|(?:(?<!social[ ])security[ ](?:code|number)|verification[ ](?:code|value)"
    r"|card[ ](?:code|verification))|(?:three|four|3|4)[ -]?digits?(?:[ ]code)?(?:[ ]on[ ]the[ ]back)?)"
)
_FOR_CARD = r"(?:[ ](?:on|for|of)[ ](?:[^\d\n]{1,40}?\b\d{4}\b|[^\d\n]{1,24}?))?"
"""Which card's code it is, its last four digits included."""


def _code(digits: int) -> str:
    """A security code of so many digits after, or before, its name."""
    value = rf"(?P<v>\d{{{digits}}})"
    return (
        rf"\b{_CODE_WORDS}{_FOR_CARD}(?:\W|[ ](?:is|are|was|number|code|on|it's)\b){{0,5}}{value}(?![\w/-]|[ .,]\d)"
        rf"|(?<![\w/.-]){value}[ ](?:(?:is|as)[ ](?:the|my)[ ]|[(])?(?:cvv2?|cvc2?|csc)\b"
    )


def _security_codes() -> Iterator[Pattern]:
    kind, named = "CARD_CVV", words("cvv cvv2 cvc cvc2 csc cid code number value digit digits")
    for name, digits, unless in (("card_code", 3, ""), ("card_code_of_four", 4, LAST_FOUR)):
        example = f"⟦{'1234'[:digits]}⟧"
        yield Pattern(
            name, kind, _code(digits), 0.95, lower=True, unless=unless, digits=digits, words=named,
            example=f"the cvv is {example}",
        )  # fmt: skip
        yield Pattern(
            f"{name}_asked", kind, rf"(?<![\w$€£/.-])\d{{{digits}}}(?![\w/%-]|[.,]\d)", 0.0, None, topics("cvv"), 0.92,
            requires_context=True, asked_only=True, digits=digits, unless=unless,
            example=f"What is the cvv? | {example}",
        )  # fmt: skip
    yield Pattern(
        "card_code_after_expiry",
        kind,
        rf"{_AFTER_CARD}{_DATE}[ ,;\n]{{1,3}}(?P<v>\d{{3,4}})(?![\w/-]|[ ]\d{{4}}(?!\d))",
        0.85,
        digits=18,
        example="4111 1111 1111 1111 04/29 ⟦123⟧",
    )


_NAMED_ACCOUNT = (
    r"(?i)\b(?:bank[ ](?:account|acct)|checking|savings|direct[ ]deposit|routing)\b[^\d\n]{0,40}?"
    r"(?:account|acct|number|no|is|:|#)[^\d\n]{0,12}(?P<v>\d[\d -]{4,20}\d)(?![\w-])"
    r"|\bbank[ ](?:account|acct)[ ](?P<v>\d{6,17})(?![\w-]|[.,]\d|[ ](?:points|times|dollars|euros|pounds)\b)"
)


def _bank_accounts() -> Iterator[Pattern]:
    kind = "BANK_ACCOUNT"
    yield Pattern(
        "iban", "IBAN_CODE", r"[A-Za-z]{2}\d{2}(?<!\w.{4})(?:[ -]{0,2}[A-Za-z0-9]){11,60}+", 0.98, checks.iban,
        digits=8, cut=(15, 34), example="⟦GB82 WEST 1234 5698 7654 32⟧",
    )  # fmt: skip
    yield Pattern(
        "us_routing", kind, r"(?<![\w-])\d{9}(?![\w-])", 0.0, checks.aba_routing, topics("bank"), 0.85,
        requires_context=True, digits=9, example="routing number ⟦011000015⟧",
    )  # fmt: skip
    yield Pattern(
        "us_routing_named", kind, r"(?<![\w-])\d{9}(?![\w-])", 0.0, checks.aba_routing, topics("routing"), 0.92,
        requires_context=True, digits=9, countries=frozenset(("US",)), example="aba ⟦011000015⟧",
    )  # fmt: skip
    yield Pattern(
        "bank_account", kind, _NAMED_ACCOUNT, 0.96,
        digits=6, words=words("bank checking savings routing deposit"),
        example="my bank account number is ⟦000123456789⟧",
    )  # fmt: skip
    yield Pattern(
        "bank_account_asked", kind, r"(?<![\w$€£#.,-])\d(?:[ -]?\d){5,16}(?![\w-]|[.,]\d)", 0.0, None,
        topics("bankno"), 0.86, requires_context=True, asked_only=True, digits=6, never=_is_sort_code,
        example="What is your bank account number? | ⟦000123456789⟧",
    )  # fmt: skip
    yield Pattern(
        "uk_sort_code", kind, r"(?<![\w-])\d{2}[- ]?\d{2}[- ]?\d{2}(?![\w-])", 0.0, None, topics("sort"), 0.9,
        requires_context=True, digits=6, example="sort code ⟦20-00-00⟧",
    )  # fmt: skip


def _is_sort_code(text: str) -> bool:
    """Three pairs of digits: not the account, but what routes to it."""
    return len(text) == 8 and text[2] == text[5] and not text[2].isdigit()
