"""What redaction adds to a LangChain agent's call, beside LangChain's own PIIMiddleware.

    python -m benchmarks.langchain_overhead [--rounds 101] [--turns 10 100 500] [--turn-rounds 21]
        [--json] [--into docs/langchain.md]

The model is scripted and answers at once, so all that is measured is the graph and what stands around it; a real
model's seconds come on top and are the same for all. The systems take turns with every message, so that whatever else
the machine does meets all of them alike; the order changes from round to round. Every message is new, with two values
in it; ours are detected by the shipped transformer. `PIIMiddleware` stands for its five built-in types.

A long conversation is measured twice: a host that resends the whole history with each turn, and a thread that a
checkpointer (in memory) keeps.
"""

import argparse
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import PIIMiddleware
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage
from langgraph.checkpoint.memory import InMemorySaver

from langchain_redactor import RedactionMiddleware, create_redacted_agent
from redactor import Redactor
from redactor.cli.pages import Place

ROUNDS, TURN_ROUNDS = 101, 21
TYPES = ("email", "credit_card", "ip", "mac_address", "url")
BARE = "bare agent"
PLACE = Place("<!-- overhead: begin -->", "<!-- overhead: end -->")

Make = Callable[..., Any]
"""Makes an agent of a model; takes what create_agent takes."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--turns", type=int, nargs="+", default=[10, 100, 500])
    parser.add_argument("--turn-rounds", type=int, default=TURN_ROUNDS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--into", type=Path)
    chosen = parser.parse_args()
    with Redactor() as redactor:
        redactor.warm_up()
        made = systems(redactor)
        result = {
            "invoke": invokes(made, chosen.rounds),
            "turns": turns(made, chosen.turns, chosen.turn_rounds),
        }
    if chosen.into is not None:
        PLACE.write(chosen.into, "\n".join(markdown(result)))
    else:
        print(json.dumps(result, indent=2) if chosen.json else "\n".join(markdown(result)))


def systems(redactor: Redactor) -> dict[str, Make]:
    """Each way to run the agent."""

    def with_middleware(*middleware: Any) -> Make:
        return lambda model, **settings: create_agent(model, [], middleware=middleware, **settings)

    def ours(model: Any, **settings: Any) -> Any:
        return create_redacted_agent(model, [], redactor=redactor, **settings)

    return {
        BARE: with_middleware(),
        "PIIMiddleware": with_middleware(*(PIIMiddleware(kind, strategy="redact") for kind in TYPES)),
        "RedactionMiddleware": with_middleware(RedactionMiddleware(redactor=redactor)),
        "create_redacted_agent": ours,
    }


def model() -> FakeListChatModel:
    """Answers at once and keeps nothing."""
    return FakeListChatModel(responses=["Thank you, I see it. Anything else?"])


def said(number: int) -> HumanMessage:
    """A message nobody has sent before."""
    code = f"{number:07d}"[::-1]
    return HumanMessage(f"And then there is order 7{code}31, please write to customer{code}@example.com about it.")


def invokes(made: Mapping[str, Make], rounds: int) -> dict[str, dict[str, float]]:
    """System → milliseconds of a call whose thread begins with it, and how many times the bare agent's that is."""
    agents = {name: make(model(), checkpointer=InMemorySaver()) for name, make in made.items()}
    taken: dict[str, list[Took]] = {name: [] for name in agents}
    for number in range(-3, rounds):  # the first ones warm up
        for name in _turned([*agents], number):
            config = {"configurable": {"thread_id": f"invoke-{name}-{number}"}}
            _, took = timed(agents[name], {"messages": [said(number + 3)]}, config)
            if number >= 0:
                taken[name].append(took)
    bare = _medians(taken[BARE])
    return {name: _compared(each, bare) for name, each in taken.items()}


@dataclass(frozen=True, slots=True)
class Took:
    """One call, in milliseconds: by the clock, and of all threads' CPU time, which other programs disturb less."""

    wall: float
    cpu: float


