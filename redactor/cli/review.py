"""`redactor review`: what people's reviews are for: numbers, training data, changes of the policy."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from redactor.cli import console
from redactor.cli import tables as screen
from redactor.cli.opened import acting, opened_store
from redactor.cli.pages import check_writable, write
from redactor.exceptions import ConfigError

if TYPE_CHECKING:
    from redactor.redactor import Redactor
    from redactor.reviews.estimates import Share
    from redactor.reviews.proposals import Term

app = typer.Typer(
    help="Use what people have reviewed: numbers, training data, a better policy.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

_CONFIG = Annotated[Path | None, typer.Option(help="A redactor.toml.", metavar="FILE")]
_TENANT = Annotated[str | None, typer.Option(help="Only this tenant.", metavar="NAME")]
_JSON = Annotated[bool, typer.Option("--json", help="Write JSON.")]
_POLICY = Annotated[
    str | None, typer.Option("--policy", help="The policy's file, or a shipped one's name.", metavar="NAME|FILE")
]


@app.command(
    epilog="Examples: redactor review export --out reviews.jsonl  ·  "
    "redactor review export --format huggingface --out dataset --seed spring"
)
def export(
    out: Annotated[Path, typer.Option(help="Where to: a file, or a new folder for huggingface.", metavar="PATH")],
    form: Annotated[
        Literal["jsonl", "conll", "huggingface"], typer.Option("--format", help="What to write.")
    ] = "jsonl",
    seed: Annotated[
        str | None, typer.Option(help="The same gives the same stand-ins and ids again; else chance.", metavar="TEXT")
    ] = None,
    tenant: _TENANT = None,
    config: _CONFIG = None,
) -> None:
    """Write the messages people are done with as training data, with stand-ins in the place of all values.

    docs/reviews.md says which messages are left out, and why.
    """
    from redactor.reviews import exporting, hugging_face

    if form != "huggingface":
        check_writable(out)
    with _opened(config) as redactor:
        made = exporting.export(redactor, seed or f"{random.SystemRandom().getrandbits(64):016x}", _only(tenant))
    if form == "huggingface":
        for path in hugging_face.write(out, made.examples):
            console.note(f"written: {path}")
    else:
        lines = (exporting.to_jsonl if form == "jsonl" else exporting.to_conll)(made.examples)
        write(out, "".join(lines))
    console.write_line(f"{len(made.examples)} messages")
    for reason, count in sorted(made.left_out.items()):
        console.write_line(f"{count} left out: {exporting.LEFT_OUT[reason]}")


@app.command(epilog="Example: redactor review agreement --tenant acme")
def agreement(tenant: _TENANT = None, config: _CONFIG = None, json: _JSON = False) -> None:
    """Show how far reviewers agree: F1 of spans for each two, and Krippendorff's alpha over all characters."""
    from redactor.reviews import agreement as found

    with _opened(config) as redactor:
        result = found.of_store(redactor, _only(tenant))
    if json:
        console.write_json(result.public())
        return
    console.write_line(f"{result.messages} messages were reviewed by two people or more")
    if result.pairs:
        rows = [(p.first, p.second, str(p.messages), _number(p.exact), _number(p.overlapping)) for p in result.pairs]
        for line in screen.lines("pairs", ("reviewer", "and", "messages", "same spans", "overlapping"), rows):
            console.write_line(line)
    console.write_line(f"Krippendorff's alpha: {_number(result.alpha)}")


@app.command(epilog="Examples: redactor review estimates  ·  redactor review estimates --days 28 --json")
def estimates(
    days: Annotated[
        int | None, typer.Option(min=1, help="Messages of the last days, today's included.", metavar="N")
    ] = None,
    tenant: _TENANT = None,
    config: _CONFIG = None,
    json: _JSON = False,
) -> None:
    """Estimate precision and recall from verdicts, with 95% intervals. Recall needs messages drawn by chance."""
    from redactor.reviews import estimates as found

    with _opened(config) as redactor:
        result = found.of_store(redactor, tenant, days)
    if json:
        console.write_json(result.public())
        return
    console.write_line(f"{result.messages} messages reviewed, {result.drawn} of them drawn by chance")
    console.write_line(f"something was missed in: {_share(result.leaking)}")
    rows = [(e.type, _share(e.precision), _share(e.drawn), _share(e.recall)) for e in result.types]
    for line in screen.lines("types", ("entity type", "precision", "drawn: personal", "recall"), rows) if rows else ():
        console.write_line(line)


