"""Find and replace placeholders in a text or a stream: one walk for both, so that chunks change nothing."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from redactor.placeholders.attempt import UNDECIDED, Found, Undecided, attempt
from redactor.placeholders.grammar import Grammar, Token
from redactor.placeholders.place import Left
from redactor.placeholders.stand_ins import NO_STAND_INS, Met, StandIns, in_case_and_gaps_of

Resolve: TypeAlias = Callable[[Token], str | None]
"""What to write for a token; None leaves it as it stands."""


def find(text: str, types: Iterable[str] = (), stand_ins: StandIns = NO_STAND_INS) -> list[Token]:
    """Every placeholder in `text`, left to right, exact or as LLMs mangle it; `types` are names of own types.

    And every one of the conversation's `stand_ins`. It takes time linear in the text. It does not know which
    placeholders exist.
    """
    tokens, _ = _walk(Grammar.of(types), stand_ins, text, 0, Left(), final=True)
    return tokens


def replace(text: str, resolve: Resolve, types: Iterable[str] = (), stand_ins: StandIns = NO_STAND_INS) -> str:
    """`text` with every token written as `resolve` says, its suffix after the value."""
    scanner = Scanner(resolve, types, stand_ins)
    return scanner.feed(text) + scanner.finish()


def looks_like_placeholder(text: str, types: Iterable[str] = ()) -> bool:
    """Whether something in `text` would be restored."""
    return bool(find(text, types))


class Scanner:
    """`replace` for text that comes in chunks: the pieces joined equal `replace` of the chunks joined.

    It holds back only what may still become a placeholder, at most 200 symbols (see `attempt.MOST_NOISE`), or a
    stand-in.
    Offsets of the tokens count from the start of the stream.
    """

    __slots__ = ("_before", "_grammar", "_held", "_left", "_offset", "_resolve", "_slashes", "_stand_ins")

    def __init__(self, resolve: Resolve, types: Iterable[str] = (), stand_ins: StandIns = NO_STAND_INS) -> None:
        self._grammar = Grammar.of(types)
        self._stand_ins = stand_ins
        self._resolve = resolve
        self._left = Left()
        self._before = ""
        self._held = ""
        self._offset = 0
        self._slashes = 0  # backslashes right before what comes next

    def feed(self, chunk: str) -> str:
        """What can be written after this chunk."""
        if not chunk:
            return ""
        if not self._held and self._has_no_token(self._before + chunk, len(self._before)):
            self._left.skip(chunk)
            self._before = chunk[-1]
            self._slashes = _slashes_at_end(chunk, self._slashes)
            self._offset += len(chunk)
            return chunk
        return self._write(self._held + chunk, final=False)

    def _has_no_token(self, text: str, at: int) -> bool:
        return not self._grammar.begin.search(text, at) and self._stand_ins.begin(text, at) == len(text)

    def finish(self) -> str:
        """What was held back, now that nothing follows."""
        return self._write(self._held, final=True) if self._held else ""

    @property
    def held(self) -> str:
        """What is held back now."""
        return self._held

    def _write(self, text: str, final: bool) -> str:
        start = len(self._before)
        shown = self._before + text
        tokens, end = _walk(self._grammar, self._stand_ins, shown, start, self._left, final, self._offset - start)
        pieces, at, shift = [], start, self._offset - start
        for token in tokens:
            value = self._resolve(token)
            pieces.append(shown[at : token.start - shift])
            said = shown[token.start - shift : token.end - shift]
            # The second of two backslashes is no part of the token: without it, the first would escape what follows.
            half = said[:1] == "\\" and _slashes_at_end(shown[start : token.start - shift], self._slashes) % 2
            pieces.append(said if value is None else "\\" * half + value + token.suffix)
            at = token.end - shift
        pieces.append(shown[at:end])
        self._offset += end - start
        self._slashes = _slashes_at_end(shown[start:end], self._slashes)
        self._before, self._held = shown[end - 1 : end], shown[end:]
        return "".join(pieces)


def _slashes_at_end(text: str, before: int) -> int:
    """How many backslashes a text ends with, counted on where it holds nothing else."""
    count = len(text) - len(text.rstrip("\\"))
    return before + count if count == len(text) else count


def _walk(
    grammar: Grammar, stand_ins: StandIns, text: str, at: int, left: Left, final: bool, shift: int = 0
) -> tuple[list[Token], int]:
    """The tokens from `at` on, and where the first undecided one begins. `shift` is added to their offsets."""
    tokens: list[Token] = []
    done = at
    placeholder = stand_in = at - 1  # where the next of each kind may begin; the text's end where none does
    while True:
        if placeholder < at:
            match = grammar.begin.search(text, at)
            placeholder = match.start() if match else len(text)
        if stand_in < at:
            stand_in = stand_ins.begin(text, at)
        start = min(placeholder, stand_in)
        if start >= len(text):
            break
        left.skip(text[done:start])
        done = start
        found = attempt(grammar, text, start, left, final) if start == placeholder else None
        met = stand_ins.attempt(text, start, final) if found is None and start == stand_in else None
        if found == UNDECIDED or met == UNDECIDED:
            return tokens, start
        if found is None and met is None:
            at = start + 1
            continue
        token = _token(found, met, text, start, left, shift)
        tokens.append(token)
        left.pass_token(text[start : token.end - shift], token.type)
        at = done = token.end - shift
    left.skip(text[done:])
    return tokens, len(text)


def _token(
    found: Found | Undecided | None, met: Met | Undecided | None, text: str, start: int, left: Left, shift: int
) -> Token:
    if isinstance(found, Found):
        raw = text[start : found.end]
        place, span = left.place(raw), (start + shift, found.end + shift)
        return Token(*span, found.type, found.index, place, found.suffix, left.host())
    assert isinstance(met, Met)  # noqa: S101  the caller has one of the two
    raw, entry = text[start : met.end], met.entry
    place, span = left.place(raw), (start + shift, met.end + shift)
    return Token(*span, entry.type, entry.index, place, "", left.host(), in_case_and_gaps_of(raw, entry))