def timed(agent: Any, given: Mapping[str, Any], config: Mapping[str, Any]) -> tuple[Any, Took]:
    """Call an agent: the state, and what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    state = agent.invoke(given, config)
    return state, Took((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3)


def _medians(taken: Sequence[Took]) -> Took:
    return Took(median(each.wall for each in taken), median(each.cpu for each in taken))


def _compared(taken: Sequence[Took], bare: Took) -> dict[str, float]:
    middle = _medians(taken)
    return {
        "median": middle.wall,
        "p99": _p99([each.wall for each in taken]),
        "added": middle.wall - bare.wall,
        "times": middle.wall / bare.wall,
        "cpu": middle.cpu,
    }


def _p99(taken: Sequence[float]) -> float:
    return quantiles(taken, n=100, method="inclusive")[98] if len(taken) > 1 else taken[0]


@dataclass
class Talk:
    """One conversation of some length, and what its next turns cost."""

    agent: Any
    thread: str
    kept: bool
    """Whether a checkpointer keeps the history; else it is resent."""
    history: list[AnyMessage] = field(default_factory=list)
    taken: list[Took] = field(default_factory=list)

    @classmethod
    def of(cls, make: Make, name: str, length: int, *, kept: bool) -> "Talk":
        """A conversation that has `length` messages before its next turn."""
        settings = {"checkpointer": InMemorySaver()} if kept else {}
        talk = cls(make(model(), **settings), f"turns-{name}-{length}-{kept}", kept)
        spoken = [AIMessage("Thank you, I see it.") if at % 2 else said(at) for at in range(length - 1)]
        talk.go_on(spoken)
        talk.taken.clear()
        return talk

    def go_on(self, new: Sequence[AnyMessage]) -> None:
        """One turn more, timed."""
        given = [*new] if self.kept else [*self.history, *new]
        state, took = timed(self.agent, {"messages": given}, {"configurable": {"thread_id": self.thread}})
        self.taken.append(took)
        # A host keeps the messages it was given back; each is a new object when it is sent again.
        self.history = [message.model_copy() for message in state["messages"]]


Turns = dict[str, dict[str, dict[str, tuple[float, float]]]]


def turns(made: Mapping[str, Make], lengths: Sequence[int], rounds: int) -> Turns:
    """How the history is kept → messages before the turn → system → median milliseconds, by the clock and of CPU."""
    found: Turns = {}
    for kind in ("resent", "checkpointed"):
        for length in lengths:
            talks = {name: Talk.of(make, name, length, kept=kind == "checkpointed") for name, make in made.items()}
            for number in range(rounds):
                for name in _turned([*talks], number):
                    talks[name].go_on([said(1_000_000 + number)])
            found.setdefault(kind, {})[str(length)] = {name: _pair(talk.taken) for name, talk in talks.items()}
    return found


def _turned(names: Sequence[str], number: int) -> list[str]:
    """The same names, beginning with another one each time."""
    start = number % len(names)
    return [*names[start:], *names[:start]]


def _pair(taken: Sequence[Took]) -> tuple[float, float]:
    middle = _medians(taken)
    return middle.wall, middle.cpu


def markdown(result: Mapping[str, Any]) -> Iterator[str]:
    """The same numbers as tables."""
    yield "| one call | median ms | p99 ms | added ms | times bare | CPU ms |"
    yield "|---" * 6 + "|"
    for name, ms in result["invoke"].items():
        yield f"| {name} | " + " | ".join(f"{value:.2f}" for value in ms.values()) + " |"
    yield ""
    names = [*result["invoke"]]
    yield "| a turn: median ms (CPU ms) | messages before | " + " | ".join(names) + " |"
    yield "|---" * (len(names) + 2) + "|"
    for kind, lengths in result["turns"].items():
        for length, ms in lengths.items():
            yield f"| {kind} | {length} | " + " | ".join("{:.2f} ({:.2f})".format(*ms[name]) for name in names) + " |"


if __name__ == "__main__":
    main()
