"""What the operators write in a value's place, where that takes more than a number: `mask`, `hash`, `surrogate`."""

import re
from collections.abc import Iterable
from dataclasses import replace

from redactor.placeholders import StandIns
from redactor.policy import Policy, Shape
from redactor.referents import Minted, Referent
from redactor.secret import Secret
from redactor.standing import stand_ins_of
from redactor.storage import Transaction
from redactor.surrogates import as_written, make, name_pairs, plain
from redactor.taxonomy import canonical
from redactor.vault import Vault

HASH_DIGITS = 16
"""Hexadecimal digits a hash is cut to: 64 bits. Of a million values two are alike with a chance of about 3 in 10^8
(n^2 / 2^65)."""

_SHORTEST_TAIL = 8
"""A value shorter than this is masked whole: four of five characters would be the value."""
_SHORTEST_CARD = 15
"""Digits from which a card's first six and last four leave five or more hidden; a shorter one keeps the last four."""
_SHORTEST_IBAN = 15
"""Characters of the shortest IBAN, the Norwegian (ISO 13616 registry)."""
_TRIES = 12
"""Stand-ins that are looked at before a value gets a placeholder instead."""
_WORD = re.compile(r"[^\W_]+")
_DATES = frozenset({"DATE_OF_BIRTH", "DATE_TIME"})
_WEEKS = (5, 52)
"""How far a conversation's dates are moved, at least and at most: whole weeks, so that weekdays stay right."""


def mask(text: str, shape: Shape) -> str:
    """Stars, and what the shape leaves readable of the value, which is as the view shows it.

    `last4` and `last2` keep as many letters or digits of a value of eight or more; `first6_last4` those of a card of
    15 digits or more; `domain` an e-mail's first letter and domain; `country_last4` an IBAN's first and last.
    Anything that does not look like its type is all stars.
    """
    characters = "".join(character for character in text if character.isalnum())
    if shape == "stars":
        return "****"
    if shape == "domain":
        return _masked_email(text)
    if shape == "country_last4":
        is_iban = characters[:2].isalpha() and characters[2:4].isdigit() and len(characters) >= _SHORTEST_IBAN
        return f"{characters[:2].upper()}******{characters[-4:]}" if is_iban else "****"
    if shape == "first6_last4" and not characters.isdigit():
        return "****"
    if shape == "first6_last4" and len(characters) >= _SHORTEST_CARD:
        return f"{characters[:6]}{'*' * (len(characters) - 10)}{characters[-4:]}"
    count = 2 if shape == "last2" else 4
    return "****" + (characters[-count:] if len(characters) >= _SHORTEST_TAIL else "")


def _masked_email(text: str) -> str:
    local, at, domain = text.strip().rpartition("@")
    if not at or not local or not domain or any(character.isspace() for character in text.strip()):
        return "****"
    first = local[0] if len(local) > 2 and local[0].isalnum() else ""
    names = [piece for piece in _pieces(local) if len(piece) > 2]
    if any(piece in domain.casefold() for piece in names):
        return f"{first}***"  # a domain of one's own: it says who it is
    return f"{first}***@{domain}"


def _pieces(local: str) -> list[str]:
    return "".join(c if c.isalpha() else " " for c in local.casefold()).split()


def hashed(vault: Vault, policy: Policy, entity_type: str, normal: str) -> str:
    """The same for the same value in this conversation (or the tenant's), and for nobody without the key."""
    linkable = policy.is_linkable(entity_type)
    digest = vault.value_hash(entity_type, canonical(entity_type, normal), linkable=linkable)
    return f"hash:{digest.hex()[:HASH_DIGITS]}"


def stand_in(tx: Transaction, vault: Vault, minted: Minted, mention: str, text: str) -> str | None:
    """What is written for a mention of a referent that was just minted, its stand-in made where it has none yet.

    `text` is the whole text the mention stands in. None where no realistic stand-in is free: a placeholder does then.
    """
    referent = vault.referent(minted.type, minted.index)
    if referent is None or not referent.forms:
        return None
    if not referent.stand_in:
        made = _made(tx, vault, referent, text)
        if made is None:
            return None
        vault.put_stand_in(tx, minted, made)
        referent = vault.referent(minted.type, minted.index) or referent
    shown = referent.stand_in.reveal()
    return as_written(referent.type, mention, shown, name_pairs(shown, referent.fullest()))


def _made(tx: Transaction, vault: Vault, referent: Referent, text: str) -> str | None:
    others = [other for other in vault.referents() if (other.type, other.index) != (referent.type, referent.index)]
    said = "\n|\n".join([text, *(row.text for row in tx.turns(vault.public_id)), *_values([referent, *others])])
    shown = [other.stand_in.reveal() for other in others if other.stand_in]
    taken, used = set(map(plain, shown)), _words(f"{said} {' '.join(shown)}") if referent.type == "PERSON" else set()
    names, normal = _names(others), referent.forms[0].normal.reveal()
    for attempt in range(1 if referent.type in _DATES else _TRIES):
        numbers = vault.keyed_numbers(referent.type, referent.canonical.reveal(), str(attempt))
        known = names if attempt == 0 else {}
        made = make(referent.type, normal, numbers, known, lambda word: word not in used, _days(vault))
        if made is None:
            return None
        if plain(made) not in taken and _is_free(vault, referent, made, said):
            return made
    return None


def _days(vault: Vault) -> int:
    """How far this conversation's dates are moved."""
    numbers = vault.keyed_numbers("dates")
    return 7 * numbers.randint(*_WEEKS) * numbers.choice((-1, 1))


def _is_free(vault: Vault, referent: Referent, made: str, said: str) -> bool:
    """Whether nothing anybody said here would be taken for it. A name's words may stand for the same words already."""
    entries = stand_ins_of(replace(referent, stand_in=Secret(made)))
    owners = [vault.stand_ins.owner(entry) for entry in entries]
    if any(owner and (owner.type, referent.type) != ("PERSON", "PERSON") for owner in owners):
        return False
    fresh = StandIns(entry for entry, owner in zip(entries, owners, strict=True) if owner is None)
    return not fresh.occur_in(said)


def _values(referents: Iterable[Referent]) -> list[str]:
    return [form.text.reveal() for referent in referents for form in referent.forms]


def _words(text: str) -> set[str]:
    """The plain words of a text."""
    return set(map(plain, set(_WORD.findall(text))))


def _names(referents: Iterable[Referent]) -> dict[str, str]:
    """Which name stands for which word of people's names."""
    names: dict[str, str] = {}
    for referent in referents:
        if referent.type == "PERSON" and referent.stand_in:
            names = {**name_pairs(referent.stand_in.reveal(), referent.fullest()), **names}
    return names
