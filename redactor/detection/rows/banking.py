"""Rows for bank accounts as countries write them, beside those in `money`: what routes a payment, and the account."""

from collections.abc import Iterator

from redactor.detection import checks_documents as checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import LINK, is_uncommon
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _pairs()
    yield from _routes()
    yield from _codes()


_NOT_BEFORE, _NOT_BEHIND = r"(?<![\w$€£#.,-])", r"(?![\w-]|[.,]\d)"


def _pairs() -> Iterator[Pattern]:
    """The route and the account beside each other."""
    kind = "BANK_ACCOUNT"
    # Pay.UK (Vocalink), "Validating account numbers": sort code of six digits, account of eight.
    yield Pattern(
        "uk_account_pair", kind,
        rf"{_NOT_BEFORE}(?P<v>\d\d[- ]\d\d[- ]\d\d)[ ,/|]{{1,3}}(?:acc\w{{0,4}}[ ])?(?P<v>\d{{8}}){_NOT_BEHIND}", 0.0,
        None, topics("bank sort"), 0.94, requires_context=True, digits=14, countries=frozenset(("GB",)),
        example="my bank details: 20-00-00 ⟦12345678⟧",
    )  # fmt: skip
    # AusPayNet, "BSB numbers in Australia": six digits; an account has five to ten.
    yield Pattern(
        "au_account_pair", kind,
        rf"(?i){_NOT_BEFORE}(?P<v>\d{{3}}[- ]?\d{{3}})[ ,/|]{{1,3}}"
        rf"(?:acc\w{{0,4}}[ ]?(?:(?:number|no)\b)?[ :.]{{0,3}})?(?P<v>\d{{5,10}}){_NOT_BEHIND}",
        0.0, None, topics("bsb"), 0.94, requires_context=True, digits=11, countries=frozenset(("AU",)),
        example="BSB 062-000 acc ⟦12345678⟧",
    )  # fmt: skip
    # Payments Canada, "Financial Institution Numbers": transit of five digits, institution of three; account 7 to 12.
    yield Pattern(
        "ca_account", kind, rf"{_NOT_BEFORE}\d{{5}}[- ]\d{{3}}[- ]\d{{7,12}}{_NOT_BEHIND}", 0.0, None,
        topics("transit bank"), 0.93, requires_context=True, digits=15, countries=frozenset(("CA",)),
        example="my bank account: ⟦12345-003-1234567⟧",
    )  # fmt: skip


def _routes() -> Iterator[Pattern]:
    kind = "BANK_ACCOUNT"
    yield Pattern(
        "au_bsb", kind, rf"{_NOT_BEFORE}\d{{3}}[- ]\d{{3}}{_NOT_BEHIND}", 0.0, None, topics("bsb"), 0.92,
        requires_context=True, digits=6, countries=frozenset(("AU",)), example="the BSB is ⟦062-000⟧",
    )  # fmt: skip
    yield Pattern(
        "au_bsb_joined", kind,
        rf"\bbsb(?:[ ](?:number|code|num|no\b\.?"
        rf"|\#))?(?:[ ]for[ ][^.?!\n\d]{{1,30}}?)?{LINK}(?P<v>\d{{6}}){_NOT_BEHIND}",
        0.93, lower=True, digits=6, words=words("bsb"), countries=frozenset(("AU",)), example="bsb ⟦062000⟧",
    )  # fmt: skip
    yield Pattern(
        "au_bsb_asked", kind, rf"{_NOT_BEFORE}\d{{6}}{_NOT_BEHIND}", 0.0, None, topics("bsb"), 0.92,
        requires_context=True, asked_only=True, digits=6, countries=frozenset(("AU",)),
        example="What is the BSB? | ⟦062000⟧",
    )  # fmt: skip
    yield Pattern(
        "ca_transit", kind,
        rf"(?i)\btransit[ ](?:number|no\b\.?|num\b|\#){LINK}(?P<v>\d{{5}}(?:-\d{{3}})?){_NOT_BEHIND}",
        0.92, digits=5, words=words("transit"), countries=frozenset(("CA",)), example="transit number ⟦12345⟧",
    )  # fmt: skip
    yield Pattern(
        "ca_transit_institution", kind,
        r"\btransit(?:[ ](?:number|no\b\.?|num\b"
        r"|\#))?[ :#]{0,3}(?:is[ ])?(?P<v>\d{5})[ ,;/\n-]{1,3}(?:and[ ])?(?:the[ ])?"
        r"(?:financial[ ])?(?:institution|inst)(?:[ ](?:number|no\b\.?|num\b|\#"
        r"|code))?[ :#.]{0,3}(?:is[ ])?(?P<v>\d{3})"
        r"(?:[ ,;/\n-]{1,3}(?:and[ ])?(?:the[ ]|my[ ])?(?:account|acct|acc)(?:[ ](?:number|no\b\.?|num\b"
        r"|\#))?[ :#.]{0,3}"
        rf"(?:is[ ])?(?P<v>\d{{5,12}}))?{_NOT_BEHIND}", 0.95,
        lower=True, digits=8, words=words("transit"), countries=frozenset(("CA",)),
        example="transit ⟦12345⟧ institution 003",
    )  # fmt: skip
    # Reserve Bank of India: four letters of the bank, 0, six characters of the branch.
    yield Pattern(
        "in_ifsc", kind, r"(?i)(?<![\w-])[A-Z]{4}0[A-Z\d]{6}(?![\w-])", 0.0, None, topics("ifsc bank"), 0.9,
        requires_context=True, digits=1, countries=frozenset(("IN",)), example="IFSC ⟦SBIN0005943⟧",
    )  # fmt: skip
    yield Pattern(
        "account_beside_branch", kind,
        rf"(?i)\b(?:account|acct|acc|a/c)\b(?:[ ]?(?:number|num\b|no\b\.?|\#))?"
        rf"{LINK}(?P<v>\d(?:[ -]?\d){{4,17}})(?![\w-])", 0.0,
        None, topics("bsb ifsc transit sort routing"), 0.96, requires_context=True, digits=5,
        example="IFSC SBIN0005943, a/c no ⟦20001234567⟧",
    )  # fmt: skip


# ISO 9362: institution, country, place, branch. A word in capitals can have the form, hence the context.
_BIC = r"[A-Z]{6}[A-Z\d]{2}(?:[A-Z\d]{3})?"


def _codes() -> Iterator[Pattern]:
    kind, talk = "BANK_ACCOUNT", topics("bic")
    yield Pattern(
        "bic", kind, rf"(?<![\w-]){_BIC}(?![\w-])", 0.0, _is_bic, talk, 0.9, requires_context=True,
        example="our BIC is ⟦DEUTDEFF500⟧",
    )  # fmt: skip
    yield Pattern(
        "bic_named", kind,
        r"(?i)\b(?:swift|bic)(?:[ /](?:bic|swift))?(?:[ ](?:code|number|no\b\.?)(?:[ ]is)?|[ ]is|[ ]?[:=])[ :]{0,2}"
        rf"(?P<v>{_BIC})(?![\w-])", 0.92, _is_bic, words=words("swift bic"), example="SWIFT: ⟦DEUTDEFF⟧",
    )  # fmt: skip


def _is_bic(text: str) -> bool:
    return checks.bic(text) and is_uncommon(text)
