"""Text with markup in it: what a person sees of it, and where in the source each character of that stands.

What is masked is masked there; everything else stays byte for byte. Whatever is no markup for sure is text.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from urllib.parse import unquote

from redactor.placeholders import escape
from redactor.types import Form

Edit = tuple[int, int, str]
"""Start, end and what is written there."""

Span = tuple[int, int]

Link = Literal["mailto", "tel", ""]


@dataclass(frozen=True, slots=True)
class Hidden:
    """A piece that is not seen but holds text: the value of an attribute, a comment, the target of a link."""

    start: int
    end: int
    text: str = field(repr=False)
    """As it reads once the syntax is undone."""
    about: str | None = ""
    """Name of the attribute; None: it is that name itself."""
    link: Link = ""
    """What the text is where it is an address by its scheme: known to be one, without detection."""
    form: Form = "text"
    """How it is written."""
    bare: bool = False
    """Whether it is an attribute without quotes, and gets some."""

    def edit(self, text: str) -> "Edit":
        """The source with `text` in its place."""
        written = escape(text, self.form)
        return self.start, self.end, f'"{written}"' if self.bare else written


@dataclass(slots=True)
class Markup:
    """A source, what is seen of it, and what is hidden in it."""

    source: str = field(repr=False)
    seen: list[str] = field(default_factory=list, repr=False)
    spans: list[Span] = field(default_factory=list)
    """Of each character seen: where it stands in the source; empty spans for breaks that markup makes."""
    hidden: list[Hidden] = field(default_factory=list)
    last_comment: int = -1
    """Where the last comment of HTML ends: after it none needs to be looked for."""

    @property
    def text(self) -> str:
        """What is seen."""
        return "".join(self.seen)

    def see(self, text: str, start: int, end: int) -> None:
        """Every character of `text` stands at `start..end`."""
        self.seen += text
        self.spans += [(start, end)] * len(text)

    def see_plainly(self, start: int, end: int) -> None:
        """The source itself is seen there."""
        self.seen += self.source[start:end]
        self.spans += [(at, at + 1) for at in range(start, end)]


def edits_for(markup: Markup, masks: Iterable[tuple[int, int, str]]) -> list[Edit]:
    """Masks on what is seen, as edits of the source: the replacement where the first character stood, the others
    gone, the markup between them kept."""
    edits: list[Edit] = []
    for start, end, replacement in masks:
        spans = [span for span in dict.fromkeys(markup.spans[start:end]) if span[0] < span[1]]
        for number, span in enumerate(_joined(spans)):
            edits.append((*span, "" if number else replacement))
    return edits


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def edited(source: str, edits: Iterable[Edit]) -> str:
    """The source with its edits, which do not overlap."""
    out: list[str] = []
    reached = 0
    for start, end, replacement in sorted(edits):
        out += (source[reached:start], replacement)
        reached = end
    return "".join([*out, source[reached:]])


# HTML


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


_INLINE = _words(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub sup u var wbr"
)
_ELEMENTS = _INLINE | _words(
    """
    address area article aside audio base blockquote body br button canvas caption center col colgroup datalist dd
    details dialog dir div dl dt embed fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head
    header hgroup hr html iframe img input label legend li link main map menu meta meter nav noscript object ol
    optgroup option output p param picture pre progress rp rt ruby script section select slot source style summary
    svg table tbody td template textarea tfoot th thead time title tr track ul video
    """
)
"""HTML Living Standard, 4, and what it lists as obsolete. Of anything else in `<>` ("<crystal@example.com>") nobody
knows that it is a tag, so it is text."""

_ATTRIBUTE = r"""[\s/]++[A-Za-z_:@][\w:.@-]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
_TAG = re.compile(rf"<(/?)([A-Za-z][A-Za-z0-9]{{0,15}}+)((?:{_ATTRIBUTE})*+)[\s/]*+>")
_NAMED = re.compile(r"""[\s/]++([A-Za-z_:@][\w:.@-]*+)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+""")
_DOCTYPE = re.compile(r"<!doctype [a-z ]{1,20}>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_INTERESTING = re.compile(r"[<&]")
_ADDRESS = re.compile(r"(?i:(mailto|tel|sms|callto):)([^?]*)")


def of_html(source: str) -> Markup:
    """What is seen of HTML, and what its attributes and comments hold."""
    markup, at = Markup(source, last_comment=source.rfind("-->")), 0
    while found := _INTERESTING.search(source, at):
        markup.see_plainly(at, found.start())
        at = _html_construct(markup, found.start())
    markup.see_plainly(at, len(source))
    return markup


def _html_construct(markup: Markup, at: int) -> int:
    """Read on from a `<` or `&`; gives where it ends."""
    source = markup.source
    if source[at] == "&":
        return _reference(markup, at, html.unescape)
    if source.startswith("<!--", at) and at + 4 <= markup.last_comment:
        end = source.index("-->", at + 4)
        markup.hidden.append(Hidden(at + 4, end, source[at + 4 : end]))
        return end + 3
    if doctype := _DOCTYPE.match(source, at):
        return doctype.end()
    tag = _TAG.match(source, at)
    if tag is None or tag[2].lower() not in _ELEMENTS:
        markup.see_plainly(at, at + 1)
        return at + 1
    if tag[2].lower() not in _INLINE:
        markup.see("\n", at, at)
    elif tag[2] in "aA" and source[tag.end() : tag.end() + 1].isalnum() and markup.seen and markup.seen[-1].isalnum():
        markup.see(" ", at, at)  # a link is a word of its own
    for attribute in _NAMED.finditer(source, tag.start(3), tag.end(3)):
        _attribute(markup, attribute)
    return tag.end()


def _attribute(markup: Markup, found: re.Match[str]) -> None:
    markup.hidden.append(Hidden(*found.span(1), found[1], None))
    if found[2] is None:
        return
    start, end = found.span(2)
    bare = found[2][0] not in "\"'"
    if not bare:
        start, end = start + 1, end - 1
    if start < end:
        markup.hidden += [replace(piece, bare=bare) for piece in _target(start, markup.source[start:end], found[1])]


def _reference(markup: Markup, at: int, decode: Callable[[str], str]) -> int:
    found = _REFERENCE.match(markup.source, at)
    decoded = decode(found[0]) if found else ""
    if not found or decoded == found[0]:
        markup.see_plainly(at, at + 1)
        return at + 1
    markup.see(decoded, at, found.end())
    return found.end()


def _target(at: int, raw: str, about: str, form: Form = "html") -> list[Hidden]:
    """What stands in an attribute or a link: an address by its scheme, and what follows it."""
    found = _ADDRESS.match(raw)
    if not found:
        return [Hidden(at, at + len(raw), html.unescape(raw), about, form=form)]
    link: Link = "mailto" if found[1].lower() == "mailto" else "tel"
    start, end = found.span(2)
    pieces = _addresses(at + start, raw[start:end], link, form)
    if end < len(raw):
        pieces.append(Hidden(at + end, at + len(raw), unquote(html.unescape(raw[end:])), "subject", form=form))
    return pieces


def _addresses(at: int, raw: str, link: Link, form: Form) -> list[Hidden]:
    """Addresses with commas between them (RFC 6068, 2)."""
    pieces = []
    for one in raw.split(","):
        if one:
            pieces.append(Hidden(at, at + len(one), unquote(html.unescape(one)), link=link, form=form))
        at += len(one) + 1
    return pieces


# Slack

_CONTROL = re.compile(r"<([^<>|\n]*)(?:\|([^<>\n]*))?>")
_MENTION = re.compile(r"[@#][A-Z][A-Z0-9]{4,20}|!(?:here|channel|everyone)|!subteam\^[A-Z0-9]{5,20}")
_LINK = re.compile(r"!date\^\d{1,12}\^.*|[a-z][a-z0-9+.-]{1,20}:.+", re.IGNORECASE)
_SLACK_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">"}


def of_mrkdwn(source: str) -> Markup:
    """What is seen of Slack's mrkdwn: text, and the labels of mentions and links. A mention's id is kept."""
    markup, at = Markup(source), 0
    while found := _INTERESTING.search(source, at):
        markup.see_plainly(at, found.start())
        at = _slack_construct(markup, found.start())
    markup.see_plainly(at, len(source))
    return markup


def _slack_construct(markup: Markup, at: int) -> int:
    if markup.source[at] == "&":
        return _reference(markup, at, lambda text: _SLACK_ENTITIES.get(text, text))
    found = _CONTROL.match(markup.source, at)
    target = found[1] if found else ""
    is_mention = _MENTION.fullmatch(target) is not None
    if not found or not (is_mention or _LINK.fullmatch(target)):
        markup.see_plainly(at, at + 1)
        return at + 1
    markup.see(" ", at, at)
    if not is_mention:
        markup.hidden += _target(at + 1, target, "", "slack")
    if found[2]:
        label, shift = of_mrkdwn(found[2]), found.start(2)
        markup.seen += label.seen
        markup.spans += [(start + shift, end + shift) for start, end in label.spans]
        markup.see(" ", found.end(), found.end())
    return found.end()
