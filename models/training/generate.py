"""Customer-service messages and their context from a seed: `python -m models.training.generate OUT --count N`."""

import argparse
import json
import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from models.training import templates as t
from models.training import values as v

SLOT = re.compile(r"\{([a-z_0-9]+)\}")
PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*_\d+\]")
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
CASED = {
    "ACCOUNT_ID",
    "SECRET",
    "CRYPTO",
    "URL",
    "IBAN_CODE",
    "VEHICLE_ID",
    "PASSPORT",
    "DRIVER_LICENSE",
    "NATIONAL_ID",
    "MEDICAL_ID",
    "POSTAL_CODE",
}
SLOT_WEIGHTS = {
    "person": 20,
    "account": 26,
    "email": 13,
    "phone": 8,
    "user": 11,
    "address": 9,
    "zip": 5,
    "first": 2,
    "last": 2,
    "pin": 4,
    "password": 3,
    "card": 3,
    "nid": 3,
    "dob": 3,
    "iban": 2,
    "bank": 3,
    "passport": 2,
    "license": 2,
    "vehicle": 2,
    "age": 1.5,
    "medical": 3,
    "answer": 2,
    "city": 2.5,
    "cvv": 1.5,
    "ip": 1,
    "mac": 1,
    "url": 1,
    "crypto": 1,
    "org": 1,
    "date": 2,
}


@dataclass
class Piece:
    text: str
    label: str | None = None


@dataclass
class Writer:
    """One example's values: the same person keeps one name, e-mail and username."""

    rng: random.Random
    name: tuple[str, str] = ("", "")
    used: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.name = v.first_last(self.rng)

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
                return Piece(f"[{label}_{self.rng.choice('11112234')}]")
            return Piece(self.value(slot), label)
        if slot in t.FILLERS:
            text = self.rng.choice(t.FILLERS[slot].split("|"))
            return Piece(text, "?ORGANIZATION" if slot == "brand" else None)
        if slot == "expiry":
            return Piece(neutral(self.rng, slot), "?DATE_TIME")
        return Piece(neutral(self.rng, slot))


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
            rng.choice(["UA", "AA", "DL", "HAT", "HAT", "LH", "BA", "EK", "WN"])
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


def join(*parts: list[Piece], blank: str = " ") -> list[Piece]:
    out: list[Piece] = []
    for part in parts:
        if out and part:
            out.append(Piece(blank))
        out += part
    return out


def sentence(w: Writer, template: str) -> list[Piece]:
    return w.fill(template)


def weighted_slot(rng: random.Random) -> str:
    return rng.choices(list(SLOT_WEIGHTS), list(SLOT_WEIGHTS.values()))[0]


def slots_to_ask(rng: random.Random) -> list[str]:
    if rng.random() < 0.62:
        return [weighted_slot(rng)]
    if rng.random() < 0.6:
        chat = rng.choice(
            [
                ["user", "email", "account"],
                ["person", "email"],
                ["person", "account"],
                ["email", "account"],
                ["user", "email"],
                ["person", "zip"],
                ["account", "person"],
                ["person", "dob"],
                ["first", "last", "zip"],
                ["person", "address"],
                ["account", "zip"],
                ["person", "phone"],
                ["user", "email", "account"],
            ]
        )
        return rng.sample(chat, len(chat)) if rng.random() < 0.4 else list(chat)
    return list(dict.fromkeys(weighted_slot(rng) for _ in range(rng.choice((2, 2, 3, 4)))))


def question(rng: random.Random, slots: list[str]) -> str:
    nouns = [rng.choice(t.ASK_FOR[s]) for s in slots]
    what = (
        nouns[0]
        if len(nouns) == 1
        else ", ".join(nouns[:-1]) + rng.choice([" and ", ", and ", " or " if len(nouns) == 2 else " and "]) + nouns[-1]
    )
    text = rng.choice(t.ASK).format(what=what)
    if rng.random() < 0.15:
        text = rng.choice(t.NEUTRAL_AGENT).split("{")[0] + " " + text
    return text


