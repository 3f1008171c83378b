"""A machine's own outbox whose deliveries and calls are known to all machines: their keys lie in Redis.

What is acknowledged is durable in the machine's own file first; Redis only says that it is. So a Redis that loses its
last second can make a delivery come twice, and never makes one get lost.
"""

import json
import logging
import secrets
from base64 import b64decode, b64encode
from collections.abc import Sequence
from contextlib import suppress

from redactor.exceptions import StorageError
from redactor.storage.redis import RedisStore
from redactor_gateway.webhooks.outbox import REMEMBERED, Call, Claimed, Message, Outbox, Waiting

_log = logging.getLogger("redactor_gateway.webhooks")

_HOLD = 30.0
"""Seconds a delivery is one machine's alone while that writes it down, which takes ten at most; so long it cannot be
taken in where the machine died in between."""

_BEGIN = """
local found = redis.call('GET', KEYS[1])
if found and found ~= ARGV[1] then return found end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return false
"""
"""What is there, or ours put there. Sent twice because an answer was lost, it finds its own and says so."""

_SAY = """
local found = redis.call('GET', KEYS[1])
if found and string.sub(found, 1, 5) == 'done:' then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
"""
"""How it ended, unless that was said before."""

_GIVE_UP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"
_UNDO = """
local found = redis.call('GET', KEYS[1])
if found and string.sub(found, 1, 6) == 'begun:' then return redis.call('DEL', KEYS[1]) end
return 0
"""
_FIND = "return redis.call('GET', KEYS[1])"

_DONE = b"done:"


class SharedKeysOutbox:
    """See `Outbox`. Messages wait in `local`, for this machine to send; each conversation's order is that machine's."""

    def __init__(self, local: Outbox, keys: RedisStore) -> None:
        """Both are closed with it."""
        self._local, self._keys = local, keys

    def __repr__(self) -> str:
        return f"SharedKeysOutbox({self._local!r}, {self._keys!r})"

    def known(self, key: bytes, now: float) -> str | None:
        """See `Outbox.known`. Raises `StorageError` for one that another machine is just writing down: nobody knows yet
        whether it will be durable."""
        own = self._local.known(key, now)
        if own is not None:
            self._say(key, own)  # the machine may have died before it did
            return own
        return _message(self._run(_FIND, _seen(key)))

    def put(
        self, key: bytes, messages: Sequence[Message], now: float, *, holder: str = "", reserved: float = 0.0
    ) -> bool:
        """See `Outbox.put`."""
        begun = f"begun:{secrets.token_hex(8)}"
        found = self._run(_BEGIN, _seen(key), begun, int(_HOLD * 1000))
        if _message(found) is not None:
            return False
        try:
            is_new = self._local.put(key, messages, now, holder=holder, reserved=reserved)
        except BaseException:
            with suppress(StorageError):  # it is given up by itself
                self._run(_GIVE_UP, _seen(key), begun)
            raise
        first = messages[0].id if messages else ""
        self._say(key, first if is_new else self._local.known(key, now) or "")
        return is_new

    def _say(self, key: bytes, message: str) -> None:
        """Tell the other machines. It is durable here, whatever becomes of this."""
        try:
            self._run(_SAY, _seen(key), _DONE + message.encode(), int(REMEMBERED * 1000))
        except StorageError as error:
            _log.warning("a delivery was taken in, and other machines could not be told: %s", error)

    def begin_call(self, key: bytes, now: float) -> Call | None:
        """See `Outbox.begin_call`."""
        begun = f"begun:{secrets.token_hex(8)}"
        found = self._run(_BEGIN, _call(key), begun, int(REMEMBERED * 1000))
        if found is None:
            return None
        if not found.startswith(_DONE):
            return Call(None)
        status, media_type, body = json.loads(found[len(_DONE) :])
        return Call(status, media_type, b64decode(body))

    def end_call(self, key: bytes, call: Call | None) -> None:
        """See `Outbox.end_call`."""
        if call is None:
            self._run(_UNDO, _call(key))
            return
        written = json.dumps([call.status, call.media_type, b64encode(call.body).decode()])
        self._run(_SAY, _call(key), _DONE + written.encode(), int(REMEMBERED * 1000))

    def _run(self, script: str, name: str, *arguments: str | bytes | int) -> bytes | None:
        found: bytes | None = self._keys.run(script, [self._keys.key(name)], arguments)
        return found

    # what is the machine's own

    def claim(self, holder: str, route: str, now: float, until: float, limit: int) -> list[Claimed]:
        """See `Outbox.claim`."""
        return self._local.claim(holder, route, now, until, limit)

    def done(self, claimed: Claimed) -> None:
        """See `Outbox.done`."""
        self._local.done(claimed)

    def put_off(self, claimed: Claimed, holder: str, due: float) -> None:
        """See `Outbox.put_off`."""
        self._local.put_off(claimed, holder, due)

    def put_aside(self, claimed: Claimed) -> None:
        """See `Outbox.put_aside`."""
        self._local.put_aside(claimed)

    def sweep(self, now: float) -> None:
        """See `Outbox.sweep`. Redis forgets by itself."""
        self._local.sweep(now)

    def waiting(self) -> Waiting:
        """See `Outbox.waiting`: of this machine."""
        return self._local.waiting()

    def close(self) -> None:
        """See `Outbox.close`."""
        self._local.close()
        self._keys.close()


def _seen(key: bytes) -> str:
    return f"delivery:{key.hex()}"


def _call(key: bytes) -> str:
    return f"call:{key.hex()}"


def _message(found: bytes | None) -> str | None:
    """The id of the message a delivery became; None where nobody has it. Raises `StorageError` where somebody may."""
    if found is None:
        return None
    if not found.startswith(_DONE):
        raise StorageError("another machine is just taking this delivery in; send it again")
    return found[len(_DONE) :].decode()
