"""Every key of every command is described: `--help` and editors show it."""

import pytest

from tfmling.core.commands import COMMANDS, load

NAMES = [name for name, command in COMMANDS.items() if command.settings]


def keys_of(name):
    """Yield `class.key` and the schema of each key of a command's settings."""
    schema = load(COMMANDS[name].settings).model_json_schema()
    for title, each in [(name, schema), *schema.get("$defs", {}).items()]:
        for key, value in each.get("properties", {}).items():
            yield f"{title}.{key}", value


@pytest.mark.parametrize("name", NAMES)
def test_every_key_is_described(name):
    assert [key for key, value in keys_of(name) if not value.get("description")] == []


@pytest.mark.parametrize("name", NAMES)
def test_descriptions_are_short_sentences(name):
    for key, value in keys_of(name):
        text = value["description"]
        assert len(text) < 450, key
        assert text.rstrip()[-1] in ".!?", key
        assert ">>>" not in text, key


def test_the_key_that_selects_a_kind_says_what_the_kind_is():
    keys = dict(keys_of("train"))
    expected = "Translation ranking with one encoder for both sides."
    assert keys["DualEncoder.kind"]["description"] == expected


def test_thousands_of_keys_are_counted():
    """The walk above finds nested keys too."""
    assert sum(1 for name in NAMES for _ in keys_of(name)) > 1000