def answer(w: Writer, slots: list[str]) -> list[Piece]:
    rng = w.rng
    if len(slots) == 1:
        parts = [sentence(w, rng.choice(t.ANSWERS[slots[0]]))]
        return decorate(w, parts[0]) if rng.random() < 0.18 else parts[0]
    return form(w, slots)


def form(w: Writer, slots: list[str]) -> list[Piece]:
    rng = w.rng
    dice = rng.random()
    if dice < 0.45:
        blank = rng.choice([", ", ", ", ", ", " ", "\n", "\n", "; ", " / ", " - ", " and ", ",", " | "])
        return join(*(sentence(w, "{" + s + "}") for s in slots), blank=blank)
    if dice < 0.78:
        sep = rng.choice([": ", ": ", ":", " ", " - ", " = ", " is "])
        return join(
            *(sentence(w, rng.choice(t.LABELLED[s]) + sep + "{" + s + "}") for s in slots),
            blank=rng.choice(["\n", "\n", ", ", " ", "; ", ". "]),
        )
    return join(
        *(sentence(w, rng.choice(t.ANSWERS.get(s, ["{" + s + "}"]))) for s in slots),
        blank=rng.choice([" ", ", ", " and ", ". ", "\n"]),
    )


def decorate(w: Writer, pieces: list[Piece]) -> list[Piece]:
    rng = w.rng
    if rng.random() < 0.5:
        pieces = join([Piece(rng.choice(t.OPENINGS))], pieces)
    if rng.random() < 0.45:
        pieces = join(pieces, [Piece(rng.choice(t.CLOSINGS))], blank=rng.choice([" ", ", ", ". ", "\n"]))
    return pieces


def negatives(w: Writer, count: int) -> list[list[Piece]]:
    return [sentence(w, w.rng.choice(t.NEGATIVE)) for _ in range(count)]


def statement(w: Writer) -> list[Piece]:
    rng = w.rng
    parts = [sentence(w, rng.choice(t.STATEMENTS)) for _ in range(rng.choices((1, 2, 3), (70, 24, 6))[0])]
    parts += negatives(w, rng.choices((0, 1, 2, 5), (53, 34, 10, 3))[0])
    rng.shuffle(parts)
    pieces = join(*parts, blank=rng.choice([" ", ". ", ". ", ", ", "\n", " and ", "... ", "! "]))
    return decorate(w, pieces) if rng.random() < 0.3 else pieces


def agent(w: Writer) -> list[Piece]:
    rng = w.rng
    if rng.random() < 0.32:
        pieces = sentence(w, rng.choice(t.AGENT_LONG))
        return join(pieces, sentence(w, rng.choice(t.NEGATIVE_AGENT)), blank="\n\n") if rng.random() < 0.2 else pieces
    parts = [sentence(w, rng.choice(t.AGENT))]
    if rng.random() < 0.35:
        parts.append(sentence(w, rng.choice(t.NEUTRAL_AGENT + t.NEGATIVE_AGENT[:20])))
    if rng.random() < 0.2:
        parts.append([Piece(question(rng, slots_to_ask(rng)))])
    if rng.random() < 0.15:
        parts.append(sentence(w, rng.choice(t.AGENT)))
    return join(*parts)


def negative(w: Writer) -> list[Piece]:
    rng = w.rng
    if rng.random() < 0.25:
        pool = t.NEGATIVE_AGENT + t.NEUTRAL_AGENT
        return join(*(sentence(w, rng.choice(pool)) for _ in range(rng.choice((1, 1, 2)))))
    if rng.random() < 0.12:
        return [Piece(question(rng, slots_to_ask(rng)))]
    if rng.random() < 0.09:
        return sentence(w, rng.choice(t.PROSE_NEGATIVE))
    pieces = join(
        *negatives(w, rng.choices((1, 2, 3, 6), (64, 26, 8, 2))[0]), blank=rng.choice([" ", ". ", ", ", "! ", " and "])
    )
    return decorate(w, pieces) if rng.random() < 0.35 else pieces


