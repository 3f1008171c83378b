"""Logs without personal values: a filter on the handler, and the same for structlog."""

import logging
import sys

from redactor.logs import RedactingFilter, RedactingProcessor

handler = logging.StreamHandler(sys.stdout)
handler.setFormatter(logging.Formatter("%(levelname)s %(message)s"))
handler.addFilter(RedactingFilter())  # on the handler: it sees what all loggers below send
log = logging.getLogger("shop")
log.addHandler(handler)
log.propagate = False

log.warning("no receipt for %s", "crystal@example.com")
try:
    raise LookupError("card 4111 1111 1111 1111 was refused")
except LookupError:
    log.exception("payment failed")  # the traceback is redacted too

# structlog.configure(processors=[..., RedactingProcessor(), structlog.processors.JSONRenderer()])
process = RedactingProcessor()
print(process(None, "info", {"event": "refund", "user": {"phone": "+1 212 555 0143"}, "items": 3}))
