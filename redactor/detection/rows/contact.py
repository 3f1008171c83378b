"""Rows for e-mail addresses, telephone numbers, handles, links and network addresses."""

import ipaddress
from collections.abc import Iterator
from itertools import pairwise

import regex

from redactor.detection import checks
from redactor.detection.lazy import lazy
from redactor.detection.patterns import Pattern, topics
from redactor.detection.phrases import ACCOUNT_TOPICS, NUMBER_WORD
from redactor.detection.words import words


def rows(regions: tuple[str, ...]) -> Iterator[Pattern]:
    """The rows of this module; `regions` are those whose phone numbers are known without a country code."""
    yield from _mail()
    yield from _mail_said()
    yield from _phones(regions)
    yield from _phones_in_part()
    yield from _links()
    yield from _network()


# RFC 5321 and 5322 (dot-atom, quoted local part), RFC 6531 (letters of any script), RFC 5890 (labels, xn--).
_LOCAL = r"(?:[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,128}+|\"(?:[^\"\\\r\n]|\\[^\r\n]){1,64}+\")"
_LABEL = r"[\p{L}\p{N}][\p{L}\p{M}\p{N}-]{0,62}+\."
_DOMAIN = (
    rf"(?:(?:{_LABEL}){{1,8}}(?:xn--[A-Za-z0-9-]{{2,59}}|\p{{L}}[\p{{L}}\p{{M}}]{{1,23}})|\[[0-9a-fA-F:.]{{3,45}}\])"
)
_MISTYPED = (
    rf"(?i)(?<![\p{{L}}\p{{M}}\p{{N}}._%+-]){_LOCAL}@(?:[a-z0-9-]{{2,63}},(?:com|net|org|co[.,]uk|de|fr|es|it|nl)"
    r"|(?:gmail|googlemail|yahoo|hotmail|outlook|icloud|aol|protonmail)(?:[ ]{0,2}\.[ ]{0,2}com|(?!\.?\w)))(?![\w@])"
)
"""Addresses with a comma for the dot, or without the ending of a mail provider everyone knows, or with blanks in it."""
_NOBODY = "everyone|here|all|channel|home|work|least|gmail|hotmail|yahoo|media|import"


def _mail() -> Iterator[Pattern]:
    yield Pattern(
        "email", "EMAIL_ADDRESS", rf"(?<![\p{{L}}\p{{M}}\p{{N}}._%+-]){_LOCAL}@{_DOMAIN}(?![\p{{L}}\p{{N}}_])", 0.99,
        any_of=("@",), example="write to ⟦crystal.minh+shop@example.com⟧",
    )  # fmt: skip
    yield Pattern(
        "email_mistyped", "EMAIL_ADDRESS", _MISTYPED, 0.85, any_of=("@",), example="it is ⟦john.smith@gmail,com⟧"
    )
    yield Pattern(
        "handle", "USERNAME", rf"(?<![\w@.+/-])@(?!(?:{_NOBODY})\b)[A-Za-z_][\w.]{{1,29}}(?<!\.)(?![@\w])", 0.8,
        any_of=("@",), example="message me, ⟦@crystalm⟧",
    )  # fmt: skip


# "At" and "dot" as said in Spanish, Portuguese, French, German, Italian, Dutch, Polish and the Nordic languages.
_AT = r"(?:arroba|arobase|arrobase|klammeraffe|affenschwanz|chiocciola|apenstaartje|snabel-?a|malpa|małpa|ät)"
_DOT = r"(?:[ ]{0,2}[(\[]?(?:punto|ponto|punkt|point|punt|prikk|kropka)[)\]]?[ ]{0,2}|[ ]?\.[ ]?|[ ]dot[ ])"
_SAID_ENDING = r"(?:com|net|org|info|eu|es|mx|ar|co|cl|pe|fr|be|ch|de|at|it|nl|pt|br|pl|no|se|dk|fi)"
_SAID = (
    r"(?<![\w.@+-])[\w+-]{1,40}+(?:(?:[ ](?:punto|ponto|punkt|point|punt|prikk|kropka|guion[ ]bajo|guión[ ]bajo)[ ]"
    r"|\.)[\w+-]{1,40}+){0,4}"
    rf"(?:[ ]{{0,2}}[(\[]?{_AT}[)\]]?[ ]{{0,2}}(?:[a-z0-9-]{{1,40}}+{_DOT}){{1,3}}"
    r"|[ ]{0,2}(?:[(\[](?:a|at|bei)[)\]]|[ ](?:at|bei))[ ]{0,2}[a-z0-9-]{1,40}+"
    r"[ ]{0,2}[(\[]?(?:punto|ponto|punkt|punt)[)\]]?[ ]{0,2}"
    r"|[ ]{0,2}[(\[]?(?<=[ (\[])chez[)\]]?[ ]{0,2}[a-z0-9-]{1,40}+[ ]{1,2}point[ ]{1,2}(?=(?:fr|com|be|ch)\b))"
    rf"{_SAID_ENDING}(?![\w@])"
)


