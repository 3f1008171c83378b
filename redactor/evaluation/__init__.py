"""How well it works on conversations somebody has marked: run them, count what stayed in clear.

Two ways in. `evaluate` (in `running`) scores systems on sources: `sources` finds the files, `systems` runs the
pipeline, the transformer alone or one of `rivals`, `counting`, `blind` and `calibration` count, `resampling` and
`results` make measures of it, `tables` writes them. `replay` shows what a bot's customer would read, and `scores`
counts that. `dialogs` reads marked conversations for both, `redraw` swaps other names and ids in so that a small file
says more. `fairness` asks whose names are missed.
"""

from redactor.evaluation.dialogs import Dialog, Message, Span, load
from redactor.evaluation.redraw import Names, load_names, redraw
from redactor.evaluation.replay import ReplayedDialog, ReplayedTurn, replay
from redactor.evaluation.results import Evaluation, Result
from redactor.evaluation.running import evaluate
from redactor.evaluation.scores import Scores, score
from redactor.evaluation.sources import Source, load_source
from redactor.evaluation.systems import Alone, Pipeline, System, transformer_alone

__all__ = [
    "Alone",
    "Dialog",
    "Evaluation",
    "Message",
    "Names",
    "Pipeline",
    "ReplayedDialog",
    "ReplayedTurn",
    "Result",
    "Scores",
    "Source",
    "Span",
    "System",
    "evaluate",
    "load",
    "load_names",
    "load_source",
    "redraw",
    "replay",
    "score",
    "transformer_alone",
]
