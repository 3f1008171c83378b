"""The slots of templates and scripts: a personal value with its label, or a neutral one (price, size, version, ...)."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from models.training import templates as t
from models.training import values as v
from models.training.marked import Piece
from models.training.stand_ins import StandIns

SLOT = re.compile(r"\{([a-z_0-9]+)\}")
# slot -> (label, maker)
PERSONAL = {
    "person": ("PERSON", "PERSON"),
    "first": ("PERSON", "FIRST"),
    "last": ("PERSON", "LAST"),
    "email": ("EMAIL_ADDRESS", "EMAIL_ADDRESS"),
    "phone": ("PHONE_NUMBER", "PHONE_NUMBER"),
    "card": ("CREDIT_CARD", "CREDIT_CARD"),
    "cvv": ("CARD_CVV", "CARD_CVV"),
    "iban": ("IBAN_CODE", "IBAN_CODE"),
    "bank": ("BANK_ACCOUNT", "BANK_ACCOUNT"),
    "nid": ("NATIONAL_ID", "NATIONAL_ID"),
    "passport": ("PASSPORT", "PASSPORT"),
    "license": ("DRIVER_LICENSE", "DRIVER_LICENSE"),
    "vehicle": ("VEHICLE_ID", "VEHICLE_ID"),
    "address": ("STREET_ADDRESS", "STREET_ADDRESS"),
    "street": ("STREET_ADDRESS", "STREET"),
    "zip": ("POSTAL_CODE", "POSTAL_CODE"),
    "loc": ("LOCATION", "LOCATION"),
    "city": ("LOCATION", "CITY"),
    "state": ("LOCATION", "STATE"),
    "date": ("DATE_TIME", "DATE_TIME"),
    "dob": ("DATE_OF_BIRTH", "DATE_OF_BIRTH"),
    "age": ("AGE", "AGE"),
    "org": ("ORGANIZATION", "ORGANIZATION"),
    "user": ("USERNAME", "USERNAME"),
    "account": ("ACCOUNT_ID", "ACCOUNT_ID"),
    "pin": ("SECRET", "PIN"),
    "password": ("SECRET", "PASSWORD"),
    "key": ("SECRET", "API_KEY"),
    "answer": ("SECRET", "ANSWER"),
    "last_secret": ("SECRET", "LAST"),
    "url": ("URL", "URL"),
    "ip": ("IP_ADDRESS", "IP_ADDRESS"),
    "mac": ("MAC_ADDRESS", "MAC_ADDRESS"),
    "crypto": ("CRYPTO", "CRYPTO"),
    "medical": ("MEDICAL_ID", "MEDICAL_ID"),
}
OPEN_SLOTS = {"brand": "?ORGANIZATION", "day": "?DATE_TIME", "expiry": "?DATE_TIME"}
"""Slots whose text may be of a type or not: the loss leaves both open."""


@dataclass
class Writer:
    """One example's values: the same person keeps one name, e-mail and username."""

    rng: random.Random
    name: tuple[str, str] = ("", "")
    used: dict[str, str] = field(default_factory=dict)
    stand_ins: StandIns = field(init=False)

    def __post_init__(self) -> None:
        self.name = v.first_last(self.rng)
        self.stand_ins = StandIns.of(" ".join(self.name))

    def value(self, slot: str) -> str:
        rng = self.rng
        if slot in self.used and rng.random() < 0.3:
            return self.used[slot]
        own = self.name if rng.random() < 0.75 else v.first_last(rng)
        if slot == "person" and rng.random() < 0.6:
            text = f"{own[0]} {own[1]}"
        elif slot in ("first", "last"):
            text = own[slot == "last"]
        elif slot == "email":
            text = v.email(rng, own)
        elif slot == "user" and rng.random() < 0.6:
            text = v.handle(rng, own)
        else:
            text = v.MAKERS[PERSONAL[slot][1]](rng)
        self.used[slot] = text
        return text

    def fill(self, template: str, placeholders: bool = False) -> list[Piece]:
        pieces: list[Piece] = []
        end = 0
        for m in SLOT.finditer(template):
            pieces.append(Piece(template[end : m.start()]))
            pieces.append(self.slot(m[1], placeholders))
            end = m.end()
        pieces.append(Piece(template[end:]))
        return [p for p in pieces if p.text]

    def slot(self, slot: str, placeholders: bool) -> Piece:
        if slot in PERSONAL:
            label = PERSONAL[slot][0]
            if placeholders:
                placeholder = f"[{label}_{self.rng.choice('11112234')}]"
                return Piece(self.stand_in(slot) or placeholder)
            return Piece(self.value(slot), label)
        return neutral_piece(self.rng, slot)

    def stand_in(self, slot: str) -> str | None:
        """What a host that writes stand-ins shows there; its own numbers, so that all else stays as it was."""
        if not self.stand_ins.are_written:
            return None
        label, maker = PERSONAL[slot]
        return self.stand_ins.instead_of(label, v.MAKERS[maker](self.stand_ins.rng))