def plain(pieces: list[Piece]) -> str:
    return "".join(p.text for p in pieces)


def context_for(w: Writer, fitting: str | None) -> str:
    """One or two turns before the message; values raw in half, placeholders in the other half."""
    rng = w.rng
    hide = rng.random() < 0.5
    dice = rng.random()
    if fitting is None:
        if dice < 0.42:
            return ""
        last = plain(
            w.fill(rng.choice(t.NEUTRAL_AGENT + t.NEGATIVE_AGENT if dice < 0.75 else t.AGENT + t.AGENT_LONG), hide)
        )
    else:
        last = fitting
    if rng.random() < 0.35:
        before = rng.choice(t.STATEMENTS + t.NEGATIVE + t.AGENT + t.NEUTRAL_AGENT)
        last = plain(w.fill(before, hide)) + "\n" + last
    if rng.random() < 0.1:
        last += "\n" + plain(w.fill(rng.choice(t.NEGATIVE), hide))
    return spoil(rng, last) if rng.random() < 0.25 else last


def spoil(rng: random.Random, text: str) -> str:
    return lowered(text) if rng.random() < 0.6 else re.sub(r"[.,!?']", "", text)


def lowered(text: str) -> str:
    """Lower case, placeholders as they stand."""
    kept = [*PLACEHOLDER.findall(text), ""]
    return "".join(part.lower() + keep for part, keep in zip(PLACEHOLDER.split(text), kept, strict=True))


def typo(rng: random.Random, text: str) -> str:
    words = re.split(r"(\s+)", text)
    for i, word in enumerate(words):
        if len(word) >= 4 and word.isalpha() and rng.random() < 0.12:
            k = rng.randrange(1, len(word) - 1)
            words[i] = rng.choice(
                [
                    word[:k] + word[k + 1 :],
                    word[:k] + word[k + 1] + word[k] + word[k + 2 :],
                    word[:k] + word[k] + word[k:],
                    word[:k] + rng.choice(string.ascii_lowercase) + word[k + 1 :],
                ]
            )
    return "".join(words)


def noisy(rng: random.Random, pieces: list[Piece], lower: float = 0.45) -> list[Piece]:
    if rng.random() < lower:
        keep = rng.random() < 0.5
        pieces = [
            p if PLACEHOLDER.search(p.text) or (keep and p.label in CASED) else Piece(p.text.lower(), p.label)
            for p in pieces
        ]
    elif rng.random() < 0.025:
        pieces = [p if PLACEHOLDER.search(p.text) else Piece(p.text.upper(), p.label) for p in pieces]
    elif rng.random() < 0.06:  # names typed in lower case or capitals inside an ordinary sentence
        change = rng.choice([str.lower, str.upper])
        pieces = [Piece(change(p.text), p.label) if p.label == "PERSON" else p for p in pieces]
    if rng.random() < 0.30:
        pieces = [
            p if p.label or PLACEHOLDER.search(p.text) else Piece(re.sub(r"[.,!?'](?=\s|$)|'", "", p.text) or " ", None)
            for p in pieces
        ]
    if rng.random() < 0.18:
        pieces = [p if p.label or PLACEHOLDER.search(p.text) else Piece(typo(rng, p.text), None) for p in pieces]
    if rng.random() < 0.07:
        pieces = emoticons(rng, pieces)
    if rng.random() < 0.05:
        pieces = [Piece(p.text.replace(" ", "  "), p.label) if not p.label else p for p in pieces]
    return [p for p in pieces if p.text]


def emoticons(rng: random.Random, pieces: list[Piece]) -> list[Piece]:
    signs = Piece(rng.choice([" ", " ", ""]).join(rng.choices(t.EMOJI, k=rng.choice((1, 1, 2, 3)))))
    return join(pieces, [signs]) if rng.random() < 0.85 else join([signs], pieces)


