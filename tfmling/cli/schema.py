"""`tfmling schema`: what a settings file may hold, for editors that complete and check YAML."""

import json
from collections.abc import Iterable

from tfmling.core.commands import COMMANDS, load
from tfmling.core.config_errors import ConfigError, nearest


def print_schemas(names: Iterable[str]) -> None:
    """Print the JSON Schema of the settings of commands.

        tfmling schema train > train.schema.json

    Raises:
        ConfigError: a name is not that of a command with settings.

    Example:
        >>> print_schemas(["trian"])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: tfmling schema: unknown command 'trian'; did you ...
    """
    known = [name for name, command in COMMANDS.items() if command.settings]
    for name in names:
        if name not in known:
            raise ConfigError(f"tfmling schema: unknown command {name!r}; {nearest(name, known)}")
        print(json.dumps(load(COMMANDS[name].settings).model_json_schema(), indent=2))
