"""`redactor policy`: what a policy does, whether a file is one, and the schema for editors."""

from typing import Annotated

import typer

from redactor.cli import console

app = typer.Typer(
    help="Show a policy, check a policy file, print the schema.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_NAME = Annotated[str, typer.Argument(help="default, everything, or a TOML file.", metavar="NAME|FILE")]


@app.command(
    epilog="Examples: redactor policy show  ·  redactor policy show everything  ·  redactor policy show my.toml"
)
def show(
    name: _NAME = "default",
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole policy as JSON.")] = False,
) -> None:
    """Show what happens to each entity type."""
    from redactor.policy import THRESHOLD, Policy

    policy = Policy.load(name)
    if as_json:
        console.write_json(policy.model_dump(mode="json"))
        return
    rows = []
    for entity_type in sorted(policy.entity_types):
        reversible = policy.operator(entity_type) == "placeholder"
        audiences = ", ".join(policy.audiences(entity_type)) if reversible else ""
        kept_for = policy.retention(entity_type) if reversible else ""
        named = policy.named_threshold(entity_type)
        threshold = "model's" if named is None else f"{named:.2f}"
        rows.append((entity_type, policy.operator(entity_type), threshold, audiences, kept_for))
    console.write_line(f"policy {policy.name}, version {policy.version}")
    console.write_line(
        f"threshold: the model's own for its votes, {THRESHOLD} for all others, where the policy names none"
    )
    for line in console.table(rows, ("entity type", "operator", "threshold", "restored for", "kept for")):
        console.write_line(line)


@app.command(epilog="Example: redactor policy check my.toml")
def check(name: _NAME) -> None:
    """Say whether a policy file can be used; every mistake in it is named."""
    from redactor.policy import Policy

    policy = Policy.load(name)
    kept = ", ".join(sorted(policy.kept)) or "none"
    console.write_line(f"ok: policy {policy.name}, version {policy.version}; detected but kept: {kept}")


@app.command(epilog="Example: redactor policy schema > policy.schema.json")
def schema() -> None:
    """Print the JSON Schema of policy files."""
    from redactor.policy import Policy

    console.write_json(Policy.published_schema())
