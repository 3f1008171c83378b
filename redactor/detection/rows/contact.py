"""Rows for e-mail addresses, telephone numbers, handles and network addresses."""

from collections.abc import Iterator

import regex

from redactor.detection import checks
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import ACCOUNT_TOPICS

# RFC 5321 and 5322 (dot-atom, quoted local part), RFC 6531 (any letters), RFC 5890 (labels, xn--).
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,62}+)"
_EMAIL = (
    r"(?<![\p{L}\p{M}\p{N}._%+-])(?:[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,128}+|\"[^\"\r\n]{1,64}+\")@"
    rf"(?:(?:{_LABEL}\.){{1,8}}(?:xn--[A-Za-z0-9-]{{2,59}}|\p{{L}}[\p{{L}}\p{{M}}]{{1,23}})|\[[0-9a-fA-F:.]{{3,45}}\])(?![\p{{L}}\p{{N}}_])"
)
_PHONE = (
    r"(?<![\w#$€£@%=/.,-])(?<!\d[ ])(?:\+[ ]?|00)?\(?\d(?:[ ()./·–-]{0,3}\d){6,30}+(?![\w%])(?![.,:/-]\d)"
    r"(?:[ ,]{0,2}(?:extension|ext|x)\.?[ :]{0,2}\d{1,6}(?!\w))?"
)
_PHONE_SHAPED = (
    r"(?<![\w#$€£@%=/.,-])(?:\+?1[ .-]{0,2})?(?:\(\d{3}\)[ ]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])"
    r"(?:[ ,]{0,2}(?:extension|ext|x)\.?[ :]{0,2}\d{1,6}(?!\w))?"
)
# What looks like a date, an amount, a range, a card, a social security number or a ZIP+4 is no phone number.
_NOT_PHONE = regex.compile(
    r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|(?:19|20)\d\d[ ]?[-/–][ ]?(?:19|20)\d\d"
    r"|\d{3}-\d{2}-\d{4}|\d{5}-\d{4}|\d{1,3}(?:\.\d{3}){2,4}|\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{3,4}|\d{5}[ -]\d{5,6}(?=$)\b(?<!\d{5} \d{5})"
    r"|\d+\.\d+|\d{1,2}(?:[ ]\d{1,2}){6,}"
)
_EXTENSION = regex.compile(r"(?i)[ ,]{0,2}(?:extension|ext|x)\.?[ :]{0,2}\d{1,6}$")


def _phone_check(valid: checks.Check) -> checks.Check:
    def check(text: str) -> bool:
        number = _EXTENSION.sub("", text).strip()
        if _NOT_PHONE.fullmatch(number):
            return False
        return valid(number)

    return check


def _contact(regions: tuple[str, ...]) -> Iterator[Pattern]:
    phone, order_like = topics("phone"), r"(?i)(?:#|order|ticket|case|ref|tracking|invoice|account|id)[ #:.]{0,4}(?:is|number|no|id)?[ #:]{0,3}$"
    valid, possible = _phone_check(checks.phone(regions)), _phone_check(checks.possible_phone)
    yield Pattern("email", "EMAIL_ADDRESS", _EMAIL, 0.99, any_of=("@",))
    yield Pattern(
        "phone", "PHONE_NUMBER", _PHONE, 0.7, valid, phone, 0.92, against=ACCOUNT_TOPICS, digits=7, unless=order_like, cut=True, shortest=7
    )
    yield Pattern("phone_plus", "PHONE_NUMBER", r"(?=\+)" + _PHONE, 0.9, valid, phone, 0.97, digits=8, any_of=("+",), cut=True)
    yield Pattern("phone_shaped", "PHONE_NUMBER", _PHONE_SHAPED, 0.75, None, phone, 0.9, against=ACCOUNT_TOPICS, digits=10, unless=order_like)
    yield Pattern(
        "phone_local", "PHONE_NUMBER", r"(?<![\w.$#-])\d{3}[ .-]\d{4}(?![\w-]|[.,]\d)", 0.3, None, phone, 0.75, against=ACCOUNT_TOPICS, digits=7
    )
    yield Pattern(
        "phone_asked", "PHONE_NUMBER", _PHONE, 0.0, possible, phone, 0.85, requires_context=True, asked_only=True,
        digits=7, unless=order_like,
    )  # fmt: skip
    yield Pattern(
        "handle", "USERNAME", r"(?<![\w@.+/-])@(?!(?:everyone|here|all|channel|home|work|least|gmail|hotmail|yahoo)\b)"
        r"[A-Za-z_][\w.]{1,29}+(?<!\.)(?![@\w])", 0.8, any_of=("@",),
    )  # fmt: skip


_ENDINGS = (
    "com|net|org|edu|gov|io|co|ai|me|app|dev|info|biz|shop|store|online|site|xyz|ly|gl|link|page|eu|uk|us|ca|au|in|de|fr|es|it|nl|"
    "be|ch|at|ie|nz|se|no|dk|fi|pl|pt|cz|gr|ro|hu|ru|ua|tr|mx|br|ar|cl|jp|cn|kr|tw|hk|sg|my|za|tv|cc|to"
)
_URL_BODY = r"[^\s<>\"'`\ue000]{0,2048}[^\s<>\"'`\ue000.,;:!?)\]}*]"
_NOT_VERSION = r"(?i)(?:\bv|version|ver\.?|firmware|build|release|section|chapter|update|ios|android|os|windows|driver)[ :#-]{0,3}$"


def _network() -> Iterator[Pattern]:
    yield Pattern("url", "URL", rf"(?i)\b(?:https?|ftp)://{_URL_BODY}", 0.95, _is_url, any_of=("://",), cut=False)
    yield Pattern("url_www", "URL", rf"(?i)(?<![\w@./])www\.{_URL_BODY}", 0.9, _is_url, any_of=("www.", "WWW.", "Www."))
    yield Pattern(
        "url_bare", "URL", rf"(?i)(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,62}}+\.){{1,5}}(?:{_ENDINGS})/{_URL_BODY}", 0.7,
        any_of=("/",),
    )  # fmt: skip
    yield Pattern(
        "ipv4", "IP_ADDRESS", r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?![\w]|\.\d)", 0.85, checks.ip_address,
        topics("ip"), 0.97, digits=4, any_of=(".",), unless=_NOT_VERSION,
    )  # fmt: skip
    yield Pattern(
        "ipv6", "IP_ADDRESS", r"(?i)(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])", 0.85,
        _is_ipv6, any_of=(":",), digits=1,
    )  # fmt: skip
    yield Pattern(
        "mac", "MAC_ADDRESS", r"(?i)(?<![\w:-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})(?![\w:-])",
        0.95, any_of=(":", "-", "."),
    )  # fmt: skip


def _is_url(text: str) -> bool:
    return len(text) > 8 and "." in text


def _is_ipv6(text: str) -> bool:
    return len(text) > 6 and text.count(":") >= 2 and checks.ip_address(text)
