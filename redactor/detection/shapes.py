"""The published form of a key in one line, and what is made of it: an expression, the characters it is found by, and a
random value of that form.

A shape is text with classes of characters in it: `ghp_<62 36>` is "ghp_" and 36 letters or digits, `<hex 32-64>` is 32
to 64 hexadecimal digits, `<62 20->` is 20 or more, `{a|b}` is one of two texts. No shape can be slow: every class is
matched at once and never given back.
"""

from dataclasses import dataclass
from itertools import product
from random import Random
from string import ascii_letters, ascii_lowercase, ascii_uppercase, digits

import regex

_CLASSES = {
    "digit": digits,
    "lower": ascii_lowercase,
    "hex": digits + "abcdef",
    "HEX": digits + "ABCDEF",
    "a36": digits + ascii_lowercase,
    "A36": digits + ascii_uppercase,
    "62": digits + ascii_letters,
    "letter": ascii_letters,
    "b64": digits + ascii_letters + "+/",
    "url": digits + ascii_letters + "_-",
    "path": digits + ascii_letters + "_-/",
    "pct": digits + ascii_letters + "%",
    "tilde": digits + ascii_letters + "_-~.",
    "bech32": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
}
"""Name → characters. `url` is the alphabet of RFC 4648 section 5, `bech32` that of BIP 173 in capitals."""
_LONGEST = 1024
"""The most characters of a class without an upper limit."""
_PART = regex.compile(r"<(?P<name>\w+)(?: (?P<least>\d+)(?P<open>-(?P<most>\d+)?)?)?>|\{(?P<one>[^{}]+)\}|[^<{]+")


@dataclass(frozen=True, slots=True)
class _Part:
    """Texts of which one stands here, or so many characters of a class."""

    texts: tuple[str, ...] = ()
    characters: str = ""
    least: int = 0
    most: int = 0

    def expression(self) -> str:
        if self.texts:
            return f"(?:{'|'.join(map(regex.escape, self.texts))})"
        # sorted, so that the hyphen can be escaped with the rest
        return f"[{''.join(map(regex.escape, self.characters))}]{{{self.least},{self.most}}}+"

    def sample(self, random: Random) -> str:
        if self.texts:
            return random.choice(self.texts)
        return "".join(random.choices(self.characters, k=self.least))


def _parts(shape: str) -> list[_Part]:
    uuid = "<hex 8>-<hex 4>-<hex 4>-<hex 4>-<hex 12>"
    return [_part(found) for found in _PART.finditer(shape.replace("<uuid>", uuid))]


def _part(found: "regex.Match[str]") -> _Part:
    if found["one"]:
        return _Part(tuple(found["one"].split("|")))
    if not found["name"]:
        return _Part((found[0],))
    least = int(found["least"] or 1)
    most = int(found["most"] or _LONGEST) if found["open"] else least
    return _Part((), _CLASSES[found["name"]], least, most)


def expression(shape: str) -> str:
    """`regex` syntax for a shape that stands alone: no letter, digit or underscore at its ends.

    Raises:
        KeyError: the shape names a class that does not exist.
    """
    body = "".join(part.expression() for part in _parts(shape))
    return rf"(?<![0-9A-Za-z_]){body}(?!\w|-\w)"


def marks(shape: str) -> tuple[str, ...]:
    """The longest run of characters that must occur, in each of its wordings; none where a shape has classes only."""
    runs: list[list[_Part]] = [[]]
    for part in _parts(shape):
        if part.texts:
            runs[-1].append(part)
        else:
            runs.append([])
    worded = [tuple("".join(texts) for texts in product(*(part.texts for part in run))) for run in runs if run]
    return max(worded, key=lambda texts: min(map(len, texts)), default=())


def sample(shape: str, random: Random) -> str:
    """A value of this shape, as short as it allows."""
    return "".join(part.sample(random) for part in _parts(shape))