def neutral_piece(rng: random.Random, slot: str) -> Piece:
    """A neutral slot's text; brands and expiry dates may count as an organisation or a date, or not."""
    text = rng.choice(t.FILLERS[slot].split("|")) if slot in t.FILLERS else neutral(rng, slot)
    return Piece(text, OPEN_SLOTS.get(slot))


def neutral(rng: random.Random, slot: str) -> str:
    n = rng.choice((1, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 24, 30, 50, 64, 100, 120, 128, 256, 300, 500))
    cents = f".{rng.randint(0, 99):02d}"
    made: dict[str, Callable[[], str]] = {
        "price": lambda: (
            rng.choice(["$", "$", "$", "£", "€", ""])
            + str(rng.choice((n, n * 7, n * 13)))
            + rng.choice(["", "", cents, "$" if n > 7 else " dollars"])
        ),
        "qty": lambda: rng.choice([str(n), str(n), str(n), "one", "two", "three", "four", "a couple", "ten"]),
        "percent": lambda: f"{min(n, 90)}{rng.choice(['%', '%', ' percent'])}",
        "promo": lambda: rng.choice(
            [
                v.alnum(rng, 5),
                v.alnum(rng, 5),
                f"SAVE{n}",
                f"WELCOME{n}",
                "FREESHIP",
                f"{rng.choice(['SUMMER', 'SPRING', 'VIP', 'BF', 'XMAS'])}{n}",
                v.letters(rng, 6),
            ]
        ),
        "flight": lambda: (
            rng.choice(["UA", "AA", "DL", "QF", "AC", "LH", "BA", "EK", "WN"])
            + rng.choice(["", "", " "])
            + str(rng.randint(10, 999))
        ),
        "last4": lambda: v.digits(rng, 4),
        "expiry": lambda: (
            f"{rng.randint(1, 12):02d}/{rng.choice([str(rng.randint(24, 32)), str(rng.randint(2024, 2032))])}"
        ),
        "time": lambda: rng.choice(
            [
                f"{rng.randint(1, 12)} {rng.choice(['am', 'pm'])}",
                f"{rng.randint(1, 12)}:{rng.choice(['00', '15', '30', '45'])}",
                f"{rng.randint(1, 12)}{rng.choice(['am', 'pm'])}",
                "noon",
                f"{rng.randint(10, 23)}:{rng.randint(10, 59)}",
                f"{rng.randint(1, 12)}:30 pm",
            ]
        ),
        "version": lambda: rng.choice(
            [
                f"{rng.randint(1, 20)}.{rng.randint(0, 9)}",
                f"{rng.randint(1, 20)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}",
                f"v{rng.randint(1, 9)}.{rng.randint(0, 9)}",
                f"{rng.randint(1, 5)}.{rng.randint(0, 9)}",
            ]
        ),
        "errcode": lambda: rng.choice(
            [
                f"E{rng.randint(1, 999)}",
                f"E-{rng.randint(100, 9999)}",
                "0x80070057",
                "404",
                "503",
                f"ERR_{rng.choice(['CONN', 'TIMEOUT', 'AUTH'])}",
                str(rng.randint(100, 5999)),
                "DNS_PROBE_FINISHED",
            ]
        ),
        "seat": lambda: f"{rng.randint(1, 40)}{rng.choice('ABCDEF')}",
        "sku": lambda: rng.choice(
            [
                v.shape(rng, p)
                for p in ("AA-9999", "AAA9999", "9999-AA", "99999", "AA999A", "A9-9999", "999-9999", "A99", "AAA-99-A")
            ]
        ),
        "n": lambda: rng.choice("11112223459"),
    }
    return made[slot]()
