"""Numbers and addresses that stand in for real ones: out of ranges nobody is given, or of the same shape.

Each maker gives one stand-in for a text, or None where it knows no realistic one. Whether it is free in the
conversation is the caller's question; asked again with the next keyed numbers, it gives another.
"""

import re
from ipaddress import ip_address
from random import Random

_LETTERS, _CAPITALS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKMNPQRSTUVWXYZ", "0123456789"
"""Without i, l and o, which read like digits."""

_SHORTEST = 5
"""Letters and digits a stand-in of the same shape needs, so that it is not met by chance."""

# Area codes of the North American Numbering Plan; with the exchange 555 and a line number 0100 to 0199, which its
# administrator (NANPA, "555 line numbers") keeps for fiction, no such number is anybody's.
_AREAS = ("202", "206", "212", "303", "312", "404", "415", "503", "512", "602", "617", "702", "713", "804", "919")

# Ofcom, "Telephone numbers for use in TV and radio drama programmes": without the leading 0; three digits follow.
_UK_FIXED = ("2079460", "1614960", "1134960", "1174960", "1314960", "1632960")
_UK_MOBILE = "7700900"

_CARDS = (
    "4111111111111111", "4012888888881881", "4242424242424242", "4000056655665556", "5555555555554444",
    "5105105105105100", "5200828282828210", "2223003122003222", "378282246310005", "371449635398431",
    "378734493671000", "6011111111111117", "6011000990139424", "30569309025904", "38520000023237",
    "3530111333300000", "3566002020360505",
)  # fmt: skip
"""Test numbers that card processors publish (PayPal "Test credit card account numbers", Braintree and Stripe sandbox
documentation); no account is behind them."""

_NANP = re.compile(r"(?:\+?1[ .-]?)?\(?[2-9]\d\d\)?[ .-]{0,2}[2-9]\d\d[ .-]?\d{4}")
_UK = re.compile(r"(?:\+44[ .-]?(?:\(0\))?|0)[127][\d .-]{8,13}")
_KIND = re.compile(r"(?i)(?:ord|order|inv|ref|acc|acct|tkt|case|bk|rma|po|cus|cust|tick|req|inc|sr)?[-_ #/:]?(?=\d)")
_DIGIT = re.compile(r"\d")
_NOT_ALNUM = re.compile(r"[^A-Za-z0-9]")


def refilled(text: str, digits: str) -> str:
    """The text with its last digits replaced by these, in order; the digits before them stay."""
    count = len(_DIGIT.findall(text))
    new = iter(digits)
    skip = count - len(digits)
    pieces: list[str] = []
    for character in text:
        if character.isdigit() and skip > 0:
            skip -= 1
            pieces.append(character)
        else:
            pieces.append(next(new) if character.isdigit() else character)
    return "".join(pieces)


def _some(rng: Random, count: int) -> str:
    return "".join(rng.choice(_DIGITS) for _ in range(count))


def phone(text: str, rng: Random) -> str | None:
    """A North American or British number kept for fiction, written like the real one; other plans have none here."""
    if _NANP.fullmatch(text):
        return refilled(text, f"{rng.choice(_AREAS)}55501{_some(rng, 2)}")
    if _UK.fullmatch(text):
        national = "".join(_DIGIT.findall(text))[-10:]
        start = _UK_MOBILE if national.startswith("7") else rng.choice(_UK_FIXED)
        return refilled(text, start + _some(rng, 10 - len(start))) if len(_DIGIT.findall(text)) >= 11 else None
    return None


def card(text: str, rng: Random) -> str | None:
    """A published test number with as many digits, of the same brand where there is one."""
    digits = "".join(_DIGIT.findall(text))
    same_length = [number for number in _CARDS if len(number) == len(digits)]
    same_brand = [number for number in same_length if number[0] == digits[:1]]
    choice = same_brand if same_brand and rng.random() < 0.8 else same_length
    return refilled(text, rng.choice(choice)) if choice else None


