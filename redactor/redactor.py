"""Redactor: policy, recognizers and store put together once, then conversations."""

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ParamSpec, Self, TypeAlias, TypeVar

from redactor.audit import Audit, expired, expired_consents
from redactor.conversation import Conversation
from redactor.crypto import KeyWrap, LocalKey, RememberedWrap
from redactor.detection import Rules, detect
from redactor.detection.checks import DEFAULT_REGIONS
from redactor.detection.patterns import patterns
from redactor.exceptions import ConfigError, NotFoundError
from redactor.knowledge import Parts
from redactor.metrics import Metrics
from redactor.metrics.counts import day_of
from redactor.metrics.window import KEPT_DAYS
from redactor.policy import Policy
from redactor.pool import in_pool
from redactor.storage import Store, Swept, Transaction
from redactor.storage.memory import MemoryStore
from redactor.transcripts import Transcripts
from redactor.types import Decision, Entity, Recognizer

if TYPE_CHECKING:
    from redactor.config import Settings

P = ParamSpec("P")
R = TypeVar("R")

Instead: TypeAlias = Callable[[str, Recognizer], Recognizer]
"""What stands in a recognizer's place."""

_REMEMBERED = 512
"""Conversations a Redactor keeps at hand, so that a host that asks for one per request does not reload it."""

_SWEEP_SECONDS = 3600.0
"""How often the whole store is searched for what is past its time."""

_DAY_SECONDS = 86_400.0

_WORKERS = 8
"""Threads of the pool behind the async doors."""


