"""What somebody says, in the syntax it is said in: redacted where it is seen, restored where it was redacted."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from redactor.placeholders import escape
from redactor.types import Form, Role
from redactor_gateway.fields import Kind
from redactor_gateway.markup import Edit, Hidden, Markup, edited, edits_for, of_html, of_mrkdwn

FORMS: dict[Kind, Form] = {"text": "text", "html": "html", "slack_mrkdwn": "slack"}

Mask = tuple[int, int, str]
"""Start and end in what is seen, and what is written there."""


@dataclass(frozen=True, slots=True)
class Said:
    """One text of a payload."""

    text: str = field(repr=False)
    kind: Kind
    role: Role = "customer"
    id: str | None = None
    record: bool = True

    def markup(self) -> Markup:
        """The text taken apart."""
        if self.kind == "html":
            return of_html(self.text)
        if self.kind == "slack_mrkdwn":
            return of_mrkdwn(self.text)
        plain = Markup(self.text)
        plain.see_plainly(0, len(self.text))
        return plain


def masked(markup: Markup, kind: Kind, masks: Iterable[Mask], hidden: Callable[[Hidden], str]) -> str:
    """The source with what is seen masked, and what is hidden as `hidden` says."""
    written = [(start, end, escape(text, FORMS[kind])) for start, end, text in masks]
    return edited(markup.source, [*edits_for(markup, written), *_hidden_edits(markup, hidden)])


def piecewise(markup: Markup, kind: Kind, seen: Callable[[str], str], hidden: Callable[[Hidden], str]) -> str:
    """The same where only a text's new wording is known: each piece between markup by itself."""
    edits: list[Edit] = list(_hidden_edits(markup, hidden))
    for (start, end), text in _pieces(markup):
        if (now := seen(text)) != text:
            edits.append((start, end, escape(now, FORMS[kind])))
    return edited(markup.source, edits)


def piecewise_restored(markup: Markup, restore: Callable[[str], str]) -> str:
    """A redacted source with the values in what is seen of it, and nothing else touched."""
    pieces = (span for span, _ in _pieces(markup))
    return edited(markup.source, [(start, end, restore(markup.source[start:end])) for start, end in pieces])


def restored(markup: Markup, kind: Kind, restore: Callable[[str, Form], str]) -> str:
    """A redacted source with its values: in what is seen, and in what is hidden, links included."""
    edits: list[Edit] = list(_hidden_edits(markup, lambda piece: restore(piece.text, "text")))
    for (start, end), _ in _pieces(markup):
        raw = markup.source[start:end]
        edits.append((start, end, restore(raw, FORMS[kind])))
    return edited(markup.source, edits)


def _hidden_edits(markup: Markup, change: Callable[[Hidden], str]) -> Iterator[Edit]:
    for piece in markup.hidden:
        if (now := change(piece)) != piece.text:
            yield piece.edit(now)


def _pieces(markup: Markup) -> Iterator[tuple[tuple[int, int], str]]:
    """Stretches of the source without markup between, and how they read."""
    begin, end, text = -1, -1, ""
    for character, (start, until) in zip(markup.seen, markup.spans, strict=True):
        if start == until:
            continue
        if start > end or begin < 0:
            if text:
                yield (begin, end), text
            begin, text = start, ""
        text, end = text + character, until
    if text:
        yield (begin, end), text
