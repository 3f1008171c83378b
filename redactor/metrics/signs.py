"""Signs that a message or a reply was made to get around the redactor: few, each with one plain meaning.

A sign is no verdict: each is counted at most once per message or reply, and what matters is how its rate moves.
Sources: Unicode Technical Standard #39 (letters of two scripts in one word); N. Boucher and R. Anderson, "Trojan
Source: Invisible Vulnerabilities" (CVE-2021-42574), for text shown in another order than it is written in; The Unicode
Standard, section 23.9, for tag characters.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from redactor.detection.lazy import lazy
from redactor.taxonomy import LITERAL
from redactor.types import Entity, Role

LONG = 10_000
"""Code points from which a message counts as long: some five pages, which nobody types into a chat."""

MANY = 20
"""Values in one message from which they count as very many: a form has some ten, a pasted list of people has more."""

MESSAGE_SIGNS: Mapping[str, str] = {
    "placeholder_like": "text from outside that reads like a placeholder (it became a LITERAL)",
    "invisible_characters": "invisible characters between Latin letters or digits, or tag characters outside a flag",
    "reversed_text": "controls that show text from right to left, in a message without right-to-left letters",
    "look_alike_letters": "a word of Latin letters mixed with Cyrillic, Greek or Armenian ones",
    "mathematical_letters": "two or more mathematical letters or digits in a row",
    "long_message": f"{LONG:,} or more characters",
    "many_values": f"{MANY} or more values in one message",
}
"""Sign → what was seen in the message."""

REPLY_SIGNS: Mapping[str, str] = {
    "invented_placeholder": "a placeholder in the LLM's reply that was never given out in the conversation",
    "withheld_from_reader": "a placeholder whose value the reader may not have",
    "withheld_in_link": "a placeholder in a link's target, an image or a web address, where values are not written",
    "foreign_value": "personal data in the LLM's reply that the conversation never held (where replies are scanned)",
}
"""Sign → what was seen in a reply that was restored for people."""

SIGNS: Mapping[str, str] = {**MESSAGE_SIGNS, **REPLY_SIGNS}

_CHARACTERS = {
    # Between ASCII only: in Persian and Indic words, and in emoji, joiners are spelling. In a flag (U+1F3F4 and tags),
    # tags are; the flag is stepped over.
    "invisible_characters": lazy(
        r"\U0001F3F4[\U000E0020-\U000E007F]++(*SKIP)(*FAIL)|[\U000E0000-\U000E007F]"
        r"|(?<=[A-Za-z0-9])\p{Default_Ignorable_Code_Point}++(?=[A-Za-z0-9])"
    ),
    # Signs of units written right after a number's last Latin letter are left out: micro, ohm, pi.
    "look_alike_letters": lazy(
        r"(?V1)[A-Za-z][\p{Cyrillic}\p{Armenian}[\p{Greek}--[μΩπ]]]|[\p{Cyrillic}\p{Armenian}[\p{Greek}--[μΩπ]]][A-Za-z]"
    ),
    "mathematical_letters": lazy(r"[\U0001D400-\U0001D7FF]{2}"),
}
# No sign without one of these: most texts are done with once their different characters have been looked at.
_ODD = lazy(
    r"[\p{Default_Ignorable_Code_Point}\p{Cyrillic}\p{Armenian}\p{Greek}\U0001D400-\U0001D7FF\U000E0000-\U000E007F]"
)
# Embeddings from left to right come along whenever a telephone number is copied from an address book; these do not.
_REVERSING = lazy(r"[\u202b\u202e\u2067]")
_RIGHT_TO_LEFT = lazy(r"[\p{Bidi_Class=R}\p{Bidi_Class=AL}]")


def message_signs(role: Role, text: str, entities: Sequence[Entity]) -> Iterator[str]:
    """The signs in one message as it came in, with what was found in it. Plain ASCII costs next to nothing."""
    if role != "assistant" and any(entity.type == LITERAL for entity in entities):
        yield "placeholder_like"
    if not text.isascii() and _ODD.search("".join(set(text))):
        yield from (sign for sign, pattern in _CHARACTERS.items() if pattern.search(text))
        if _REVERSING.search(text) and not _RIGHT_TO_LEFT.search(text):
            yield "reversed_text"
    if len(text) >= LONG:
        yield "long_message"
    if len(entities) >= MANY:
        yield "many_values"


def reply_signs(
    unknown: Collection[str], withheld: Collection[str], in_links: int, foreign: Collection[object] = ()
) -> Iterator[str]:
    """The signs in one restored reply: its unknown and withheld placeholders, how many withheld stood in links, and
    what is foreign in it."""
    if unknown:
        yield "invented_placeholder"
    if len(withheld) > in_links:
        yield "withheld_from_reader"
    if in_links:
        yield "withheld_in_link"
    if foreign:
        yield "foreign_value"
