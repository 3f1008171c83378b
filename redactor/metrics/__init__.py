"""Numbers of the model in use: counts only, never a value, a text or an id.

`counts` says what is counted of a message and of a reply, `signs` what counts as a sign of an attack, `live` keeps the
counts of one process for its host, `window` reads those that the store keeps by day. `drift` and `change` are the two
tests; `reference` is what a window is compared with, `report` the outcome, `tables` its form for people.
"""

from redactor.metrics.counts import Counts, Label
from redactor.metrics.live import Metrics
from redactor.metrics.signs import SIGNS

__all__ = ["SIGNS", "Counts", "Label", "Metrics"]
