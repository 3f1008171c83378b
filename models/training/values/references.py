# ruff: noqa: E501, SIM905  (tables and lists of alternatives are easiest to read in long lines)
"""Orders, bookings, tickets, claims, policies, shipments, payments: what firms number."""

import random

from models.training.values.identifiers import luhn
from models.training.values.shapes import alnum, digits, letters, patterned

ACCOUNT_SHAPES = (
    # orders and cases of shops
    "#9999999 #99999 #W9999999 W9999999 #A9999999 A9999999 AA9999999 AA-999999 AAA-99999 AAA-999999 AAA9999999 'ORD'-999999 'ORD'9999999 'ORD'-9999-99999 'ORD'_99999 'O'-99999 "
    "'INV'-9999 'INV'-2'0'24-9999 'INV'99999 'INV'/2'0'25/9999 'TKT'-999999 'TKT'9999999 'CS'9999999 'CASE'-99999 'REF'-XXXXXX 'REF':999999 'REF9'999 'BK'-99999 'BK'9XXXX 'RES'-9999999 "
    "'RMA'-99999 'RMA'999999 'PO'-99999 'PO'9999999 'SO'-9999999 'QT'-9999 'EST'-99999 'RET'-99999 'SUB'-999999 #9999-9999 #XXXXXX #AA99999 #99999-A 999-9999999-9999999 9AA-9999999-9999999 999-999999 99-999999 9999-9999 9999-9999-9999 "
    "999999-99 99999-AA AA99-XX99-XX99 XXXX-XXXX XXXX-XXXX-XXXX XXX-XXX XXX-XXX-XXX A-99999 A99-9999 99A9999 9A9A9A A9A9A9 AA9A99 AA99AA AAAAAA AAAAAA XXXXXX XXXXXX XXXXXX AA9AA9 A9AAA9 9AAAAA A9A9AA AA999 "
    # carriers
    "1'Z'999'AA'19999999999 1'Z'X9X9XX0399999999 94'0'0199999999999999999 94'0'55999999999999999999 AA999999999AA A'A'999999999'GB' 'RA'999999999'US' 999999999999 999999999999999 'TBA'999999999999 'GM'9999999999999999 'JD0'1999999999999999999 "
    "'JJD'99999999999999 00399999999999999999 9999-9999-9999-9999 'YT'9999999999999 'LP'99999999999999 'SF'9999999999999 'H'999'HA'9999999999 'DPD'99999999 9999.9999.9999.99 C99999999999999 'AWB'-99999999 999-99999999 AAAU9999999 'PKG'-999999 "
    # airlines, hotels, rail, events
    "AAAAAA XAXXAA 016-9999999999 'PNR'-XXXXXX 'HTL'-99999 'CNF'-9999999 99999999-AA 'SEAT'-9999 'EVT'-99999-XXXX 'FF'9999999 'BA'99999999 'SKY'99999 9999999-9 'HM'9XXXXXXXX 'HM'XXXXXXXX 9.999.999.999 "
    # claims, policies, meters, loans, members, students, employees
    "'CLM'-9999999 'CL'-99-9999999 'CLM'/2'0'2'5'/99999 'POL'-9999-9999 'POL'999999 'HO'-9999999-99 'AUT'-9999999 P99999999 'Q'99-9999999 99-A9-A999-9 'MTR'-9999999 'MT'-99999 999999999999999999999 'ESID'99999999 "
    "'LN'-99999999 'LOAN'-999999 'MEM'-9999999 M9999999 'MBR'999999 'CUST'-99999 'CUST'999999 C-9999999 99999999A 'SR'-9999999 'SR'999999999 'STU'-99999 'S'9999999 'U'9999999 N9999999 99AAA9999 99/AA/9999 'EMP'-9999 'EMP'99999 'E'-99999 "
    "'ACC'9999999 'ACCT'-9999999 'ACCT'#999999 'a'cct-9999999 #AA-9999 #999-9999 99/999999 99.999.999 AAA/99/9999 AA/9999/99 AA:99999 AA_9999_99 A9999/99 99999/2'0'26 "
    # desks and programs: Jira, GitHub, payment processors
    "'SUP'-9999 'HELP'-999 'INC'999999 'INC'0099999 'CHG'0099999 'RITM'00999999 'DESK'-9999 'CRM'-99999 AAA-999 AAAA-9999 'gh'-9999 "
    "'cus'_aX9aX9aXaX9aXa 'order'_aA9aA9aA9aA9 'pi'_9AaxXxxXxxXxXxxXxxXxX9x 'ch'_9XxXxXxXxXxXxXxXxXxX 'sub'_9XxXxXxXxXxXxX 'in'_9XxXxXxXxXx 'pay'_XxXxXxXxXxXxXx 'txn'_xxxxxxxx 'txn'-9999999999 'TXN'99999999 'PAYID'-XXXXXXXXXXXX "
    "'credit_card'_9999999 'gift_card'_9999999 'certificate'_9999999 'paypal'_9999999 'voucher'_9999 'user'_999999 'u'-99999 'profile'-999999 'reservation'_99999 'wallet'_99999 'item'_999999 "
    "hhhhhhhh hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh hhhhhhhh-hhhh-4hhh-'a'hhh-hhhhhhhhhhhh hhhhhhhhhhhh hhhhhhh 0'x'hhhhhhhh 'req'_hhhhhhhhhhhh 'run'-hhhhhh"
).split()
SPACED = (
    "9999 9999", "9999 9999 99", "999 999 9999", "AA 999 999", "999 999 999", "9999 9999 9999", "9999 9999 9999 9999", "99 99 99 99", "99 9999 9999 999", "125 9999999999", "016 9999999999", "AA 9999 9999", "AAA 999", "AAA AAA", "XXX XXX", "'No'. 99999", "'No' 999999",
    "94'0'0 1999 9999 9999 9999 99", "AA 999 999 999 AA", "A 999 999 999", "1'Z' 999 'A'99 '0'3 9999 9999", "9999 99999 9", "# 999999", "# AA9999",
)  # fmt: skip
WORDS = [
    "order",
    "booking",
    "ticket",
    "case",
    "claim",
    "policy",
    "invoice",
    "shipment",
    "customer",
    "member",
    "account",
    "reservation",
    "payment",
    "refund",
    "return",
    "loan",
    "student",
    "device",
    "meter",
]
MARKS = ("-", "-", "_", "/", ".", ":", "#", " ")


