"""A value typed over several messages: "4111 1111" and then "1111 1111", or "john", "@", "gmail.com".

Only messages of the customer are joined, and only where the end of one and the beginning of the next could belong
together; the check is a handful of character comparisons, so it costs nothing in ordinary talk. Words that lead from
piece to piece ("then 1111", "the last part is 1111") and short messages without a value between ("ok", "one sec") are
passed over; what is joined so has to pass its own check, or to have been asked for or named.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import regex

from redactor.detection.checks import series
from redactor.detection.view import view
from redactor.detection.words import words
from redactor.secret import Secret
from redactor.types import Entity, Recognizer

MOST_MESSAGES = 4
"""How many messages before the new one may hold a piece."""
_ASIDES = 3
"""Messages in a row, of `_ASIDE` characters at most, that may stand between two pieces without being one."""
_ASIDE = 40
_REACH = 200
"""Characters on either side of the first and last boundary that can belong to one value."""

_CLEARLY = 0.1
"""How much better founded the joined value must be than what one message holds alone."""

SELF_CHECKED = frozenset({"CREDIT_CARD", "IBAN_CODE", "EMAIL_ADDRESS"})
"""Types with a strict shape and check: the last message may go on after the value."""
SPLITTABLE = SELF_CHECKED | frozenset(
    {
        "PHONE_NUMBER",
        "US_SSN",
        "NATIONAL_ID",
        "PASSPORT",
        "BANK_ACCOUNT",
        "DRIVER_LICENSE",
        "MEDICAL_ID",
        "VEHICLE_ID",
        "ACCOUNT_ID",
    }
)
"""Types looked for across messages."""
_SURE = 0.8
"""The least score of an ACCOUNT_ID, which has no shape of its own: it was asked for or named."""
_REFERENCES = frozenset({"ACCOUNT_ID", "PASSPORT"})
"""Types whose pieces may be taken for the whole."""
_LONGEST_REFERENCE = 16
"""Letters and digits of a reference in pieces; more are two references."""
_WHOLE_REFERENCE = 8
"""Characters from which a reference is taken to be all of it."""
_WHOLE = {"US_SSN": 9}
"""Digits of the whole, of types of which a part is known as such: the last four of a social security number."""
_LEAD_WORDS = words(
    "a begins beginning first half hello here here's hi hmm i is it it's its ok okay one part so starts sure that's "
    "thats the think um well with yeah yes"
)
"""What may stand before the first piece of a reference that was asked for. "My order is" names it, so that it is whole;
"i ordered on the" gives something else."""

_MAIL_WORD = re.compile(r"\b(e-?mail|mail)\b", re.IGNORECASE)
_MAIL_HOST = re.compile(
    r"@(gmail|googlemail|yahoo|ymail|hotmail|outlook|live|msn|icloud|me|mac|aol|proton|protonmail|gmx|web|email"
    r"|mail)\.",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[^\W_][\w']*")
_SPELLED_AT = re.compile(r"(?:^|\s)(?:at|dot|\[at\]|\(at\))$", re.IGNORECASE)
_SPELLED_NEXT = re.compile(r"^(?:at|dot|\[at\]|\(at\))\s", re.IGNORECASE)
_NO_PIECE = re.compile(r"[\d@]|(?:^|\s)(?:at|dot)(?:\s|$)", re.IGNORECASE)
_SPELLED_DOT = re.compile(r"\bdot\b|\w\.\w", re.IGNORECASE)
_NO_CODES = frozenset(("I", "A", "OK", "NO", "YES"))
"""Capitals that are words."""
_ORDINAL = r"(?:first|second|third|fourth|fifth|next|last|final|other|remaining)"
_PARTS = r"(?:parts?|half|bit|piece|group|block|digits?|numbers?|ones?)"
_LEADS = regex.compile(
    rf"(?i)\W{{0,3}}+(?:(?:(?:the[ ])?{_ORDINAL}[ ](?:two|three|four|five|[2-6])(?:[ ]{_PARTS})?"
    rf"|(?:the[ ])?{_ORDINAL}(?:[ ]{_PARTS})?"
    r"|part[ ](?:two|three|four|five|[2-5])|(?:the[ ])?(?:rest|remainder|end)(?:[ ]of[ ]it)?|(?:it[ ])?(?:goes"
    r"|continues|starts|begins|ends)[ ](?:on[ ])?(?:with|in)"
    r"|here(?:['’]?s|[ ]is|[ ]are|[ ]comes)|after[ ]that|followed[ ]by|ok(?:ay)?|so|and|then|now|plus|finally"
    r"|lastly|here|it['’]?s|is|are|sorry|wait"
    r"|yes|yeah|sure|continuing|got[ ]it|done)\b[ ,.:;!…-]{0,3}+){1,5}+"
    r"(?=[\d@+.]|\p{Lu}{1,4}[ ]?\d|(?-i:\p{Lu}{2,8})(?!\p{L}))"
)
"""What leads to a piece: a number, or a code in capitals."""
_TAILS = regex.compile(
    r"(?i)(?<=[\w@])[ ,.;:!…-]{1,4}+(?:(?:ok(?:ay)?|got[ ](?:it|that)|so[ ]far|wait|hold[ ]on|hang[ ]on"
    r"|one[ ](?:sec(?:ond)?|moment)|sec|and|then"
    r"|next|for[ ]now|to[ ]start(?:[ ]with)?|(?:is|are)[ ]the[ ](?:first|second|third|next)(?:[ ](?:part|half"
    r"|bit|piece|one|digits|numbers|four|three|two|[2-6])){0,2}"
    r"|is[ ]the[ ](?:beginning|start)|more[ ](?:to[ ]come|follows)|to[ ]be[ ]continued"
    r"|so)\b[ ,.;:!?…-]{0,4}+){1,3}+$|(?<=[\w@])[ ]?(?:…|\.{2,3})$"
)
"""What says, after a piece, that there is more."""


@dataclass(frozen=True, slots=True)
class Split:
    """One value whose pieces stand in several messages."""

    type: str
    score: float
    pieces: tuple[tuple[int, int, int], ...]
    """Message index, start, end (code points of the raw message); the new message's index is `len(earlier)`."""
    value: Secret[str] = field(repr=False)
    """The whole value as the view shows it."""


