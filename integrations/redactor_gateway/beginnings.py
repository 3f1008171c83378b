"""Beginnings of nameless conversations, put away for the request that goes on with them.

A nameless request carries its whole history, and what it redacts to depends on it alone. So that each message does not
cost the whole history again, the conversation is put away once the customer has the reply: sealed under a key that is
made from every text up to there, and from a secret of this process and the caller's credential. None of the three is
kept with it: only the same caller, who sends the same texts again, can open it. What is opened is a copy.
"""

import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from redactor.passing import Sealed
from redactor.secret import Secret
from redactor_gateway.spans import shown
from redactor_gateway.walk import Question

_BYTES = 32 * 2**20
"""Of all that is put away; the least lately needed goes first. A short conversation takes some 10,000."""

_LARGEST = 2**20
"""What is larger is not put away: others would have to go for it."""

_SECONDS = 3600.0
"""After which nobody is waited for any more."""


@dataclass(frozen=True, slots=True)
class _Away:
    content: bytes = field(repr=False)
    since: float


class Beginnings:
    """Of all callers. Thread-safe."""

    def __init__(self, most: int = _BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        """`most`: bytes that are kept; 0 keeps none."""
        self._most, self._clock, self._lock = most, clock, threading.Lock()
        self._secret = secrets.token_bytes(32)
        self._away: OrderedDict[bytes, _Away] = OrderedDict()
        self._size = 0

    def __len__(self) -> int:
        return len(self._away)

    @property
    def is_used(self) -> bool:
        """Whether anything is ever kept."""
        return self._most > 0

    def longest(self, client: str, questions: Sequence[Question]) -> tuple[int, Sealed | None]:
        """How many of the questions, from the first on, were answered before, and the conversation behind them.

        The customer's last turn is never among them: a secret in it is held for the tools of its reply.
        """
        chained = list(_chain(hmac.digest(self._secret, client.encode(), "sha256"), questions))
        for count in _ends(questions):
            if (away := self._find(_name(chained[count - 1]))) is not None:
                return count, Sealed(away.content, _key(chained[count - 1]))
        return 0, None

    def keep(self, client: str, questions: Sequence[Question], seal: Callable[[Secret[bytes]], bytes | None]) -> None:
        """Put away the conversation in which all these questions were answered; `seal` is given its key."""
        *_, last = _chain(hmac.digest(self._secret, client.encode(), "sha256"), questions)
        content = seal(_key(last))
        if content is not None and len(content) <= _LARGEST:
            self._put(_name(last), _Away(content, self._clock()))

    def _find(self, name: bytes) -> _Away | None:
        with self._lock:
            self._drop_over()
            if name in self._away:
                self._away.move_to_end(name)
            return self._away.get(name)

    def _put(self, name: bytes, away: _Away) -> None:
        with self._lock:
            self._drop(name)
            self._away[name] = away
            self._size += len(away.content)
            self._drop_over()
            while self._size > self._most:
                self._drop(next(iter(self._away)))

    def _drop_over(self) -> None:
        """What nobody came back to in time; what was needed since stands behind it and waits for its turn."""
        until = self._clock() - _SECONDS
        while self._away and (first := next(iter(self._away))) and self._away[first].since < until:
            self._drop(first)

    def _drop(self, name: bytes) -> None:
        away = self._away.pop(name, None)
        self._size -= len(away.content) if away is not None else 0


def _ends(questions: Sequence[Question]) -> Iterator[int]:
    """After how many questions a beginning may end, the longest first: behind an assistant's turn, before the
    customer's last."""
    last = max((at for at, each in enumerate(questions) if each.is_turn and each.role == "customer"), default=0)
    return (at for at in range(last, 0, -1) if _ends_with_a_reply(questions[at - 1]))


def _ends_with_a_reply(question: Question) -> bool:
    return question.is_turn and question.role == "assistant"


def _chain(key: bytes, questions: Sequence[Question]) -> Iterator[bytes]:
    """Behind each question, a keyed hash of it and all before it."""
    link = key
    for question in questions:
        came = question.came
        about = [type(came).__name__, str(came), question.role, repr(question.hint), str(question.is_turn)]
        link = hmac.digest(key, link + shown(*about, *sorted(question.echoes)), "sha256")
        yield link


def _name(link: bytes) -> bytes:
    """What it is found under: it tells nothing of the key."""
    return hmac.digest(link, b"name", "sha256")


def _key(link: bytes) -> Secret[bytes]:
    return Secret(hmac.digest(link, b"key", "sha256"))
