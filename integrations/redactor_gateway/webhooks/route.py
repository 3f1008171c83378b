"""A route, ready: its platform loaded, its secrets read, whatever would be ambiguous later refused."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from redactor import Conversation, Redactor
from redactor.exceptions import ConfigError, NotFoundError
from redactor.secret import Secret
from redactor_gateway.ed25519 import public_key
from redactor_gateway.errors import RefusedError
from redactor_gateway.incoming import Incoming
from redactor_gateway.mapping import FORM
from redactor_gateway.network import Reach, origin, reach
from redactor_gateway.outward import allowed
from redactor_gateway.platform import Platform
from redactor_gateway.schemes import STANDARD, Ed25519, Jwt, Scheme
from redactor_gateway.signatures import sign
from redactor_gateway.webhooks.sending import as_sent
from redactor_gateway.webhooks.settings import (
    EgressSettings,
    Mode,
    RouteSettings,
    SaidCall,
    SecretSource,
    TargetSection,
)

_USUAL_DEADLINE = 10.0
"""Seconds, where a platform documents none: the shortest that any of them is known to wait without saying so."""
_SHARE = 0.8
"""Of the platform's deadline; the rest is the network's."""


@dataclass(frozen=True, slots=True)
class Egress:
    """The bot's way out, ready."""

    settings: EgressSettings
    base: str
    authorization: tuple[Secret[str], ...]
    send_authorization: Secret[str] | None
    url: str | None = None
    """Where payloads say where the bot answers: what they say instead."""
    bases: tuple[str, ...] = ()
    """What they may say."""


@dataclass(frozen=True, slots=True)
class Route:
    """One route."""

    name: str
    settings: RouteSettings
    platform: Platform
    scheme: Scheme
    resign: Scheme
    secrets: tuple[Secret[str], ...]
    tokens: tuple[Secret[str], ...]
    bot_secret: Secret[str] | None
    mode: Mode
    deadline: float
    """Seconds until the platform gets its answer."""
    forward: str = field(repr=False)
    egress: Egress | None = None
    reaches: Mapping[str, Reach] = field(default_factory=dict, repr=False)
    """How the bot and the platform's API are connected to, by origin."""

    @classmethod
    def of(cls, name: str, settings: RouteSettings, folder: Path = Path()) -> "Route":
        """From its settings; `folder`: what files are looked for in. Raises `ConfigError` that names the route."""
        problem = ""
        try:
            return cls._of(name, settings, folder)
        except ConfigError as error:
            problem = str(error)
        raise ConfigError(f"gateway.routes.{name}: {problem}")

    @classmethod
    def _of(cls, name: str, settings: RouteSettings, folder: Path) -> "Route":
        beside = folder / settings.platform
        platform = Platform.load(beside if beside.suffix == ".toml" else settings.platform)
        scheme = platform.scheme(settings.verify)
        resign = scheme if platform.resign == "same" and not isinstance(scheme, Ed25519) else STANDARD
        egress = _egress(platform, settings.egress, folder)
        _check_say(platform, settings.say)
        return cls(
            name,
            settings,
            platform,
            scheme,
            resign,
            _secrets(scheme, settings, folder),
            tuple(each.read(folder) for each in settings.tokens),
            _bot_secret(resign, settings, folder),
            _mode(platform, settings),
            settings.deadline or _SHARE * (platform.deadline or _USUAL_DEADLINE),
            as_sent(settings.forward),
            egress,
            _reaches(settings, egress, folder),
        )

    def open(self, redactor: Redactor, key: str) -> Conversation:
        """The conversation a platform's ids name on this route."""
        return redactor.conversation(json.dumps([self.name, key]), tenant=self.settings.tenant)

    def named(self, redactor: Redactor, public_id: str) -> Conversation:
        """A conversation by its public id, if it is of the route's tenant. Raises `NotFoundError`."""
        chat = redactor.conversation_by_public_id(public_id)
        if chat.tenant != self.settings.tenant:
            raise NotFoundError("there is no such conversation in the tenant of this route")
        return chat


def _secrets(scheme: Scheme, settings: RouteSettings, folder: Path) -> tuple[Secret[str], ...]:
    if isinstance(scheme, Jwt):
        if not settings.settings.get("audience"):
            raise ConfigError("settings: a token is checked against whom it is for; write settings.audience")
    elif not settings.secrets:
        raise ConfigError("secrets: expected what the platform signs with; without it anybody could send messages")
    found = tuple(each.read(folder) for each in settings.secrets)
    if isinstance(scheme, Ed25519) and not all(public_key(each.reveal()) for each in found):
        raise ConfigError("secrets: expected the platform's public key: whpk_ and 32 bytes in base64")
    return found