def _mail_said() -> Iterator[Pattern]:
    yield Pattern(
        "email_said_elsewhere", "EMAIL_ADDRESS", _SAID, 0.85, lower=True, words=_SAYS_ADDRESS,
        example="escríbeme a ⟦maria arroba gmail punto com⟧",
    )  # fmt: skip


_SAYS_ADDRESS = words(
    "arroba arobase arrobase klammeraffe affenschwanz chiocciola apenstaartje snabel snabel-a snabela malpa małpa ät "
    "punto ponto punkt punt point"
)


_NOT_BEFORE = r"(?<![\w#$€£@%=/.,-][+(\d])"
"""What may not stand before a number, asked after its first character: so the search can run from digit to digit."""
_AN_EXTENSION = (
    r"(?:[ ,;]{0,2}(?:(?i:extension|ext|x|durchwahl|dw|poste|anexo|extensi[oó]n|interno|ramal|toestel)\.?[ :=#]{0,2}"
    rf"(?:\d{{1,6}}|(?i:{NUMBER_WORD}(?:[ ]{NUMBER_WORD}){{0,3}}+))|(?<=[ ])\#[ ]?\d{{1,4}}))"
)
"""Behind a number, as people write it in English, German, French, Spanish, Italian, Portuguese and Dutch; RFC 3966 has
";ext="."""
_EXTENSION = rf"(?:{_AN_EXTENSION}(?!\w))?"
_NUMBER = rf"[+(\d]{_NOT_BEFORE}(?:[ ()./·–-]{{0,3}}\d){{6,24}}+(?![\w%]|[.,:/-]\d){_EXTENSION}"
_SHAPED = r"(?<![\w#$€£@%=/.,-])(?:\+?1[ .-]{0,2})?(?:\(\d{3}\)[ -]?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])" + _EXTENSION
_LOCAL_NUMBER = r"\d{3}[ .-](?<![\w.$#/-]\d{3}[ .-]|\d[ ]\d{3}[ .-])\d{4}(?![\w-]|[.,]\d)"
_THING = (
    r"(?:ean|upc|gtin|isbn|issn|bar[ -]?code|article|version|build|firmware|(?<!\ba[ ])lot|batch|song|page|row|meter"
    r"|(?<!\bmy[ ])error|flight|gift[ -]?card|voucher|coupon|edition|chapter|volume|(?<!\b(?:my|your|our|most)[ ])part"
    r"|(?<!\b(?:address|phone|contact)[ ])book)"
)
"""What is numbered without being anybody's line; "thanks a lot", "my error" and "for my part" end a sentence."""
_NUMBERED = (
    rf"(?<!\p{{L}}){_THING}(?:[ ](?:id|number|no|nr|code|reading)\b\.?)?"
    r"(?:[ #:*=`]{1,4}|[ ](?:is|was|in|says|shows|reads)[ #:*`]{1,4})$"
)
_REFERENCED = (
    r"(?<!\p{L})(?:(?:pre-?|re-?)?order|ticket|case|ref|reference|tracking|invoice|account|acct|item|product|sku|id"
    r"|ending|model|booking|reservation|confirmation)(?:[ ]?(?:id|number|no))?(?:[ ]for[ ][^.\d\n]{1,30}?)?"
    r"(?:(?<=no|ref|acct)\.|\.{2,4})?[ #:*`]{0,4}(?:is|in)?[ #:*`]{0,5}$"
)
_OTHER_NUMBER = rf"(?i)(?:{_NUMBERED}|{_REFERENCED}|(?<!phone[ ]|cell[ ]|mobile[ ]|tel[ ])#[ ]?$)"
# Dates, ranges, social security numbers, ZIP+4, dotted quads, cards, small numbers in a row.
_NO_PHONE = lazy(
    r"\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|\d{1,5}[ ]?[-/–][ ]?\d{1,4}|\d+\.\d+"
    r"|\d{3}-\d{2}-\d{4}|\d{1,3}(?:\.\d{1,3}){3}|\d{1,3}(?:\.\d{3}){2,4}|\d{4}([ -])\d{4}\1\d{4}(?:\1\d{3,4})?"
    r"|\d(?:[ ]\d){6,8}|(?!\d(?:[ ]\d)++$)\d{1,2}(?:[ ]\d{1,2}){6,}"
)
# An amount or reading with decimals ("503.456.78", two of them with a slash, a sign before the last), a year and
# thousands ("2019 120000"), and date and time in the basic format of ISO 8601 ("20190714222537").
_NO_PHONE_ALONE = lazy(
    r"\d{1,3}(?:\.\d{3}){1,3}\.\d{2}|\d+\.\d+[ ]?/[ ]?\d+\.\d+|[\d./ -]{1,20}[ ][-–]\d{1,2}\.\d{1,2}"
    r"|(?:19[5-9]|20[0-4])\d[ ]\d{5,6}"
    r"|(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d"
)
_EXTENSION_AT_END = lazy(rf"(?V1){_AN_EXTENSION}$")


