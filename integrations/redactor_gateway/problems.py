"""What the gateway tells a client that gets no reply: a status, a word for programs and a sentence for people.

No problem carries anything of a request or of a reply.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redactor.exceptions import (
    AudienceError,
    BlockedError,
    ConfigError,
    DetectionError,
    ModelError,
    NotFoundError,
    RedactorError,
)
from redactor_gateway.errors import GatewayError


@dataclass(frozen=True, slots=True)
class Problem:
    """One refusal. `kind` and `code` are those of OpenAI's error objects, or ours where it has none."""

    status: int
    code: str
    message: str
    kind: str = "invalid_request_error"
    param: str | None = None
    retry_after: int | None = None
    """Seconds after which it is worth another try."""
    headers: Mapping[str, str] = field(default_factory=dict)

    def as_openai(self) -> dict[str, Any]:
        """Source: https://platform.openai.com/docs/guides/error-codes."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}

    def as_anthropic(self) -> dict[str, Any]:
        """Source: https://docs.anthropic.com/en/api/errors."""
        kinds = {401: "authentication_error", 403: "permission_error", 404: "not_found_error"}
        kinds |= {413: "request_too_large", 429: "rate_limit_error", 503: "overloaded_error"}
        kind = kinds.get(self.status, "invalid_request_error" if self.status < 500 else "api_error")
        return {"type": "error", "error": {"type": kind, "message": self.message}}


class ProblemError(GatewayError):
    """Raised wherever a request cannot go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def refuse(status: int, code: str, message: str, **more: Any) -> ProblemError:
    """A `ProblemError` in one line."""
    return ProblemError(Problem(status, code, message, **more))


def unavailable(code: str, message: str, retry_after: int = 1) -> ProblemError:
    """The gateway or the upstream cannot do it now."""
    return refuse(503, code, message, kind="server_error", retry_after=retry_after)


def bad_upstream(code: str, message: str) -> ProblemError:
    """The upstream answered in a way that cannot be checked, or not at all."""
    return refuse(502, code, message, kind="server_error")


def problem_of(error: BaseException) -> Problem:
    """What a client is told of an error; of one that is not ours only that there was one."""
    if isinstance(error, ProblemError):
        return error.problem
    if isinstance(error, BlockedError):
        return Problem(400, "blocked_by_policy", str(error))
    if isinstance(error, DetectionError | ModelError):
        return _down("detection_failed", "the text could not be checked for personal data, so it was not passed on")
    if isinstance(error, NotFoundError):
        return Problem(404, "conversation_not_found", "there is no such conversation (any more)")
    if isinstance(error, ConfigError | AudienceError):
        return Problem(500, "gateway_misconfigured", "the gateway is not set up for this request", "server_error")
    if isinstance(error, RedactorError):
        return _down("store_failed", "what has to be kept could not be kept, so nothing was passed on")
    return Problem(500, "gateway_failed", "the gateway failed; nothing was passed on", "server_error")


def _down(code: str, message: str) -> Problem:
    return Problem(503, code, message, "server_error", retry_after=1)
