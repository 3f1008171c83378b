"""Rows for payment cards and bank accounts."""

from collections.abc import Iterator

from redactor.detection import checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import ACCOUNT_TOPICS

_CARD = r"(?<![\d.])\d(?:[ ._/·–-]{0,2}\d){11,40}+(?!\d|\.\d)"
_EXPIRY_DATE = (
    r"(?:0?[1-9]|1[0-2])[ ]?[/.-][ ]?(?:20)?[2-4]\d|(?:0[1-9]|1[0-2])[ ]?(?:20)?[2-4]\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[ ,]{1,2}20[2-4]\d"
)


def _payment() -> Iterator[Pattern]:
    cards = topics("card")
    order_like = r"(?i)(?:order|ticket|case|tracking|invoice|booking|reservation|account|reference|shipment)[ #:]{0,3}(?:number|no\.?|id|#)?[ ]?(?:is|:|#|was)?[ #]{0,2}$"
    yield Pattern(
        "credit_card", "CREDIT_CARD", _CARD, 0.92, checks.card, cards, 0.99, against=ACCOUNT_TOPICS, digits=12, cut=True, shortest=12, unless=order_like
    )
    yield Pattern(
        "credit_card_in_context", "CREDIT_CARD", _CARD, 0.0, checks.card_in_context, cards, 0.95, requires_context=True,
        digits=12, cut=True, shortest=12, unless=order_like,
    )  # fmt: skip
    yield Pattern(
        "card_shaped", "CREDIT_CARD", r"(?<![\w.-])\d{4}([ -])\d{4}\1\d{4}\1\d{4}(?![\w-])|(?<![\w.-])3[47]\d\d([ -])\d{6}\2\d{5}(?![\w-])",
        0.6, None, cards, 0.9, against=ACCOUNT_TOPICS, digits=15, unless=order_like,
    )  # fmt: skip
    yield Pattern(
        "card_expiry", "CREDIT_CARD",
        rf"(?i)\b(?:exp(?:iry|iration|ires?|iring)?(?:[ ]date)?|valid[ ](?:thru|through|until)|good[ ]thru|mm/yy)\b[^\d\n]{{0,16}}(?P<v>{_EXPIRY_DATE})(?![\d/])",
        0.6, None, topics("card cvv"), 0.9, digits=3,
    )  # fmt: skip
    yield Pattern(
        "card_expiry_after_number", "CREDIT_CARD", rf"(?i)\d{{4}}[ ,;\n]{{1,3}}(?:exp\w{{0,7}}[ :.]{{0,3}})?(?P<v>{_EXPIRY_DATE})(?![\d/])", 0.85, digits=15
    )
    yield Pattern(
        "card_expiry_asked", "CREDIT_CARD", rf"(?i)(?<![\d/])(?:{_EXPIRY_DATE})(?![\d/])", 0.0, None, topics("expiry"), 0.9,
        requires_context=True, asked_only=True, digits=3,
    )  # fmt: skip
    code = r"(?:cvv2?|cvc2?|csc|cid|(?:security|verification|card)[ ](?:code|number|value)|(?:three|four|3|4)[ -]?digits?(?:[ ](?:on|at)[ ]the[ ]back)?)"
    yield Pattern(
        "card_code", "CARD_CVV",
        rf"(?i)\b{code}(?:[ ](?:on|for|of)[ ][^\d\n]{{1,24}}?)?(?:\W|[ ](?:is|are|was|number|code|on|it's)\b){{0,5}}(?P<v>\d{{3,4}})(?![\w/-]|[.,]\d)"
        rf"|(?<![\w/.-])(?P<v>\d{{3,4}})[ ](?:is[ ](?:the|my)|as[ ](?:the|my)|[(]?)[ ]?(?:cvv2?|cvc2?|csc)\b",
        0.95, digits=3, words=frozenset("cvv cvv2 cvc cvc2 csc cid code number value digit digits".split()),
    )  # fmt: skip
    yield Pattern(
        "card_code_after_expiry", "CARD_CVV",
        rf"(?i)\d{{4}}[ ,;\n]{{1,3}}(?:exp\w{{0,7}}[ :.]{{0,3}})?(?:{_EXPIRY_DATE})[ ,;\n]{{1,3}}(?P<v>\d{{3,4}})(?![\w/-])", 0.85, digits=18,
    )  # fmt: skip
    yield Pattern(
        "card_code_asked", "CARD_CVV", r"(?<![\w$€£/.-])\d{3,4}(?![\w/%-]|[.,]\d)", 0.0, None, topics("cvv"), 0.92,
        requires_context=True, asked_only=True, digits=3,
    )  # fmt: skip



def _bank() -> Iterator[Pattern]:
    yield Pattern(
        "iban", "IBAN_CODE", r"(?i)(?<![\w])[A-Z]{2}\d{2}(?:[ -]{0,2}[A-Z0-9]){11,30}+", 0.98, checks.iban, digits=8, cut=True, shortest=15
    )
    yield Pattern(
        "us_routing", "BANK_ACCOUNT", r"(?<![\d-])\d{9}(?![\d-])", 0.0, checks.aba_routing, topics("bank"), 0.85,
        requires_context=True, digits=9,
    )  # fmt: skip
    yield Pattern(
        "bank_account", "BANK_ACCOUNT",
        rf"(?i)\b(?:bank[ ](?:account|acct)|checking|savings|direct[ ]deposit|routing)\b[^\d\n]{{0,40}}?(?:(?:account|acct|number|no|is|:|#)[^\d\n]{{0,12}})"
        r"(?P<v>\d[\d -]{4,20}\d)(?![\w-])", 0.88, None, digits=6, words=frozenset(("bank", "checking", "savings", "routing", "deposit")),
    )  # fmt: skip
    yield Pattern(
        "account_beside_routing", "BANK_ACCOUNT", r"(?i)\b(?:account|acct)\b[^\d\n]{0,16}(?P<v>\d{6,17})(?![\w-])", 0.0, None, topics("bank sort"),
        0.9, requires_context=True, digits=12, words=frozenset(("routing", "aba", "sort", "sortcode")),
    )  # fmt: skip
    yield Pattern(
        "uk_sort_code", "BANK_ACCOUNT", r"(?<![\w-])\d{2}[- ]?\d{2}[- ]?\d{2}(?![\w-])", 0.0, None, topics("sort"), 0.9,
        requires_context=True, digits=6,
    )  # fmt: skip
