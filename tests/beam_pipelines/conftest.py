"""Pipelines run as their commands, in this process."""

import json

import pytest
import yaml

from tfmling.cli.main import main
from tfmling.records import example, folder, tfrecord


@pytest.fixture
def run(tmp_path):
    """Runs a command with settings and runner flags, and returns its output folder."""

    def run(command, settings, *flags, name="out"):
        output = str(tmp_path / name)
        config = tmp_path / f"{name}.yaml"
        config.write_text(yaml.safe_dump({"output": output} | settings))
        main([command, "--config", str(config), "--", *flags])
        return output

    return run


@pytest.fixture
def run_monolingual(run):
    return lambda settings, *flags, **kw: run("build_monolingual", settings, *flags, **kw)


@pytest.fixture
def run_bitext(run):
    return lambda settings, *flags, **kw: run("build_bitext", settings, *flags, **kw)


@pytest.fixture
def run_count_words(run):
    """Runs count_words; holds no sentence out unless the settings say so."""
    return lambda settings, *flags, **kw: run(
        "count_words", {"held_out": 0.0} | settings, *flags, **kw
    )


@pytest.fixture
def read_records():
    """The records of one kind in a folder: key -> features of each."""

    def read_records(path, kind):
        return {
            key: [example.deserialize(record) for path in paths for record in tfrecord.read(path)]
            for key, paths in folder.shards(path, kind).items()
        }

    return read_records


@pytest.fixture
def read_counts():
    return lambda path: json.loads(open(f"{path}/counts.json").read())


@pytest.fixture
def read_rejected():
    return lambda path: [json.loads(line) for line in open(f"{path}/rejected.jsonl")]


@pytest.fixture
def contents(tmp_path):
    """All files of an output, by name, but those that name the output and the corpora's order."""

    named = {"MANIFEST.json", "config.yaml", "data_card.json", "data_card.md"}

    def contents(path):
        folder = tmp_path / path
        return {
            str(file.relative_to(folder)): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file() and file.name not in named
        }

    return contents
