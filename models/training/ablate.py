"""What each part brings: `python -m models.training.ablate --data DATA --out TABLE.md`.

Trains the same number of steps from the same encoder with one part left out at a time, and scores each model alone on
the `dev` files and on the held-out dialogs. A short training tells parts apart; it does not tell how good the shipped
model is.
"""

import argparse
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from models.training.make import initial_weights

STEPS = 300
PART = 0.09
"""Of the messages that a full training prepares: enough for the steps."""
ROOT = Path(__file__).parents[2]
MEASURES = {"strict_f1": "strict F1", "full_mask_recall": "fully masked", "clean_touched": "clean touched"}


@dataclass(frozen=True)
class Run:
    """One training: what is left out, and how many word pieces the encoder keeps."""

    name: str
    without: tuple[str, ...] = ()
    size: int = 22_000
    seed: int = 1


RUNS = (
    Run("everything"),
    Run("everything, another seed", seed=2),
    Run("without dialogs and prose (templates alone)", ("dialogs", "prose")),
    Run("without the turns before", ("context",)),
    Run("without the case of words", ("case",)),
    Run("all 28,037 Latin word pieces", size=28_037),
)


def step(module: str, *arguments: object) -> None:
    subprocess.run([sys.executable, "-m", f"models.training.{module}", *map(str, arguments)], check=True, cwd=ROOT)


def trained(run: Run, data: Path, scratch: Path, steps: int) -> Path:
    """The package of one run, made if it is not there."""
    folder = scratch / run.name.replace(" ", "_").replace(",", "")
    package = folder / "package"
    if (package / "meta.json").exists():
        return package
    package.mkdir(parents=True, exist_ok=True)
    step("vocabulary", folder / "initial", "--data", data, "--initial", initial_weights(), "--size", run.size)
    left_out = [word for name in run.without for word in ("--without", name)]
    common = ("--data", data, "--initial", folder / "initial", "--count", 420_000, "--part", PART, "--seed", run.seed)
    step("prepare", folder / "data.npz", *common, *left_out)
    step("train", folder / "data.npz", folder, "--initial", folder / "initial", "--steps", steps, "--seed", run.seed)
    step("export", folder, package, "--initial", folder / "initial")
    (folder / "data.npz").unlink()
    return package


def scores(package: Path, sources: list[Path]) -> dict[str, dict[str, float]]:
    """Source → measure → value, for the model alone."""
    from redactor.detection.transformer import Transformer
    from redactor.evaluation import evaluate
    from redactor.evaluation.sources import find, load_source, shortened
    from redactor.evaluation.systems import transformer_alone
    from redactor.policy import Policy

    policy, model = Policy.load("default"), Transformer(package)
    loaded = [shortened(load_source(path), 400) for path in find(sources)]
    found = evaluate([transformer_alone(model, model.version, policy)], loaded, policy)
    return {
        result.source.split("/")[0]: {name: result.measures[name].value or 0.0 for name in MEASURES}
        for result in found.results
    }


def table(rows: dict[str, dict[str, dict[str, float]]]) -> str:
    sources = list(next(iter(rows.values())))
    lines = ["| run | " + " | ".join(sources) + " |", "|---|" + "---|" * len(sources)]
    for name, found in rows.items():
        cells = [" / ".join(f"{100 * found[source][measure]:.1f}" for measure in MEASURES) for source in sources]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join([f"Per cell: {' / '.join(MEASURES.values())}, in per cent.", "", *lines, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()) / "redactor-ablations")
    parser.add_argument("--steps", type=int, default=STEPS)
    args = parser.parse_args()
    data, scratch = args.data.resolve(), args.scratch.resolve()
    step("holdout", scratch / "holdout", "--rounds", 2)
    sources = [data / name for name in ("abcd", "sgd", "uner_ewt", "wnut17")] + [scratch / "holdout"]
    rows: dict[str, dict[str, dict[str, float]]] = {}
    for run in RUNS:
        rows[run.name] = scores(trained(run, data, scratch, args.steps), sources)
        args.out.write_text(table(rows), encoding="utf-8")
        print(table(rows), flush=True)


if __name__ == "__main__":
    main()
