"""The gateway itself: what it masks, and whether it can do its work."""

from redactor import __version__
from redactor_gateway.management.desk import Call, Desk, versions
from redactor_gateway.management.models import PolicyAnswer, StatusAnswer, TypeOut


def policy(desk: Desk, call: Call) -> PolicyAnswer:
    """What is masked. The policy's lists stay unsaid: they may name people."""
    held = desk.redactor.policy
    types = {
        name: TypeOut(
            operator=held.operator(name),
            audiences=list(held.audiences(name)),
            retention=held.retention(name),
            threshold=held.threshold(name),
            label=held.label(name),
        )
        for name in sorted(held.entity_types)
    }
    return PolicyAnswer(name=held.name, version=held.version, types=types)


def status(desk: Desk, call: Call) -> StatusAnswer:
    """What runs here."""
    kind = type(desk.redactor.parts.store).__name__.removesuffix("Store").lower()
    return StatusAnswer(
        version=__version__,
        store=kind,
        persistent=desk.redactor.persistent,
        ready=all(check.is_well for check in call.checks),
        checks={check.name: check.is_well for check in call.checks},
        **versions(desk),
    )
