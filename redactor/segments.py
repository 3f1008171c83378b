"""An LLM's text cut into segments, each looked at before it goes out: by the text alone, whatever the chunks.

A segment ends with a sentence or a line. One that grows too long is cut at a blank, well before its end: what follows
is looked at with it, so that a value on the cut is seen whole.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from redactor.detection.words import words
from redactor.placeholders import NO_STAND_INS, Scanner, StandIns

MOST = 240
"""Characters of a segment with what is looked at behind it: no more is ever held back."""

AHEAD = 80
"""Of these, what follows the cut of a segment without an end. A value up to this long is seen whole on either side: as
much of what is before the cut, to the blank before it, is looked at with what follows."""

_END = re.compile(r"\n|[。！？]|[.!?…]+[\"'”’»)\]*_]*[ \t\u00a0]")
_BLANK = re.compile(r"[ \t\u00a0]*")
_WORD_BEFORE = re.compile(r"([^\W_]+)\.\Z")
_ABBREVIATIONS = words(
    "mr mrs ms mx dr prof sr sra st ste mt jr rev hon capt lt col gen sgt gov pres messrs mme mlle dott sig hr fr ing "
    "no nr num tel ph fax ext mob apt bldg fl rm po ave av blvd rd ln pl sq hwy str pl c cf al vs inc ltd co corp llc "
    "jan feb mar apr jun jul aug sep sept oct nov dec dob approx acct ref id"
)
"""After these a full stop ends no sentence, and often a value follows. (Some are words, too: then two sentences are
looked at together.)"""


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text, and what it is looked at with."""

    start: int
    """Code points of the text before it."""
    text: str = field(repr=False)
    lead: str = field(default="", repr=False)
    """The text right before it, where the cut between the two is no end of a sentence."""
    ahead: str = field(default="", repr=False)
    """The text right after it, as far as it is known, where it ends without an end of a sentence."""


class Segments:
    """Cuts a text that comes in chunks. What is not cut off yet is held back: `MOST` characters at most.

    No sentence ends inside a placeholder or a stand-in, however it is written. Not thread-safe.
    """

    __slots__ = ("_at", "_held", "_lead", "_refused", "_walked", "_walker")

    def __init__(self, types: Iterable[str] = (), stand_ins: StandIns = NO_STAND_INS) -> None:
        """`types` are the policy's own entity types, `stand_ins` the conversation's."""
        self._walker = Scanner(lambda token: None, types, stand_ins)
        self._walked = 0
        self._held = self._lead = ""
        self._at = self._refused = 0

    def feed(self, chunk: str) -> Iterator[Segment]:
        """The segments that are complete with this chunk."""
        for at in range(0, len(chunk), MOST):  # a long text is not copied once a segment
            self._held += chunk[at : at + MOST]
            yield from self._complete()

    def _complete(self) -> Iterator[Segment]:
        while True:
            end = self._end()
            if end:
                yield self._cut(end)
            elif len(self._held) >= MOST:
                at = MOST - AHEAD
                yield self._cut(_behind_blank(self._held, at) or at, in_a_sentence=True)
            else:
                return

    def finish(self) -> Iterator[Segment]:
        """What was held back, now that nothing follows."""
        if self._held:
            yield self._cut(len(self._held))

    def _end(self) -> int:
        """Where the next segment ends with a sentence; 0 where that is not known yet, or none ends soon enough."""
        head = self._held[:MOST]
        for match in _END.finditer(head, self._refused):
            ends = _ends_a_sentence(head, match)
            if ends is None:
                break
            if ends and not self._inside_a_placeholder(match.end()):
                return match.end()
            self._refused = match.end()
        return 0

    def _inside_a_placeholder(self, at: int) -> bool:
        """Whether what stands before may go on as one. Asked from left to right."""
        if at > self._walked:
            self._walker.feed(self._held[self._walked : at])
            self._walked = at
        return bool(self._walker.held)

    def _cut(self, end: int, *, in_a_sentence: bool = False) -> Segment:
        ahead = self._held[end:MOST] if in_a_sentence else ""
        segment = Segment(self._at, self._held[:end], self._lead, ahead)
        self._inside_a_placeholder(end)
        self._lead = segment.text[_behind_blank(segment.text, end - AHEAD) :] if in_a_sentence else ""
        self._at, self._held = self._at + end, self._held[end:]
        self._refused, self._walked = max(0, self._refused - end), self._walked - end
        return segment


def _ends_a_sentence(text: str, match: re.Match[str]) -> bool | None:
    """Whether a sentence or line ends here; None where that depends on what follows."""
    if not match[0].startswith(".") or match[0][1] in ".!?…":
        return True
    word = _WORD_BEFORE.search(text, max(0, match.start() - 12), match.start() + 1)
    if word and (len(word[1]) == 1 or word[1].casefold() in _ABBREVIATIONS or word[1].isdigit()):
        return False
    follows = _BLANK.match(text, match.end())
    after = text[follows.end() : follows.end() + 1] if follows else ""
    return not (after.islower() or after.isdigit()) if after else None


def _behind_blank(text: str, at: int) -> int:
    """Behind the last blank before that place; 0 where there is none."""
    return max(text.rfind(blank, 0, max(0, at)) for blank in " \t\u00a0") + 1
