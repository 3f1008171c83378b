"""`create_redacted_agent`: LangChain's `create_agent`, whose model, checkpoints and traces never see a raw value."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import SystemMessage
from langchain_core.tools import BaseTool

from langchain_redactor import protected
from langchain_redactor.bound import Files
from langchain_redactor.checks import check_ground, listed
from langchain_redactor.config import ConversationId
from langchain_redactor.graph import RedactedAgent
from langchain_redactor.middleware import seal_model_calls
from langchain_redactor.sealing import seal_middleware
from langchain_redactor.structured import relax
from langchain_redactor.tools import rules_of, seal_tools
from redactor import Redactor


def create_redacted_agent(
    model: str | BaseChatModel,
    tools: Sequence[BaseTool | Callable[..., Any] | dict[str, Any]] | None = None,
    *,
    redactor: Redactor,
    tool_policy: Mapping[str, Any] | None = None,
    conversation_id: ConversationId = None,
    tenant: str = "default",
    files: Files = "block",
    audience: str = "customer",
    instructions: bool | str = True,
    system_prompt: str | SystemMessage | None = None,
    middleware: Sequence[AgentMiddleware[Any, Any]] = (),
    response_format: Any = None,
    **settings: Any,
) -> RedactedAgent:
    """An agent behind a redactor; takes everything `langchain.agents.create_agent` takes.

    - `tool_policy`: tool name → `ToolRule(args={entity types})`: which real values that tool receives, inside its own
      call and nowhere else. What a rule does not name stays a placeholder, and so does everything for tools without
      one: leave out tools that ask an LLM or another agent.
    - `conversation_id`: which conversation a call belongs to; without it, each call's `configurable.thread_id` does.
    - `files`: images, audio and files in messages are refused ("block"), taken out ("strip") or passed on ("allow").
    - `instructions`: tell the model what placeholders are, in words of ours or your own, or not at all.
    - `audience`: whom the output is restored for.

    Raises `ConfigError` where a rule names no tool or no entity type, where checkpoints would outlive the values they
    name, and where the installed LangChain is not one whose protected API is known.
    """
    protected.check()
    check_ground(redactor, conversation_id, tenant, files, audience)
    hooks = listed("middleware", middleware, "a middleware object", lambda each: isinstance(each, AgentMiddleware))
    rules = rules_of(tool_policy, redactor)
    relaxed, finish = relax(response_format)
    first, last = seal_model_calls(system_prompt, instructions)
    agent = create_agent(
        model,
        seal_tools(() if tools is None else tools, rules),
        system_prompt=None,  # it may hold a profile: redacted per conversation, at each call of the model
        middleware=[first, *(seal_middleware(each, rules) for each in hooks), last],
        response_format=relaxed,
        **settings,
    )
    return RedactedAgent(
        agent,
        redactor=redactor,
        tool_policy=rules,
        conversation_id=conversation_id,
        tenant=tenant,
        files=files,
        audience=audience,
        finish=finish,
    )
