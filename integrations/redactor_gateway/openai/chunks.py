"""The chunks of a streamed chat completion: each text of each choice restored on a stream of its own."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from redactor.reply import ReplyStream
from redactor_gateway import json_text
from redactor_gateway.problems import bad_upstream
from redactor_gateway.replies import AsItComes, Outgoing, objects
from redactor_gateway.sse import Event

DONE = "[DONE]"

Stream: TypeAlias = ReplyStream | AsItComes
Place: TypeAlias = tuple[str, ...]
"""Where in a delta a text stands; a call's place names its number."""

_TEXTS = frozenset({"content", "refusal", "reasoning_content", "reasoning", "text"})


def parsed(event: Event) -> dict[str, Any]:
    """An event's object. Raises `ProblemError` where it is none: what cannot be read is not passed on."""
    value: Any = None
    try:
        value = json_text.read(event.data)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise bad_upstream("malformed_stream", "the upstream sent an event that is no JSON object")
    return value


def as_event(value: Any, name: str = "") -> Event:
    """An object as an event."""
    return Event(json_text.written(value).decode(), name)


class ChatRestorer:
    """One stream. Added up, its chunks are what restoring the whole reply gives."""

    def __init__(self, out: Outgoing) -> None:
        self._out = out
        self._choices: dict[int, _Choice] = {}
        self._head: dict[str, Any] = {}
        self.is_over = False

    def feed(self, event: Event) -> list[Event]:
        """What can be passed on after this event."""
        if event.data.strip() == DONE:
            self.is_over = True
            return [*self._tails(self._choices), Event(DONE)]
        chunk = parsed(event)
        if chunk.get("error") is not None:  # as it came: an error is never restored
            self.is_over = True
            return [as_event({"error": chunk["error"]})]
        self._head = {name: chunk[name] for name in ("id", "object", "created", "model") if name in chunk}
        return self._restored(chunk)

    def record(self) -> None:
        """File what was received."""
        for choice in self._choices.values():
            choice.record()

    def _restored(self, chunk: dict[str, Any]) -> list[Event]:
        given = objects(chunk.get("choices", []), "choices")
        ended = [_index(each) for each in given if each.get("finish_reason")]
        choices = [made for each in given if (made := self._choice(each)) is not None]
        tails = self._tails(index for index in ended if index in self._choices)
        rest = {name: self._out.value(value, name) for name, value in chunk.items() if name != "choices"}
        if given and not choices and not chunk.get("usage"):
            return tails
        if "choices" in chunk:
            rest = {name: choices if name == "choices" else rest[name] for name in chunk}
        return [*tails, as_event(rest)] if not _says_text(choices) else [*self._before(choices, tails), as_event(rest)]

    def _before(self, choices: list[dict[str, Any]], tails: list[Event]) -> list[Event]:
        """A chunk that ends a choice and has text, too: what was held back comes behind that text."""
        if not tails:
            return []
        texts = [{**each, "finish_reason": None} for each in choices]
        for each in choices:
            each.update({name: {} if name == "delta" else "" for name in ("delta", "text") if name in each})
        return [as_event({**self._head, "choices": texts}), *tails]

    def _choice(self, given: dict[str, Any]) -> dict[str, Any] | None:
        """None where all that it says is held back."""
        index = _index(given)
        choice = self._choices.setdefault(index, _Choice(self._out, record=index == 0))
        made: dict[str, Any] = {}
        for name, value in given.items():
            if name == "logprobs":
                made[name] = None
            elif name == "delta" and value is not None:
                made[name] = choice.delta(_delta(value))
            elif name == "text" and isinstance(value, str):
                made[name] = choice.text(("text",), value)
            else:
                made[name] = self._out.value(value, name)
        return None if not given.get("finish_reason") and _is_held(given, made) else made

    def _tails(self, indexes: Iterable[int]) -> list[Event]:
        made = []
        for index in list(indexes):
            if tail := self._choices[index].tail():
                choice = {"index": index, **tail, "finish_reason": None}
                made.append(as_event({**self._head, "choices": [choice]}))
        return made


