"""How texts are written into pages."""

from html.parser import HTMLParser

from jinja2 import Environment

from redactor_console.web.shown import FILTERS


class Reader(HTMLParser):
    """What a browser makes of a text, as far as it says what starts a tag and what a reference stands for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.tags = "", 0

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags += 1


def written(text: str) -> str:
    environment = Environment(autoescape=True)
    environment.filters |= FILTERS
    return environment.from_string("{{ text | verbatim }}").render(text=text)


def read(page: str) -> tuple[str, int]:
    reader = Reader()
    # A browser's first step: HTML, 13.2.3.5.
    reader.feed(page.replace("\r\n", "\n").replace("\r", "\n"))
    reader.close()
    return reader.text, reader.tags


def test_every_character_of_a_text_is_in_the_page() -> None:
    text = "a\r\nb\rc\nd <script>alert(1)</script> & &amp; \"'`\u202e\U0001f468\u200d\U0001f469 e\u0301"
    assert read(written(text)) == (text, 0)
    assert read(written("<b>&amp;")) == ("<b>&amp;", 0)


def test_what_no_page_can_hold_is_one_other_character() -> None:
    assert read(written("a\0b\ud800c")) == ("a\ufffdb\ufffdc", 0)
    assert written("\ud800").encode("utf-8")
