"""A restored value written so that the text around it keeps its meaning."""

import html
import json
import re
from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import quote

from redactor.types import FORMS, Form

# CommonMark 0.31, 2.4: every ASCII punctuation character may be backslash-escaped, and then starts no construct.
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
# CommonMark 0.31, 4.4: four blanks or a tab at the start of a line open a code block; as references they do not.
_INDENT: Final = re.compile(r"(?:\A|(?<=[\n\r]))[ \t]+")


def escape(value: str, form: Form) -> str:
    """`value` as it has to be written inside a text of the given form.

    `json`: inside a string literal (RFC 8259, 7). `html`: in text or a quoted attribute. `markdown`: no part of it
    opens a link, image, code or HTML (CommonMark 0.31); in a code span the backslashes show. `slack`: `&`, `<` and `>`
    as Slack's "Formatting text for app surfaces" asks for. `url`: percent-encoded but for RFC 3986's unreserved
    characters. ValueError for an unknown form.
    """
    if form not in _ESCAPES:
        raise ValueError(f"a form is one of {', '.join(FORMS)}, not {form!r}")
    return _ESCAPES[form](value)


def _text(value: str) -> str:
    return value


def _json(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)[1:-1]


def _html(value: str) -> str:
    return html.escape(value, quote=True)


def _markdown(value: str) -> str:
    escaped = _PUNCTUATION.sub(r"\\\g<0>", value)
    return _INDENT.sub(lambda indent: "".join(f"&#{ord(char)};" for char in indent[0]), escaped)


def _slack(value: str) -> str:
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _url(value: str) -> str:
    return quote(value, safe="", errors="surrogatepass")


_ESCAPES: Final[Mapping[Form, Callable[[str], str]]] = {
    "text": _text,
    "json": _json,
    "html": _html,
    "markdown": _markdown,
    "slack": _slack,
    "url": _url,
}
