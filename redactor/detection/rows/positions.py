"""Rows for positions on the map finer than a city: three decimals, a hundred metres, or seconds of arc."""

from collections.abc import Iterator

import regex

from redactor.detection.patterns import Pattern, topics
from redactor.detection.words import words


def rows() -> Iterator[Pattern]:
    """The rows of this module."""
    yield from _decimal()
    yield from _degrees()
    yield from _codes()


_LEAST = 3
"""Decimals of a degree that tell streets apart; two are a city."""
_NUMBER = r"[+-]?\d{1,3}\.\d{3,15}(?!\d|\.\d)"
_MARK = r"(?:[ ]?°)?(?:[ ]?[NSEWnsew](?![\w]))?"
_PAIR = (
    rf"(?<![\w$€£¥.,+-]|[$€£¥][ ]|\d:){_NUMBER}{_MARK}(?:[ ]?[,;/][ ]?|[ ]){_NUMBER}{_MARK}"
    r"(?![\w%€£$¥]|[ ](?i:usd|eur|gbp|kg|km|mm|cm|m|g|mb|gb|met(?:er|re)s?|feet|ft|miles?|mph|mbps|volts?|euros?"
    r"|dollars?)\b|[ ][%€£$¥])"
)
_OTHER = (
    r"(?i)\b(?:firmware|software|version|ver\.?|release|build|model|accura(?:cy|te)|error|price[sd]?|rates?|costs?|speeds?"
    r"|weigh[st]?|distance)(?:[ ](?:is|are|was|were|of|to))?[ :]{0,3}$"
)
"""What two numbers beside each other may be instead, position in the talk or not."""
_HALVES = regex.compile(r"([+-]?)(\d+)\.(\d+)[ ]?(°?)[ ]?([NSEWnsew]?)")


def _decimal() -> Iterator[Pattern]:
    kind, talk = "COORDINATES", topics("coords")
    yield Pattern(
        "coordinates", kind, _PAIR, 0.9, _is_telling_pair, talk, 0.95, digits=8, any_of=(".",),
        example="I am at ⟦40.712776, -74.005974⟧",
    )  # fmt: skip
    yield Pattern(
        "coordinates_in_context", kind, _PAIR, 0.0, _is_pair, talk, 0.93, requires_context=True, digits=8,
        unless=_OTHER,
        example="my coordinates are ⟦52.520, 13.405⟧",
    )  # fmt: skip
    yield Pattern(
        "coordinates_named", kind,
        rf"(?i)\blat(?:itude)?\b[^\d\n+-]{{0,8}}(?P<v>{_NUMBER}{_MARK})[^\d\n+-]{{1,8}}\b(?:lo?ng?|longitude)\b"
        rf"[^\d\n+-]{{0,8}}(?P<v>{_NUMBER}{_MARK})", 0.95, digits=8,
        words=words("lat latitude"), example="lat 40.7127 lon ⟦-74.0059⟧",
    )  # fmt: skip
    # RFC 5870.
    yield Pattern(
        "geo_uri", kind,
        r"(?i)\bgeo:-?\d{1,2}\.\d{3,15},-?\d{1,3}\.\d{3,15}(?:,-?\d{1,5}(?:\.\d{1,9})?)?(?:;[\w=.-]{1,40})*+",
        0.97, any_of=("geo:", "GEO:", "Geo:"), example="⟦geo:37.786971,-122.399677⟧",
    )  # fmt: skip


def _is_pair(text: str) -> bool:
    """Latitude and longitude in either order."""
    found = _HALVES.findall(text)
    degrees = [float(f"{whole}.{part}") for _, whole, part, *_ in found]
    return len(found) == 2 and max(degrees) <= 180 and min(degrees) <= 90


def _is_telling_pair(text: str) -> bool:
    """The same, and nothing but a position: a sign or a direction, or more decimals than prices and rates have."""
    found = _HALVES.findall(text)
    if not _is_pair(text) or float(f"{found[0][1]}.{found[0][2]}") > 90:
        return False
    if "," not in text and ";" not in text and min(len(part) for _, _, part, *_ in found) < 2 * _LEAST:
        return any((sign == "-" and len(part) > _LEAST) or degree or side for sign, _, part, degree, side in found)
    if all(side or degree for *_, degree, side in found):
        return True
    fine = min(len(part) for _, _, part, *_ in found)
    signed = any(sign == "-" for sign, *_ in found)
    whole = max(len(whole) for _, whole, *_ in found)
    if signed and fine >= _LEAST + (1 if whole >= 2 else 2):
        return True
    return fine >= _LEAST + 1 and whole >= 2 and fine + whole >= 7


_SECOND = r"(?:''|[\"”″])"
_ARC = rf"\d{{1,3}}[ ]?°[ ]?\d{{1,2}}(?:[ ]?['’′][ ]?\d{{1,2}}(?:\.\d{{1,6}})?[ ]?{_SECOND}|\.\d{{2,8}}[ ]?['’′])"


def _degrees() -> Iterator[Pattern]:
    # ISO 6709, annex D: degrees, minutes, seconds, or decimals of a minute. A whole minute is two kilometres.
    yield Pattern(
        "coordinates_in_arc", "COORDINATES",
        rf"(?i)(?<![\w.])(?:[NS][ ]?)?{_ARC}(?:[ ]?[NS])?[ ,;/]{{1,3}}(?:[EWO][ ]?)?{_ARC}(?:[ ]?[EWO]\b)?", 0.97,
        digits=6, any_of=("°",), example="meet me at ⟦40°42'46\"N 74°00'21\"W⟧",
    )  # fmt: skip


_CODE = "23456789CFGHJMPQRVWX"


def _codes() -> Iterator[Pattern]:
    kind = "COORDINATES"
    # Open Location Code specification: digits to base 20; the first stands for at most 180 degrees of latitude.
    yield Pattern(
        "plus_code", kind, rf"(?<![\w+])[2-9C][2-9CFGHJMPQRV][{_CODE}]{{6}}\+[{_CODE}]{{2,7}}(?![\w+])", 0.95,
        digits=1, any_of=("+",), example="it's at ⟦849VCWC8+R9⟧",
    )  # fmt: skip
    # what3words.com, "what3words address format": three words with dots, three slashes before them.
    yield Pattern(
        "three_words", kind, r"(?<![\w/:.])///\p{L}{3,24}\.\p{L}{3,24}\.\p{L}{3,24}(?![\w/.]\w)", 0.9, any_of=("///",),
        example="find me at ⟦///filled.count.soap⟧",
    )  # fmt: skip
    yield Pattern(
        "three_words_named", kind,
        r"(?i)\b(?:what3words|w3w)\b[^\n.]{0,16}?[ :]"
        r"(?P<v>\p{L}{3,24}\.\p{L}{3,24}\.\p{L}{3,24})(?!\.?\w)",
        0.9, words=words("what3words w3w"), example="what3words: ⟦filled.count.soap⟧",
    )  # fmt: skip
