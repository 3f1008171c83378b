"""A small support bot that follows rules: the `LLM` of `redactor demo` and of `redactor chat` without an
upstream.

Like any LLM behind the redactor it sees placeholders only. It asks for a name, an order number and an e-mail
address, looks the order up with a tool and says what it found. The orders are made up from the order number.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

Tool = Callable[[str], str | None]
"""Takes the placeholder of an order and gives what the tool said about it, redacted; None where it may not be
asked.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """One message as the LLM sees it."""

    role: Literal["user", "assistant"]
    text: str


GREETING = "Hello! I am the support bot of a made-up shop. May I have your full name, please?"

_PLACEHOLDER = re.compile(r"\[(?P<type>[A-Z][A-Z_]*)_\d+\]")
_NEEDED: Mapping[str, str] = {
    "PERSON": "May I have your full name, please?",
    "ACCOUNT_ID": "What is your order number?",
    "EMAIL_ADDRESS": "Which e-mail address may I write to?",
}
_DO_NOT_SEND = ("SECRET", "CREDIT_CARD", "CARD_CVV", "US_SSN")
_GOODBYE = re.compile(r"\b(bye|goodbye|no thanks|no thank you|that'?s all|nothing else)\b", re.IGNORECASE)


def reply(messages: Sequence[Said], look_up: Tool) -> str:
    """What the bot answers to the last message, given all of them."""
    said = [message.text for message in messages if message.role == "user"]
    known = _known(said)
    fresh = _known(said[-1:])
    missing = [entity_type for entity_type in _NEEDED if entity_type not in known]
    warning = _warning(said[-1])
    if _GOODBYE.search(said[-1]):
        return f"{warning}Thank you{_name(known)}, and goodbye!"
    if missing:
        return f"{warning}{_thanks(fresh)}{_NEEDED[missing[0]]}"
    if set(fresh) & set(_NEEDED):
        return warning + _about_order(known, look_up)
    return f"{warning}I have noted{_name(known)}: “{said[-1]}” Can I do anything else for you?"


def made_up_order(number: str) -> str:
    """What the shop's made-up order book says of an order: the same number gives the same answer."""
    dice = sha256(number.encode()).digest()
    item = _ITEMS[dice[0] % len(_ITEMS)]
    state = _STATES[dice[1] % len(_STATES)]
    return f"{item}, {state}"


_ITEMS = ("a grey wool coat", "two pairs of jeans", "a rain jacket", "a leather belt", "a pair of running shoes")
_STATES = (
    "packed and waiting for the courier",
    "on its way, expected on Friday",
    "delivered to the front door this morning",
)


def _known(texts: Iterable[str]) -> Mapping[str, str]:
    """Of each entity type, the placeholder that was named last."""
    return {found["type"]: found[0] for text in texts for found in _PLACEHOLDER.finditer(text)}


def _warning(text: str) -> str:
    if any(found["type"] in _DO_NOT_SEND for found in _PLACEHOLDER.finditer(text)):
        return "Please never send card numbers or passwords here; this one did not reach me. "
    return ""


def _name(known: Mapping[str, str]) -> str:
    return f", {known['PERSON']}" if "PERSON" in known else ""


def _thanks(fresh: Mapping[str, str]) -> str:
    if "PERSON" in fresh:
        return f"Nice to meet you, {fresh['PERSON']}. "
    return f"Thanks, I have {next(iter(fresh.values()))}. " if set(fresh) & set(_NEEDED) else ""


def _about_order(known: Mapping[str, str], look_up: Tool) -> str:
    order, address = known["ACCOUNT_ID"], known["EMAIL_ADDRESS"]
    found = look_up(order)
    if found is None:
        return f"Thanks{_name(known)}. This policy lets no tool have order {order}, so I cannot look it up."
    return f"Thanks{_name(known)}. Order {order} is {found}. I will write to {address} when that changes."
