"""What a page of the console shows of messages, read out of its HTML."""

import re

import httpx2


def path_of(answer: httpx2.Response) -> str:
    """The path of the message that is judged; empty where there is none."""
    assert answer.status_code == 200, answer.text
    found = re.search(r'data-path="([^"]+)"', answer.text)
    return found[1] if found else ""


def text_of(answer: httpx2.Response) -> str:
    """The judged message's text, without what is said beside it."""
    found = re.search(r'<div class="text"[^>]* id="text">(.*?)</div>', answer.text, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>", "", re.sub(r"<span[^>]* data-aside>[^<]*</span>", "", found[1]))


def revision_of(answer: httpx2.Response) -> str:
    """The revision that the forms carry."""
    found = re.search(r'name="revision" value="(\d+)"', answer.text)
    assert found is not None
    return found[1]


def marks_of(answer: httpx2.Response) -> list[str]:
    """What is said of hidden places, in words."""
    return [each for each in re.findall(r'class="mark" data-aside>([^<]*)<', answer.text) if each]


JSON = {"accept": "application/json"}
"""What our scripts ask with."""