@app.command(
    epilog="Examples: redactor review propose --out change.toml  ·  redactor review propose --allow 3f2a9c0d1b7e4a55"
)
def propose(
    out: Annotated[Path | None, typer.Option(help="Write the change here; else only show it.", metavar="FILE")] = None,
    allow: Annotated[
        list[str] | None,
        typer.Option("--allow", help="Put this value, named by its key, on the allow list.", metavar="KEY"),
    ] = None,
    tenant: _TENANT = None,
    config: _CONFIG = None,
    json: _JSON = False,
) -> None:
    """Show what reviews say the policy should be, with its effect on all reviewed messages.

    With --allow the file holds the value's text: it is revealed, which the policy must let `reviewer` do, and recorded.
    """
    from redactor.reviews import proposals

    if out is not None:
        check_writable(out)
    if allow and out is None:
        raise ConfigError("--allow needs --out: a value is not shown on the screen")
    with _opened(config) as redactor:
        found = proposals.of_store(redactor, _only(tenant))
        chosen = [_term(found.terms, key) for key in allow or ()]
        allowed = [(term.type, proposals.revealed(redactor, term)) for term in chosen]
    if json:
        console.write_json(found.public())
    else:
        console.write_line(f"from {found.messages} reviewed messages")
        for effect in found.thresholds:
            console.write_line(f"{effect.type}: threshold {effect.threshold:.2f}: {effect.said()}")
        for term in found.terms:
            console.write_line(f"{term.key}: a {term.type} that is nobody's: {term.said()}")
        if not found.thresholds and not found.terms:
            console.write_line("nothing to propose")
    if out is not None:
        write(out, proposals.patch(found.thresholds, allowed))


@app.command(epilog="Example: redactor review apply change.toml --policy support.toml")
def apply(
    patch: Annotated[Path, typer.Argument(help="A change as `review propose` writes it.", metavar="CHANGE")],
    policy: _POLICY = None,
    out: Annotated[
        Path | None, typer.Option(help="The new version's file; else beside the policy.", metavar="FILE")
    ] = None,
    tenant: _TENANT = None,
    config: _CONFIG = None,
) -> None:
    """Make a new version of the policy, in a file of its own; the old one stays. The audit log says so.

    Nothing uses it before the configuration names it.
    """
    from redactor.audit import Entry
    from redactor.reviews import applying, proposals
    from redactor.reviews.reading import finished

    policy = policy or _named(config)
    change = applying.changed(policy, patch)
    path = out or _beside(policy, change.new.version)
    with _opened(config) as redactor:
        for effect in proposals.measured(finished(redactor.parts.store, _only(tenant)), change.thresholds):
            console.write_line(f"{effect.type}: threshold {effect.threshold:.2f}: {effect.said()}")
        applying.check_new(path)
        check_writable(path)
        versions = {"policy": change.new.version}
        redactor.audit.write(Entry("policy.version", tenant or "", subject=change.subject(), versions=versions))
        applying.write(path, change)
    console.note(f"written: {path}")
    console.write_line(f"policy {change.new.name}, version {change.new.version} (was {change.old.version})")


@contextmanager
def _opened(config: Path | None) -> "Iterator[Redactor]":
    """A Redactor that detects nothing, with whoever runs the command named in the audit log."""
    from redactor.config import Settings
    from redactor.redactor import Redactor

    settings = Settings.load(config)
    with (
        acting(),
        opened_store(settings) as (store, key),
        Redactor(settings.policy_source(), [], store, key=key) as redactor,
    ):
        if not store.persistent:
            raise ConfigError("the configured store is memory, which ends with its process; reviews need one on disk")
        yield redactor


def _only(tenant: str | None) -> tuple[str, ...]:
    return () if tenant is None else (tenant,)


def _term(terms: "tuple[Term, ...]", key: str) -> "Term":
    found = next((term for term in terms if term.key == key), None)
    if found is None:
        raise ConfigError("--allow: no such key; `redactor review propose` lists them")
    return found


def _named(config: Path | None) -> str:
    """The policy the configuration names."""
    from redactor.config import Settings

    settings = Settings.load(config)
    if not isinstance(settings.policy, str):
        raise ConfigError("the policy stands in the configuration itself; write it to a file first, and give --policy")
    beside = settings.folder / settings.policy
    return str(beside) if beside.suffix == ".toml" else settings.policy


def _beside(policy: str, version: str) -> Path:
    path = Path(policy)
    return path.with_name(f"{path.stem}-{version}.toml")


def _number(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _share(share: "Share") -> str:
    if share.interval is None:
        return "none yet"
    low, high = share.interval
    few = "" if share.is_enough else ", too few"
    counted = f"{share.count} of {share.total}{few}"
    return f"{100 * share.count / share.total:.1f}% ({100 * low:.1f}-{100 * high:.1f}, {counted})"
