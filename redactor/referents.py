"""Referents: who or what a placeholder names, in every spelling it was mentioned by. Pure values."""

import json
from dataclasses import dataclass, field, replace
from typing import Literal

from redactor.secret import Secret
from redactor.taxonomy import LITERAL, canonical

FormKind = Literal["full", "part", "fragment"]
"""full: names it alone; part: a shorter name of it; fragment: a piece of a value split over messages."""

Storage = Literal["sealed", "hashed", "none"]
"""sealed: forms are kept, encrypted; hashed: a keyed hash only, enough to know the value again; none: not even that."""

MONTH = 30 * 86400.0
"""Seconds; how long values and conversations are kept where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Something to be minted."""

    type: str
    text: Secret[str]
    """As typed."""
    normal: Secret[str]
    """As the view shows it."""
    kind: FormKind = "full"
    storage: Storage = "sealed"
    retention: float = MONTH
    """Seconds after the conversation's last turn."""
    label: str = field(default="", repr=False)
    """What people read where the value may not be shown, e.g. "card ending 1111"; sealed too."""
    of: tuple[str, int] | None = None
    """The referent (type, index) a part or fragment belongs to, where the caller knows it."""

    def canonical(self) -> str:
        """What makes two mentions the same referent; a LITERAL is the exact text as typed."""
        if self.type == LITERAL:
            return self.text.reveal()
        return canonical(self.type, self.normal.reveal())


@dataclass(frozen=True, slots=True)
class Minted:
    """The number a mention got, and which of the referent's forms stood there; None where no form is kept."""

    type: str
    index: int
    form: int | None


@dataclass(frozen=True, slots=True)
class Form:
    """One spelling of a referent."""

    text: Secret[str]
    normal: Secret[str]
    kind: FormKind


@dataclass(frozen=True, slots=True)
class Referent:
    """What a placeholder names. `forms` only grows, so a form's position names it for good."""

    type: str
    index: int
    canonical: Secret[str] = field(default_factory=lambda: Secret(""))
    """Empty where no form is kept."""
    forms: tuple[Form, ...] = ()
    label: str = field(default="", repr=False)
    """What people read where the value may not be shown; empty: the policy's."""
    stand_in: Secret[str] = field(default_factory=lambda: Secret(""))
    """What the operator `surrogate` writes for it; empty where it never did. Sealed with the value it hides."""
    expired: bool = False
    """Past its retention, or forgotten: nothing of it is left but the number."""

    def fullest(self) -> str:
        """What a person reads for it. PERSON: the full form of most words, then of most letters, as typed; the
        first of equals. Other types: the first full form typed just as the view shows it, else the first full
        form's normal text. A LITERAL is as it was typed. Empty where no form is kept.
        """
        full = [form for form in self.forms if form.kind == "full"] or list(self.forms)
        if not full:
            return ""
        if self.type == "PERSON":
            return max((form.text.reveal() for form in full), key=lambda text: (len(text.split()), len(text)))
        if self.type == LITERAL:
            return full[0].text.reveal()
        return next((form.text for form in full if form.text == form.normal), full[0].normal).reveal()

    def position(self, text: Secret[str], kind: FormKind) -> int | None:
        """Which form this spelling is."""
        matches = (i for i, form in enumerate(self.forms) if form.kind == kind and form.text == text)
        return next(matches, None)

    def with_form(self, form: Form) -> "Referent":
        """The same referent, one spelling richer."""
        return replace(self, forms=(*self.forms, form))


def encode(referent: Referent) -> bytes:
    """What of a referent is sealed."""
    forms = [[form.text.reveal(), form.normal.reveal(), form.kind] for form in referent.forms]
    content = {"canonical": referent.canonical.reveal(), "forms": forms, "label": referent.label}
    if stand_in := referent.stand_in.reveal():
        content["stand_in"] = stand_in
    # Not as \\u escapes: JSON would join two lone surrogates to one character.
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(entity_type: str, index: int, content: bytes) -> Referent:
    """Undo `encode`."""
    found = json.loads(content.decode("utf-8", "surrogatepass"))
    forms = tuple(Form(Secret(text), Secret(normal), kind) for text, normal, kind in found["forms"])
    stand_in = Secret(found.get("stand_in", ""))
    return Referent(entity_type, index, Secret(found["canonical"]), forms, found["label"], stand_in)
