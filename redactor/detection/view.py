"""The text as recognizers see it, with an exact way back to the text as typed.

People (and attackers) write one value in many ways: full-width digits, letters of another alphabet that look the
same, invisible characters inside, "john dot smith at gmail dot com", "four one double one". The view undoes that, so
that each recognizer needs one spelling only. Nothing is ever sent on from the view: spans found in it are carried
back to the original by `View.span`, and the original is what gets masked.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from redactor.detection.folding import SAME_LENGTH, fold, glued_after, glued_before
from redactor.detection.spelled import Edit, letter_by_letter, spelled_out


def is_wordless(text: str) -> bool:
    """Whether a text surely says nothing: blanks and signs of ASCII alone. Of other signs some read as letters or
    digits (circled, squared), so only a view of them tells."""
    return text.isascii() and not any(map(str.isalnum, text))


@dataclass(frozen=True, slots=True)
class View:
    """One message as recognizers see it. Offsets count code points."""

    original: str = field(repr=False)
    text: str = field(repr=False)
    """What recognizers see."""
    starts: tuple[int, ...] | None = field(default=None, repr=False)
    """For each character of `text` where its part of the original starts; None where the map is the identity."""
    ends: tuple[int, ...] | None = field(default=None, repr=False)
    """For each character of `text` where its part of the original ends."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that `text[start:end]` was made from, with every invisible or combining character
        inside it or glued to its ends, so that masking it leaves no remainder. A blank beside it is left alone.

        Disjoint spans of the view give disjoint spans of the original, with two exceptions a caller has to merge:
        both lie in one original character (the two letters of a ligature), or only invisible characters lie between.

        Raises:
            ValueError: the span is empty or leaves the text.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"a span of the view must satisfy 0 <= start < end <= {len(self.text)}")
        if self.starts is None or self.ends is None:
            return start, end
        return (
            glued_before(self.original, self.starts[start]),
            glued_after(self.original, self.ends[end - 1]),
        )

    def inverse(self, start: int, end: int) -> tuple[int, int]:
        """The part of the view made from any character of `original[start:end]`; empty where none was kept.

        Raises:
            ValueError: the span leaves the original.
        """
        if not 0 <= start <= end <= len(self.original):
            raise ValueError(f"a span of the original must satisfy 0 <= start <= end <= {len(self.original)}")
        if self.starts is None or self.ends is None:
            return start, end
        first = bisect_right(self.ends, start)
        return first, max(first, bisect_left(self.starts, end))


def view(text: str) -> View:
    """Make the view of one message. Any text is accepted; plain text costs a few microseconds."""
    return spelled(folded(text))


def folded(text: str) -> View:
    """The view without what is spelled out in words or letter by letter."""
    plain = text if text.isascii() else text.translate(SAME_LENGTH)
    if plain.isascii():
        return View(text, plain)
    new, starts, ends = fold(text)
    return View(text, text) if new == text else View(text, new, tuple(starts), tuple(ends))


def spelled(seen: View) -> View:
    """The view with values written out, in words or letter by letter, in plain."""
    for reading in (letter_by_letter, spelled_out):
        if edits := reading(seen.text):
            seen = edited(seen, edits)
    return seen


def edited(seen: View, edits: list[Edit]) -> View:
    """Apply ordered replacements to a view's text and compose the maps: a replaced stretch maps to all of itself."""
    text, starts, ends = seen.text, seen.starts, seen.ends
    pieces: list[str] = []
    from_: list[int] = []
    to: list[int] = []
    at = 0
    for start, end, replacement in [*edits, (len(text), len(text), "")]:
        pieces += (text[at:start], replacement)
        from_ += range(at, start)
        to += range(at + 1, start + 1)
        from_ += [start] * len(replacement)
        to += [end] * len(replacement)
        at = end
    if starts is not None and ends is not None:
        from_ = [starts[i] for i in from_]
        to = [ends[i - 1] for i in to]
    return View(seen.original, "".join(pieces), tuple(from_), tuple(to))