def iban(text: str, rng: Random) -> str | None:
    """Of the same country and shape, with the check digits 00, 01 or 99, which no account has: those of ISO 13616
    are 98 less a remainder by 97 (ISO/IEC 7064), so 02 to 98."""
    compact = _NOT_ALNUM.sub("", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{9,30}", compact):
        return None
    new = iter(compact[:2] + rng.choice(("00", "01", "99")) + "".join(_same(c, rng) for c in compact[4:]))
    return "".join(next(new) if c.isascii() and c.isalnum() else c for c in text)


def ssn(text: str, rng: Random) -> str | None:
    """Nine digits of the area 666, which the Social Security Administration never assigns (POMS RM 10201.035)."""
    if len(_DIGIT.findall(text)) != 9:
        return None
    return refilled(text, f"666{rng.randint(1, 99):02d}{rng.randint(1, 9999):04d}")


def national_id(text: str, rng: Random) -> str | None:
    """A British or American number out of a range that is never issued; others have none here.

    British: the prefix QQ; a National Insurance number never begins with a Q (HMRC manual NIM39110).
    """
    compact = _NOT_ALNUM.sub("", text).upper()
    if re.fullmatch(r"[A-Z]{2}\d{6}[A-D]", compact):
        new = iter("QQ" + _some(rng, 6) + rng.choice("ABCD"))
        return "".join(next(new) if c.isascii() and c.isalnum() else c for c in text)
    return ssn(text, rng) if re.fullmatch(r"\d{3}[- ]\d\d[- ]\d{4}", text.strip()) else None


def _same(character: str, rng: Random) -> str:
    if character.isdigit():
        return rng.choice(_DIGITS)
    if character.isascii() and character.isalpha():
        return rng.choice(_LETTERS if character.islower() else _CAPITALS)
    return character


def code(text: str, rng: Random) -> str | None:
    """Other letters and digits in the same places. What only says the kind, such as the "ORD-" of an order number,
    stays."""
    if sum(character.isalnum() for character in text) < _SHORTEST or not text.isascii():
        return None
    lead = _KIND.match(text)
    kept = lead.end() if lead else 0
    changed = [_same(character, rng) for character in text[kept:]]
    if changed[:1] == ["0"] and text[kept] != "0":
        changed[0] = rng.choice(_DIGITS[1:])
    return text[:kept] + "".join(changed)


def postal(text: str, rng: Random) -> str | None:
    """Other letters and digits in the same places. It may be a real place's: nobody is told by it."""
    return code(text, rng)


def ip(text: str, rng: Random) -> str | None:
    """An address kept for documentation: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 (RFC 5737), 2001:db8::/32
    (RFC 3849)."""
    try:
        version = ip_address(text.strip()).version
    except ValueError:
        return None
    if version == 4:
        return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randint(1, 254)}"
    return "2001:db8:" + ":".join(f"{rng.randint(0x1000, 0xFFFF):x}" for _ in range(6))


def mac(text: str, rng: Random) -> str | None:
    """An address kept for documentation: 00-00-5E-00-53-00 to -FF (RFC 9542)."""
    if len(re.findall(r"[0-9A-Fa-f]", text)) != 12 or re.search(r"[^0-9A-Fa-f:. -]", text):
        return None
    lower = text == text.lower()
    digits = iter(f"00005e0053{rng.randint(0, 255):02x}")
    new = "".join(next(digits) if c.isalnum() else c for c in text)
    return new if lower else new.upper()


def url(text: str, rng: Random) -> str | None:
    """A page of a domain kept for documentation (RFC 2606, 3), with a path of its own."""
    found = re.match(r"(?i)(https?://)?(www\.)?", text)
    start = found[0] if found else ""
    path = "".join(rng.choice(_LETTERS + _DIGITS) for _ in range(8))
    return f"{start}{rng.choice(('example.com', 'example.org', 'example.net'))}/{path}"
