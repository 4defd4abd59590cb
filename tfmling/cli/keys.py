"""The keys of settings as `--help` lists them, from the JSON Schema that editors use too."""

import re
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from tfmling.core.config import Settings

_TYPES = {"integer": "INT", "number": "NUMBER", "string": "TEXT", "boolean": "true|false"}
_MAX_DEPTH = 3  # of flags


class Key(NamedTuple):
    """A key of settings.

    Attributes:
        name: dotted, from the top of the file.
        type: such as INT, a|b, LIST of TEXT, or KEYS for a mapping with keys of its own.
        default: as YAML would spell it; None for a required key.
        about: the first sentence of its description.

    Example:
        >>> from pydantic import Field
        >>> class Loop(Settings):
        ...     steps: int = Field(5, description="Updates of the weights. Each takes a second.")
        >>> sections(Loop)[0].keys
        [Key(name='steps', type='INT', default='5', about='Updates of the weights.')]
    """

    name: str
    type: str
    default: str | None
    about: str

    @property
    def help(self) -> str:
        """What `--help` says about it."""
        state = "required" if self.default is None else f"default: {self.default}"
        return f"{self.about} ({state})".strip()


class Section(NamedTuple):
    """Keys of one mapping in the file.

    Attributes:
        place: dotted key of the mapping, empty at the top.
        selected_by: `kind: NAME` if it is one of several that a key selects; else empty.
        is_flag: whether `--place.key` can name its keys: not in lists and in choices.
        about: what the mapping describes.
        keys: in the order of the settings class.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> [section.place for section in sections(Loop)]
        ['']
    """

    place: str
    selected_by: str
    is_flag: bool
    about: str
    keys: list[Key]

    @property
    def topic(self) -> str:
        """What `--help` is asked for it: `tasks.masked_lm` for `kind: masked_lm` of tasks."""
        return ".".join(filter(None, (self.place, self.selected_by.rpartition(" ")[2])))


def sections(model: type[Settings]) -> list[Section]:
    """List the keys of settings, the top of the file first.

    Example:
        >>> class Loop(Settings):
        ...     steps: int = 5
        >>> class Run(Settings):
        ...     loop: Loop = Loop()
        >>> [key.name for section in sections(Run) for key in section.keys]
        ['loop', 'loop.steps']
    """
    schema = model.model_json_schema()
    walk = _Walk(schema.get("$defs", {}))
    if "properties" in schema:
        walk.add("", "", True, schema)
    else:
        walk.follow("", False, schema)
    return walk.sections


def format_section(section: Section, width: int = 80) -> str:
    """Format keys that cannot be flags, for the end of `--help`.

    Example:
        >>> from pydantic import Field
        >>> class Loop(Settings):
        ...     steps: int = Field(5, description="Updates of the weights.")
        >>> print(format_section(sections(Loop)[0]._replace(place="loop")))
        loop
          steps  INT
              Updates of the weights. (default: 5)
    """
    title = ", ".join(filter(None, (section.place, section.selected_by))) or "keys of the file"
    about = f": {section.about}" if section.about else ""
    lines = textwrap.wrap(title + about, width, subsequent_indent="    ")
    for key in section.keys:
        lines.append(f"  {key.name.rpartition('.')[2]}  {key.type}")
        lines += textwrap.wrap(key.help, width, initial_indent=" " * 6, subsequent_indent=" " * 6)
    return "\n".join(lines)


class _Walk:
    """Collects sections from a JSON Schema: choices and items of lists where they are met first."""

    def __init__(self, definitions: dict[str, Any]):
        self.definitions = definitions
        self.sections: list[Section] = []
        self._seen: set[str] = set()

    def add(self, place: str, selected_by: str, is_flag: bool, schema: dict[str, Any]) -> None:
        """Add the keys of a mapping, then those of the mappings in it."""
        required = schema.get("required", ())
        properties = {k: v for k, v in schema.get("properties", {}).items() if "const" not in v}
        prefix = f"{place}." if place else ""
        keys = [
            Key(
                prefix + name,
                _type(value),
                None if name in required else _spell(value.get("default")),
                _first_sentence(value.get("description", "")),
            )
            for name, value in properties.items()
        ]
        about = _first_paragraph(schema.get("description", "")) if place or selected_by else ""
        self.sections.append(Section(place, selected_by, is_flag, about, keys))
        for name, value in properties.items():
            self.follow(prefix + name, is_flag, value)

    def follow(self, place: str, is_flag: bool, schema: dict[str, Any]) -> None:
        """Add the mappings that a value may be."""
        choices = list(_mappings(schema))
        is_flag = is_flag and len(choices) == 1 and "items" not in schema
        for selected_by, reference in choices:
            name = reference.rpartition("/")[2]
            is_plain = is_flag and not selected_by
            # a plain mapping has its flags in each place
            if name not in self._seen or (is_plain and place.count(".") < _MAX_DEPTH):
                self._seen.add(name)
                self.add(place, selected_by, is_plain, self.definitions[name])


def _mappings(schema: Any) -> Iterator[tuple[str, str]]:
    """Yield what selects a mapping that a value may be or contain, and its reference."""
    if "discriminator" in schema:
        key = schema["discriminator"]["propertyName"]
        for kind, reference in schema["discriminator"]["mapping"].items():
            yield f"{key}: {kind}", reference
    elif "$ref" in schema:
        yield "", schema["$ref"]
    else:
        for inner in _inner(schema):
            yield from _mappings(inner)


def _inner(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from schema.get("anyOf", ())
    yield from schema.get("oneOf", ())
    yield from schema.get("prefixItems", ())
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield schema[key]


def _type(schema: dict[str, Any]) -> str:
    """Spell the type of a value; null is left to the default."""
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if "discriminator" in schema:
        key, by_kind = schema["discriminator"]["propertyName"], schema["discriminator"]["mapping"]
        return f"{key}: {'|'.join(by_kind)}"
    if "$ref" in schema:
        return "KEYS"
    if schema.get("type") == "array":
        types = dict.fromkeys(_type(inner) for inner in _inner(schema))
        return f"LIST of {' or '.join(types)}" if types else "LIST"
    if schema.get("type") == "object":
        return f"MAPPING to {' or '.join(map(_type, _inner(schema))) or 'values'}"
    choices = [_type(each) for each in _inner(schema) if each.get("type") != "null"]
    return " or ".join(dict.fromkeys(choices)) or _TYPES.get(schema.get("type", ""), "VALUE")


def _spell(default: Any) -> str:
    if isinstance(default, bool) or default is None:
        return {True: "true", False: "false", None: "null"}[default]
    if isinstance(default, dict):
        return "those of its keys" if default else "{}"
    return str(default)


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?]) (?=[A-Z`\d])", _first_paragraph(text), maxsplit=1)[0]


def _first_paragraph(text: str) -> str:
    return re.sub(r"\s+", " ", text.partition("\n\n")[0]).strip()
