"""Count Presidio's own recognizers by country, and how many of them validate what they find; JSON on stdout.

    python -m benchmarks.presidio_count            # where presidio-analyzer is installed

Its country-specific recognizers are the classes below `presidio_analyzer.predefined_recognizers.country_specific`; one
validates where it overrides `PatternRecognizer.validate_result` or `invalidate_result`.
"""

import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from importlib.metadata import version
from typing import Any

# Presidio's folders are named for countries in words.
_CODES = {
    "australia": "AU", "canada": "CA", "finland": "FI", "germany": "DE", "india": "IN", "italy": "IT", "korea": "KR",
    "nigeria": "NG", "poland": "PL", "singapore": "SG", "spain": "ES", "sweden": "SE", "thai": "TH", "thailand": "TH",
    "turkey": "TR", "uk": "GB", "us": "US", "philippines": "PH", "south_africa": "ZA", "belgium": "BE", "brazil": "BR",
    "france": "FR", "japan": "JP", "ireland": "IE", "portugal": "PT", "netherlands": "NL", "kenya": "KE",
    "norway": "NO",
}  # fmt: skip


def main() -> None:
    """Print the counts."""
    countries: dict[str, dict[str, int]] = {}
    for folder, recognizer in _recognizers():
        row = countries.setdefault(_CODES.get(folder, folder), {"recognizers": 0, "checked": 0})
        row["recognizers"] += 1
        row["checked"] += _validates(recognizer)
    print(json.dumps({"version": version("presidio-analyzer"), "countries": dict(sorted(countries.items()))}, indent=2))


def _recognizers() -> Iterator[tuple[str, type]]:
    """Each class with its country's folder."""
    package = import_module("presidio_analyzer.predefined_recognizers.country_specific")
    base: Any = import_module("presidio_analyzer").EntityRecognizer
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if found.ispkg:
            continue
        module = import_module(found.name)
        folder = found.name.removeprefix(f"{package.__name__}.").split(".")[0]
        for _, value in inspect.getmembers(module, inspect.isclass):
            if value.__module__ == module.__name__ and issubclass(value, base):
                yield folder, value


def _validates(recognizer: type) -> bool:
    pattern: Any = import_module("presidio_analyzer").PatternRecognizer
    names = ("validate_result", "invalidate_result")
    return any(getattr(recognizer, name, None) is not getattr(pattern, name) for name in names)


if __name__ == "__main__":
    main()
