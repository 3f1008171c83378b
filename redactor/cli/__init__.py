"""The command `redactor`: one module per command or small group, joined in `app`.

Data goes to stdout, everything else to stderr. Exit codes: 0 done, 1 a check failed, 2 a mistake in what was
asked (one line says which), 130 stopped with Ctrl-C, 141 nobody reads the output any more (as in `| head`).
"""

import sys


def main() -> None:
    """Run the command line; the console script `redactor` calls it."""
    from redactor.cli.app import prepare, run

    prepare()
    sys.exit(run(sys.argv[1:]))
