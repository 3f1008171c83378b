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
        "аеорсухіјѕԁһԛԝӏкмтнвАВЕКМНОРСТУХЅІЈԌԚԜЁёЇїΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαινρυκτεγηχϲϳօսһɡıɑ",
        "aeopcyxijsdhqwlkmthbABEKMHOPCTYXSIJGQWEeIiABEZHIKMNOPTYXoaivpukteynxcjouhgia",
        strict=True,
    )
)
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
    folded = "".join(pieces)
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
    if len(cluster) == 1:
        if cluster in _ONE_TO_ONE:
            return _ONE_TO_ONE[cluster]
        if cluster.isdecimal():
            return str(unicodedata.decimal(cluster))
    visible = _INVISIBLE.sub("", cluster)
    composed = unicodedata.normalize("NFKC", visible)
    return "".join(_simple(composed))


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