def _phones(regions: tuple[str, ...]) -> Iterator[Pattern]:
    kind, talk = "PHONE_NUMBER", topics("phone")
    valid, possible = _without_extension(checks.phone(regions)), _without_extension(checks.possible_phone)
    yield Pattern(
        "phone", kind, _NUMBER, 0.65, _telling(valid), talk, 0.92,
        against=ACCOUNT_TOPICS, digits=7, unless=_OTHER_NUMBER, cut=(7, 15), never=_is_something_else,
        example="my number is ⟦(212) 555-0143⟧",
    )  # fmt: skip
    yield Pattern(
        "phone_short", kind, _NUMBER, 0.0, _short(valid), talk, 0.8,
        requires_context=True, against=ACCOUNT_TOPICS, digits=7, unless=_OTHER_NUMBER, example="my phone is ⟦30123456⟧",
    )  # fmt: skip
    yield Pattern(
        "phone_plus",
        kind,
        rf"(?=\+){_NUMBER}",
        0.9,
        valid,
        talk,
        0.97,
        digits=8,
        any_of=("+",),
        cut=(8, 15),
        example="⟦+44 20 7946 0958⟧ is mine",
    )
    yield Pattern(
        "phone_shaped",
        kind,
        _SHAPED,
        0.75,
        None,
        talk,
        0.9,
        against=ACCOUNT_TOPICS,
        digits=10,
        unless=_OTHER_NUMBER,
        example="⟦212-555-0143⟧ is my cell",
    )
    yield Pattern(
        "phone_local", kind, _LOCAL_NUMBER, 0.3, None, talk, 0.75,
        against=ACCOUNT_TOPICS, digits=7, unless=_OTHER_NUMBER, example="phone: ⟦555-0143⟧",
    )  # fmt: skip
    yield Pattern(
        "phone_asked", kind, _NUMBER, 0.0, possible, talk, 0.85,
        requires_context=True, asked_only=True, digits=7, unless=_OTHER_NUMBER,
        example="What is your phone number? | ⟦55512 34567⟧",
    )  # fmt: skip


_NAMED_PHONE = (
    r"(?i)(?<![\w-])(?:phone|cell|mobile|cellphone|telephone|tel|landline|whatsapp|fax|handy|telefon|téléphone"
    r"|portable|teléfono|móvil"
    r"|telefono|cellulare|telefoon|celular|telefone|телефон)(?:[ ]?(?:number|no\.?|nr\.?|\#|nummer))?(?:[ ](?:is|es"
    r"|ist|est|è|é))?"
    r"[ ]?[:.=-]?[ ]{0,2}$|\b(?:call|reach|text|ring)[ ](?:me|us|him|her)[ ](?:at|on)[ ]{1,2}$"
)
_HIDDEN = r"(?:[+(]|(?<![\w*•●.,$-]))(?:[\dxX*•●_?][ ().-]{0,2}){6,18}(?<![ (.-])(?![\w*•●])"
_VANITY = (
    r"(?<![\w$€£#./-])(?:\+?1[ .-])?(?:\([2-9]\d\d\)[ -]?|[2-9]\d\d[.-])"
    r"(?:[A-Z0-9]{1,7}(?:[ .-][A-Z0-9]{1,7}){0,2}|\d{3}[.-]?[a-z]{4})(?![\w-])"
)
_TOLL_FREE = frozenset(("800", "833", "844", "855", "866", "877", "888"))
"""Area codes of lines that companies pay for (North American Numbering Plan Administrator, toll-free codes)."""


