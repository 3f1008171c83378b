"""Single messages from templates, with a question or some other turn before them."""

import random

from models.training import templates as t
from models.training.marked import Piece, join, plain
from models.training.noise import lowered, noisy, spoil
from models.training.slots import Writer

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
