"""What customers say in `benchmarks/gateway.py`: every message new, the history resent as clients do."""

import json
import random
from collections.abc import Iterator
from typing import Any

SYSTEM = (
    "You are the support assistant of a web shop. Answer briefly and politely. Refunds take three to five business "
    "days; never promise a date. Ask for the order number where it is missing."
)
"""The program's instructions: the same in every request."""

EXCHANGES = 7
"""Questions of one conversation: its requests resend 0, 2, ... 12 earlier messages, 6 on average."""


def words(text: str) -> tuple[str, ...]:
    """A list of words."""
    return tuple(text.split())


_GIVEN = words("Ann Peter Crystal Joyce Miguel Fatima Oliver Hannah Wei Lucia Tomas Priya Jonas Elena Samir Grace")
_FAMILY = words("Minh Vance Okafor Lindqvist Romero Tanaka Whitfield Novak Haddad Brennan Castillo Moreau Ferreira")
_STREETS = words("Oak Maple Station Church Mill Park Garden River Bridge Castle")
_MESSAGES = (
    "Hi, this is {name}. I ordered a pair of {thing} two weeks ago, order {order}, and they still have not arrived.",
    "Please write to {email} as soon as the {thing} are back in stock, I would really like to have them before June.",
    "My new address is {number} {street} Street, could you send the {thing} there instead of the old one please?",
    "Is it possible to change the colour of the {thing}? The {shade} ones look much nicer than those I have chosen.",
    "You can reach me at {phone} after six, the courier for the {thing} never rang the bell although I was at home.",
    "What is your policy on returns, the {thing} are too small and the {shade} box was already open when it came?",
    "Order {order} was charged twice on my card, {name} is the name on the account and {email} is the address.",
)
_THINGS = words("boots gloves trousers curtains headphones glasses scissors cushions lamps candles sandals towels")
_SHADES = words("green blue yellow brown white purple grey orange black red silver beige")


class Talk:
    """One customer after another, endlessly. Two talks of the same seed say the same."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)
        self._name, self.number = f"bench-{seed}", 0
        self._history: list[dict[str, str]] = []

    @property
    def conversation(self) -> str:
        """The present conversation's name."""
        return f"{self._name}-{self.number}"

    def ask(self, *, model: str = "fake", stream: bool = False) -> bytes:
        """The next request's body: the history and a message that nobody has sent before."""
        if len(self._history) >= 2 * EXCHANGES - 1:
            self._history, self.number = [], self.number + 1
        self._history.append({"role": "user", "content": message(self._draw)})
        asked: dict[str, Any] = {
            "model": model,
            "messages": [{"role": "system", "content": SYSTEM}, *self._history],
            "temperature": 0.2,
        }
        return json.dumps({**asked, "stream": True} if stream else asked).encode()

    def hear(self, reply: str) -> None:
        """What the customer was answered goes into the history."""
        self._history.append({"role": "assistant", "content": reply})


def message(draw: random.Random) -> str:
    """A message of some 35 word pieces, most with one or two values."""
    given, family = draw.choice(_GIVEN), draw.choice(_FAMILY)
    return draw.choice(_MESSAGES).format(
        name=f"{given} {family}",
        email=f"{given.lower()}.{family.lower()}{draw.randrange(10_000)}@example.com",
        order=draw.randrange(10**9, 10**10),
        phone=f"+1 212 555 {draw.randrange(10_000):04d}",
        number=draw.randrange(1, 2_000),
        street=draw.choice(_STREETS),
        thing=f"{draw.choice(_SHADES)} {draw.choice(_THINGS)}",
        shade=draw.choice(_SHADES),
    )


def strangers(seed: int) -> Iterator[bytes]:
    """Requests whose whole history is new, as after a restart: six earlier messages and one more."""
    draw = random.Random(seed)
    while True:
        said = [{"role": ("user", "assistant")[at % 2], "content": message(draw)} for at in range(7)]
        yield json.dumps({"model": "fake", "messages": [{"role": "system", "content": SYSTEM}, *said]}).encode()
