"""The stand-ins of one conversation as this process has seen them, ready to be found in a text. Not thread-safe."""

from collections.abc import Callable
from dataclasses import dataclass

from redactor.placeholders import NO_STAND_INS, StandIn, StandIns
from redactor.referents import Referent
from redactor.surrogates import spellings


@dataclass(frozen=True, slots=True)
class Standing:
    """What was made of a vault's referents, and when: it is brought up to date by what is new alone."""

    of: object = None
    """What the referents were seen in; another one has other keys, and nothing of before holds."""
    stamp: int = -1
    version: int = -1
    found: StandIns = NO_STAND_INS

    def latest(self, of: object, stamp: int, changed: Callable[[int], tuple[int, list[Referent]]]) -> "Standing":
        """The same with what `changed` since; see `Vault.changed`."""
        before = self if of is self.of else Standing(of)
        if before.stamp == stamp:
            return before
        version, referents = changed(before.version)
        fresh = [entry for referent in referents for entry in stand_ins_of(referent)]
        return Standing(of, stamp, version, before.found.with_more(fresh) if fresh else before.found)


def stand_ins_of(referent: Referent) -> list[StandIn]:
    """Every spelling of what stands in for a referent."""
    shown = referent.stand_in.reveal()
    if not shown or referent.expired:
        return []
    found = spellings(referent.type, shown, referent.fullest())
    return [StandIn(referent.type, referent.index, each.kind, each.shown, each.value) for each in found]
