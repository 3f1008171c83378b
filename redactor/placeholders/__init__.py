"""The one grammar of placeholders and the way back: render, find, replace, stream, escape.

Pure text, and the stand-ins of one conversation. Nothing here knows which placeholders were minted: whoever resolves a
token refuses the unknown ones.
"""

from redactor.placeholders.escape import escape
from redactor.placeholders.grammar import Grammar, Place, Token, render
from redactor.placeholders.scan import Resolve, Scanner, find, looks_like_placeholder, replace
from redactor.placeholders.stand_ins import NO_STAND_INS, StandIn, StandIns

__all__ = [
    "NO_STAND_INS",
    "Grammar",
    "Place",
    "Resolve",
    "Scanner",
    "StandIn",
    "StandIns",
    "Token",
    "escape",
    "find",
    "looks_like_placeholder",
    "render",
    "replace",
]
