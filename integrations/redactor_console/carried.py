"""The console as a server of ours carries it: where the configuration file has a section `[console]`."""

from pathlib import Path

from redactor import Redactor
from redactor.apps import Carried
from redactor.config import Settings
from redactor.exceptions import ConfigError
from redactor.validation import read_toml


def carried(config: Path | None, core: Settings, redactor: Redactor, *, is_https: bool) -> Carried | None:
    """The console under `console.path`, over the server's Redactor. None without the section, and without a file.

    Nothing of the console is loaded for a file that does not ask for it. Raises `ConfigError`.
    """
    if config is None or "console" not in read_toml(config, ConfigError, f"there is no configuration file {config}"):
        return None
    missing = ""
    try:
        from redactor_console.app import create_app
        from redactor_console.database import open_database
    except ImportError as error:
        missing = error.name or "?"
    if missing.startswith(("redactor_console", "redactor.")):
        raise ConfigError(f"console: the installed console is broken ({missing} is missing); reinstall chat-redactor")
    if missing:
        raise ConfigError(f"console: {missing} is not installed: pip install 'chat-redactor[console]'")
    from redactor_console.settings import ConsoleSettings

    settings = ConsoleSettings.load(config)
    if is_https:
        settings = settings.model_copy(update={"behind_tls": True})
    settings.check_exposure()
    database = open_database(settings, core)
    try:
        app = create_app(settings, redactor, database, root=settings.path)
    except BaseException:
        database.close()
        raise
    return Carried(settings.path, app, database.close)
