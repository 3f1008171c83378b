"""What this process knows of one conversation: its vault, its recorded turns, the values it has learned; and how a text
is looked at in the light of it.

Nothing here locks: `Conversation` holds its lock around every call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from uuid import UUID

from redactor.asides import Asides
from redactor.audit import Audit, Entry, expired
from redactor.crypto import KeyWrap
from redactor.detection import Detection, Rules, detect
from redactor.detection.memory import Known
from redactor.exceptions import NotFoundError
from redactor.history import History
from redactor.lately import Lately
from redactor.metrics import Counts, Metrics, counts
from redactor.placeholders import StandIns, Token, find
from redactor.policy import Policy
from redactor.revising import is_looked_for, mentions
from redactor.served import Resent, Served
from redactor.storage import ConversationRow, Store, Swept, Transaction, TurnRow
from redactor.transcripts import input_hash
from redactor.types import Recognizer, Turn
from redactor.vault import Vault


@dataclass(frozen=True, slots=True)
class Parts:
    """What a conversation is made with; a `Redactor` owns one set for all its conversations."""

    policy: Policy
    rules: Rules
    recognizers: Mapping[str, Recognizer]
    patterns: Recognizer
    store: Store
    wrap: KeyWrap
    model_version: str
    clock: Callable[[], float]
    pool: Callable[[], Executor]
    metrics: Metrics
    audit: Audit


class Knowledge:
    """What a process keeps of one conversation between two calls; everything in it can be rebuilt from the store."""

    def __init__(self, parts: Parts, tenant: str, conversation: str | ConversationRow) -> None:
        self.parts = parts
        self._tenant = tenant
        self._restored: Counts = Counts()
        self.vault = Vault.open(
            parts.store, parts.wrap, tenant, conversation, clock=parts.clock, on_expired=self._note_expired
        )
        self._start_over()

    def _start_over(self) -> None:
        self.history = History()
        self._known = Known()
        self._learned: dict[tuple[str, int], str] = {}
        self._fresh: list[tuple[str, str]] = []
        self._asides = Asides()
        self._stamp = self._learned_to = -1
        self._resent = Resent(self.history, self.vault)
        self._lately = Lately()
        self._key_id = key_id(self.vault)

    def catch_up(self) -> None:
        """Take in what other handles and processes have written since."""
        self.vault.refresh(self.parts.store)
        if key_id(self.vault) != self._key_id:  # forgotten or expired meanwhile: nothing seen before holds
            self._start_over()
        if not self.vault.is_live(self.parts.clock()):
            self._lately.clear()
        self.history.refresh(self.parts.store, self.vault.public_id)
        self._learn()

    def _note_expired(self, tx: Transaction, vault: Vault, swept: Swept) -> None:
        self.parts.audit.append(tx, expired(swept, self._tenant, vault.public_id))

    def forget(self) -> None:
        """Destroy the conversation's key and everything stored of it."""
        entry = Entry("forget", self._tenant, self.vault.public_id)
        self.vault.forget(lambda tx: self.parts.audit.append(tx, entry))
        self._start_over()

    def _begin_again_if_over(self) -> None:
        """A conversation that was forgotten or is past its time gets a new key before anything is written under it."""
        now = self.parts.clock()
        if not self.vault.is_live(now):
            with self.parts.store.transaction() as tx:
                self.vault.begin(tx, now)
            self._start_over()

    def _learn(self) -> list[tuple[str, str]]:
        """Put new referents where detection looks for them; type and text of each."""
        fresh: list[tuple[str, str]] = []
        if self._stamp == self.vault.stamp:
            return fresh
        self._stamp = self.vault.stamp
        self._learned_to, changed = self.vault.changed(self._learned_to)
        for referent in changed:
            key = (referent.type, referent.index)
            if referent.expired or not referent.forms:
                continue
            text = referent.forms[0].normal.reveal()
            if self._learned.get(key) == text:  # another only where it was corrected
                continue
            self._learned[key] = text
            if is_looked_for(referent.type, text):
                self._known.add(referent.type, text)
                fresh.append((referent.type, text))
        self._fresh += fresh
        return fresh

    def _served_before(self, turn: Turn, previous: str) -> Served | None:
        """A turn known by its keyed hash. One whose id is new may be known by where it stands: a reply is recorded
        before the host gives it an id."""
        served = self._resent.again(self._key(turn, previous), turn.text)
        if served is None and turn.id:
            served = self._resent.again(self._key(replace(turn, id=None), previous), turn.text)
        return served

    def _recorded(self, turn_id: str) -> TurnRow:
        row = self.history.turn(turn_id)
        if row is None:
            raise NotFoundError("a turn vanished while it was being recorded: the conversation was forgotten")
        return row

    def _key(self, turn: Turn, previous: str) -> bytes:
        policy, model = self.parts.policy.version, self.parts.model_version
        return input_hash(self.vault, turn.role, before(turn, previous), turn.text, policy, model)

    def keyed_id(self, text: str, *, linkable: bool = False) -> str:
        """A UUID that stands for a text: of a name, as those of version 5 are (RFC 9562, section 5.5), but keyed."""
        self._begin_again_if_over()
        keyed = self.vault.value_hash("id", text, linkable=True) if linkable else self.vault.turn_hash("id", text)
        return str(UUID(bytes=keyed[:16], version=5))

    def _detect(
        self, turn: Turn, own: Sequence[Token], context: Sequence[str], recognizers: Mapping[str, Recognizer]
    ) -> Detection:
        if turn.role == "assistant" and self._is_ours(turn.text):
            return _nothing_new(turn.text, self.parts.rules)
        return detect(
            turn.text,
            recognizers=recognizers,
            rules=self.parts.rules,
            context=context,
            known=self._known,
            protected=[(token.start, token.end) for token in own],
        )

    def _own(self, turn: Turn) -> list[Token]:
        """Placeholders of this conversation in the LLM's own text; text from outside has none but those it echoes."""
        if turn.role != "assistant" and not turn.echoes:
            return []
        return [
            token
            for token in find(turn.text, self.parts.policy.own_types, self.vault.stand_ins)
            if self.vault.was_minted(token.type, token.index)
            and (turn.role == "assistant" or turn.text[token.start : token.end] in turn.echoes)
        ]

    def _has_others(self, text: str, before: StandIns) -> bool:
        """Whether the text holds other stand-ins than before: another process has made one that it happens to say."""
        now = self.vault.stand_ins
        return now is not before and find(text, (), now) != find(text, (), before)

    def _is_ours(self, text: str) -> bool:
        """Whether the LLM repeats, to the letter, a text this conversation has redacted already."""
        text_hash = self.vault.text_hash(text)
        if self.history.reads(text_hash):
            return True
        learned = self._asides.wrote(text_hash)
        return learned is not None and not mentions(text, self._fresh[learned:])

    def _count(self, tx: Transaction, counted: Counts, now: float) -> None:
        """Keep what was counted with the day's, in the transaction that records what it was counted of."""
        policy, model = self.parts.policy.version, self.parts.model_version
        restored = self._restored
        tx.add_tallies(counts.rows(counted + restored, self._tenant, now, policy, model))
        tx.on_end(lambda committed: self._filed(restored) if committed else None)

    def _filed(self, restored: Counts) -> None:
        self._restored = self._restored - restored

    def count_restored(self, audience: str, types: Iterable[str]) -> None:
        """Values were written for the customer or a tool. Counted with this process's now, and with the day's when
        the next turn is recorded: no write of its own."""
        counted = counts.of_restored(audience, types)
        self._restored = self._restored + counted
        self.parts.metrics.add(counted)

    def audit_restored(self, audience: str, placeholders: Sequence[str]) -> None:
        """Note that values are about to be shown to the business's own people. Raises `AuditError`: then they must not
        be."""
        outcome = "restored" if placeholders else "nothing"
        self.parts.audit.write(self._entry("restore", tuple(dict.fromkeys(placeholders)), audience, outcome))

    def _entry(self, action: str, subject: tuple[str, ...], audience: str = "", outcome: str = "done") -> Entry:
        versions = {"policy": self.parts.policy.version, "model": self.parts.model_version}
        return Entry(action, self._tenant, self.vault.public_id, subject, audience, outcome, versions)


def before(turn: Turn, previous: str) -> str:
    """What stands for the turn before in a turn's hash: the host's own id, if it has one, needs no such help."""
    return f"id {turn.id}" if turn.id else previous


def key_id(vault: Vault) -> str:
    return vault.keys.key_id if vault.keys else ""


def _nothing_new(text: str, rules: Rules) -> Detection:
    return detect(text, recognizers={}, rules=rules, protected=[(0, len(text))] if text else ())