def _bot_secret(resign: Scheme, settings: RouteSettings, folder: Path) -> Secret[str] | None:
    """Tried out: a secret that is not written as the scheme wants it is a mistake of the file, not of a message."""
    if settings.bot_secret is None:
        return None
    secret, problem = settings.bot_secret.read(folder), ""
    try:
        sign(resign, Incoming("POST", as_sent(settings.forward)), secret, now=0.0, id="msg_0")
        return secret
    except ConfigError as error:
        problem = str(error)
    raise ConfigError(f"bot_secret: {problem}")


def _mode(platform: Platform, settings: RouteSettings) -> Mode:
    if settings.mode == "inline" and platform.reply is None:
        raise ConfigError(f"mode: {platform.name} takes no answer in the response; its platform file has no [reply]")
    return settings.mode or ("inline" if platform.reply is not None else "queue")


def _egress(platform: Platform, settings: EgressSettings | None, folder: Path) -> Egress | None:
    if settings is None:
        return None
    listed = (*(f"https://{host}" for host in platform.egress.hosts), *settings.bases)
    if settings.url is not None and platform.egress.address is None:
        raise ConfigError(f"egress.url: payloads of {platform.name} do not say where the bot answers")
    if platform.egress.address is not None and settings.base is None and settings.url is None:
        raise ConfigError(f"egress.url: payloads of {platform.name} say where the bot answers; write this way out's")
    base = settings.base or platform.egress.base or (listed[0] if listed else None)
    if base is None:
        raise ConfigError(f"egress.base: {platform.name} is hosted anywhere; write where yours is")
    if not platform.egress.calls:
        raise ConfigError(f"egress: the platform file of {platform.name} allows no call")
    return Egress(
        settings,
        base.rstrip("/"),
        tuple(each.read(folder) for each in settings.authorization),
        _optional(settings.send_authorization, folder),
        settings.url,
        listed,
    )


def _check_say(platform: Platform, say: SaidCall | None) -> None:
    """What the gateway itself would say must be a call that goes out: else customers are never told."""
    if say is None:
        return
    for name in re.findall(r"\{([^{}]*)\}", say.path):
        if name not in say.names:
            raise ConfigError(f"say.names: expected a JSONPath for {name}, which stands in the path")
    kind = FORM if say.form else "application/json"
    path, problem = re.sub(r"\{[^{}]*\}", "1", say.path), ""
    try:
        allowed(platform, Incoming(say.method, path, ((b"content-type", kind.encode()),)))
    except RefusedError as error:
        problem = str(error)
    if problem:
        raise ConfigError(f"say: {problem}")


def _reaches(settings: RouteSettings, egress: Egress | None, folder: Path) -> Mapping[str, Reach]:
    """Raises `ConfigError` where both lead to one origin in two ways."""
    outward = [(url, egress.settings) for url in (egress.base, *egress.bases)] if egress is not None else []
    return _as_one((url, _reach(target, folder)) for url, target in [(settings.forward, settings), *outward])


def _reach(target: TargetSection, folder: Path) -> Reach:
    files = {"ca": target.ca, "certificate": target.client_certificate, "key": target.client_key}
    return reach(folder, **files, allow_private=target.allow_private)


def _as_one(found: Iterable[tuple[str, Reach]]) -> Mapping[str, Reach]:
    """By origin, which has one connection for all. Raises `ConfigError`."""
    reaches: dict[str, Reach] = {}
    for url, each in found:
        if reaches.setdefault(origin(url), each) != each:
            raise ConfigError(
                f"{origin(url)} is to be reached in two ways; write the same ca, client_certificate, client_key and "
                "allow_private wherever it is named"
            )
    return reaches


def reaches_of(routes: Mapping[str, Route]) -> Mapping[str, Reach]:
    """How all targets of all routes are connected to, by origin. Raises `ConfigError`."""
    return _as_one(each for route in routes.values() for each in route.reaches.items())


def _optional(source: SecretSource | None, folder: Path) -> Secret[str] | None:
    return source.read(folder) if source is not None else None


def routes_of(settings: Mapping[str, RouteSettings], folder: Path = Path()) -> dict[str, Route]:
    """All of them, by name. Raises `ConfigError`."""
    return {name: Route.of(name, each, folder) for name, each in settings.items()}
