"""`tfmling verify` finds every damage, and prints a command that writes the output again."""

import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
import yaml

from tests.tiny import tiny_encoder, write_records
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import files, manifest

ROOT = Path(__file__).parents[2]
CORPUS = ["sentences_a=30", "sentences_b=20", "train_pairs=10", "test_pairs=6", "contrasts=2"]


def finish(folder, **contents):
    for name, text in contents.items():
        files.write_text(f"{folder}/{name}", text)
    manifest.write_manifest(str(folder), command="evaluate", settings={"output": str(folder)})


def construct(output, *overrides):
    assignments = [f"output={output}", *CORPUS, "queries=2", *overrides]
    config = f"{ROOT}/configs/construct_corpus.yaml"
    main(["construct_corpus", "--config", config, *(x for a in assignments for x in ("--set", a))])


@pytest.fixture
def tfmling(tmp_path):
    """Runs a line in a shell where `tfmling` is a command; gives what it prints."""
    script = tmp_path / "bin" / "tfmling"
    script.parent.mkdir()
    script.write_text(f"#!{sys.executable}\nfrom tfmling.cli.main import main\nmain()\n")
    script.chmod(0o755)
    paths = {"PATH": f"{script.parent}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}

    def run(line, status=0, cwd=tmp_path):
        done = subprocess.run(
            line, shell=True, cwd=cwd, env=os.environ | paths, capture_output=True, text=True
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    return run


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def hashes(folder):
    return {name: entry.sha256 for name, entry in manifest.read_manifest(str(folder)).files.items()}


def repair(tfmling, folder, damaged, cwd):
    """Damages a file, runs the command that `verify` prints, and expects the same file again."""
    before = hashes(folder)
    flip(folder / damaged)
    said = tfmling(f"tfmling verify '{folder}'", status=1, cwd=cwd)
    (line,) = [line for line in said.splitlines() if ": damaged: " in line]
    assert line.startswith(f"{folder}/{damaged}: damaged: expected sha256 {before[damaged][:16]}")
    tfmling(line.partition("; write it again: ")[2], cwd=cwd)
    assert "intact" in tfmling(f"tfmling verify '{folder}'", cwd=cwd)
    assert hashes(folder)[damaged] == before[damaged]


def test_a_corpus_is_written_again_also_where_it_was_moved(tfmling, tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    monkeypatch.chdir(tmp_path / "there")
    construct("runs/corpus")  # relative
    repair(tfmling, tmp_path / "there/runs/corpus", "a.txt", cwd=tmp_path)
    moved = (tmp_path / "there/runs/corpus").rename(tmp_path / "it's [moved]")
    flip(moved / "train.b")
    said = tfmling("tfmling verify *moved]", status=1)
    tfmling(said.splitlines()[0].partition("; write it again: ")[2])
    assert "intact" in tfmling("tfmling verify it*")
    assert not (tmp_path / "there/runs/corpus").exists()


def test_an_encoder_and_records_are_written_again(tfmling, tmp_path):
    (tmp_path / "encoder").mkdir()
    save_encoder(tiny_encoder(), str(tmp_path / "encoder"))
    settings = {"encoder": f"{tmp_path}/encoder", "output": f"{tmp_path}/out"}
    (tmp_path / "c.yaml").write_text(yaml.safe_dump(settings | {"layout": "hugging_face"}))
    main(["convert_encoder", "--config", f"{tmp_path}/c.yaml"])
    repair(tfmling, tmp_path / "out", "model.safetensors", cwd=ROOT)
    (tmp_path / "text.txt").write_text("Habari za asubuhi.\nLeo ni siku njema sana.\n")
    corpus = {"format": "plain_text", "language": "sw", "path": "text.txt"}
    settings = {"output": "records", "corpora": [corpus], "num_shards": 2}
    (tmp_path / "b.yaml").write_text(yaml.safe_dump(settings))
    tfmling("tfmling build_monolingual --config b.yaml -- --direct_num_workers=1")
    shard = next((tmp_path / "records").rglob("*.tfrecord"))
    entry = manifest.entry_of(str(shard))
    assert entry.records is not None
    largest = max((tmp_path / "records").rglob("*.tfrecord"), key=lambda path: path.stat().st_size)
    damaged = largest.relative_to(tmp_path / "records")
    repair(tfmling, tmp_path / "records", str(damaged), cwd=ROOT)


def test_a_recipe_is_verified_as_a_whole(tfmling, tmp_path):
    config = dict(assignment.split("=") for assignment in [*CORPUS, "queries=2"])
    stage = {"command": "construct_corpus", "config": {k: int(v) for k, v in config.items()}}
    stages = [{"name": name, **stage} for name in ("one", "two")]
    (tmp_path / "r.yaml").write_text(yaml.safe_dump({"output": "made", "stages": stages}))
    tfmling("tfmling run r.yaml")
    assert tfmling("tfmling verify made").count("intact") == 2
    repair(tfmling, tmp_path / "made/two", "b.txt", cwd=ROOT)
    assert "skipped" in tfmling("tfmling run r.yaml")  # what was written again is what it was
    (tmp_path / "made/one/MANIFEST.json").unlink()
    said = tfmling("tfmling verify made", status=1)
    assert "expected the output of the stage one, found no MANIFEST.json" in said
    for path in (tmp_path / "made/one").iterdir():
        path.unlink()
    tfmling("tfmling run r.yaml")
    assert tfmling("tfmling verify made").count("intact") == 2


def say(capsys, *paths):
    """What `verify` prints, and what it says at the end where it exits with status 1."""
    end = 0
    try:
        main(["verify", *map(str, paths)])
    except SystemExit as stopped:
        end = str(stopped) if stopped.code == 1 else stopped.code
    return end, capsys.readouterr().out.splitlines()


def test_all_outputs_below_and_every_damage(tmp_path, capsys):
    for name in ("x/one", "x/deep/two"):
        finish(tmp_path / name, a="abc", b="", c="c")
    files.write_text(f"{tmp_path}/x/MANIFEST.json", '{"name": "not ours"}')
    code, lines = say(capsys, tmp_path / "x")
    assert code == 0
    assert [line.rpartition(" (")[0] for line in lines] == [
        f"{tmp_path}/x/deep/two: 3 files, 4 bytes, intact",
        f"{tmp_path}/x/one: 3 files, 4 bytes, intact",
    ]
    (tmp_path / "x/one/a").write_text("abd")
    (tmp_path / "x/one/b").unlink()
    (tmp_path / "x/one/c").unlink()
    (tmp_path / "x/one/c").mkdir()
    code, lines = say(capsys, tmp_path / "x/one", tmp_path / "x/deep/two/a")
    assert code == "3 damaged: see the lines above"
    assert [line.partition(";")[0] for line in lines[:3]] == [
        f"{tmp_path}/x/one/a: damaged: expected sha256 ba7816bf8f01cfea…, found a52d159f262b2c6d…",
        f"{tmp_path}/x/one/b: damaged: expected 0 bytes, found no such file",
        f"{tmp_path}/x/one/c: damaged: expected 1 bytes, found a folder",
    ]
    assert lines[3].startswith(f"{tmp_path}/x/one: 3 files, 4 bytes, 3 of them damaged (")
    assert lines[4].startswith(f"{tmp_path}/x/deep/two/a: 1 files, 3 bytes, intact (")


def test_a_damaged_manifest_is_a_damage(tmp_path, capsys):
    finish(tmp_path / "one", a="abc")
    (tmp_path / "one/MANIFEST.json").write_text("")
    code, (line,) = say(capsys, tmp_path)
    assert code == "1 damaged: see the lines above"
    assert line.startswith(f"{tmp_path}/one/MANIFEST.json: damaged: expected the manifest of")


@pytest.mark.parametrize("name", ["empty", "file.txt"])
def test_where_there_is_nothing_of_ours(tmp_path, capsys, name):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file.txt").write_text("x")
    code, lines = say(capsys, tmp_path / name)
    assert code.startswith(f"{tmp_path}/{name}: expected an output of tfmling")
    assert not lines


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nothing", "nothing: no such file or folder"),
        ("nothing/below.txt", "no such file or folder"),
        ("http://127.0.0.1:9/x", "expected a local path or one of"),
    ],
)
@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_path_that_is_not_there_is_a_wrong_input(
    tmp_path, monkeypatch, capsys, path, said, debug
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main(["verify", path, *debug])
    assert stopped.value.code == 2
    error = capsys.readouterr().err
    assert said in error
    assert ("Traceback" in error) == bool(debug)


def test_remote_outputs(capsys):
    folder = f"memory://{uuid.uuid4().hex}"
    finish(f"{folder}/one", a="abc")
    finish(f"{folder}/two", a="abc")
    assert say(capsys, folder)[0] == 0
    files.write_text(f"{folder}/two/a", "abd")
    code, lines = say(capsys, folder)
    assert code == "1 damaged: see the lines above"
    assert lines[1].startswith(f"{folder}/two/a: damaged: expected sha256 ba7816bf8f01cfea")


def test_very_many_files(tmp_path, capsys):
    for number in range(3000):
        (tmp_path / "out" / f"{number % 50}").mkdir(parents=True, exist_ok=True)
        (tmp_path / "out" / f"{number % 50}" / f"{number}").write_text("x")
    finish(tmp_path / "out")
    code, (line,) = say(capsys, tmp_path)
    assert code == 0
    assert line.startswith(f"{tmp_path}/out: 3,000 files, 3,000 bytes, intact")


def test_records_that_were_cut_off_between_two_are_never_read_in_silence(tmp_path):
    from tfmling.records import tfrecord

    folder = write_records(tmp_path / "records")
    shard = tmp_path / "records/sentences/qaa-00000-of-00001.tfrecord"
    assert manifest.entry_of(str(shard)).records == len(list(tfrecord.read(str(shard)))) == 48
    whole = shard.read_bytes()
    first = len(tfrecord.frame(next(tfrecord.read(str(shard)))))
    shard.write_bytes(whole[:first])
    with pytest.raises(tfrecord.CorruptRecordError, match=r"expected 48 records.*found 1"):
        list(tfrecord.read(str(shard)))
    with pytest.raises(manifest.DamagedError):
        manifest.require_complete(folder)
    assert tfrecord.estimate_count(str(shard)) == 48  # the manifest says it
