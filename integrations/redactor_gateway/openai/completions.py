"""`/v1/completions`: a prompt and how it goes on."""

from functools import partial
from typing import Any

from redactor.json_text import Build
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.chat import response_format, restore_choices
from redactor_gateway.openai.chunks import ChatRestorer
from redactor_gateway.problems import refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.surfaces import Body, Surface
from redactor_gateway.walk import Walk, as_it_is


def plan(walk: Walk, body: Body) -> Build:
    """Plan a request."""
    return walk.fields(
        body,
        "customer",
        {"prompt": partial(texts, walk, "prompt"), "response_format": partial(response_format, walk)},
    )


def texts(walk: Walk, where: str, value: Any) -> Build:
    """One text or several. What is already cut into a model's tokens cannot be searched, so it is refused."""
    if isinstance(value, str):
        return walk.said(value, "customer")
    if value is None:
        return as_it_is(None)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise refuse(
            400,
            "unsupported_content",
            f"{where}: expected a text or a list of texts; tokens cannot be searched for personal data",
            param=where,
        )
    return walk.items(value, lambda text: walk.said(text, "customer"), where)


def restore(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """Restore a whole reply."""
    return restore_choices(reply, out)


SURFACE = Surface("/completions", "completions", "openai", plan, restore, lambda out, placed: ChatRestorer(out))
