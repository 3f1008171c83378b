"""What only the business's own people read: a note on the hand-over, restored for the audience `agent`.

Each restore is in the audit log before it happens, and the policy says which types agents may see.
"""

from redactor import Conversation
from redactor_gateway.bodies import parsed, written
from redactor_gateway.paths import Place, Value, matches, values
from redactor_gateway.platform import Call
from redactor_gateway.webhooks.pieces import replaced


def is_note(call: Call, payload: Value) -> bool:
    """Whether the customer does not read this message."""
    return any(values(path, payload) for path in call.private)


def restored_for_agents(call: Call, body: bytes, chat: Conversation) -> bytes:
    """A note with the values that agents may see. Raises `AudienceError` where the policy names no agents,
    `AuditError` where it cannot be noted: nothing was restored then."""
    payload = parsed(body)
    new: dict[Place, Value] = {}
    for rule in call.restore:
        if rule.form == "handle":
            continue
        for path in rule.paths:
            for place, value in matches(path, payload):
                if isinstance(value, str) and place not in new:
                    new[place] = chat.restore(value, "agent", rule.form, record=False).text
    return written(replaced(payload, new))