@dataclass(frozen=True, slots=True)
class _Part:
    """The characters of one message that take part in a join."""

    message: int
    offset: int
    text: str = field(repr=False)
    loose: bool = False
    """Whether words around it were left out."""


def find_split(
    earlier: Sequence[str],
    text: str,
    recognizer: Recognizer,
    context: Sequence[str] = (),
    *,
    least: float = 0.5,
) -> list[Split]:
    """Find the values that begin in an earlier message and end in the new one.

    `earlier` holds the raw texts of the customer's messages directly before `text`, oldest first; `recognizer` the
    patterns; `context` the turns before all of them. Values count from the score `least`. A value that one message
    holds alone is none of these.
    """
    numbers = chain(earlier, text)
    if len(numbers) < 2:
        return []
    messages = [*earlier, text]
    parts = [_part(n, messages[n], n == numbers[0], n == numbers[-1]) for n in numbers]
    least = max(least, _SURE) if _is_loose(parts, numbers) else least
    found = [split for glue in ("", " ") for split in _across(parts, glue, recognizer, context, least)]
    if not found:
        return []
    alone = {part.message: _alone(part, recognizer, context) for part in parts}
    by_message = {part.message: _stripped(part) for part in parts}
    good = [split for split in found if not _stands_alone(split, alone, by_message)]
    return _disjoint(good)


def chain(earlier: Sequence[str], text: str) -> list[int]:
    """The messages, ending with the new one (numbered `len(earlier)`), at whose every boundary a value could go on;
    just the new one where none before it could begin one."""
    numbers = [len(earlier)]
    after, asides = text, 0
    for number in range(len(earlier) - 1, -1, -1):
        before = earlier[number]
        if may_go_on(before, after):
            numbers.insert(0, number)
            after, asides = before, 0
            if len(numbers) > MOST_MESSAGES or len(before) > _REACH:
                break
        elif asides < _ASIDES and may_be_aside(before, after):
            asides += 1
        else:
            break
    return numbers


def may_be_aside(text: str, after: str) -> bool:
    """Whether a message may stand between the pieces of a value that goes on with `after`."""
    return len(text) <= _ASIDE and _NO_PIECE.search(text) is None and _begins_with_digits(after)


