"""What stands to the left of a token: enough to say where the token is, however the text was cut into chunks."""

import re
from typing import Final, Literal

from redactor.placeholders.grammar import Place
from redactor.placeholders.symbols import WORD

_BREAKS: Final = " \t\n\r\f\v<"
"""What ends a bare URL: GFM 0.29, 6.9 (extended autolinks) goes on to a white-space character or `<`, and its
implementations mean the ASCII ones."""

# A scheme with two slashes (browsers take backslashes too), or a domain with something after it. The quote before it,
# if any, ends it: GFM links a bare URL only at the start of a line, after a blank, or after one of `*_~(`.
_URL = re.compile(
    r"""(["'`]?)(?:[a-z][a-z0-9+.-]{0,20}:[/\\]{2}|[a-z0-9.-]{1,40}\.[a-z]{2,24}(?::\d{1,5})?[/?#])""", re.IGNORECASE
)
_REACH: Final = 96
"""No match of `_URL` is longer."""

_LONGEST_ADDRESS: Final = 512
"""Characters of an open web address that are kept to know its host; RFC 1035, 2.3.4 allows a host 255."""
_ADDRESS = re.compile(
    r"""[\s\[(*_~<"']*(?P<scheme>https?:[/\\]{2})?(?:[^/\\?#\s]*@)?(?P<host>[a-z0-9.-]{1,255})(?::\d{1,5})?[/\\?#]"""
    r"(?!.*(?:\]\(|.:[/\\]{2}|www\.))[a-z0-9._~:/?#@!$&*+=%\[\]\\-]*",
    re.IGNORECASE,
)
"""One address and nothing else, from where it opens: no other can begin before it or inside it. What stands before the
last @ is not the host (RFC 3986, 3.2); browsers read a backslash as a slash (WHATWG URL)."""

_MARKS = re.compile(r"[\[\]［］()<]")
_TAG_NAME = re.compile(r"[A-Za-z0-9]*")
_CODE = re.compile(rf"(?:[{WORD})\]]|(?:=|[\"']:)[ \t]{{0,2}}|[{WORD})\]]\([ \t]{{0,2}})\Z")
_GLUED = re.compile(rf"[{WORD})\]]\Z")

_Tag = Literal["", "name", "inside", "equals", "bare", '"', "'"]
_TAG_EVENTS: Final = {
    "inside": re.compile(r"[=>\[\]［］()<]"),
    "equals": re.compile(r"\S"),
    "bare": re.compile(r"[\s>]"),
    '"': re.compile('"'),
    "'": re.compile("'"),
}


