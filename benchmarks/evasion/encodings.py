"""Disguises of machines: what programs, mails and web forms make of a text."""

import base64
import json
import random
from urllib.parse import quote, quote_plus

from benchmarks.evasion.forms import LETTERS, NUMBERS, Form
from redactor.detection.words import words


def _base64(text: str, dice: random.Random) -> str:
    if dice.random() < 0.3:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return base64.b64encode(text.encode()).decode()


def _hex(text: str, dice: random.Random) -> str:
    glue = dice.choice(("", "", " ", ":"))
    return text.encode().hex(glue) if glue else text.encode().hex()


def _url(text: str, dice: random.Random) -> str:
    """Every character, or those that have to be."""
    if dice.random() < 0.5:
        return "".join(f"%{byte:02X}" for byte in text.encode())
    return dice.choice((quote(text, safe=""), quote_plus(text)))


def _html(text: str, dice: random.Random) -> str:
    """Every character, or the signs, as numbers of either base; "@" and "." also by name."""
    every = dice.random() < 0.4
    named = {"@": "&commat;", ".": "&period;", "+": "&plus;"}

    def written(c: str) -> str:
        if not every and (c.isalnum() or c == " "):
            return c
        return dice.choice((f"&#{ord(c)};", f"&#x{ord(c):x};", named.get(c, f"&#{ord(c)};")))

    return "".join(map(written, text))


def _quoted_printable(text: str, dice: random.Random) -> str:
    """Signs, or everything; a soft line break now and then."""
    every = dice.random() < 0.4
    said = [f"={ord(c):02X}" if every or not c.isalnum() else c for c in text]
    if dice.random() < 0.3:
        said.insert(dice.randrange(1, len(said)), "=\r\n")
    return "".join(said)


def _program(text: str, dice: random.Random) -> str:
    if dice.random() < 0.5:
        return "".join(f"\\u{ord(c):04x}" for c in text)
    return "".join(f"\\x{ord(c):02x}" for c in text)


def _twice(text: str, dice: random.Random) -> str:
    """Two encodings inside each other."""
    inner = dice.choice((_base64, _url, _html))
    if inner is _base64:
        return dice.choice((_url, _html, _base64))(_base64(text, dice), dice)
    return dice.choice((_base64, _url))(inner(text, dice), dice)


def _as_json(text: str, dice: random.Random) -> str:
    return base64.b64encode(json.dumps({"v": text, "n": dice.randrange(10)}).encode()).decode()


_ENCODED = (NUMBERS | LETTERS | {"DATE_OF_BIRTH"}) - words("POSTAL_CODE STREET_ADDRESS")
_WITH_SIGNS = words("CREDIT_CARD US_SSN PHONE_NUMBER EMAIL_ADDRESS PERSON DATE_OF_BIRTH IBAN_CODE")

FORMS = (
    Form("base64", _base64, _ENCODED, least=9),
    Form("hexadecimal", _hex, _ENCODED, least=9),
    Form("URL-encoded", _url, _WITH_SIGNS),
    Form("HTML references", _html, _WITH_SIGNS),
    Form("quoted-printable", _quoted_printable, _WITH_SIGNS),
    Form("escapes of programs", _program, _WITH_SIGNS),
    Form("encoded twice", _twice, _ENCODED, least=9),
    Form("JSON in base64", _as_json, words("CREDIT_CARD EMAIL_ADDRESS PHONE_NUMBER IBAN_CODE")),
)
"""Each undone by a second reading (`redactor.detection.decoding`)."""
