"""What was embedded stays; what cannot be used is refused with a reason."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import tensorflow as tf
import yaml

from tests.beam_pipelines.mining.conftest import Numbers, side
from tfmling.core import folders, manifest


def shards(work):
    return {path.name: path.stat().st_mtime_ns for path in Path(work).rglob("*.vectors.npy")}


@pytest.fixture
def message(run_mining, capsys):
    """What a run says that ends with status 2: of its settings or its input."""

    def message(settings, **kw):
        with pytest.raises(SystemExit) as stopped:
            run_mining(settings, **kw)
        assert stopped.value.code == 2
        return capsys.readouterr().err

    return message


def test_killed_and_run_again(run_mining, contents, settings, output, tmp_path, project_root):
    settings = settings | {"vector_shards": 12, "work": str(tmp_path / "work")}
    config = tmp_path / "killed.yaml"
    config.write_text(yaml.safe_dump(settings | {"output": str(tmp_path / "out")}))
    command = [sys.executable, "-m", "tfmling", "mine_bitext", "--config", str(config)]
    with subprocess.Popen(command, cwd=project_root, stderr=subprocess.DEVNULL) as process:
        while not shards(tmp_path / "work") and process.poll() is None:
            time.sleep(0.002)
        os.kill(process.pid, signal.SIGKILL)
    assert not (tmp_path / "out").exists()
    before = shards(tmp_path / "work" / "source")
    assert before
    resumed = contents(run_mining(settings))
    after = shards(tmp_path / "work" / "source")
    assert len(after) == 12
    assert {name: after[name] for name in before} == before
    undisturbed = contents(output)
    same = [name for name in undisturbed if not name.startswith("neighbors/")]
    assert {name: resumed[name] for name in same} == {name: undisturbed[name] for name in same}


def test_vectors_are_used_again_until_sentences_change(run_mining, write, settings, tmp_path):
    english = write("en.txt", "There are 3 of them.\nThere are 4 of them.")
    settings = settings | {"target": side("en", english)}
    run_mining(settings)
    before = shards(tmp_path / "out.vectors" / "source")
    write("en.txt", "There are 3 of them.")
    run_mining(settings)
    assert shards(tmp_path / "out.vectors" / "source") == before
    described = json.loads((tmp_path / "out.vectors" / "target" / "vectors.json").read_text())
    assert sum(described["rows"]) == 1


def test_vectors_of_another_model_are_refused(message, embedded, tmp_path):
    other = str(tmp_path / "other_model")
    tf.saved_model.save(Numbers(width=8, seed=9), other)
    assert "made by another model" in message(embedded | {"model": other})
    assert not (tmp_path / "out").exists()


def test_vectors_of_another_language_are_refused(message, embedded):
    kept = {"source": embedded["source"] | {"language": "am"}}
    assert "expected vectors of am, got sw" in message(embedded | kept)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"language": "am"}, "expected vectors of am, got en"),
        ({}, "target: made without `documents`, expected with"),
    ],
)
def test_given_vectors_are_looked_at_before_the_other_side_is_embedded(
    message, settings, embedded, tmp_path, change, said
):
    given = {"target": embedded["target"] | change, "documents": {"kind": "vectors"}}
    assert said in message(settings | given)
    assert not (tmp_path / "out.vectors").exists()


def test_known_pairs_are_read_before_anything_is_embedded(message, settings, write, tmp_path):
    sides = {"source": write("gold.sw", "a\nb\n"), "target": write("gold.en", "c\n")}
    languages = {"source_language": "sw", "target_language": "en"}
    gold = {"pairs": [{"format": "moses"} | sides | languages]}
    assert "every line must be a gold pair" in message(settings | {"gold": gold})
    assert not (tmp_path / "out.vectors").exists()


def test_a_list_of_documents_is_read_before_anything_is_embedded(
    message, settings, write, tmp_path
):
    path = write("documents.tsv", "a\tb\na b\n")
    assert "documents.tsv:2: expected two names" in message(
        settings | {"documents": {"kind": "list", "path": path}}
    )
    assert not (tmp_path / "out.vectors").exists()


def test_a_folder_of_something_else_is_left_alone(message, settings, tmp_path):
    (tmp_path / "thesis" / "source").mkdir(parents=True)
    (tmp_path / "thesis" / "source" / "chapter.tex").write_text("mine")
    said = message(settings | {"work": str(tmp_path / "thesis")})
    assert "chapter.tex: expected a new or empty folder for vectors" in said
    assert (tmp_path / "thesis" / "source" / "chapter.tex").exists()


@pytest.mark.parametrize("inside", ["", "/deep"])
def test_vectors_lie_outside_of_the_output(message, settings, tmp_path, inside):
    said = message(settings | {"work": f"{tmp_path}/out{inside}"})
    assert "the folder for the state of the same run" in said
    assert not (tmp_path / "out").exists()


def test_vectors_lie_outside_of_the_inputs(message, settings, tmp_path):
    folder = tmp_path / "corpora"
    (folder / "source").mkdir(parents=True)
    (folder / "source" / "sw.txt").write_text("Kuna 3.")
    own = {"source": side("sw", str(folder / "source" / "sw.txt")), "work": str(folder)}
    assert "holds the input" in message(settings | own)
    assert sorted(os.listdir(folder / "source")) == ["sw.txt"]


def test_vectors_lie_in_no_file_and_in_no_other_output(message, settings, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    assert "is a file; expected a folder" in message(settings | {"work": f"{tmp_path}/thesis.txt"})
    other = tmp_path / "scores"
    other.mkdir()
    manifest.write_manifest(str(other), command="evaluate")
    assert "an output of tfmling" in message(settings | {"work": str(other)})
    assert os.listdir(other) == ["MANIFEST.json"]


def test_two_runs_do_not_share_a_folder_of_vectors(run_mining, settings, tmp_path, capsys):
    with folders.only_writer(str(tmp_path / "out.vectors")), pytest.raises(SystemExit):
        run_mining(settings)
    assert "out.vectors: another process is writing here" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": None}, "expected an exported model"),
        ({"threshold": {"kind": "learned"}}, "learned needs known pairs; expected gold"),
        ({"index": {"kind": "ivf"}, "documents": {"kind": "vectors"}}, "expected kind: exact"),
        ({"documents": {"kind": "name", "remove": "("}}, "expected a regular expression, got '('"),
        ({"source": {"language": "sw"}}, "expected either vectors, or corpora and records"),
        ({"margin": "ration"}, "ratio"),
        ({"model": "."}, "found no saved_model.pb"),
    ],
)
def test_settings_that_cannot_work(message, settings, change, said):
    assert said in message(settings | change)


def damage(path, count=400):
    """Zeroes the vectors, as a disk that loses its cache does; size and time stay."""
    times, data = path.stat(), path.read_bytes()
    path.write_bytes(data[:-count] + bytes(count))
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def test_zeroed_vectors_are_found_and_the_command_makes_them_again(run_mining, embedded, tmp_path):
    folder = Path(embedded["target"]["vectors"])
    written = json.loads((folder / "MANIFEST.json").read_text())
    assert written["command"] == "mine_bitext"
    assert written["folder"] == str(folder)
    copied = tmp_path / "copied"
    shutil.copytree(folder, copied)
    damage(copied / "00001-of-00003.vectors.npy")
    with pytest.raises(SystemExit) as stopped:
        run_mining(embedded | {"target": {"language": "en", "vectors": str(copied)}})
    said = str(stopped.value)
    assert "00001-of-00003.vectors.npy: damaged: expected sha256" in said
    assert said.endswith(f"write it again: tfmling mine_bitext --config {copied}/MANIFEST.json")
    assert "\n" not in said


def test_a_damaged_shard_is_embedded_again_and_nothing_else(run_mining, contents, settings, output,
                                                            tmp_path):  # fmt: skip
    settings = settings | {"work": str(tmp_path / "work")}
    run_mining(settings)
    folder = tmp_path / "work" / "source"
    written = manifest.read_manifest(str(folder)).files
    assert {"00000-of-00003.vectors.npy", "00000-of-00003.text.npy", "vectors.json"} <= set(written)
    for name in ("00000-of-00003.vectors.npy", "00002-of-00003.text.npy"):
        damage(folder / name)
    (folder / "MANIFEST.json").unlink()  # as a run that was killed leaves it
    before = shards(folder)
    again = contents(run_mining(settings))
    after = shards(folder)
    assert {name for name in before if after[name] != before[name]} == {
        "00000-of-00003.vectors.npy",
        "00002-of-00003.vectors.npy",
    }
    undisturbed = contents(output)
    same = [name for name in undisturbed if not name.startswith("neighbors/")]
    assert {name: again[name] for name in same} == {name: undisturbed[name] for name in same}
    assert manifest.verify(str(folder)) == len(written)


@pytest.mark.parametrize("name", ["notes.txt", "thesis.0123abcd.tmp", "sub/vectors.json"])
def test_a_folder_of_vectors_with_a_users_file_is_not_replaced(message, settings, tmp_path, name,
                                                               run_mining):  # fmt: skip
    settings = settings | {"work": str(tmp_path / "work")}
    run_mining(settings)
    mine = tmp_path / "work" / "source" / name
    mine.parent.mkdir(exist_ok=True)
    mine.write_text("mine")
    assert f"{mine}: expected only files of mine_bitext" in message(settings | {"vector_shards": 2})
    assert mine.read_text() == "mine"
