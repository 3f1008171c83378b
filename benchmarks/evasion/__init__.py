"""Values written to slip through, beside harmless text in the same dress: how much is caught, how much is left alone.

python -m benchmarks.evasion [--count 20] [--seed 0] [--policy default] [--model NAME|DIR] [--only FORM]
                             [--json] [--markdown] [--into docs/evasion.md]

`values` makes values that pass their own checks, `forms` writes them in disguise, `pieces` cuts them over several
messages, `benign` holds the harmless texts, `samples` joins all of these, `counting` runs and counts. Every value is
made up from a seed.
"""
