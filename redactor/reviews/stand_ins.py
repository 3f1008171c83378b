"""Realistic stand-ins for the values of a conversation, for a text that leaves the store: nobody's, and no way back.

Where the vault still holds a value, its stand-in is written like it: a name of as many words, in its case, a code with
its separators. What is not kept (a card, a secret, an expired value) gets one out of nothing. The numbers behind them
are keyed by the conversation's key and a seed: the same seed gives the same text again, and without the key no date can
be moved back.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from random import Random

from redactor.missed import occurrences_of
from redactor.referents import Form
from redactor.surrogates import as_written, make, name_pairs, plain
from redactor.surrogates.places import TOWNS
from redactor.taxonomy import canonical
from redactor.transcripts.recorded import RecordedEntity, form_of
from redactor.vault import Vault

_TRIES = 12
"""Stand-ins that are looked at before one of the same shape alone is taken."""
_WEEKS = (104, 624)
"""How far a conversation's dates are moved, at least and at most: whole weeks, and so far that every year changes."""
_SHORTEST = 2
"""Letters and digits a value needs to be looked for in what leaves."""

_EXAMPLES: Mapping[str, str] = {
    "PERSON": "Ann Example",
    "EMAIL_ADDRESS": "ann.example@example.com",
    "USERNAME": "annexample1",
    "PHONE_NUMBER": "212 555 0100",
    "CREDIT_CARD": "4111 1111 1111 1111",
    "CARD_CVV": "000",
    "IBAN_CODE": "DE00 0000 0000 0000 0000 00",
    "US_SSN": "666-00-0000",
    "NATIONAL_ID": "QQ000000A",
    "ACCOUNT_ID": "10000000",
    "STREET_ADDRESS": "10 Example Street",
    "POSTAL_CODE": "10000",
    "DATE_OF_BIRTH": "2 January 1980",
    "DATE_TIME": "2 January 2024",
    "IP_ADDRESS": "192.0.2.1",
    "MAC_ADDRESS": "00:00:5e:00:53:00",
    "URL": "https://example.com/",
    "AGE": "30",
    "SECRET": "aaaa0000",
}
"""What a value that is not kept is taken to have looked like."""
_CODE = "AA000000"
"""The same of all other types."""
_COMPANIES = (
    "Brightwell Supplies", "Cobalt & Finch", "Dunmore Logistics", "Elderwick Foods", "Fairhaven Travel",
    "Greyfield Media", "Harwick Tools", "Ironbrook Systems", "Juniper & Vale", "Kestrel Freight", "Longmeadow Books",
    "Northgate Optics",
)  # fmt: skip
"""Made up; none is a company known to us."""
_LISTED: Mapping[str, tuple[str, ...]] = {"LOCATION": TOWNS, "ORGANIZATION": _COMPANIES}


@dataclass(slots=True)
class StandIns:
    """The stand-ins of one conversation for one seed."""

    vault: Vault
    seed: str
    values: tuple[str, ...] = field(default=(), repr=False)
    """Every value of the conversation in each of its spellings."""
    _made: dict[tuple[str, str], str] = field(default_factory=dict, repr=False)
    _names: dict[str, str] = field(default_factory=dict, repr=False)

    @staticmethod
    def of(vault: Vault, seed: str) -> "StandIns":
        """`vault`: the conversation's, with its key."""
        forms = [form.text.reveal() for referent in vault.referents() for form in referent.forms]
        long_enough = (each for each in dict.fromkeys(forms) if sum(map(str.isalnum, each)) >= _SHORTEST)
        return StandIns(vault, seed, tuple(long_enough))

    def instead_of(self, entity: RecordedEntity, entity_type: str) -> str:
        """What is written where an entity stands, as one of this type."""
        place = f"{entity.type} {entity.index}" if entity.index else f"{entity.type} at {entity.start}"
        return self.instead_of_text(entity_type, self.typed(entity), self._normal(entity), place)

    def instead_of_text(self, entity_type: str, typed: str, normal: str, place: str) -> str:
        """The same for a value as it was typed and as the view shows it; both empty where it was not kept.

        `place` tells values that were not kept from each other.
        """
        example = _EXAMPLES.get(entity_type, _CODE)
        key = (entity_type, canonical(entity_type, normal) if normal else f"\0{place}")
        if key not in self._made:
            self._made[key] = self._fresh(entity_type, normal or example, key[1])
            if entity_type == "PERSON" and normal:
                self._names = {**name_pairs(self._made[key], normal), **self._names}
        shown = self._made[key]
        written = as_written(entity_type, typed, shown, self._names) if typed else shown
        return written if self.is_free(written) else shown

    def typed(self, entity: RecordedEntity) -> str:
        """What stood at an entity, as typed; of what the LLM named by its placeholder, what that names. Empty where
        it was not kept."""
        form = self._form(entity)
        return form.text.reveal() if form else ""

    def _normal(self, entity: RecordedEntity) -> str:
        form = self._form(entity)
        return form.normal.reveal() if form else ""

    def _form(self, entity: RecordedEntity) -> Form | None:
        if entity.form is not None or entity.index is None:
            return form_of(self.vault, entity)
        referent = self.vault.referent(entity.type, entity.index)
        return referent.forms[0] if referent is not None and referent.forms else None

    def is_free(self, text: str, but: Collection[str] = ()) -> bool:
        """Whether a text says no value of the conversation, these aside."""
        folded = text.casefold()
        values = (value for value in self.values if value not in but and value.casefold() in folded)
        return not any(occurrences_of(value).search(text) for value in values)

    def _fresh(self, entity_type: str, normal: str, key: str) -> str:
        words = {plain(word) for value in self.values for word in value.split()}
        taken = {plain(each) for each in self._made.values()} | {plain(each) for each in self._names.values()}
        days = self._days()
        for attempt in range(_TRIES):
            rng = self._numbers(entity_type, key, str(attempt))
            known = self._names if not attempt else {}
            made = _listed(entity_type, rng) or make(
                entity_type, normal, rng, known, lambda word: word not in words and word not in taken, days
            )
            if made and plain(made) != plain(normal) and self.is_free(made):
                return made
        return self._same_shape(normal, entity_type, key)

    def _same_shape(self, text: str, entity_type: str, key: str) -> str:
        """Other letters and digits in the same places."""
        made = ""
        for attempt in range(_TRIES):
            rng = self._numbers("shape", entity_type, key, str(attempt))
            made = "".join(_other(character, rng) for character in text)
            if self.is_free(made):
                break
        return made

    def _days(self) -> int:
        rng = self._numbers("dates")
        return 7 * rng.randint(*_WEEKS) * rng.choice((-1, 1))

    def _numbers(self, *parts: str) -> Random:
        return self.vault.keyed_numbers("review export", self.seed, *parts)


def _listed(entity_type: str, rng: Random) -> str | None:
    return rng.choice(_LISTED[entity_type]) if entity_type in _LISTED else None


def _other(character: str, rng: Random) -> str:
    """Another letter or digit than this; what is neither stays."""
    if character.isdigit():
        return rng.choice([each for each in "0123456789" if each != character])
    if not character.isalpha():
        return character
    letters: Callable[[str], str] = str.lower if character.islower() else str.upper
    return rng.choice([each for each in map(letters, "abcdefghjkmnpqrstuvwxyz") if each != character])