def example(rng: random.Random) -> tuple[str, list[Piece]]:
    """Context and message."""
    w = Writer(rng)
    dice = rng.random()
    if dice < 0.26:
        slots = slots_to_ask(rng)
        ask = question(rng, slots)
        if len(slots) > 1 and rng.random() < 0.5:
            return sequential(w, ask, slots)
        fitting: str | None = ask if rng.random() < 0.9 else None
        told = slots if rng.random() < 0.95 else [weighted_slot(rng)]
        return context_for(w, fitting), noisy(rng, answer(w, told))
    if dice < 0.32:
        return context_for(w, None), noisy(rng, sentence(w, rng.choice(t.PROSE)), lower=0.2)
    if dice < 0.45:
        fitting = question(rng, slots_to_ask(rng)) if rng.random() < 0.15 else None
        return context_for(w, fitting), noisy(rng, statement(w))
    if dice < 0.50:
        slots = rng.choice(t.TEMPLATE_FORMS)
        fitting = question(rng, slots[:3]) if rng.random() < 0.5 and all(s in t.ASK_FOR for s in slots) else None
        return context_for(w, fitting), noisy(rng, form(w, slots))
    if dice < 0.62:
        return agent_context(w), noisy(rng, agent(w), lower=0.2)
    if dice < 0.76:
        ask, replies = rng.choice(t.NEUTRAL_ASK)
        reply = sentence(w, rng.choice(replies))
        context = context_for(w, plain(w.fill(ask))) if rng.random() < 0.9 else context_for(w, None)
        return context, noisy(rng, decorate(w, reply) if rng.random() < 0.15 else reply, lower=0.5)
    if dice < 0.97:
        fitting = question(rng, slots_to_ask(rng)) if rng.random() < 0.25 else None
        return context_for(w, fitting), noisy(rng, negative(w))
    return context_for(w, None), noisy(rng, sentence(w, rng.choice(t.ASSISTANT_PLACEHOLDERS)), lower=0.0)


def sequential(w: Writer, ask: str, slots: list[str]) -> tuple[str, list[Piece]]:
    """Several things asked at once, given one message at a time: the earlier ones stand in the context."""
    k = w.rng.randrange(len(slots))
    given = ["{" + s + "}" for s in slots[:k]]
    hide = w.rng.random() < 0.5
    context = "\n".join([ask] + [plain(w.fill(g, hide)) for g in given])
    if w.rng.random() < 0.15:
        context += "\n" + w.rng.choice(["Thanks", "ok", "Thank you.", "one sec", "sure", "Great, and the rest?"])
    return context, noisy(w.rng, answer(w, [slots[k]]))


def agent_context(w: Writer) -> str:
    if w.rng.random() < 0.2:
        return ""
    template = w.rng.choice(
        ["{person}", "my name is {person}", "{account}", "{email}", "{address}", *t.STATEMENTS, *t.NEGATIVE]
    )
    text = plain(w.fill(template, w.rng.random() < 0.5))
    return lowered(text) if w.rng.random() < 0.4 else text


def as_row(context: str, pieces: list[Piece]) -> dict[str, Any]:
    spans: list[dict[str, Any]] = []
    at = 0
    text = plain(pieces)
    for p in pieces:
        if (
            p.label == "PERSON"
            and spans
            and spans[-1]["label"] == "PERSON"
            and text[spans[-1]["end"] : at].strip(" ") == ""
        ):
            spans[-1]["end"] = at + len(p.text)  # forename and surname side by side are one name
        elif p.label:
            spans.append({"start": at, "end": at + len(p.text), "label": p.label})
        at += len(p.text)
    return {"context": context, "text": text, "spans": spans}


def generate(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` messages; the same seed gives the same messages."""
    rng = random.Random(seed)
    for _ in range(count):
        context, pieces = example(rng)
        yield as_row(context, pieces)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=150_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with args.out.open("w", encoding="utf-8") as f:
        for row in generate(args.count, args.seed):
            f.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
