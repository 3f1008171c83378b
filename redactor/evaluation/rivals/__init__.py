"""Other projects' detectors, run on the same messages: `open_rival("presidio")`, `open_rival("presidio=FOLDER")`.

Each is run as its own documentation says, rules only or with a Hugging Face model as its name model, and its types are
read as ours (`redactor.evaluation.rivals.types`). None of them is installed with this project; one that is missing is a
`ConfigError` naming the pip command. Nothing is downloaded by what is here.
"""

from collections.abc import Callable, Mapping
from pathlib import Path

from redactor.evaluation.rivals import huggingface, langchain, piighost, presidio
from redactor.evaluation.systems import Alone
from redactor.exceptions import ConfigError, RedactorError
from redactor.policy import Policy

RIVALS: Mapping[str, Callable[[Policy, Path | None], Alone]] = {
    "presidio": presidio.system,
    "langchain": langchain.system,
    "piighost": piighost.system,
    "huggingface": huggingface.system,
}
"""Name -> `(policy, folder of a Hugging Face model or None) -> system`."""


def open_rival(wanted: str, policy: Policy) -> Alone:
    """The rival called `NAME`, or `NAME=FOLDER` with the Hugging Face model of a folder.

    `policy` says which of its types are left in the text. Raises `ConfigError` for an unknown name, a folder that is no
    model, and a rival that is not installed.
    """
    name, _, model = wanted.partition("=")
    if name not in RIVALS:
        raise ConfigError(f"--beside {name}: expected one of {', '.join(RIVALS)}, each also as NAME=FOLDER")
    folder = Path(model) if model else None
    if folder is not None and not (folder / "config.json").is_file():
        raise ConfigError(f"--beside {name}: {folder} is no Hugging Face model; expected a folder with config.json")
    problem = ""
    try:
        return RIVALS[name](policy, folder)
    except RedactorError:
        raise
    except Exception as error:  # noqa: BLE001  whatever keeps another project from starting
        problem = type(error).__name__
    raise ConfigError(f"--beside {wanted}: it does not start here ({problem}); check its version and the folder")
