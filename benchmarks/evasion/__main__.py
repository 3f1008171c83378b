"""The command; see the package."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

import benchmarks.evasion
from benchmarks.evasion.counting import Failure, Pair, Result, Share, run
from benchmarks.evasion.samples import PLAIN, samples
from redactor import Redactor
from redactor.cli import tables as screen
from redactor.cli.fairness import folder_or_name
from redactor.cli.pages import Place
from redactor.exceptions import RedactorError

BEGIN, END = "<!-- evasion: begin -->", "<!-- evasion: end -->"
RECALL, UNTOUCHED = 0.95, 0.95
"""What is aimed at; a form and entity type below the first is listed as not caught."""
_EXAMPLES = 2
_ALL = f'all but "{PLAIN}"'
_HELD_OUT = "the same in sentences held out"
_HEADER = ("", "values", "fully masked", "harmless", "untouched")


def main(words: Sequence[str] | None = None) -> None:
    """Measure and print; what cannot be used is one line and exit code 2, Ctrl-C is 130."""
    parser = _parser()
    chosen = parser.parse_args(words)
    try:
        _measure(chosen, parser)
    except RedactorError as error:
        parser.exit(2, f"{parser.prog}: {error}\n")
    except KeyboardInterrupt:
        sys.exit(130)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "benchmarks.evasion",
        description=benchmarks.evasion.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--count", type=int, default=20, help="values, and harmless messages, per form and type")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--policy", default="default", help="default, everything, or a TOML file")
    parser.add_argument("--model", help="an installed model package, or a model's folder")
    parser.add_argument("--only", default="", help="only forms whose name holds this, e.g. 'over 2'")
    parser.add_argument("--json", action="store_true", help="print everything as JSON")
    parser.add_argument("--markdown", action="store_true", help="print as Markdown")
    parser.add_argument("--into", type=Path, help="also write the Markdown into this page, between its markers")
    return parser


def _measure(chosen: argparse.Namespace, parser: argparse.ArgumentParser) -> None:
    place = Place(BEGIN, END)
    if chosen.count < 1:
        parser.error("--count: expected 1 or more")
    if chosen.into:
        place.check(chosen.into)  # a page that cannot take the tables is found out before the long part
    tried = [sample for sample in samples(chosen.count, chosen.seed) if chosen.only in sample.form]
    if all(sample.form == PLAIN for sample in tried):
        parser.error("--only: expected a part of the name of a form in disguise")
    with Redactor(chosen.policy, model=folder_or_name(chosen.model)) as redactor:
        result = run(redactor, tried)
        apart = [each for each in samples(chosen.count, chosen.seed, is_held_out=True) if chosen.only in each.form]
        held_out = run(redactor, apart).overall if any(each.form != PLAIN for each in apart) else None
        setting = f"count {chosen.count}, seed {chosen.seed}, policy {redactor.policy.name}, {redactor.model_version}"
    page = "\n".join(markdown(result, setting, held_out))
    if chosen.into:
        place.write(chosen.into, page)
    if chosen.json:
        print(
            json.dumps(
                {"setting": setting, **asdict(result), "held_out": held_out and asdict(held_out)},
                indent=2,
                ensure_ascii=False,
            )
        )
    else:
        print(page if chosen.markdown else "\n".join(_text(result, setting, held_out)))


def _text(result: Result, setting: str, held_out: Pair | None) -> Iterator[str]:
    """The tables for a screen, what is not caught, and which harmless conversations were touched."""
    yield setting
    for title, pairs in (
        ("written", {_ALL: result.overall, **({_HELD_OUT: held_out} if held_out else {}), **result.by_form}),
        ("entity type", result.by_type),
    ):
        yield ""
        yield from screen.lines(title, _HEADER, [(name, *_cells(pair)) for name, pair in pairs.items()])
    yield ""
    yield from _not_caught(result)
    yield from _touched(result)


def markdown(result: Result, setting: str, held_out: Pair | None = None) -> Iterator[str]:
    """The tables, then what is not caught."""
    yield f"{setting}."
    yield ""
    yield "| written | values | fully masked | harmless | untouched |"
    yield "|---|---:|---|---:|---|"
    yield _row(f"**{_ALL}**", result.overall)
    if held_out:
        yield _row(_HELD_OUT, held_out)
    yield from _rows(result.by_form)
    yield ""
    yield "| entity type | values | fully masked | harmless | untouched |"
    yield "|---|---:|---|---:|---|"
    yield from _rows(result.by_type)
    yield ""
    yield from _not_caught(result)
    yield from _not_left_alone(result)


def _rows(pairs: Mapping[str, Pair]) -> Iterator[str]:
    for name, pair in pairs.items():
        yield _row(name, pair)


def _row(name: str, pair: Pair) -> str:
    return "| " + " | ".join((name, *_cells(pair))) + " |"


def _cells(pair: Pair) -> tuple[str, ...]:
    return str(pair.masked.total), _share(pair.masked), str(pair.untouched.total), _share(pair.untouched)


def _share(share: Share) -> str:
    return f"{share.share:.1%} [{share.low:.1%}, {share.high:.1%}]"


def _not_caught(result: Result) -> Iterator[str]:
    """The forms and entity types with less recall than aimed at, worst first, with made-up examples."""
    below = [
        (pair.masked.share, form, kind)
        for form, kinds in result.by_both.items()
        for kind, pair in kinds.items()
        if pair.masked.share < RECALL
    ]
    if not below:
        yield f"No form and entity type is below {RECALL:.0%}."
        return
    yield f"Below {RECALL:.0%}, with what was written and what went on (all values are made up):"
    yield ""
    for share, form, kind in sorted(below):
        yield f"- {form}, {kind}: {share:.0%}"
        for failure in _first(result.missed, form, kind):
            yield f"  - `{_code(failure.wrote)}` → `{_code(failure.became)}`"


def _not_left_alone(result: Result) -> Iterator[str]:
    """The forms whose harmless texts are touched more often than aimed at, with an example."""
    below = [(pair.untouched.share, form) for form, pair in result.by_form.items() if pair.untouched.share < UNTOUCHED]
    if below:
        yield ""
        yield f"Harmless texts of these forms are left alone less than {UNTOUCHED:.0%} of the time:"
        yield ""
    for share, form in sorted(below):
        yield f"- {form}: {share:.0%}"
        texts = dict.fromkeys((each.wrote, each.became) for each in result.touched if each.form == form)
        for wrote, became in [*texts][:_EXAMPLES]:
            yield f"  - `{_code(wrote)}` → `{_code(became)}`"


def _first(failures: Sequence[Failure], form: str, kind: str) -> list[Failure]:
    return [failure for failure in failures if (failure.form, failure.type) == (form, kind)][:_EXAMPLES]


def _code(text: str) -> str:
    return text.replace("`", "'").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _touched(result: Result) -> Iterator[str]:
    """Harmless conversations that were touched, the most frequent first."""
    counted = Counter((failure.wrote, failure.became) for failure in result.touched if failure.form != PLAIN)
    yield f"\nHarmless and touched ({counted.total()} of {result.overall.untouched.total}):"
    for (wrote, became), number in counted.most_common(60):
        yield f"{number:4}  {_code(wrote)}  ->  {_code(became)}"


if __name__ == "__main__":
    main()