def _begins_with_digits(text: str) -> bool:
    head = text[_lead(text) :].lstrip()[:64].split(None, 1)
    if not head or head[0] in _NO_CODES:
        return False
    return head[0][0] in "@+" or any(map(str.isdigit, head[0])) or (len(head[0]) > 1 and head[0].isupper())


def _is_loose(parts: Sequence[_Part], numbers: Sequence[int]) -> bool:
    """Whether something was passed over between the pieces."""
    return any(part.loose for part in parts) or numbers[-1] - numbers[0] >= len(numbers)


def _lead(text: str) -> int:
    found = _LEADS.match(text[:_REACH])
    return found.end() if found else 0


def _tail(text: str) -> int:
    found = _TAILS.search(text, max(0, len(text) - _REACH))
    return found.start() if found else len(text)


def may_go_on(before: str, after: str) -> bool:
    """Whether a value could begin at the end of `before` and go on at the start of `after`."""
    tail, head = before[: _tail(before)][-64:].rstrip(), after[_lead(after) :][:64].lstrip()
    if not tail or not head:
        return False
    last, first = tail[-1], head[0]
    if last == "@" or first == "@":
        return True
    if last.isalpha() and first.isalpha():
        return _may_be_spelled(tail, head) or (last.isupper() and _is_code(tail, head))
    if last == "." or first == ".":
        return _may_be_address(tail, head)
    return _is_code(tail, head) or _may_be_spelled(tail, head)


def _may_be_address(tail: str, head: str) -> bool:
    """Around a dot: no sentence begins with one, so that ".com" goes on wherever the at-sign is; one may well end with
    one, so that the at-sign has to be there.
    """
    goes_on = head[0] == "." != tail[-1] and head[1:2].isalnum()
    return goes_on or "@" in tail.rsplit(None, 1)[-1]


def _is_code(tail: str, head: str) -> bool:
    """Digits, or a capital code like the bank's in an IBAN, on both sides; digits on one at least."""
    end, begin = tail.rsplit(None, 1)[-1], head.split(None, 1)[0]
    digits = any(map(str.isdigit, end)), any(map(str.isdigit, begin))
    if end in _NO_CODES or begin in _NO_CODES:
        return False
    return all(digits) or (
        any(digits) and all(has or word.isupper() for has, word in zip(digits, (end, begin), strict=True))
    )


def _may_be_spelled(tail: str, head: str) -> bool:
    if not (_SPELLED_AT.search(tail) or _SPELLED_NEXT.match(head)):
        return False
    return _SPELLED_DOT.search(head) is not None or tail.lower().endswith("dot")


def _part(message: int, text: str, is_first: bool, is_last: bool) -> _Part:
    """A message without the words that lead from piece to piece. A long first message is cut to its end, a long last
    one to its beginning, between words.
    """
    start, end = _lead(text), len(text) if is_last else _tail(text)
    loose = (start, end) != (0, len(text))
    if is_first and end - start > _REACH:
        blank = text.find(" ", end - _REACH)
        start = blank + 1 if 0 <= blank < end else end - _REACH
    if is_last and end - start > _REACH:
        blank = text.rfind(" ", start, start + _REACH)
        end = blank if blank > start else start + _REACH
    return _Part(message, start, text[start:end], loose)


def _across(
    parts: Sequence[_Part], glue: str, recognizer: Recognizer, context: Sequence[str], least: float
) -> Iterator[Split]:
    stripped = [_stripped(part) for part in parts]
    joined = glue.join(part.text for part in stripped)
    seen = view(joined)
    for entity in recognizer(seen.text, context):
        if entity.type not in SPLITTABLE or entity.score < (_SURE if entity.type == "ACCOUNT_ID" else least):
            continue
        start, end = seen.span(entity.start, entity.end)
        pieces = tuple(_pieces(stripped, len(glue), start, end))
        if len(pieces) < 2 or pieces[-1][0] != parts[-1].message:
            continue
        if _is_plausible(entity.type, pieces, stripped, joined[start:end], context):
            yield Split(entity.type, entity.score, pieces, Secret(seen.text[entity.start : entity.end]))


def _stripped(part: _Part) -> _Part:
    lead = len(part.text) - len(part.text.lstrip())
    return replace(part, offset=part.offset + lead, text=part.text.strip())