def _phones_in_part() -> Iterator[Pattern]:
    kind, talk = "PHONE_NUMBER", topics("phone mynumber")
    yield Pattern(
        "phone_named", kind, _NUMBER, 0.0, _without_extension(checks.possible_phone), talk, 0.8,
        requires_context=True, against=ACCOUNT_TOPICS, digits=7, after=_NAMED_PHONE, never=checks.series,
        example="call me at ⟦11 91234-5678⟧",
    )  # fmt: skip
    yield Pattern(
        "phone_partly_hidden", kind, _HIDDEN, 0.0, _is_partly_hidden, talk, 0.8,
        requires_context=True, against=ACCOUNT_TOPICS, digits=4, unless=_OTHER_NUMBER, example=
        "my cell is ⟦(212) 5**-**99⟧",
    )  # fmt: skip
    yield Pattern(
        "phone_with_letters", kind, _VANITY, 0.0, _is_own_vanity, talk, 0.8,
        requires_context=True, digits=3, example="my number is ⟦212-555-HELP⟧",
    )  # fmt: skip


_GROUP = lazy(r"[^ ().-]+")


def _is_partly_hidden(text: str) -> bool:
    """In the groups of a telephone number, with four digits left at least; a card's groups of four are none."""
    groups = _GROUP.findall(text.lstrip("+"))
    digits, signs = sum(map(str.isdigit, text)), sum(map(len, groups))
    grouped = len(groups) >= 3 or text[0] in "+("
    return digits >= 4 and signs - digits >= 2 and 7 <= signs <= 15 and grouped and {*map(len, groups)} != {4}


def _is_own_vanity(text: str) -> bool:
    """Ten places, three letters or more; a toll-free line is a company's."""
    places = "".join(filter(str.isalnum, text))
    places = places[1:] if len(places) == 11 and places[0] == "1" else places
    return len(places) == 10 and places[:3] not in _TOLL_FREE and sum(map(str.isalpha, places)) >= 3


def _telling(valid: checks.Check) -> checks.Check:
    """Digits alone say little: fewer than ten need context."""
    return lambda text: not (text.isdigit() and len(text) < 10) and valid(text)


def _is_something_else(text: str) -> bool:
    """What is read as an amount, a time, a series or a draw where no word says that it is a number to call."""
    return checks.series(text) or _NO_PHONE_ALONE.fullmatch(text) is not None or _is_draw(text)


_DRAWN = lazy(r"(\d{1,2})(?:[ ](\d{1,2})){5,6}")


def _is_draw(text: str) -> bool:
    """The numbers of a lottery: five of one or two digits that go up, then one or two more."""
    if (found := _DRAWN.fullmatch(text)) is None:
        return False
    numbers = [int(number) for number in found.captures(1) + found.captures(2)]
    return all(a < b for a, b in pairwise(numbers[:5]))


def _short(valid: checks.Check) -> checks.Check:
    return lambda text: text.isdigit() and len(text) < 10 and valid(text)


def _without_extension(valid: checks.Check) -> checks.Check:
    def check(text: str) -> bool:
        number = _EXTENSION_AT_END.sub("", text).strip()
        return _NO_PHONE.fullmatch(number) is None and valid(number)

    return check


# Endings that a link without "http" has; a part of the IANA root zone.
_ENDINGS = (
    "com|net|org|edu|gov|io|co|ai|me|app|dev|info|biz|shop|store|online|site|xyz|ly|gl|link|page|eu|uk|us|ca|au|in|de|"
    "fr|es|it|nl|be|ch|at|ie|nz|se|no|dk|fi|pl|pt|cz|gr|ro|hu|ru|ua|tr|mx|br|ar|cl|jp|cn|kr|tw|hk|sg|my|za|tv|cc|to|gg"
)
_REST = r"[^\s<>\"'`\ue000]{0,2048}[^\s<>\"'`\ue000.,;:!?)\]}*]"


