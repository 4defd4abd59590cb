"""JSON Schemas accept what settings accept, with the references of recipes, and are up to date."""

import os
import re

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.test_configs import ALL, RECIPES, STUDIES, command_of, names
from tfmling.cli.schema import FOLDER, format_schema, settings_schema
from tfmling.core.commands import COMMANDS

WITH_SETTINGS = [name for name, command in COMMANDS.items() if command.settings]


def command(path):
    return "study" if path in STUDIES else "run" if path in RECIPES else command_of(path)


@pytest.fixture(scope="module")
def validators():
    return {name: Draft202012Validator(settings_schema(name)) for name in WITH_SETTINGS}


@pytest.mark.parametrize("path", ALL, ids=names(ALL))
def test_configs_are_valid_and_name_their_schema(path, validators):
    text = path.read_text(encoding="utf-8")
    validators[command(path)].validate(yaml.safe_load(text))
    schema = FOLDER / f"{command(path)}.json"
    line = f"# yaml-language-server: $schema={os.path.relpath(schema, path.parent)}"
    assert text.splitlines()[0] == line


@pytest.mark.parametrize("name", WITH_SETTINGS)
def test_the_schema_in_the_package_is_up_to_date(name):
    written = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert written == format_schema(name), "run: make schemas"


def test_there_is_a_schema_for_each_command_only():
    assert {path.stem for path in FOLDER.iterdir()} == set(WITH_SETTINGS)


def errors(validators, **config):
    stage = {"name": "words", "command": "count_words", "config": config}
    found = validators["run"].iter_errors({"output": "runs/a", "stages": [stage]})
    return [error.message for error in found]


def test_the_command_of_a_stage_decides_its_keys(validators):
    assert errors(validators, records=["a"], min_count=2) == []
    (unknown,) = errors(validators, recods=["a"])
    assert re.search("'recods' (was|does not)", unknown)
    assert len(errors(validators, min_count="two")) == 1


def test_a_reference_may_take_the_place_of_a_number(validators):
    assert errors(validators, min_count="${n}", records="${folders}") == []
    top = {"output": "a", "records": ["a"], "min_count": "${n}"}
    assert not validators["count_words"].is_valid(top)