def account(rng: random.Random) -> str:
    """A reference code as firms give it out."""
    dice = rng.random()
    if dice < 0.34:
        return digits(rng, rng.choice((4, 5, 5, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 10, 10, 10, 11, 12, 12, 13, 14)))
    if dice < 0.51:
        return alnum(rng, rng.choice((5, 6, 6, 6, 7, 8, 8, 9, 10, 10, 10, 10, 11, 12)))
    if dice < 0.59:
        return prefixed(rng)
    if dice < 0.62:
        return patterned(rng, rng.choice(SPACED))
    if dice < 0.66:
        return mixed(rng)
    if dice < 0.68:
        return named(rng)
    if dice < 0.69:
        return luhn("{35|86|01}999999999999")(rng)
    text = patterned(rng, rng.choice(ACCOUNT_SHAPES))
    return text.lower() if rng.random() < 0.06 else text


def prefixed(rng: random.Random) -> str:
    """Some letters, perhaps a mark, digits."""
    start, mark = letters(rng, rng.choice((1, 2, 2, 3, 4))), rng.choice(("", "", "-", " "))
    return start + mark + digits(rng, rng.choice((4, 5, 6, 7, 8, 9)))


def mixed(rng: random.Random) -> str:
    """Groups of letters and digits with one mark between them: the code of a firm that nobody knows yet."""
    mark = rng.choice(MARKS[:6])
    groups = []
    for _ in range(rng.choice((2, 2, 3, 3, 4))):
        size = rng.choice((1, 2, 2, 3, 4, 4, 5, 6))
        groups.append(rng.choice((digits, digits, letters, alnum))(rng, size))
    groups.append(digits(rng, rng.choice((2, 3, 4))))
    return rng.choice(("", "", "", "#")) + mark.join(groups)


def named(rng: random.Random) -> str:
    """A word in front, in the way of an identifier of a program."""
    word, number = rng.choice(WORDS), digits(rng, rng.choice((3, 4, 5, 6, 7, 8)))
    return rng.choice(
        (
            f"{word}_{number}",
            f"{word}-{number}",
            f"{word}{number}",
            f"{word.upper()}-{number}",
            f"{word.title()}#{number}",
            f"{word[:3].upper()}{number}",
        )
    )