def _links() -> Iterator[Pattern]:
    yield Pattern(
        "url",
        "URL",
        rf"(?i)\b(?:https?|ftp)://{_REST}",
        0.95,
        _is_link,
        any_of=("://",),
        example="I am on ⟦https://people.example/crystal-minh⟧",
    )
    yield Pattern(
        "url_www",
        "URL",
        rf"(?i)(?<![\w@./])www\.{_REST}",
        0.9,
        _is_link,
        any_of=("www.", "WWW.", "Www."),
        example="see ⟦www.people.example/crystal⟧",
    )
    yield Pattern(
        "url_bare", "URL", rf"(?i)(?<![\w@./-])(?:[a-z0-9][a-z0-9-]{{0,62}}+\.){{1,5}}(?:{_ENDINGS})/{_REST}", 0.7,
        any_of=("/",), example="see ⟦people.com/crystal-minh⟧",
    )  # fmt: skip
    yield Pattern(
        "url_profile", "URL", _PROFILE_HOST, 0.8,
        any_of=_HOSTS, lower=True, example="my blog is ⟦crystalm.tumblr.com⟧",
    )  # fmt: skip


_HOSTS = (
    ".tumblr.com",
    ".wordpress.com",
    ".blogspot.com",
    ".substack.com",
    ".livejournal.com",
    ".deviantart.com",
    ".bandcamp.com",
    ".github.io",
    ".bsky.social",
)
"""Hosts that give each of their people a name of their own before it."""
_PROFILE_HOST = (
    r"(?<![\w@./-])(?!(?:www|support|help|api|blog|about|status|en|mail)\.)[a-z0-9][a-z0-9-]{1,62}+"
    rf"(?:{'|'.join(map(regex.escape, _HOSTS))})(?![\w-]|/\S|\.\w)"
)


def _is_link(text: str) -> bool:
    return len(text) > 8 and ("." in text or "localhost" in text)


_VERSION = (
    r"(?i)(?:\bv|version|ver\.?|firmware|build|release|section|chapter|update|ios|android|os|windows|driver)[ :#-]{0,3}"
    r"(?:is[ ])?$"
)
_IPV4 = r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?:/\d{1,2})?(?!\w|\.\d)"
_IPV6 = r"(?i)(?<![\w:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?:/\d{1,3})?(?![\w:])"
_MAC = r"(?i)(?<![\w:-])(?:[0-9a-f]{2}([:-])(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}|(?:[0-9a-f]{4}\.){2}[0-9a-f]{4})(?![\w:-])"


def _network() -> Iterator[Pattern]:
    yield Pattern(
        "ipv4", "IP_ADDRESS", _IPV4, 0.85, _is_somebodys_address, topics("ip"), 0.97,
        digits=4, any_of=(".",), unless=_VERSION, example="my ip is ⟦203.0.113.7⟧",
    )  # fmt: skip
    yield Pattern(
        "ipv6",
        "IP_ADDRESS",
        _IPV6,
        0.85,
        _is_ipv6,
        any_of=(":",),
        digits=1,
        example="it says ⟦2001:db8::8a2e:370:7334⟧",
    )
    yield Pattern(
        "mac",
        "MAC_ADDRESS",
        _MAC,
        0.95,
        _has_digit,
        mixed=True,
        any_of=(":", "-", "."),
        hint=r"[0-9a-f]{2}[:-][0-9a-f]{2}[:-]|[0-9a-f]{4}\.[0-9a-f]{4}",
        example="the router says ⟦00:00:5e:00:53:af⟧",
    )


def _is_ipv6(text: str) -> bool:
    return len(text) > 6 and _is_somebodys_address(text)


_PUBLIC_RESOLVERS = (
    "8.8.8.8 8.8.4.4 2001:4860:4860::8888 2001:4860:4860::8844 "
    "1.1.1.1 1.0.0.1 2606:4700:4700::1111 2606:4700:4700::1001 "
    "9.9.9.9 149.112.112.112 2620:fe::fe 2620:fe::9 "
    "208.67.222.222 208.67.220.220"
)
_RESOLVERS = frozenset(_PUBLIC_RESOLVERS.split())
"""Name servers for everyone, in lines: Google Public DNS (developers.google.com/speed/public-dns/docs/using),
Cloudflare (developers.cloudflare.com/1.1.1.1/ip-addresses), Quad9 (quad9.net/service/service-addresses-and-features),
OpenDNS (opendns.com/setupguide)."""


def _is_somebodys_address(text: str) -> bool:
    """No address of the machine itself (127/8, ::1) or of no machine (0/8, RFC 1122, section 3.2.1.3), no netmask or
    limited broadcast (255/8: RFC 950, RFC 919), and no public resolver."""
    if not checks.ip_address(text):
        return False
    address = ipaddress.ip_address(text.split("/")[0])
    nobodys = address.is_loopback or (address.version == 4 and address.packed[0] in (0, 255))
    return not nobodys and str(address) not in _RESOLVERS


def _has_digit(text: str) -> bool:
    return any(c.isdigit() for c in text)
