"""The law of the outbox: whatever happens, nothing is lost, and each lane is given out in the order it came."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from redactor_gateway.webhooks.outbox import Claimed, Message
from redactor_gateway.webhooks.outbox_sqlite import SqliteOutbox

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sets(st.sampled_from("abc"), max_size=2)),
        st.tuples(st.just("claim"), st.integers(1, 3)),
        st.tuples(st.sampled_from(["done", "put_off", "forget"]), st.integers(0, 5)),
        st.tuples(st.just("wait"), st.integers(1, 20)),
    ),
    max_size=30,
)
"""`forget`: a worker dies with what it holds."""


@settings(max_examples=settings().max_examples // 3)
@given(STEPS)
def test_nothing_is_lost_and_lanes_keep_their_order(steps: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        outbox = SqliteOutbox(Path(folder) / "outbox.db")
        try:
            _Story(outbox).play(steps)
        finally:
            outbox.close()


class _Story:
    """What was put in, what is held, what was done."""

    def __init__(self, outbox: SqliteOutbox) -> None:
        self.outbox, self.now = outbox, 1_000.0
        self.lanes: dict[str, list[str]] = {}
        self.waiting: list[str] = []
        self.held: list[Claimed] = []

    def play(self, steps: list[tuple[str, object]]) -> None:
        doors: dict[str, Callable[..., None]] = {
            "put": self.put,
            "claim": self.claim,
            "done": self.done,
            "put_off": self.put_off,
            "forget": self.forget,
            "wait": self.wait,
        }
        for name, argument in steps:
            doors[name](argument)
        for _ in range(200):
            if not self.waiting:
                break
            self.wait(40)
            self.held.clear()
            self.claim(3)
            while self.held:
                self.done(0)
        assert not self.waiting and not self.outbox.waiting().waiting

    def put(self, lanes: set[str]) -> None:
        name = f"m{len(self.waiting)}-{self.now}-{sum(map(len, self.lanes.values()))}"
        message = Message(name, "r", "forward", b"{}", "application/json", lanes=tuple(sorted(lanes)))
        if self.outbox.put(name.encode(), [message], self.now):
            self.waiting.append(name)
            for lane in lanes:
                self.lanes.setdefault(lane, []).append(name)

    def claim(self, limit: int) -> None:
        for claimed in self.outbox.claim("h", "r", self.now, self.now + 30, limit):
            name = claimed.message.id
            assert name in self.waiting, "what is done does not come back"
            for names in self.lanes.values():
                assert name not in names or names[0] == name, "the first of its lane comes first"
            self.held = [each for each in self.held if each.number != claimed.number] + [claimed]

    def done(self, number: int) -> None:
        if self.held:
            claimed = self.held.pop(number % len(self.held))
            self.outbox.done(claimed)
            if claimed.message.id in self.waiting:
                self.waiting.remove(claimed.message.id)
                for names in self.lanes.values():
                    if claimed.message.id in names:
                        names.remove(claimed.message.id)

    def put_off(self, number: int) -> None:
        if self.held:
            self.outbox.put_off(self.held.pop(number % len(self.held)), "h", self.now + 5)

    def forget(self, number: int) -> None:
        if self.held:
            self.held.pop(number % len(self.held))

    def wait(self, seconds: int) -> None:
        self.now += seconds
