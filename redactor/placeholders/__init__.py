"""The one grammar of placeholders and the way back: render, find, replace, stream, escape.

Pure text. Nothing here knows which placeholders were minted: whoever resolves a token refuses the unknown ones.
"""

from redactor.placeholders.escape import escape
from redactor.placeholders.grammar import Grammar, Place, Token, render
from redactor.placeholders.scan import Resolve, Scanner, find, looks_like_placeholder, replace

__all__ = [
    "Grammar",
    "Place",
    "Resolve",
    "Scanner",
    "Token",
    "escape",
    "find",
    "looks_like_placeholder",
    "render",
    "replace",
]
