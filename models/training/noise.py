"""What typing does to a text: lower case, capitals, lost punctuation, slips, emoji; values keep their labels."""

import random
import re
import string

from models.training import templates as t
from models.training.marked import Piece, join

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_]*_\d+\]")
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