class _Choice:
    """One choice: its streams by their places."""

    def __init__(self, out: Outgoing, *, record: bool) -> None:
        self._out, self._record = out, record
        self._open: dict[Place, Stream] = {}
        self._filed: list[Stream] = []
        self._names: dict[str, str] = {}
        self._ids: dict[str, str] = {}

    def delta(self, delta: dict[str, Any]) -> dict[str, Any]:
        """What a delta says now."""
        made: dict[str, Any] = {}
        for name, value in delta.items():
            if name in _TEXTS and isinstance(value, str):
                made[name] = self.text((name,), value)
            elif name == "tool_calls" and value is not None:
                made[name] = [made for each in objects(value, "tool_calls") for made in self._calls(each)]
            elif name == "function_call" and isinstance(value, dict):
                self._note("function_call", None, value.get("name"))
                made[name] = self._function(value, "function_call", ("function_call",))
            else:
                made[name] = self._out.value(value, name)
        return made

    def text(self, place: Place, text: str) -> str:
        """A piece of a text the customer reads."""
        if place not in self._open:
            is_reply = place[0] in ("content", "text")
            self._open[place] = self._out.stream(record=is_reply and self._record, aside=not is_reply)
            self._filed.append(self._open[place])
        return self._open[place].feed(text)

    def tail(self) -> dict[str, Any]:
        """What was held back, as fields of a choice; nothing where nothing was."""
        held = [(place, text) for place, stream in self._open.items() if (text := stream.finish())]
        self._open.clear()
        if any(place == ("text",) for place, _ in held):
            return {"text": held[0][1]}
        delta: dict[str, Any] = {}
        for place, text in held:
            _put(delta, place, text)
        return {"delta": delta} if delta else {}

    def record(self) -> None:
        """File what was received."""
        for stream in self._filed:
            stream.record()

    def _calls(self, call: dict[str, Any]) -> list[dict[str, Any]]:
        """A piece of a call; before it what was held back of another that had its number."""
        number = str(int(_index(call)))
        kind = next((name for name in ("function", "custom") if isinstance(call.get(name), dict)), "")
        named = call[kind] if kind else {}
        ended = self._ended(number) if self._is_another(number, call.get("id"), named.get("name")) else []
        self._note(number, call.get("id"), named.get("name"))
        made = {kind: self._function(named, number, ("tool_calls", number, kind))} if kind else {}
        return [*ended, {name: made.get(name, value) for name, value in call.items()}]

    def _is_another(self, number: str, id: Any, name: Any) -> bool:  # noqa: A002
        """Whether a call begins that is not the one of this number, as some servers number all of them alike."""
        if id and self._ids.get(number, id) != id:
            return True
        has_begun = any(place[:2] == ("tool_calls", number) for place in self._open)
        return bool(name) and has_begun and name != self._names.get(number)

    def _ended(self, number: str) -> list[dict[str, Any]]:
        """The end of a call whose number is another's from now on."""
        self._names.pop(number, None)
        self._ids.pop(number, None)
        delta: dict[str, Any] = {}
        for place in [each for each in self._open if each[:2] == ("tool_calls", number)]:
            if held := self._open.pop(place).finish():
                _put(delta, place, held)
        ended: list[dict[str, Any]] = delta.get("tool_calls", [])
        return ended

    def _note(self, call: str, id: Any, name: Any) -> None:  # noqa: A002
        """Whose arguments come now. A name may come in pieces, or with each piece again."""
        if id:
            self._ids[call] = id
        known = self._names.get(call, "")
        if isinstance(name, str) and name != known:
            self._names[call] = known + name

    def _function(self, named: dict[str, Any], call: str, place: Place) -> dict[str, Any]:
        made = dict(named)
        for name in ("arguments", "input"):
            if isinstance(named.get(name), str):
                made[name] = self._arguments((*place, name), self._names.get(call, ""), named[name])
        return made

    def _arguments(self, place: Place, tool: str, text: str) -> str:
        if not text:
            return text
        if place not in self._open:
            self._open[place] = self._out.tool_stream(tool, "text" if place[-1] == "input" else "json")
        return self._open[place].feed(text)


def _delta(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_upstream("malformed_stream", "the upstream sent a piece of a reply that is no object")
    return value


def _index(choice: dict[str, Any]) -> int:
    index = choice.get("index", 0)
    return index if isinstance(index, int) else 0


def _put(delta: dict[str, Any], place: Place, text: str) -> None:
    if place[0] == "tool_calls":
        _, number, kind, name = place
        delta.setdefault("tool_calls", []).append({"index": int(number), kind: {name: text}})
    elif len(place) > 1:
        delta.setdefault(place[0], {})[place[1]] = text
    else:
        delta[place[0]] = text


def _says_text(choices: list[dict[str, Any]]) -> bool:
    return any(each.get("text") or any((each.get("delta") or {}).values()) for each in choices)


def _is_held(given: Any, made: Any) -> bool:
    """Whether this piece said something, and what it says now is nothing."""
    texts = dict(_texts(given))
    return bool(any(texts.values())) and not any(text for _, text in _texts(made))


def _texts(value: Any, path: Place = ()) -> Iterable[tuple[Place, str]]:
    """The strings of a choice, but those that only say where they belong."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name != "index":
                yield from _texts(item, (*path, str(name)))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*path, str(number)))
    elif isinstance(value, str):
        yield path, value
