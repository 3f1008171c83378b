"""Score a model package, transformer alone: `python -m models.training.evaluate FOLDER FILE.jsonl ... [options]`.

The same as `redactor evaluate FILE.jsonl ... --model FOLDER --transformer-only [options]`, whose help lists them.
"""

import sys

from redactor.cli.app import prepare, run


def main() -> None:
    folder, *rest = sys.argv[1:] or sys.exit("expected the folder of a model package, then JSONL files")
    prepare()
    sys.exit(run(["evaluate", *rest, "--model", folder, "--transformer-only"]))


if __name__ == "__main__":
    main()
