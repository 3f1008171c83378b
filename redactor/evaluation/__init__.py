"""How well it works on conversations somebody has marked: replay them, count what stayed in clear.

`dialogs` reads marked conversations, `replay` feeds them through the one door, `scores` counts, `redraw`
swaps other names and ids in so that a small file says more.
"""

from redactor.evaluation.dialogs import Dialog, Message, Span, load
from redactor.evaluation.redraw import Names, load_names, redraw
from redactor.evaluation.replay import ReplayedDialog, ReplayedTurn, replay
from redactor.evaluation.scores import Scores, score

__all__ = [
    "Dialog",
    "Message",
    "Names",
    "ReplayedDialog",
    "ReplayedTurn",
    "Scores",
    "Span",
    "load",
    "load_names",
    "redraw",
    "replay",
    "score",
]
