"""What is asked of LiteLLM's Generic Guardrail API, and what it is answered.

Source: litellm/types/proxy/guardrails/guardrail_hooks/generic_guardrail_api.py of LiteLLM 1.106.2.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from redactor import json_text as values
from redactor_gateway import json_text
from redactor_gateway.attachments import instead_of
from redactor_gateway.openai import chat
from redactor_gateway.problems import Problem, refuse
from redactor_gateway.replies import Outgoing
from redactor_gateway.walk import Question, Walk

HEADER = "x-conversation-id"
PARAM = "conversation_id"

_UNSENT = "[present]"
"""What LiteLLM sends for a header that is not listed under `extra_headers`; it is no name of a conversation."""

_JSON = re.compile(r"\s*(?:\{|\[\s*[\[{\"])")
"""How a text begins that is JSON: the request's `response_format` does not come with the reply."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of LiteLLM's. Its texts are in no repr."""

    is_reply: bool
    call: str
    """LiteLLM's id of the call, the same for its request and its reply; empty where it has none."""
    caller: str
    """A hash of whom LiteLLM let in."""
    name: str | None
    """What the conversation is called, if it is."""
    body: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Asked is_reply={self.is_reply}>"


def read(body: Mapping[str, Any]) -> Asked:
    """The parts of a question. Raises `ProblemError` where it is none."""
    kind = body.get("input_type")
    if kind not in ("request", "response"):
        raise refuse(400, "invalid_request", "input_type: expected request or response", param="input_type")
    call, about = body.get("litellm_call_id"), _mapping(body, "request_data")
    return Asked(
        kind == "response",
        call if isinstance(call, str) else "",
        digest(about.get("user_api_key_hash"), about.get("user_api_key_team_id"), about.get("user_api_key_org_id")),
        _name(body),
        body,
    )


def digest(*parts: Any) -> str:
    """A short hash that tells values apart and says nothing of them where they cannot be guessed."""
    return hashlib.sha256(json_text.written([each if isinstance(each, str) else None for each in parts])).hexdigest()[
        :32
    ]


def fingerprint(texts: Any) -> bytes:
    """A hash of what a request's texts are."""
    return hashlib.sha256(json_text.written(texts)).digest()


# requests


def plan(walk: Walk, asked: Asked) -> values.Build:
    """Plan a request: the messages as whole rows, with every field of theirs, the tools, and the texts among them."""
    body = asked.body
    given = {"tools": body.get("tools"), "messages": body.get("structured_messages")}
    rows = chat.plan(walk, {name: value for name, value in given.items() if value})
    if body.get("images") and not given["messages"]:
        instead_of("image", "allow" if walk.files == "allow" else "refuse")  # there is nothing to strip them from
    known = _by_text(walk.questions)
    texts = [known.get(text) or _alone(walk, text) for text in _texts(body)]
    return lambda: {**rows(), "texts": [text() for text in texts]}


def _by_text(questions: list[Question]) -> dict[str, values.Build]:
    """What stands in a row reads the same beside it; what was said comes before what only reads alike."""
    found: dict[str, values.Build] = {}
    for question in sorted(questions, key=lambda each: not each.is_turn):
        if isinstance(question.came, str):
            found.setdefault(question.came, question)
    return found


def _alone(walk: Walk, text: str) -> values.Build:
    """A text of no row: a prompt, a text to embed. It is no turn of a conversation."""
    return walk.text(text, "customer")


def intervened(asked: Asked, made: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a request, from what its parts became."""
    answer: dict[str, Any] = {}
    for ours, theirs in (("texts", "texts"), ("messages", "structured_messages"), ("tools", "tools")):
        if made.get(ours) is not None and asked.body.get(theirs):
            answer[theirs] = made[ours]
    if all(asked.body.get(name) == value for name, value in answer.items()):
        return {"action": "NONE"}
    return {"action": "GUARDRAIL_INTERVENED", **answer}


# replies


def restored(asked: Asked, out: Outgoing) -> dict[str, Any]:
    """The answer to a reply, or to what of a streamed one has come so far.

    LiteLLM does not say whether there is more. So each text is restored as if it were whole, and
    `stream_holdback_chars` says how many characters at its end may still become something else.
    """
    pairs = [_restored(out, text) for text in _texts(asked.body)]
    return {
        "action": "GUARDRAIL_INTERVENED" if pairs else "NONE",
        "texts": [shown + rest for shown, rest in pairs],
        "stream_holdback_chars": [len(rest) for _, rest in pairs],
    }


def _restored(out: Outgoing, text: str) -> tuple[str, str]:
    """What is sure, and what would be held back if more came."""
    stream = replace(out, form="json" if _JSON.match(text) else "text").stream()
    return stream.feed(text), stream.finish()


def blocked(problem: Problem) -> dict[str, Any]:
    """Why nothing may go on. LiteLLM tells its client, and logs it."""
    return {"action": "BLOCKED", "blocked_reason": f"{problem.message} ({problem.code})"}


# what both have


def _texts(body: Mapping[str, Any]) -> list[str]:
    texts = body.get("texts")
    if texts is None:
        return []
    if not isinstance(texts, list) or not all(isinstance(each, str) for each in texts):
        raise refuse(400, "invalid_type", "texts: expected a list of texts", param="texts")
    return texts


def _name(body: Mapping[str, Any]) -> str | None:
    headers = {str(name).lower(): value for name, value in _mapping(body, "request_headers").items()}
    name = headers.get(HEADER, _mapping(body, "additional_provider_specific_params").get(PARAM))
    if name is None:
        return None
    if name == _UNSENT:
        raise refuse(
            400,
            "conversation_id_unsent",
            "X-Conversation-Id came without its value; list it under extra_headers of the guardrail",
        )
    return name if isinstance(name, str) else ""


def _mapping(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise refuse(400, "invalid_type", f"{name}: expected an object", param=name)
    return value
