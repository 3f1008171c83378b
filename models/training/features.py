"""What the model sees of a text besides its word pieces: the case of each word, which an uncased vocabulary hides."""

import re

WORD = re.compile(r"[^\W\d_]+")
LOWER, CAPITALISED, UPPER, OTHER = range(4)
CONTEXT_TOKENS = 40
CONTEXT_LEAST = 12
ROOM = 56


def case_codes(text: str) -> bytearray:
    """One code per character: 0 lower, 1 Capitalised, 2 UPPER, 3 anything else (mixed, digits, signs, blanks)."""
    codes = bytearray([OTHER]) * len(text)
    for m in WORD.finditer(text):
        word = m[0]
        if word.islower():
            code = LOWER
        elif word[0].isupper() and (len(word) == 1 or word[1:].islower()):
            code = CAPITALISED
        else:
            code = UPPER if word.isupper() else OTHER
        codes[m.start() : m.end()] = bytes([code]) * (m.end() - m.start())
    return codes


def context_room(message_tokens: int) -> int:
    """Word pieces left for the context of a message of this many pieces."""
    return max(CONTEXT_LEAST, min(CONTEXT_TOKENS, ROOM - message_tokens))
