"""Characters that are written differently and read the same: compatibility forms, marks, invisible ones, look-alikes.

Sources: Unicode Standard Annex #15 (normalization forms; the Stream-Safe Text Format's limit of 30 non-starters),
`Default_Ignorable_Code_Point` of the Unicode Character Database, and Unicode Technical Standard #39, confusables.txt,
of which the look-alike table is the part that concerns Cyrillic, Greek and Armenian letters inside Latin words.
"""

import unicodedata

from redactor.detection.lazy import lazy

_IGNORED = r"\p{Default_Ignorable_Code_Point}\p{Variation_Selector}"
# Characters that may fuse with the one before: marks, Hangul vowels and finals (also the compatibility and half-width
# ones, which NFKC turns into them), half-width kana voice marks.
_FUSING = r"\p{M}\u1160-\u11ff\u3131-\u318e\uff9e-\uffdc"
# UAX #15 section 13: no real text has more than 30 non-starters in a row; the limit keeps the cost linear.
_CLUSTER = lazy(rf"[{_IGNORED}]++|[^{_IGNORED}](?:[{_IGNORED}]*+[{_FUSING}]){{0,30}}+")
_INVISIBLE = lazy(rf"[{_IGNORED}]")
_GLUE_AFTER = lazy(rf"[{_IGNORED}\p{{M}}]*+")
_NOT_ASCII = lazy(r"[^\x00-\x7f]")

_DASHES = "‐‑‒–−⁃"
_QUOTES = "’‘ʼ´′‛"
_ONE_TO_ONE = {**dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_QUOTES, "'")}

SAME_LENGTH = str.maketrans(
    {**_ONE_TO_ONE, "\u00a0": " ", "\u3000": " ", **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F)}}
)
"""Characters that fold to exactly one ASCII character: with these alone, the map of offsets is the identity."""

_LOOK_ALIKES = dict(
    zip(
        "аеорсухіјѕԁһԛԝӏкмтнвпгАВЕКМНОРСТУХЅІЈԌԚԜЁёЇїΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυκτεγηχϲϳօսոհզցһɡıɑ",
        "aeopcyxijsdhqwlkmthbnrABEKMHOPCTYXSIJGQWEeIiABEZHIKMNOPTYXoaivpukteynxcjounhqghgia",
        strict=True,
    )
)
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnopqrstuvwyz")
_ENCLOSED = {start + i: chr(ord("A") + i) for start in (0x1F150, 0x1F170) for i in range(26)}
"""White letters in black circles and squares (Unicode 1F100), without a compatibility form."""
_KEY_CAP_TEN = "\U0001f51f"
_FOREIGN = lazy(r"[\p{Cyrillic}\p{Greek}\p{Armenian}ɡıɑ]")
_WORD = lazy(r"[\p{L}\p{N}_]++")
_LATIN = lazy(r"[A-Za-z]")


def fold(text: str) -> tuple[str, list[int], list[int]]:
    """The folded text, and for each of its characters where its part of `text` starts and ends."""
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    while (found := _NOT_ASCII.search(text, at)) is not None:
        # The ASCII character before may be the base of what follows, so it is looked at together with it.
        plain = max(at, found.start() - 1)
        _plain(text[at:plain], at, pieces, starts, ends)
        at = _cluster(text, plain, pieces, starts, ends)
    _plain(text[at:], at, pieces, starts, ends)
    folded = "".join(pieces).translate(_SMALL_CAPITALS)
    return (_look_alikes(folded) if _FOREIGN.search(folded) else folded), starts, ends


def glued_before(text: str, start: int) -> int:
    """Where the invisible characters that end at `start` begin."""
    while start and _INVISIBLE.match(text, start - 1):
        start -= 1
    return start


def glued_after(text: str, end: int) -> int:
    """Where the invisible and combining characters that begin at `end` end."""
    found = _GLUE_AFTER.match(text, end)
    return found.end() if found else end


def _plain(piece: str, at: int, pieces: list[str], starts: list[int], ends: list[int]) -> None:
    pieces.append(piece)
    starts += range(at, at + len(piece))
    ends += range(at + 1, at + len(piece) + 1)


def _cluster(text: str, at: int, pieces: list[str], starts: list[int], ends: list[int]) -> int:
    cluster = _CLUSTER.match(text, at)[0]  # type: ignore[index]  # it matches at any character
    new = _normal(cluster)
    pieces.append(new)
    starts += [at] * len(new)
    ends += [at + len(cluster)] * len(new)
    return at + len(cluster)


def _normal(cluster: str) -> str:
    if cluster in _ONE_TO_ONE:
        return _ONE_TO_ONE[cluster]
    visible = "".join(map(_without_ring, _INVISIBLE.sub("", cluster)))
    composed = unicodedata.normalize("NFKC", visible)
    return "".join(_simple(composed))


def _without_ring(character: str) -> str:
    """A digit that is raised, or in a circle, in brackets or with a dot, as a digit: NFKC would keep the brackets and
    knows no black circles. Letters in black rings, and ten on its key."""
    digit = unicodedata.digit(character, -1)
    if digit >= 0:
        return str(digit)
    if character == _KEY_CAP_TEN:
        return "10"
    if unicodedata.category(character) == "No" and unicodedata.numeric(character, -1) in (0, 10):
        return str(int(unicodedata.numeric(character)))
    return _ENCLOSED.get(ord(character), character)


def _simple(composed: str) -> list[str]:
    """Digits to ASCII, and no mark left that did not compose with an ASCII base (strike-through, keycap)."""
    kept: list[str] = []
    for c in composed:
        if c.isdecimal():
            kept.append(str(unicodedata.decimal(c)))
        elif not (unicodedata.category(c)[0] == "M" and kept and kept[-1].isascii()):
            kept.append(_ONE_TO_ONE.get(c, c))
    return kept


def _look_alikes(text: str) -> str:
    """Fold look-alike letters in words that hold Latin letters and nothing foreign but look-alikes."""
    return _WORD.sub(lambda word: _latin(word[0]), text)


def _latin(word: str) -> str:
    if word.isascii() or not _LATIN.search(word):
        return word
    new = "".join(_LOOK_ALIKES.get(c, c) for c in word)
    return word if _FOREIGN.search(new) else new


def wholly_alike(text: str) -> list[tuple[int, int, str]]:
    """Words of nothing but look-alike letters, each with how it reads, in a text that has other words in Latin letters.

    Alone such a word may well be one of its own language, so this is a second reading only.
    """
    if text.isascii() or not _LATIN.search(text) or not _FOREIGN.search(text):
        return []
    words = [(*word.span(), "".join(_LOOK_ALIKES.get(c, c) for c in word[0])) for word in _WORD.finditer(text)]
    return [(start, end, new) for start, end, new in words if new != text[start:end] and not _FOREIGN.search(new)]
