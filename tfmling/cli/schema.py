"""`tfmling schema`: what a settings file may hold, for editors that complete and check YAML."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from tfmling.core import files
from tfmling.core.commands import COMMANDS, load
from tfmling.core.config_errors import ConfigError, nearest

# The schemas of all commands, which the first lines of configs/ and of `tfmling new` name.
FOLDER = Path(__file__).parent / "schemas"
_REFERENCE = {"type": "string", "pattern": r"^\$\{.*\}$"}


def print_schemas(names: Iterable[str] = (), *, output: str | None = None) -> None:
    """Print or write the JSON Schema of the settings of commands.

        tfmling schema train > train.schema.json
        tfmling schema --output schemas

    An editor with a YAML language server completes and checks a file whose first line is

        # yaml-language-server: $schema=schemas/train.json

    Args:
        names: commands; all if none is given.
        output: the folder to write NAME.json to, instead of printing.

    Raises:
        ConfigError: a name is not that of a command with settings.

    Example:
        >>> print_schemas(["trian"])  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        tfmling.core.config_errors.ConfigError: tfmling schema: unknown command 'trian'; did you ...
    """
    known = [name for name, command in COMMANDS.items() if command.settings]
    for name in list(names) or known:
        if name not in known:
            raise ConfigError(f"tfmling schema: unknown command {name!r}; {nearest(name, known)}")
        text = format_schema(name)
        if output is None:
            print(text, end="")
        else:
            files.write_text(files.join(output, f"{name}.json"), text)


def format_schema(name: str) -> str:
    """Return the JSON Schema of a command's settings as text, a definition per line.

    Example:
        >>> format_schema("trim_vocab").splitlines()[0]
        '{'
    """
    schema = settings_schema(name)
    definitions = schema.pop("$defs", {})
    lines = [f" {json.dumps(key)}: {_compact(value)}" for key, value in schema.items()]
    inner = [f"  {json.dumps(key)}: {_compact(value)}" for key, value in definitions.items()]
    if inner:
        lines.append(' "$defs": {\n' + ",\n".join(inner) + "\n }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def settings_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the settings of a command; recipes include those of their stages.

    Args:
        name: a key of `COMMANDS`, with settings.

    Example:
        >>> settings_schema("trim_vocab")["required"]
        ['output', 'encoder', 'word_counts']
    """
    command = COMMANDS[name]
    model = load(command.settings)
    schema = _with_stages(model) if command.runs_stages else model.model_json_schema()
    for each in _tops(schema):
        each["patternProperties"] = {"^x-": {}}  # a place for anchors
    return schema


def _tops(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The mapping at the top of the file, of each kind."""
    if "oneOf" not in schema:
        return [schema]
    return [schema["$defs"][each["$ref"].rpartition("/")[2]] for each in schema["oneOf"]]


def _with_stages(model: Any) -> dict[str, Any]:
    """A schema in which the command of a stage decides what its `config` may hold.

    No key of `config` is required: a recipe gives each stage its output, and variants of studies
    change settings.
    """
    named = {n: load(c.settings) for n, c in COMMANDS.items() if c.settings and not c.runs_stages}
    places, schemas = models_json_schema([(each, "validation") for each in named.values()])
    of_stages = {key: _with_references(each) for key, each in schemas["$defs"].items()}
    references = {n: places[(each, "validation")]["$ref"] for n, each in named.items()}
    for reference in references.values():
        of_stages[reference.rpartition("/")[2]].pop("required", None)
    schema = model.model_json_schema(ref_template="#/$defs/of_{model}")
    own = {f"of_{key}": each for key, each in schema.pop("$defs").items()}
    stage = own["of_Stage"]
    stage["properties"]["command"]["enum"] = list(references)
    stage["allOf"] = [
        {
            "if": {"properties": {"command": {"const": name}}, "required": ["command"]},
            "then": {"properties": {"config": {"$ref": reference}}},
        }
        for name, reference in references.items()
    ]
    return {**schema, "$defs": own | of_stages}


def _with_references(schema: dict[str, Any]) -> dict[str, Any]:
    """Allow `${...}` in the place of every value in a mapping that is not a string anyway."""
    values = {key: _or_reference(each) for key, each in schema.get("properties", {}).items()}
    return {**schema, "properties": values} if values else schema


def _or_reference(schema: dict[str, Any]) -> dict[str, Any]:
    inner = dict(schema)
    for key in ("items", "additionalProperties"):
        if isinstance(inner.get(key), dict):
            inner[key] = _or_reference(inner[key])
    if "anyOf" in inner:
        inner["anyOf"] = [_or_reference(each) for each in inner["anyOf"]]
    is_text = inner.get("type") == "string" and not {"pattern", "enum"} & set(inner)
    if is_text or "const" in inner:
        return inner
    about = [key for key in ("title", "description", "default") if key in inner]
    return {key: inner.pop(key) for key in about} | {"anyOf": [inner, _REFERENCE]}
