# ruff: noqa: E501  (tables and lists of alternatives are easiest to read in long lines)
"""Passwords, PINs, codes, keys and answers to security questions."""

import base64
import json
import random
import string

from models.training.values.names import forename, surname
from models.training.values.shapes import digits, patterned
from models.training.values.words import PASSPHRASE_WORDS, PASSWORD_WORDS, PETS, coined

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
LEET = str.maketrans("aeios", "@3!0$")
KEYS = (
    ("sk_live_", 24), ("sk_test_", 24), ("pk_live_", 24), ("pk_test_", 24), ("rk_live_", 24), ("sk-", 32), ("sk-proj-", 48), ("sk-ant-api03-", 40), ("ghp_", 36), ("gho_", 36), ("github_pat_", 40), ("AKIA", 16), ("ASIA", 16), ("xoxb-", 32),
    ("xoxp-", 32), ("AIza", 35), ("glpat-", 20), ("Bearer ", 32), ("npm_", 36), ("hf_", 34), ("SG.", 40), ("shpat_", 32), ("dop_v1_", 40), ("ya29.", 40), ("key-", 32), ("whsec_", 32), ("", 20), ("", 24), ("", 32), ("", 40), ("", 36),
)  # fmt: skip
SHAPES = (
    "aaaaaa99aa",
    "aa9a99aaa",
    "XXXXXXXXXX",
    "aaa9999",
    "aaaaaaa",
    "99aaaaa9",
    "aaaa-aaaa-aaaa",
    "aaaaaa-aaaaaa-aaaaa9",
    "Aaaa9999!",
    "Aaaaaaa@999",
    "AAAA-9999",
    "xxxxxxxx",
    "999999aa",
    "aaaaaaaa9!",
)
ANSWERS = [
    "Honda Civic",
    "Ford Focus",
    "blue bicycle",
    "the beatles",
    "pizza",
    "Toyota Corolla",
    "grandma's lasagna",
    "Mr Whiskers",
    "Harry Potter",
    "old red truck",
    "VW Golf",
    "my first teacher",
    "chocolate cake",
    "Pink Floyd",
    "the Lion King",
    "spaghetti",
    "Nintendo",
    "teddy bear",
    "Arsenal",
    "green",
    "turquoise",
    "Michael Jordan",
    "strawberry ice cream",
    "the Godfather",
    "Monopoly",
    "Barcelona",
    "my uncle's farm",
    "Corolla 98",
    "roller skates",
    "Mustang",
    "Fender guitar",
    "Narnia",
    "Snoopy",
    "sushi",
    "Serena Williams",
]
SCHOOLS = ("'s School", " Elementary", " High", " Primary", " Middle School", " Academy", " High School", " College")


def password(rng: random.Random) -> str:
    """A password as people choose or programs make it."""
    dice = rng.random()
    if dice < 0.45:
        return chosen(rng)
    if dice < 0.75:
        alphabet = LETTERS_AND_DIGITS + "!#$%&*?@^-_+="
        return "".join(rng.choices(alphabet, k=rng.randint(7, 16))).strip("?!-_") or "aB3$xk91"
    if dice < 0.85:
        return patterned(rng, rng.choice(SHAPES))
    if dice < 0.93:
        return rng.choice(("-", "-", " ", ".", "_", "")).join(
            rng.choices(PASSPHRASE_WORDS + PASSWORD_WORDS, k=rng.choice((2, 3, 4)))
        )
    return rng.choice(PASSWORD_WORDS).translate(LEET) + digits(rng, rng.choice((1, 2, 3)))


def chosen(rng: random.Random) -> str:
    """A word or a name, digits, a sign."""
    w = rng.choice(PASSWORD_WORDS)
    start = rng.choice((w, w.capitalize(), w.upper(), forename(rng), rng.choice(PETS).capitalize(), coined(rng, 2)))
    number = rng.choice((digits(rng, rng.choice((1, 2, 3, 4))), str(rng.randint(1950, 2026)), "123", "1234"))
    return (
        start.replace(" ", "")
        + rng.choice(("", "", "_", "-", ".", "@"))
        + number
        + rng.choice(("", "", "!", "#", "$", "!!", "*", "?", "@"))
    )


def pin(rng: random.Random) -> str:
    """A PIN or a code sent by text message."""
    n = digits(rng, rng.choice((4, 4, 4, 5, 6, 6, 6, 6, 7, 8)))
    dice = rng.random()
    if len(n) == 6 and dice < 0.2:
        return n[:3] + rng.choice((" ", "-")) + n[3:]
    if len(n) == 4 and dice < 0.03:
        return " ".join(n)
    return patterned(rng, rng.choice(("A-999999", "\\G-999999", "XXXXXX", "AAAA-9999", "aaa999"))) if dice > 0.96 else n


def token(rng: random.Random) -> str:
    """A JSON web token whose parts decode, signed with nothing."""

    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    head = part(json.dumps({"alg": "HS256", "typ": "JWT"}))
    body = part(json.dumps({"sub": digits(rng, 8), "iat": rng.randint(1700000000, 1790000000)}))
    return f"{head}.{body}.{''.join(rng.choices(LETTERS_AND_DIGITS + '-_', k=43))}"


def api_key(rng: random.Random) -> str:
    """A key with the prefix of a well-known service, or bare, or a token."""
    if rng.random() < 0.05:
        return token(rng)
    start, size = rng.choice(KEYS)
    alphabet = (
        string.ascii_uppercase + "234567"
        if start in ("AKIA", "ASIA")
        else "0123456789abcdef"
        if start in ("shpat_", "key-")
        else LETTERS_AND_DIGITS
    )
    return start + "".join(rng.choices(alphabet, k=size))


def answer(rng: random.Random) -> str:
    """An answer to a security question: a pet, a mother's surname, a school, a first car."""
    dice = rng.random()
    if dice < 0.35:
        return rng.choice(PETS).capitalize()
    if dice < 0.55:
        return surname(rng)
    if dice < 0.75:
        return rng.choice(("St ", "Saint ", "", "", "St. ")) + forename(rng) + rng.choice(SCHOOLS)
    text = rng.choice(ANSWERS)
    return text.lower() if rng.random() < 0.3 else text
