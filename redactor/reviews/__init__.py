"""Reviews: a person's verdicts on stored messages, and what follows from them."""

from redactor.reviews.events import MESSAGE_VERDICTS, SPAN_VERDICTS, Event, Verdict, VerdictKind, standing
from redactor.reviews.reviewing import Asked, Looked, Reviews

__all__ = [
    "MESSAGE_VERDICTS",
    "SPAN_VERDICTS",
    "Asked",
    "Event",
    "Looked",
    "Reviews",
    "Verdict",
    "VerdictKind",
    "standing",
]
