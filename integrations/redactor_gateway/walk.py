"""The walk through a request: every string of it is asked about, except what the protocol's own words are.

First the whole request is planned: each text becomes a question, in the order in which a model reads them. Then all
questions are answered, and the copy is built from the answers.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from redactor import Conversation, json_text
from redactor.detection.view import is_wordless
from redactor.json_text import Build
from redactor.types import Role
from redactor_gateway import attachments, protocol
from redactor_gateway.attachments import Files
from redactor_gateway.problems import refuse

Special: TypeAlias = Mapping[str, Callable[[Any], Build]]
"""Plans of the fields of an object that are more than text, by their names."""

_DEEPEST = 100
"""Levels of nesting that are walked: far beyond any request."""

_ABOUT_NOTHING = frozenset({"text", "content", "value", "arguments", "input", "output", "metadata", "data", "items"})
"""Keys that say nothing of what is under them."""


@dataclass(slots=True, eq=False)
class Question:
    """One text of a request, and how it reads redacted once that is known."""

    came: Any = field(repr=False)
    role: Role
    hint: str | None = ""
    is_turn: bool = False
    echoes: frozenset[str] = frozenset()
    answer: Any = field(default=None, repr=False)
    turn_id: str = ""

    def __call__(self) -> Any:
        return self.answer


def as_it_is(value: Any) -> Build:
    """No question: the value stays."""
    return lambda: value


class Walk:
    """One request on its way in. Each method plans one kind of thing and gives what builds its copy."""

    def __init__(self, chat: Conversation, files: Files, identify: Callable[[str], str]) -> None:
        """`identify` gives the keyed id of a text that names a customer to the provider."""
        self.chat, self.files, self._identify = chat, files, identify
        self.questions: list[Question] = []
        self._ids: dict[str, str] = {}
        self._depth = 0

    # questions

    def said(self, text: str, role: Role, echoes: Iterable[str] = ()) -> Build:
        """What somebody said: a turn of the conversation."""
        text = attachments.without_files(text, self.files)
        return self._ask(Question(text, role, "", is_turn=True, echoes=frozenset(echoes)))

    def text(self, text: str, role: Role, hint: str | None = "", echoes: Iterable[str] = ()) -> Build:
        """Any other text. `hint`: what it is about; None for a name of the program's own."""
        text = attachments.without_files(text, self.files)
        return self._ask(Question(text, role, hint, echoes=frozenset(echoes)))

    def _ask(self, question: Question) -> Build:
        if isinstance(question.came, str) and is_wordless(question.came):
            return as_it_is(question.came)
        self.questions.append(question)
        return question

    # values

    def data(self, value: Any, role: Role, hint: str | None = "", echoes: Iterable[str] = ()) -> Build:
        """What the program or its customer holds: everything in it is data."""
        if isinstance(value, str):
            return self.text(value, role, hint, echoes)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return self._ask(Question(value, role, hint, echoes=frozenset(echoes)))
        if isinstance(value, Mapping):
            return self._pairs(value, lambda key, item: self.data(item, role, _about(key), echoes), role)
        if isinstance(value, list):
            return self._items(value, lambda item: self.data(item, role, hint, echoes))
        return as_it_is(value)

    def json(self, text: str, role: Role, echoes: Iterable[str] = ()) -> Build:
        """JSON in a string, such as the arguments of a call; any other text as such."""
        if not json_text.is_structure(text):
            return self.text(text, role, "", echoes)
        return json_text.plan(text, lambda value, about: self.data(value, role, about and _about(about), echoes))

    def fields(self, value: Any, role: Role, special: Special | None = None) -> Build:
        """An object of the protocol; `special` plans the fields that are more than text."""
        if not isinstance(value, Mapping):
            return self.field("", value, role)
        special = special or {}
        return self._pairs(
            value, lambda key, item: special[key](item) if key in special else self.field(key, item, role), role
        )

    def field(self, name: str, value: Any, role: Role) -> Build:
        """A field where the protocol's words may stand."""
        if name in protocol.IDENTITIES and isinstance(value, str | int | float) and not isinstance(value, bool):
            return self.identity(value)
        if isinstance(value, str):
            return self._string(name, value, role)
        if value is None or isinstance(value, bool) or (isinstance(value, int | float) and protocol.stays(name, value)):
            return as_it_is(value)
        if name in protocol.DATA:
            return self.data(value, role, _about(name))
        if isinstance(value, Mapping):
            return self.part(value, role)
        if isinstance(value, list):
            return self._items(value, lambda item: self._listed(name, item, role))
        return self.data(value, role, _about(name))

    def _listed(self, name: str, item: Any, role: Role) -> Build:
        return as_it_is(item) if protocol.stays_in_list(name, item) else self.field(name, item, role)

    def _string(self, name: str, value: str, role: Role) -> Build:
        if name in protocol.IDS:
            return self.id(value)
        if protocol.stays(name, value):
            return as_it_is(value)
        if name in ("arguments", "partial_json"):
            return self.json(value, role)
        return self.text(value, role, _about(name))

    def part(self, part: Mapping[Any, Any], role: Role) -> Build:
        """An object that may be a file."""
        instead = self.file(part)
        return self.fields(part, role) if instead is None else as_it_is({"type": "text", "text": instead})

    def file(self, part: Mapping[Any, Any]) -> str | None:
        """What is written in the place of a part that carries a file; None where it does not, or goes on unread."""
        kind = attachments.kind_of(part)
        return attachments.instead_of(kind, self.files) if kind else None

    def name(self, value: Any, role: Role) -> Build:
        """A tool's name."""
        return as_it_is(value) if protocol.is_tool_name(value) else self.data(value, role, None)

    def identity(self, value: str | int | float) -> Build:
        """What names a customer to the provider: its keyed id."""
        return as_it_is(self._identify(str(value)) if value != "" else value)

    def id(self, value: Any) -> Build:
        """An id that a machine made as it is, any other by its number in this request."""
        if not isinstance(value, str):
            return self.data(value, "tool", "id")
        if not value or protocol.is_machine_made(value):
            return as_it_is(value)
        if protocol.looks_made(value) and self.chat.redact_value(value, "tool", hint="id") == value:
            return as_it_is(value)
        return as_it_is(self._ids.setdefault(value, f"call_redacted_{len(self._ids) + 1}"))

    def schema(self, value: Any) -> Build:
        """A JSON Schema: names of properties are the program's, descriptions, defaults and choices are text."""
        if not isinstance(value, Mapping):
            return self.data(value, "system")
        named = {"properties", "$defs", "definitions", "patternProperties"}
        return self._pairs(
            value,
            lambda key, item: (
                self._pairs(item, lambda _, each: self.schema(each), "system")
                if key in named and isinstance(item, Mapping)
                else self._keyword(key, item)
            ),
            "system",
        )

    def _keyword(self, key: str, value: Any) -> Build:
        if key == "required" and isinstance(value, list):
            return self._items(value, lambda item: self.data(item, "system", None))
        if key == "$ref" and isinstance(value, str) and value.startswith("#"):
            return self.text(value, "system", None)
        if key in ("items", "additionalProperties", "not", "if", "then", "else") and isinstance(value, Mapping):
            return self.schema(value)
        if key in ("anyOf", "oneOf", "allOf", "prefixItems") and isinstance(value, list):
            return self._items(value, self.schema)
        if key == "type" and isinstance(value, list):
            return self._items(value, lambda item: self.field("type", item, "system"))
        return self.field(key, value, "system")

    # containers

    def items(self, value: Any, each: Callable[[Any], Build], where: str) -> Build:
        """A list that the protocol asks for. Raises `ProblemError` where it is none."""
        if not isinstance(value, list):
            raise refuse(400, "invalid_type", f"{where}: expected a list", param=where)
        return self._items(value, each)

    def _items(self, value: list[Any], each: Callable[[Any], Build]) -> Build:
        self._down()
        builds = [each(item) for item in value]
        self._depth -= 1
        return lambda: [build() for build in builds]

    def _pairs(self, value: Mapping[Any, Any], each: Callable[[str, Any], Build], role: Role) -> Build:
        self._down()
        pairs = [(self._key(str(key), role), each(str(key), item)) for key, item in value.items()]
        self._depth -= 1
        return lambda: _mapped(pairs)

    def _key(self, key: str, role: Role) -> Build:
        return as_it_is(key) if key in protocol.KEYS else self.text(key, role, None)

    def _down(self) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise refuse(400, "nested_too_deep", f"the request is nested deeper than {_DEEPEST} levels")


def _mapped(pairs: list[tuple[Build, Build]]) -> dict[str, Any]:
    """Keys that read the same after it keep apart, so that nothing is lost."""
    made: dict[str, Any] = {}
    for key, item in pairs:
        name, number = str(key()), 1
        free = name
        while free in made:
            number += 1
            free = f"{name} ({number})"
        made[free] = item()
    return made


def _about(key: str) -> str:
    return "" if key in _ABOUT_NOTHING else key
