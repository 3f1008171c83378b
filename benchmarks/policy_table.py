"""Write the table of defaults in docs/policy.md from the taxonomy and the shipped policies.

python benchmarks/policy_table.py            # print it
python benchmarks/policy_table.py --write    # put it into docs/policy.md
"""

import sys
from pathlib import Path

from redactor.policy import Policy
from redactor.taxonomy import entity_types

PAGE = Path(__file__).parent.parent / "docs" / "policy.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"


def table() -> str:
    """One row per entity type."""
    default, everything = Policy.load("default"), Policy.load("everything")
    lines = [
        "| entity type | what it is | `default` | `everything` | restored for | kept for "
        "| W3C DPV | HIPAA | CCPA | PCI DSS | GDPR |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in entity_types().items():
        audiences = ", ".join(default.audiences(name)) if everything.operator(name) == "placeholder" else "nobody"
        cells = [
            f"`{name}`", row.meaning, default.operator(name), everything.operator(name), audiences,
            default.retention(name) if audiences != "nobody" else "–", f"`{row.dpv}`" if row.dpv else "–",
            row.hipaa or "–", row.ccpa or "–", row.pci or "–", f"art. {row.gdpr}" if row.gdpr else "–",
        ]  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def page(text: str) -> str:
    """The page with the table in its place."""
    before, rest = text.split(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    if "--write" in sys.argv:
        PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
    else:
        print(table())
