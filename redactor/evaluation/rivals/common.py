"""What all rivals share: what they are called, and one error where one is not installed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redactor.exceptions import ConfigError


def called(rival: str, model: Path | None) -> str:
    """The name in tables: of one that runs with a model, with the model's."""
    return rival if model is None else f"{rival}+{model.name}"


@contextmanager
def needs(rival: str, pip: str, *modules: str) -> Iterator[None]:
    """Turns the failed import of one of these modules into a `ConfigError` that names `pip install <pip>`.

    An import error that names no module is one of a package's own that says what it lacks; it counts as one of these.
    """
    absent = ""
    try:
        yield
    except ImportError as error:
        absent = (error.name or modules[0]).partition(".")[0]
        if absent not in modules:
            raise
    if absent:
        raise ConfigError(f"--beside {rival}: it is not installed here ({absent} is missing); pip install {pip}")