class Redactor:
    """Finds personal data, masks it per conversation and brings it back.

    Without arguments: the shipped model and patterns, the `default` policy, values kept in this process's memory
    only. `model`: an installed package's name, a package's folder, or a recognizer in the model's place; `beside`: one
    that is asked too. `recognizers` replaces the model and the patterns: a sequence of callables, or a mapping with
    names for the timings. `store` and `key` replace memory: a store that outlives the process needs a key that does.
    `consent_days`: after so many days without a change a person's consent is deleted; by default never.
    Thread-safe, fork-safe, a context manager.
    """

    _executor: Executor | None

    def __init__(
        self,
        policy: str | Path | Policy = "default",
        recognizers: Sequence[Recognizer] | Mapping[str, Recognizer] | None = None,
        store: Store | None = None,
        *,
        key: KeyWrap | None = None,
        model: str | Path | Recognizer | None = None,
        beside: Recognizer | None = None,
        regions: Sequence[str] = DEFAULT_REGIONS,
        countries: Sequence[str] = (),
        consent_days: int | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        if consent_days is not None and consent_days < 1:
            raise ConfigError("consent_days: a consent is kept for one day or more")
        if store is not None and store.persistent and key is None:
            raise ConfigError(
                "a store that outlives the process needs a key that does too; give key=LocalKey.from_file(path), "
                "or use Redactor.from_config()"
            )
        self.policy = Policy.load(policy)
        self._patterns = _patterns(regions, countries)
        self._recognizers = _named(recognizers) if recognizers is not None else self._shipped(model)
        if beside is not None:
            self._recognizers |= _named([beside])
        deny = self.policy.deny_recognizer()
        if deny is not None:
            self._recognizers = {**self._recognizers, "deny list": deny}
        self._rules = Rules(
            self.policy.threshold,
            self.policy.model_threshold(getattr(self._recognizers.get("transformer"), "thresholds", {})),
            self.policy.kept,
            self.policy.allows,
            self.policy.is_public_link,
        )
        self._store: Store = store if store is not None else MemoryStore()
        self._key: KeyWrap = RememberedWrap(key if key is not None else LocalKey.ephemeral())
        self._clock, self._consent_days = clock, consent_days
        self._metrics = Metrics()
        self._swept = float("-inf")
        self._start_over()

    @classmethod
    def from_config(cls, path: str | Path | None = None) -> Self:
        """A Redactor as a TOML file describes it; without one, values live in SQLite in the user's data folder.

        Raises `ConfigError` that names the setting, what was expected and the nearest known name.
        """
        from redactor.config import Settings  # most hosts configure in code

        settings = Settings.load(path)
        other = settings.other_model()  # before a store is made for what cannot be used
        store, key = settings.open_store()
        try:
            return cls._of(settings, other, store, key)
        except BaseException:
            store.close()
            raise

    @classmethod
    def from_settings(cls, settings: "Settings", store: Store, key: KeyWrap) -> Self:
        """The same on a store that is open already: for several, one after the other, on one store. They are ended
        with `release`, which leaves the store to who opened it."""
        return cls._of(settings, settings.other_model(), store, key)

    @classmethod
    def _of(cls, settings: "Settings", other: Recognizer | None, store: Store, key: KeyWrap) -> Self:
        in_place = settings.huggingface is None or not settings.huggingface.beside
        return cls(
            settings.policy_source(),
            store=store,
            key=key,
            model=other if other is not None and in_place else settings.model_source(),
            beside=None if in_place else other,
            regions=settings.regions,
            countries=settings.countries,
            consent_days=settings.consent_days,
        )

    def conversation(self, conversation_id: str, tenant: str = "default") -> Conversation:
        """The conversation a host knows by this id; made on first use. The id is stored only as a keyed hash."""
        if not conversation_id or not tenant:
            raise ConfigError("a conversation needs an id and a tenant; an empty one would mix up conversations")
        if self._clock() - self._swept >= _SWEEP_SECONDS:
            self.sweep()
        with self._guard():
            key = (tenant, conversation_id)
            if key not in self._conversations:
                self._conversations[key] = Conversation(self._parts, tenant, conversation_id)
            self._conversations.move_to_end(key)
            while len(self._conversations) > _REMEMBERED:
                self._conversations.popitem(last=False)
            return self._conversations[key]

    def conversation_by_public_id(self, public_id: str) -> Conversation:
        """A conversation that exists, by the random id that transcripts and logs call it by.

        Raises `NotFoundError` where there is none.
        """
        row = self._store.conversation_by_public_id(public_id)
        if row is None:
            raise NotFoundError("there is no conversation of this public id")
        return Conversation(self._parts, row.tenant, row)

    def passing_conversation(self, tenant: str = "default", instead: Instead | None = None) -> Conversation:
        """A conversation in a store and under a key of its own, both gone with it: for who holds the history himself.

        `instead`: `(name, recognizer)` → what is asked in its place, such as one that remembers what it found.
        """
        parts, store, key = self.parts, MemoryStore(), LocalKey.ephemeral()
        instead = instead or _itself
        own = replace(
            parts,
            store=store,
            wrap=key,
            recognizers={name: instead(name, each) for name, each in parts.recognizers.items()},
            patterns=instead("patterns", parts.patterns),
            audit=Audit(store, key, parts.clock),
        )
        return Conversation(own, tenant, "passing")

    @property
    def transcripts(self) -> Transcripts:
        """What the store has recorded, redacted only: to list, show and search."""
        return Transcripts(self._store, self._key)

    def sweep(self) -> Swept:
        """Erase what is past its time, in every conversation of the store; done by itself at most once an hour.

        Also the conversations nobody comes back to are erased this way, key first.
        """
        self._swept = self._clock()
        with self._store.transaction() as tx:
            tx.drop_tallies(day_of(self._swept) - KEPT_DAYS)
            swept = tx.expire(self._swept)
            if any(swept):
                self._parts.audit.append(tx, expired(swept))
            self._drop_consents(tx)
            return swept

    def _drop_consents(self, tx: Transaction) -> None:
        if self._consent_days is None:
            return
        dropped = tx.drop_consents(self._swept - self._consent_days * _DAY_SECONDS)
        if dropped:
            self._parts.audit.append(tx, expired_consents(dropped))

    def detect(self, text: str, context: Sequence[str] = ()) -> list[Entity]:
        """What is personal in one text, kept types included; nothing is recorded. `context` holds the turns before."""
        found = detect(text, recognizers=self._recognizers, rules=self._rules, context=context)
        return list(found.entities)

    def explain(self, text: str, context: Sequence[str] = ()) -> list[Decision]:
        """Every vote of every recognizer and why it ended as it did."""
        found = detect(text, recognizers=self._recognizers, rules=self._rules, context=context)
        return sorted(found.decisions, key=lambda decision: (decision.entity.start, decision.entity.end))

    @property
    def model_version(self) -> str:
        """Name, version and checksum of the models behind detection, or the recognizers' names without one."""
        versions = [getattr(each, "version", None) for each in self._recognizers.values()]
        return "+".join(filter(None, versions)) or "+".join(self._recognizers)

    @property
    def persistent(self) -> bool:
        """Whether what it keeps outlives this process."""
        return self._store.persistent

    async def in_pool(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a function in the pool the async doors run in, with this task's context variables. Cancelled, the
        function still finishes what it began."""
        return await in_pool(self._pool(), function, *args, **kwargs)

    @property
    def parts(self) -> Parts:
        """What its conversations are made with, for who keeps something of a person beside them."""
        with self._guard():
            return self._parts

    @property
    def metrics(self) -> Metrics:
        """Counts of this process since it began or was forked: messages, entities with scores, signs. No values."""
        return self._metrics

    @property
    def audit(self) -> Audit:
        """The store's audit log: restores for agents and reviewers, erasure, key operations."""
        return self._parts.audit

    def warm_up(self) -> None:
        """Load the model and the tables now and not with the first message."""
        self.detect("My name is Ann Example, order 12345678, ann@example.com, +1 212 555 0100")

    def close(self) -> None:
        """Close the store's connections and the pool."""
        if self._pid == os.getpid():
            self.release()
            self._store.close()

    def release(self) -> None:
        """Let the pool finish and end it; the store stays open, for whoever else uses it."""
        if self._pid == os.getpid() and self._executor is not None:
            self._executor.shutdown(wait=True)
            self._executor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _shipped(self, model: str | Path | Recognizer | None) -> dict[str, Recognizer]:
        if callable(model):
            return {"patterns": self._patterns, **_named([model])}
        # Imported here: `redactor.detection.transformer` pulls onnxruntime, which users of other recognizers may lack.
        from redactor.detection.transformer import Transformer, load_model

        path = model if isinstance(model, Path) else load_model(model)
        return {"patterns": self._patterns, "transformer": Transformer(path)}

    def _start_over(self) -> None:
        """Fresh locks, pool and conversations: a forked worker must not share its parent's."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._executor = None
        self._conversations: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        self._parts = Parts(
            policy=self.policy,
            rules=self._rules,
            recognizers=self._recognizers,
            patterns=self._patterns,
            store=self._store,
            wrap=self._key,
            model_version=self.model_version,
            clock=self._clock,
            pool=self._pool,
            metrics=self._metrics,
            audit=Audit(self._store, self._key, self._clock),
        )

    def _guard(self) -> threading.Lock:
        if self._pid != os.getpid():
            self._start_over()
        return self._lock

    def _pool(self) -> Executor:
        with self._guard():
            if self._executor is None:
                self._executor = ThreadPoolExecutor(_WORKERS, thread_name_prefix="redactor")
            return self._executor


def _itself(_: str, recognizer: Recognizer) -> Recognizer:
    return recognizer


def _patterns(regions: Sequence[str], countries: Sequence[str]) -> Recognizer:
    problem = ""
    try:
        return patterns(regions, countries)
    except ValueError as error:
        problem = str(error)  # codes of countries, nothing of a customer
    raise ConfigError(problem)


def _named(recognizers: Sequence[Recognizer] | Mapping[str, Recognizer]) -> dict[str, Recognizer]:
    if isinstance(recognizers, Mapping):
        return dict(recognizers)
    return {f"{getattr(each, 'name', None) or getattr(each, '__name__', 'recognizer')}": each for each in recognizers}
