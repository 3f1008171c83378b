"""Questions to a person from inside a graph: redacted on the way out, answered with real values.

What a tool or node asks is kept in the checkpoint and told to callbacks until somebody answers. So it is redacted
before the graph sees it; RedactedAgent shows the person the real values and redacts the answer on its way in.
"""

from typing import Annotated, Any

from langgraph.errors import GraphBubbleUp, GraphInterrupt, ParentCommand, is_invalid_resume
from langgraph.types import Interrupt, interrupt
from pydantic import BeforeValidator, ValidationError

from langchain_redactor import protected, values
from langchain_redactor.bound import Bound, bound
from langchain_redactor.errors import mask
from langchain_redactor.handed import handed_here
from redactor.exceptions import ConfigError


def redacted_interrupt(value: Any, *, response_schema: Any = None) -> Any:
    """LangGraph's `interrupt` for real values: the person reads them, the checkpoint holds placeholders, and what the
    person answers comes back real.

    In a sealed tool the answer holds real values of the types the tool's rule names; in a node of a graph of your own,
    of those the customer may read. `response_schema` is checked against the real answer. Raises `ConfigError` outside
    of a redacted run.
    """
    here = bound()
    question = shown(value, here)
    if response_schema is None or isinstance(response_schema, dict):
        return _answered(interrupt(question, response_schema=response_schema), here)
    schema: Any = Annotated[response_schema, BeforeValidator(lambda answer: _answered(answer, here))]
    try:
        return interrupt(question, response_schema=schema)
    except ValidationError as error:
        unfit = masked_invalid(error, here)
    raise unfit


def _answered(answer: Any, here: Bound) -> Any:
    handed = handed_here()
    return values.restore_value(answer, here, "customer") if handed is None else handed.state(answer)


def shown(value: Any, here: Bound) -> Any:
    """What a tool or node shows a person while it runs, redacted. It may hold placeholders, as an LLM's text may: a
    person reads it, and no tool takes them up."""
    return values.redact_value(value, here, "assistant")


def masked_invalid(error: Exception, here: Bound) -> BaseException:
    """A validation error without anything personal, which still says whether it is about a person's answer."""
    invalid = is_invalid_resume(error)
    masked = mask(error, here.chat)
    if invalid:
        protected.mark_invalid_resume(masked)
    return masked


def redacted_signal(signal: GraphBubbleUp, here: Bound) -> GraphBubbleUp:
    """What a tool raised to stop or steer the graph, redacted: it is checkpointed and traced. Raises `ConfigError`."""
    if isinstance(signal, GraphInterrupt):
        return GraphInterrupt([_redacted(each, here) for each in signal.args[0]])
    if isinstance(signal, ParentCommand):
        return ParentCommand(values.redact_value(signal.args[0], here, "tool"))
    if type(signal).__module__.startswith("langgraph."):
        return signal
    raise ConfigError(
        f"a tool raised {type(signal).__name__}, a signal to the graph that is not known here and could hold personal "
        "data; raise one of LangGraph's own"
    )


def _redacted(asked: Interrupt[Any], here: Bound) -> Interrupt[Any]:
    schema = asked.response_schema
    return Interrupt(
        value=shown(asked.value, here),
        id=asked.id,
        response_schema=here.chat.redact_value(schema, "assistant") if isinstance(schema, dict) else schema,
    )
