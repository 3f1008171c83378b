"""What the gateway needs to know of one door of an API: how its requests are searched and its replies restored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from redactor.json_text import Build
from redactor_gateway.conversations import Placed
from redactor_gateway.problems import Problem
from redactor_gateway.replies import Outgoing
from redactor_gateway.settings import Scope
from redactor_gateway.sse import Event
from redactor_gateway.walk import Walk

Body = Mapping[str, Any]


class Restorer(Protocol):
    """Restores the events of one stream."""

    def feed(self, event: Event) -> list[Event]:
        """What can be passed on after this event. Raises `ProblemError` where it cannot be read."""

    @property
    def is_over(self) -> bool:
        """Whether the reply came to its end: a stream that ends before it was cut off."""

    def record(self) -> None:
        """File what was received, also where the stream was cut off."""


@dataclass(frozen=True, slots=True)
class Surface:
    """One door."""

    path: str
    """Behind the version, such as `/chat/completions`."""
    scope: Scope
    speaks: Literal["openai", "anthropic"]
    plan: Callable[[Walk, Body], Build]
    restore: Callable[[dict[str, Any], Outgoing, Placed], dict[str, Any]]
    """A whole reply."""
    restorer: Callable[[Outgoing, Placed], Restorer] | None = None
    """For streams; None where the API has none."""
    wants_json: Callable[[Body], bool] = lambda body: False
    """Whether the reply's text is to be JSON."""
    keeps_history: bool = False
    """Whether the upstream keeps the history, so that a request may carry only what follows."""

    def error(self, problem: Problem) -> dict[str, Any]:
        """An error as clients of this API read it."""
        return problem.as_anthropic() if self.speaks == "anthropic" else problem.as_openai()


def tools_first(body: Body, first: Sequence[str]) -> list[str]:
    """The names of a body's fields in the order in which a model reads them: what never changes comes before what
    was said, so that its placeholders keep their numbers while a conversation grows."""
    return sorted(body, key=lambda name: first.index(name) if name in first else len(first))


def in_order(made: dict[str, Any], body: Body) -> dict[str, Any]:
    """As the client wrote it, so that what is sent on differs in nothing but what was redacted."""
    return {name: made[name] for name in body if name in made} | made