def _pieces(parts: Sequence[_Part], glue: int, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """A span of the joined text, told as spans of the messages."""
    begin = 0
    for part in parts:
        low, high = max(start - begin, 0), min(end - begin, len(part.text))
        if low < high:
            yield part.message, part.offset + low, part.offset + high
        begin += len(part.text) + glue


def _is_plausible(
    entity_type: str, pieces: Sequence[tuple[int, int, int]], parts: Sequence[_Part], value: str, context: Sequence[str]
) -> bool:
    by_message = {part.message: part for part in parts}
    first, last = by_message[pieces[0][0]], by_message[pieces[-1][0]]
    if entity_type == "EMAIL_ADDRESS":
        whole = pieces[0][1] == first.offset
        asked = any(_MAIL_WORD.search(said) for said in (first.text, *context[-2:]))
        return whole or asked or _MAIL_HOST.search(value) is not None
    if entity_type in SELF_CHECKED:
        return True
    if entity_type == "ACCOUNT_ID" and not _is_reference(pieces, by_message):
        return False
    rest = last.text[pieces[-1][2] - last.offset :]
    if any(map(str.isalnum, rest)):
        return False
    return not series(" ".join(_said(by_message[number], start, end) for number, start, end in pieces))


def _said(part: _Part, start: int, end: int) -> str:
    return part.text[start - part.offset : end - part.offset]


def _is_reference(pieces: Sequence[tuple[int, int, int]], by_message: dict[int, _Part]) -> bool:
    """Messages that hold nothing else, but for a word that leads in; two characters in each piece."""
    first = by_message[pieces[0][0]]
    lead = _WORDS.findall(_said(first, first.offset, pieces[0][1]).lower())
    lengths = [sum(map(str.isalnum, _said(by_message[number], start, end))) for number, start, end in pieces]
    return min(lengths) > 1 and sum(lengths) <= _LONGEST_REFERENCE and _LEAD_WORDS.issuperset(lead)


def _alone(part: _Part, recognizer: Recognizer, context: Sequence[str]) -> list[Entity]:
    """What one message holds by itself, in offsets of the raw message; nothing where it begins with a dot, because then
    something is missing before it.
    """
    if part.text.lstrip().startswith("."):
        return []
    seen = view(part.text)
    spans = ((entity, seen.span(entity.start, entity.end)) for entity in recognizer(seen.text, context))
    return [replace(entity, start=a + part.offset, end=b + part.offset) for entity, (a, b) in spans]


def _stands_alone(split: Split, alone: dict[int, list[Entity]], by_message: dict[int, _Part]) -> bool:
    """Whether a piece holds a value by itself, so that the neighbour only happened to fit on.

    A first piece such as "+44" says that the rest comes, and so does "K3"; and one piece of a reference may be long
    enough to be taken for one, if it is short for that.
    """
    is_reference = split.type in _REFERENCES and _is_reference(split.pieces, by_message)
    begins = split.value.reveal()[0]
    pieces = split.pieces[:1] if begins == "+" or (is_reference and begins.isalpha()) else split.pieces
    whole = [
        end - start
        for message, start, end in pieces
        if any(
            e.start < end and start < e.end and e.score > split.score - _CLEARLY and not _is_part(e, split)
            for e in alone[message]
        )
    ]
    return len(whole) > 1 or any(length >= (_WHOLE_REFERENCE if is_reference else 1) for length in whole)


def _is_part(found: Entity, split: Split) -> bool:
    """Whether it is known as a part of a value like the split one."""
    return found.type == split.type and found.end - found.start < _WHOLE.get(split.type, 0)


def _disjoint(splits: Iterable[Split]) -> list[Split]:
    """The best of those that share characters: by score, then by length, then by type."""
    chosen: list[Split] = []
    for split in sorted(splits, key=lambda s: (-s.score, -sum(b - a for _, a, b in s.pieces), s.type, s.pieces)):
        if not any(_share(split, other) for other in chosen):
            chosen.append(split)
    return sorted(chosen, key=lambda split: split.pieces)


def _share(one: Split, other: Split) -> bool:
    return any(m == n and a < d and c < b for m, a, b in one.pieces for n, c, d in other.pieces)
