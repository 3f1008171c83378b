"""What each role may do. What no role of a person names is refused."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

Role = Literal["viewer", "reviewer", "adjudicator", "privacy-officer", "admin"]

Permission = Literal[
    "read",
    "judge",
    "adjudicate",
    "propose",
    "export",
    "reveal",
    "approve",
    "rights",
    "audit",
    "accounts",
]
"""`read`: redacted transcripts and numbers. `judge`: verdicts. `adjudicate`: decide between two of them. `propose`:
changes of the policy. `export`: reviews, with surrogates in the place of values. `reveal`: a value, for a reason.
`approve`: what needs a second person. `rights`: find, correct and erase a customer. `audit`: read the audit log.
`accounts`: the console's people."""

ROLES: tuple[Role, ...] = get_args(Role)

MAY: Mapping[Role, frozenset[Permission]] = {
    "viewer": frozenset({"read"}),
    "reviewer": frozenset({"read", "judge"}),
    "adjudicator": frozenset({"read", "judge", "adjudicate", "propose", "export"}),
    "privacy-officer": frozenset({"read", "reveal", "approve", "rights", "audit"}),
    "admin": frozenset({"read", "accounts", "audit"}),
}
"""Who runs the console's accounts may not reveal a value by that alone: two duties, two people."""


def permissions(roles: Iterable[str]) -> frozenset[Permission]:
    """What somebody with these roles may do; an unknown role gives nothing."""
    return frozenset().union(*(MAY.get(role, frozenset()) for role in roles))  # type: ignore[call-overload]
