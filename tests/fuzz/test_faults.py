"""Failing system calls anywhere in a command: one line, nothing lost, and the next run succeeds.

The output of an undisturbed run is compared with the output after a run with a fault, and after one
more run without.
"""

import contextlib
import io
import logging
import os
import random
import shutil
from pathlib import Path

import pytest
import yaml

from tests.fuzz.faults import ERRORS, OPERATIONS, Faults, failing
from tfmling.cli.main import main
from tfmling.core import folders, manifest

SENTENCES = "".join(f"The goat number {n} sleeps at night.\n" for n in range(40))
CORPUS = {"format": "plain_text", "path": "in.txt", "language": "en", "document_break": "line"}
BITEXT = {"format": "moses", "source": "in.txt", "target": "in.sw"}
BITEXT |= {"source_language": "en", "target_language": "sw"}
SETTINGS = {
    "construct_corpus": dict(sentences_a=30, sentences_b=20, train_pairs=10, test_pairs=6),
    "build_monolingual": dict(corpora=[CORPUS], num_shards=2, segment_pairs=None, checksums=False),
    "build_bitext": dict(corpora=[BITEXT], num_shards=2, checksums=False),
    "count_words": dict(records=["records"]),
}
OTHER = {
    "construct_corpus": dict(seed=2),
    "build_monolingual": dict(num_shards=1),
    "build_bitext": dict(num_shards=1),
    "count_words": dict(min_count=2),
}


def run(name, settings, faults=None):
    """The exit status of a command in this process, and what it prints to stderr."""
    Path("a.yaml").write_text(yaml.safe_dump({"output": "out"} | settings))
    said, code = io.StringIO(), 0
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
        try:
            with failing(faults or Faults(os.getcwd())):
                main([name, "--config", "a.yaml"])
        except SystemExit as ending:
            code = ending.code
    logging.getLogger().handlers.clear()  # of a stream that is gone
    return code, said.getvalue()


def contents(folder="out"):
    """Bytes by name of all files; None where there is no folder."""
    if not os.path.isdir(folder):
        return None
    paths = [path for path in Path(folder).rglob("*") if path.is_file()]
    ours = (manifest.MANIFEST, folders.UNFINISHED)  # the mark may stay where its removal failed
    return {str(path): path.read_bytes() for path in paths if path.name not in ours}


@pytest.fixture
def command(request, tmp_path, monkeypatch):
    """The name of a command whose inputs are in the working directory."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    Path("in.txt").write_text(SENTENCES)
    Path("in.sw").write_text(SENTENCES.replace("The goat number", "Mbuzi wa"))
    if request.param == "count_words":
        assert (
            run("build_monolingual", SETTINGS["build_monolingual"] | {"output": "records"})[0] == 0
        )
    return request.param


def check_faults(name, number, seed):
    """Injects faults, one a run; returns how many were injected."""
    settings, rng = SETTINGS[name], random.Random(seed)
    assert run(name, settings | OTHER[name])[0] == 0
    older = contents()
    shutil.copytree("out", "../older")
    counted = Faults(os.getcwd())
    assert run(name, settings, counted)[0] == 0
    expected, entries = contents(), sorted(os.listdir())
    assert expected != older
    injected = 0
    for case in range(number):
        operation = rng.choice([each for each in OPERATIONS if counted.calls[each]])
        place = rng.randrange(counted.calls[operation]) + 1
        faults = Faults(os.getcwd(), operation, place, rng.choice(ERRORS))
        where = f"case {case}: {operation} {place} of {counted.calls[operation]}: {faults.code}"
        try:
            check_fault(name, settings, faults, older, expected)
            assert sorted(os.listdir()) == entries
        except BaseException as error:
            error.add_note(where)
            raise
        injected += faults.injected
    return injected


def check_fault(name, settings, faults, older, expected):
    shutil.rmtree("out")
    shutil.copytree("../older", "out")
    code, said = run(name, settings, faults)
    assert code in (0, 1, 2)
    assert "Traceback" not in said
    if code == 0:
        assert contents() == expected
        assert manifest.verify("out") == len(expected)
        assert not (faults.injected and faults.operation == "fsync")
    else:
        assert faults.injected
        assert contents() in (older, expected)
        *_, last = said.splitlines()
        assert os.strerror(faults.code).lower() in said.lower(), said
        assert len(last) < 1000
    code, said = run(name, settings)
    assert code == 0, said
    assert contents() == expected
    assert manifest.verify("out") == len(expected)


@pytest.mark.parametrize(
    ("command", "number", "seed"),
    [
        ("construct_corpus", 15, 1),
        ("build_monolingual", 2, 1),
        pytest.param("construct_corpus", 300, 2, marks=pytest.mark.slow),
        pytest.param("build_monolingual", 60, 2, marks=pytest.mark.slow),
        pytest.param("build_bitext", 60, 2, marks=pytest.mark.slow),
        pytest.param("count_words", 40, 2, marks=pytest.mark.slow),
    ],
    indirect=["command"],
)
def test_a_failing_call(command, number, seed):
    assert check_faults(command, number, seed) > 0.8 * number