class Left:
    """Reads text from left to right and answers for the spot it has come to. A blank line clears what was open.

    Text is handed over by `skip` and only looked at when a question is asked, so ordinary chunks cost next to nothing.
    """

    __slots__ = (
        "_depth", "_image", "_length", "_opened", "_parens", "_pending", "_run", "_tag", "_tag_name", "_tail",
        "_target", "_target_image", "_url", "_was_image", "_word",
    )  # fmt: skip

    def __init__(self) -> None:
        self._pending: list[str] = []
        self._length = 0
        self._tail = ""
        self._clear()

    def _clear(self) -> None:
        self._depth = self._image = self._parens = 0
        self._was_image = self._target_image = False
        self._tag: _Tag = ""
        self._tag_name = ""
        self._url: str | None = None
        self._run = self._word = self._target = ""
        self._opened = False

    def skip(self, text: str) -> None:
        """Go on over `text`, in which no token stands."""
        self._pending.append(text)
        self._length += len(text)
        if self._length > 4096:
            self._read()

    def pass_token(self, raw: str, entity_type: str) -> None:
        """Go on over a token. What is inside it opens and closes nothing."""
        self._read()
        self._was_image = self._tail.endswith("!")
        self._tail = (self._tail + raw)[-8:]
        self._word = (self._word + raw)[:_LONGEST_ADDRESS]
        self._target = (self._target + raw)[:_LONGEST_ADDRESS]
        if entity_type == "URL" and self._url is None:
            self._run = "a.url"  # a path or query that follows it belongs to the restored URL

    def place(self, raw: str) -> Place:
        """Where a token written as `raw` stands, coming next."""
        self._read()
        if self._image or (self._tail.endswith("!") and raw[0] in "[［"):
            return "image"
        if self._parens:
            return "image" if self._target_image else "target"
        if self._in_attribute():
            return "image" if self._tag_name.lower() == "img" else "target"
        if self._url is not None:
            return "query"
        return "label" if self._depth else "text"

    def host(self) -> str:
        """The host of the one web address that stands open here, in lower case; empty where that is not certain."""
        self._read()
        in_attribute, in_link = self._in_attribute(), self._parens > 0
        before, link, _ = self._word.partition("](")
        if (in_attribute and in_link) or (in_link and link and _URL.search(before)):
            return ""  # two readings: an attribute or a target; a link, or the rest of the bare URL before it
        in_target = in_attribute or in_link
        address = self._target if in_target else self._word
        match = _ADDRESS.fullmatch(address) if max(len(address), len(self._word)) < _LONGEST_ADDRESS else None
        if match is None or (in_target and not match["scheme"]):
            return ""
        return match["host"].lower()

    def _in_attribute(self) -> bool:
        return self._tag not in ("", "name", "inside")

    def depth(self) -> int:
        """How many square brackets stand open here."""
        self._read()
        return self._depth

    def like_code(self) -> bool:
        """Whether a bracket here would be an index, a list literal or an argument, or is glued to a word."""
        self._read()
        return bool(_CODE.search(self._tail))

    def glued(self) -> bool:
        """Whether a bracket here would follow a word, a number or a closing bracket directly."""
        self._read()
        return bool(_GLUED.search(self._tail))

    def _read(self) -> None:
        if not self._pending:
            return
        text = "".join(self._pending)
        self._pending.clear()
        self._length = 0
        last = self._tail[-1:]
        self._tail = (self._tail + text)[-8:]
        paragraph = (last + text).rfind("\n\n")
        if paragraph >= 0:
            self._clear()
            text = text[paragraph + 2 - len(last) :]
            last = "\n"
        self._target = (self._target + text)[:_LONGEST_ADDRESS]
        self._read_marks(text, last)
        self._read_run(text)

    def _read_marks(self, text: str, last: str) -> None:
        at = 0
        while at < len(text):
            if self._tag:
                at = self._in_tag(text, at, last)
            else:
                match = _MARKS.search(text, at)
                if not match:
                    return
                at = match.end()
                self._mark(match[0], text[at - 2] if at > 1 else last)
            if self._opened:
                self._opened, self._target = False, text[at : at + _LONGEST_ADDRESS]

    def _mark(self, mark: str, before: str) -> None:
        if mark == "<":
            self._tag, self._tag_name = "name", ""
        elif mark in "()":
            self._paren(mark, before)
        elif mark in "[［":
            self._depth += 1
            if before == "!" and not self._image and not self._parens:
                self._image = self._depth
        else:
            self._was_image = 0 < self._image == self._depth
            self._image = 0 if self._was_image else self._image
            self._depth = max(0, self._depth - 1)

    def _paren(self, mark: str, before: str) -> None:
        if self._parens:
            self._parens += 1 if mark == "(" else -1
        elif mark == "(" and before == "]":
            self._parens, self._target_image, self._opened = 1, self._was_image, True

    def _in_tag(self, text: str, at: int, last: str) -> int:
        """Read on inside `<...`; returns where it stopped."""
        if self._tag == "name":
            return self._in_tag_name(text, at)
        match = _TAG_EVENTS[self._tag].search(text, at)
        if not match:
            return len(text)
        at = match.end()
        if self._tag == "inside" and match[0] not in "=>":
            self._mark(match[0], text[at - 2] if at > 1 else last)  # prose after a lone `<word` has links, too
        else:
            self._tag = _after(self._tag, match[0])
            self._opened = self._tag == "equals"
        return at

    def _in_tag_name(self, text: str, at: int) -> int:
        match = _TAG_NAME.match(text, at)
        end = match.end() if match else at
        self._tag_name = (self._tag_name + text[at:end])[:8]
        if end < len(text):
            self._tag = "inside" if self._tag_name[:1].isalpha() else ""
        return end

    def _read_run(self, text: str) -> None:
        end = max(map(text.rfind, _BREAKS))
        if end >= 0:
            self._url, self._run, self._word = None, "", ""
            text = text[end + 1 :]
        self._word = (self._word + text)[:_LONGEST_ADDRESS]
        while text:
            if self._url is None:
                text = self._seek_url(text)
            elif self._url == "":
                return
            else:
                _, quote, text = text.partition(self._url)
                self._url = None if quote else self._url

    def _seek_url(self, text: str) -> str:
        run = self._run + text
        match = _URL.search(run)
        self._url = match[1] if match else None
        self._run = "" if match else run[-_REACH:]
        return run[match.end() :] if match else ""


def _after(tag: _Tag, event: str) -> _Tag:
    """The state that follows: between attributes, after `=`, or inside a bare or quoted value."""
    if event == ">" and tag not in ('"', "'"):
        return ""
    if tag == "inside":
        return "equals"
    if tag == "equals":
        return '"' if event == '"' else "'" if event == "'" else "bare"
    return "inside"
