import pytest

from redactor.placeholders import find


def places(text: str) -> list[str]:
    return [token.place for token in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi [PERSON_1]", "text"),
        ("[a](https://x.org) [PERSON_1]", "text"),
        ("[Agent]: [PERSON_1]", "text"),
        ("see https://x.org or [PERSON_1]", "text"),
        ("<b>[PERSON_1]</b>", "text"),
        ("a < b and [PERSON_1]", "text"),
        ("I <3 [PERSON_1]", "text"),
        ("and/or [PERSON_1]", "text"),
        ("e.g./[PERSON_1]", "text"),
        ('<a href="https://x.org">[PERSON_1]</a>', "text"),
        ('{"url":"https://x.org","name":"[PERSON_1]"}', "text"),
        ("[URL_1] [PERSON_1]", "text,text"),
        ("[x](y\n\n[PERSON_1]", "text"),
        ("![x\n\n[PERSON_1]", "text"),
        ("[mail [PERSON_1]](https://x.org)", "label"),
        ("[[PERSON_1]](https://x.org)", "label"),
        ("[see [AGE_1] and PERSON_1]", "label,label"),
        ("[x](https://x.org/[PERSON_1])", "target"),
        ("[x](/[PERSON_1])", "target"),
        ("[x](\n/[PERSON_1])", "target"),
        ("[x](<a b [PERSON_1]>)", "target"),
        ("[x](/a_(b)_[PERSON_1])", "target"),
        ('[x](/a "[PERSON_1]")', "target"),
        ("[[PERSON_1]](mailto:[EMAIL_ADDRESS_1])", "label,target"),
        ("[PERSON_1](/q/[AGE_1])", "text,target"),
        ("[x](PERSON_1)", "target"),
        ("x <y [a](/[PERSON_1])", "target"),
        ("x <y [a](/b) [PERSON_1]", "text"),
        ('<a href="/x?[PERSON_1]">', "target"),
        ("<a href=/x?[PERSON_1]>", "target"),
        ("<a href='a > b [PERSON_1]'>", "target"),
        ("<a href = [PERSON_1]>", "target"),
        ("![x](https://x.org/[PERSON_1])", "image"),
        ("![photo of [PERSON_1]](https://x.org)", "image"),
        ("![PERSON_1](https://x.org/[AGE_1])", "image,image"),
        ("[![a](/b)](/[PERSON_1])", "target"),
        ("[![a [PERSON_1]](/b)](/c)", "image"),
        ('<img src="/x?[PERSON_1]">', "image"),
        ("<IMG alt=[PERSON_1]>", "image"),
        ("https://x.org/?q=[PERSON_1]", "query"),
        ("https://x.org/[PERSON_1]/[AGE_1]", "query,query"),
        ("HTTPS:\\\\x.org\\[PERSON_1]", "query"),
        ("https://x.org/\u00a0[PERSON_1]", "query"),
        ('https://x.org/"[PERSON_1]', "query"),
        ("https://[PERSON_1].x.org", "query"),
        ("x.org/[PERSON_1]", "query"),
        ("x.org?q=[PERSON_1]", "query"),
        ("www.x.org:80/[PERSON_1]", "query"),
        ("<https://x.org/[PERSON_1]>", "query"),
        ("[a]: https://x.org/[PERSON_1]", "query"),
        ("[URL_1]?q=[PERSON_1]", "text,query"),
        ("[URL_1]/[PERSON_1]", "text,query"),
        ("https://x.org/" + "a" * 10_000 + "[PERSON_1]", "query"),
        ("[x](" + "a " * 5_000 + "[PERSON_1])", "target"),
    ],
)
def test_place_of_a_placeholder(text: str, expected: str) -> None:
    assert ",".join(places(text)) == expected


@pytest.mark.parametrize("after", ["", ")", "](https://x.org)", " and more", "\n\n"])
@pytest.mark.parametrize("before", ["[x](/", "![x ", "https://x.org/", "[x ", "x "])
def test_place_is_decided_by_what_stands_to_the_left(before: str, after: str) -> None:
    assert places(f"{before}[PERSON_1]{after}") == places(f"{before}[PERSON_1]")


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://Shop.Example/[PERSON_1]", "shop.example"),
        ("[a](https://shop.example:8080/x?q=[PERSON_1])", "shop.example"),
        ('<a href="https://shop.example/?q=[PERSON_1]">', "shop.example"),
        ("shop.example/[AGE_1]/[PERSON_1]", "shop.example"),
        ("https://shop.example@evil.example/[PERSON_1]", "evil.example"),
        ("https:\\\\evil.example\\@shop.example/[PERSON_1]", "evil.example"),
        ("https://[PERSON_1].shop.example/", ""),
        ("https://evil.example/[a](https://shop.example/[PERSON_1])", ""),
        ("[https://evil.example/](https://shop.example/[PERSON_1])", ""),
        ("https://shop.example/](//evil.example/[PERSON_1]", ""),
        ("[a](https://shop.example/,https://evil.example/[PERSON_1])", ""),
        ("https://shop.example/|evil.example/[PERSON_1]", ""),
        ("https://shop.example/?u=https://evil.example/[PERSON_1]", ""),
        ("https://shop.example/www.evil.example/[PERSON_1]", ""),
        ("https://shop.example/" + "a" * 600 + "[PERSON_1]", ""),
        ("[x](//1.2.3.4/https://shop.example/[PERSON_1])", ""),
        ("[x](<//1.2.3.4/ https://shop.example/[PERSON_1]>)", ""),
        ("[x](//evil.example/ https://shop.example/[PERSON_1])", ""),
        ('<a href="//1.2.3.4/ https://shop.example/[PERSON_1]">', ""),
        ("<a href=//1.2.3.4/=https://shop.example/[PERSON_1]>", ""),
        ("1.2.3.4/https://shop.example/[PERSON_1]", ""),
        ('[x](//1.2.3.4/"http://a.b/"https://shop.example/[PERSON_1])', ""),
        ("[x](shop.example/[PERSON_1])", ""),
        ("[x](\nhttps://shop.example/[PERSON_1])", "shop.example"),
        ("https://shop.example/ [PERSON_1]", ""),
        ("[PERSON_1]", ""),
    ],
)
def test_host_is_known_only_where_one_address_stands_open(text: str, host: str) -> None:
    assert find(text)[-1].host == host
