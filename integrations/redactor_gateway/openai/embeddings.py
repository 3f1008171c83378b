"""`/v1/embeddings`: vectors of redacted texts; in the reply there is nothing to restore."""

from functools import partial
from typing import Any

from redactor.json_text import Build
from redactor_gateway.conversations import Placed
from redactor_gateway.openai.completions import texts
from redactor_gateway.replies import Outgoing
from redactor_gateway.surfaces import Body, Surface
from redactor_gateway.walk import Walk


def plan(walk: Walk, body: Body) -> Build:
    """Plan a request."""
    return walk.fields(body, "customer", {"input": partial(texts, walk, "input")})


def restore(reply: dict[str, Any], out: Outgoing, placed: Placed) -> dict[str, Any]:
    """As it came: numbers."""
    return reply


SURFACE = Surface("/embeddings", "embeddings", "openai", plan, restore)
