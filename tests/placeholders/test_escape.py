import html
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from redactor.placeholders import escape

ANY = st.text(st.characters())
READABLE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)


@given(ANY)
def test_text_stays_as_it_is(value: str) -> None:
    assert escape(value, "text") == value


@given(ANY)
def test_json_reads_back(value: str) -> None:
    assert json.loads('"' + escape(value, "json") + '"') == value


@given(ANY)
def test_html_reads_back_and_opens_nothing(value: str) -> None:
    escaped = escape(value, "html")
    assert html.unescape(escaped) == value
    assert not set("<>\"'") & set(escaped)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_url_reads_back_and_is_unreserved(value: str) -> None:
    escaped = escape(value, "url")
    assert unquote(escaped) == value
    assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})*", escaped)


@given(ANY)
def test_slack_reads_back_and_opens_nothing(value: str) -> None:
    escaped = escape(value, "slack")
    assert escaped.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == value
    assert not set("<>") & set(escaped)


MARKUP = [
    "[a](http://b.c)", "![a](b)", "`code`", "```\ncode\n```", "    code", "\tcode", "<b>x</b>",
    "<http://a.b>", "# h", "- li", "1. li", "> q", "***", "a\n    b", "[a]: b", "&lt;", "a\n===",
    "~~~\nx", "**b**", "|a|b|\n|-|-|", "\\[a](b)", "a_b_c", "\n\n    code", "\r    code",
    "]( http://evil", "`", "<!-- x", "a  \nb",
]  # fmt: skip


@pytest.mark.parametrize("value", MARKUP)
@pytest.mark.parametrize("around", ["{}", "Hi {}!", "- {}", "> {}", "**{}**", "| {} |"])
def test_markdown_value_opens_nothing(value: str, around: str) -> None:
    plain = around.format("x")
    kinds = {token.type for token in flat(around.format(escape(value, "markdown")))}
    assert kinds <= {token.type for token in flat(plain)} | {
        "softbreak",
        "hardbreak",
        "paragraph_open",
        "paragraph_close",
    }


@given(READABLE)
def test_markdown_reads_back(value: str) -> None:
    shown = "".join(token.content for token in flat(f"a{escape(value, 'markdown')}z") if token.type.startswith("text"))
    assert shown == f"a{value}z"


def flat(markdown: str) -> Iterator[Token]:
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        yield from token.children if token.children else [token]


def test_unknown_form_is_refused() -> None:
    with pytest.raises(ValueError, match="markdown"):
        escape("x", "pdf")  # type: ignore[arg-type]
