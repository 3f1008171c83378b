"""HTML and Slack's mrkdwn: masked where it is seen, everything else byte for byte as it was."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redactor import Conversation, Redactor
from redactor.testing import assert_no_leak, in_memory
from redactor_gateway.fields import Kind
from redactor_gateway.markup import of_html, of_mrkdwn
from redactor_gateway.said import Said
from redactor_gateway.whose import Somebody

HTML_PIECES = st.sampled_from(
    ["<b>", "</b>", "<p class='x'>", "<br/>", "&amp;", "&#65;", "&", "<", ">", " Crystal Minh ", " hi ", "<!-- c -->",
     '<a href="https://x.example/?a=1&amp;b=2">', "</a>", "<a@b.example>", "[PERSON_1]", '"', "😀", "<img alt=hi>"]
)  # fmt: skip
SLACK_PIECES = st.sampled_from(
    ["<@U0123456>", "<@U0123456|joe>", "<#C0123456|general>", "<!here>", "<https://x.example/a|label>", "&amp;", "&lt;",
     "&", "<", ">", "*bold*", " Crystal Minh ", " hi ", "<mailto:crystal.minh@example.com|crystal.minh@example.com>",
     "<!date^1392734382^{date}|yesterday>", "[PERSON_1]", "😀"]
)  # fmt: skip


def said(chat: Conversation, redactor: Redactor, text: str, kind: Kind) -> str:
    return Somebody(chat, redactor.policy).say([Said(text, kind)])[0].text


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>I'm Crystal Minh</p>", "<p>I'm [PERSON_1]</p>"),
        ("<p>I'm <b>Crystal</b> Minh!</p>", "<p>I'm <b>[PERSON_1]</b>!</p>"),
        ("<p>I&#39;m Crystal&#32;Minh</p>", "<p>I&#39;m [PERSON_1]</p>"),
        ("Crystal Minh &lt;crystal.minh@example.com&gt;", "[PERSON_1] &lt;[EMAIL_ADDRESS_1]&gt;"),
        ("by <Crystal Minh>", "by <[PERSON_1]>"),
        ("Crystal Minh <crystal.minh@example.com>", "[PERSON_1] <[EMAIL_ADDRESS_1]>"),
        ('<a href="mailto:Someone@Example.com">x</a>', '<a href="mailto:[EMAIL_ADDRESS_1]">x</a>'),
        ("<a href='tel:+44%2020 7946 0018'>x</a>", "<a href='tel:[PHONE_NUMBER_1]'>x</a>"),
        ('<a href="mailto:a@b.example?subject=Crystal%20Minh">x</a>',
         '<a href="mailto:[EMAIL_ADDRESS_1]?subject=[PERSON_1]">x</a>'),
        ('<img alt="Crystal Minh" src=x>', '<img alt="[PERSON_1]" src=x>'),
        ("<img alt=8706847615>", '<img alt="[ACCOUNT_ID_1]">'),
        ("<!-- by Crystal Minh -->", "<!-- by [PERSON_1] -->"),
        ("<p>Crystal Minh", "<p>[PERSON_1]"),
        ('<a href="Crystal Minh', '<a href="[PERSON_1]'),
        ("<p>[PERSON_1] &#91;PERSON_2&#93;</p>", "<p>[LITERAL_1] [LITERAL_2]</p>"),
        ("<script>var n = 'Crystal Minh'</script>", "<script>var n = '[PERSON_1]'</script>"),
        ("<b>nothing &amp; <i class=a>nobody</i></b>", "<b>nothing &amp; <i class=a>nobody</i></b>"),
    ],
)  # fmt: skip
def test_html_is_masked_where_it_is_seen(source: str, expected: str, chat: Conversation, redactor: Redactor) -> None:
    assert said(chat, redactor, source, "html") == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("Hi <@U0123456>, I'm Crystal Minh", "Hi <@U0123456>, I'm [PERSON_1]"),
        ("<@U0123456|Crystal Minh>", "<@U0123456|[PERSON_1]>"),
        ("*Crystal Minh* &amp; co", "*[PERSON_1]* &amp; co"),
        ("<mailto:who@ever.example|who>", "<mailto:[EMAIL_ADDRESS_1]|who>"),
        ("<tel:+442079460018|call>", "<tel:[PHONE_NUMBER_1]|call>"),
        (
            "<https://x.example/crystal.minh@example.com|Crystal Minh>",
            "<https://x.example/[EMAIL_ADDRESS_1]|[PERSON_1]>",
        ),
        ("<@Crystal Minh>", "<@[PERSON_1]>"),
        ("<!date^1392734382^{date}|Crystal Minh>", "<!date^1392734382^{date}|[PERSON_1]>"),
        ("a < b & c > d", "a < b & c > d"),
    ],
)
def test_mrkdwn_is_masked_where_it_is_seen(source: str, expected: str, chat: Conversation, redactor: Redactor) -> None:
    assert said(chat, redactor, source, "slack_mrkdwn") == expected


@given(pieces=st.lists(HTML_PIECES, max_size=12))
def test_html_comes_back_as_it_reads(pieces: list[str]) -> None:
    _there_and_back("".join(pieces), "html")


@given(pieces=st.lists(SLACK_PIECES, max_size=12))
def test_mrkdwn_comes_back_as_it_reads(pieces: list[str]) -> None:
    _there_and_back("".join(pieces), "slack_mrkdwn")


def _there_and_back(source: str, kind: Kind) -> None:
    read = of_html if kind == "html" else of_mrkdwn
    values: dict[str | re.Pattern[str], str] = {"Crystal Minh": "PERSON", "crystal.minh@example.com": "EMAIL_ADDRESS"}
    with in_memory(values) as redactor:
        somebody = Somebody(redactor.conversation("c"), redactor.policy)
        written = somebody.say([Said(source, kind)])[0]
        back = somebody.restored(Said(written.text, kind), written.turn_id)
        assert_no_leak(["Crystal Minh", "crystal.minh@example.com"], written.text)
    assert read(back).text == read(source).text
    if "Crystal" not in source and "[PERSON_1]" not in source and "crystal" not in source:
        assert written.text == back == source


@given(text=st.text(alphabet="<>&;#x1ab=\"'/!- |@U^:", max_size=60))
def test_any_characters_are_read_and_nothing_is_lost(text: str) -> None:
    for read in (of_html, of_mrkdwn):
        markup = read(text)
        assert len(markup.seen) == len(markup.spans)
        spans = [span for span in markup.spans if span[0] < span[1]]
        assert spans == sorted(spans)


@pytest.mark.parametrize("piece", ["<", "<a ", "<a b='", '<a b="<', "&#", "<!--", "<a b = c ", "<@U1|", "&amp"])
def test_reading_takes_time_in_proportion(piece: str) -> None:
    def seconds(times: int) -> float:
        began = time.perf_counter()
        of_html(piece * times), of_mrkdwn(piece * times)
        return time.perf_counter() - began

    seconds(100)
    assert seconds(20_000) < 2.0
