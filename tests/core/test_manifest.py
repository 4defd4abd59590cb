"""Manifests list what was written; readers detect later changes."""

import hashlib
import json
import os
import shlex
import uuid

import pytest

from tfmling.core import config, files, manifest
from tfmling.core.manifest import DamagedError, FileEntry, IncompleteError


@pytest.fixture
def output(tmp_path):
    """An output of two files that a command wrote."""
    folder = tmp_path / "runs" / "out"
    files.write_text(f"{folder}/a.txt", "abc")
    files.write_text(f"{folder}/sub/b.txt", "")
    manifest.write_manifest(str(folder), command="evaluate", settings={"output": str(folder)})
    return folder


def test_the_contents_of_a_manifest(output):
    assert json.loads((output / "MANIFEST.json").read_text())["files"] == {
        # FIPS 180-2, appendix B.1
        "a.txt": {
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "records": None,
        },
        "sub/b.txt": {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest(), "records": None},
    }
    assert manifest.require_complete(str(output)).command == "evaluate"
    assert manifest.verify(str(output)) == 2
    assert manifest.verify(f"{output}/sub") == 1


def test_files_with_a_noted_entry_are_not_read_again(tmp_path):
    files.write_text(f"{tmp_path}/a.tfrecord", "abc")
    manifest.note_entry(f"{tmp_path}/a.tfrecord", FileEntry(bytes=3, sha256="0" * 64, records=7))
    manifest.write_manifest(str(tmp_path), command="x")
    assert manifest.read_manifest(str(tmp_path)).files == {
        "a.tfrecord": FileEntry(bytes=3, sha256="0" * 64, records=7)
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MANIFEST.json", "a.tfrecord"]


def test_no_manifest(tmp_path):
    with pytest.raises(IncompleteError, match=r"found no MANIFEST\.json; the command that writes"):
        manifest.require_complete(str(tmp_path))
    with pytest.raises(IncompleteError):
        manifest.require_complete(f"{tmp_path}/no")
    assert manifest.verify(str(tmp_path)) == 0


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("a.txt", b"ab", "3 bytes, found 2"), ("sub/b.txt", None, "0 bytes, found no such file")],
)
def test_a_truncated_or_missing_file_is_named(output, name, content, found):
    path = output / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DamagedError) as raised:
        manifest.require_complete(str(output))
    said, command = str(raised.value).split("; write it again: ")
    assert said == f"{path}: damaged: expected {found}"
    assert shlex.split(command) == ["tfmling", "evaluate", "--config", f"{output}/MANIFEST.json"]


def test_flipped_bits_are_found_by_verify(output):
    (output / "a.txt").write_bytes(b"abd")
    manifest.require_complete(str(output))
    with pytest.raises(DamagedError, match=r"a\.txt: damaged: expected sha256 ba7816bf8f01cfea"):
        manifest.verify(str(output))
    with pytest.raises(DamagedError):
        manifest.verify(f"{output}/a.txt")
    assert manifest.verify(f"{output}/sub") == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text[:-20],
        lambda text: text.replace("evaluate", "evaluatf"),
        lambda text: "",
        lambda text: "\0" * 100,
        lambda text: "[" * 100_000,
        lambda text: text + " " * (1 << 26),
        lambda text: text.replace('"bytes": 3', '"bytes": "x"'),
    ],
)
def test_a_damaged_manifest_is_rejected(output, change):
    path = output / "MANIFEST.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(DamagedError, match=r"MANIFEST\.json: damaged: expected the manifest of"):
        manifest.require_complete(str(output))


def sealed(folder, **changes):
    """Changes the manifest of an output, its checksum with it, as an attacker would."""
    path = folder / "MANIFEST.json"
    values = json.loads(path.read_text()) | changes
    del values["sha256"]
    text = json.dumps(values, sort_keys=True)
    values["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    path.write_text(json.dumps(values))


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "sub/../../a", "", ".", "sub//b", "/"])
def test_a_manifest_names_files_below_its_folder_only(output, name):
    sealed(output, files={name: {"bytes": 3, "sha256": "0" * 64}})
    with pytest.raises(DamagedError, match=r"MANIFEST\.json: damaged: .*a path below the folder"):
        manifest.require_complete(str(output))


def test_a_newer_manifest_asks_for_a_newer_tfmling(output):
    sealed(output, format=2, version="9.0", colour="red")
    with pytest.raises(manifest.NewerManifestError, match=r"^\S+MANIFEST.json: expected format 1,"):
        manifest.require_complete(str(output))


@pytest.mark.parametrize("text", ["{}", "[1]", "3", '{"format": 1, "files": {"a": 1}}'])
def test_the_manifest_of_another_program_is_none_of_ours(tmp_path, text):
    (tmp_path / "MANIFEST.json").write_text(text)
    (tmp_path / "a.txt").write_text("a")
    assert not manifest.has_manifest(str(tmp_path))
    assert manifest.find_manifest(f"{tmp_path}/a.txt") is None
    assert manifest.verify(f"{tmp_path}/a.txt") == 0
    with pytest.raises(IncompleteError):
        manifest.require_complete(str(tmp_path))


def test_a_folder_in_the_place_of_a_file_is_damage(output):
    (output / "a.txt").unlink()
    (output / "a.txt").mkdir()
    with pytest.raises(DamagedError, match="expected 3 bytes, found a folder"):
        manifest.require_complete(str(output))


def test_parts_are_found_from_anywhere(output, monkeypatch):
    deep = output / "deep" / "x" / "y" / "z"
    files.write_text(f"{deep}/w.txt", "abc")
    manifest.write_manifest(str(output), command="evaluate", settings={"output": str(output)})
    (output.parent / "best").symlink_to(deep)
    monkeypatch.chdir(output.parent)
    for path in ("best", "out/deep/x/y/z/w.txt", "../runs/out/deep", str(deep), "./out/deep/"):
        assert manifest.verify(path) == 1, path
    monkeypatch.chdir(deep)
    assert manifest.verify("w.txt") == 1
    assert manifest.verify("..") == 1
    (deep / "w.txt").write_text("abd")
    with pytest.raises(DamagedError):
        manifest.verify("w.txt")


def test_names_that_are_no_utf8_and_names_with_line_ends(output):
    for name in (b"\xff.txt", b"a\nb.txt"):
        with open(os.fsencode(output) + b"/" + name, "wb") as file:
            file.write(name)
    manifest.write_manifest(str(output), command="evaluate")
    assert manifest.verify(str(output)) == 4
    with open(os.fsencode(output) + b"/\xff.txt", "ab") as file:
        file.write(b"x")
    with pytest.raises(DamagedError, match=r"/\\udcff\.txt: damaged"):
        manifest.verify(str(output))


def test_settings_that_json_cannot_hold_are_read_back(tmp_path):
    manifest.write_manifest(str(tmp_path), command="x", settings={"a": [float("inf")], "b": 1.5})
    assert config.read_values(f"{tmp_path}/MANIFEST.json") == {"a": ["inf"], "b": 1.5}


def test_a_model_is_read_once_until_it_is_touched(output, monkeypatch):
    read = []
    hash_file = manifest.hash_file
    monkeypatch.setattr(
        manifest, "hash_file", lambda path, progress: (read.append(path), hash_file(path))[1]
    )
    manifest.verify_once(str(output))
    manifest.verify_once(str(output))
    assert len(read) == 2
    (output / "a.txt").write_bytes(b"abd")
    for _ in range(2):
        with pytest.raises(DamagedError):
            manifest.verify_once(str(output))
    manifest.verify_once(f"{output}/sub")


def command(folder) -> list[str]:
    with pytest.raises(DamagedError) as raised:
        manifest.verify(str(folder))
    return shlex.split(str(raised.value).partition("again: ")[2])


def test_relative_settings_are_written_again_from_where_they_were(tmp_path, monkeypatch):
    for name in ("there", "here"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "there")
    files.write_text("out/a.txt", "abc")
    settings = {"output": "out", "source": "in.txt"}
    manifest.write_manifest(
        "out", command="train", settings=settings, working_directory=f"{tmp_path}/there"
    )
    (tmp_path / "there/out/a.txt").write_text("abd")
    assert command("out") == ["tfmling", "train", "--config", "out/MANIFEST.json"]
    monkeypatch.chdir(tmp_path / "here")
    to_there = ["cd", f"{tmp_path}/there", "&&", "tfmling", "train", "--config"]
    assert command("../there/out") == [*to_there, f"{tmp_path}/there/out/MANIFEST.json"]
    (tmp_path / "there/out").rename(tmp_path / "here/-o\x85")
    here = f"{tmp_path}/here/-o\x85"
    assert command("-o\x85") == [
        *[*to_there, f"{here}/MANIFEST.json"],
        *["--set", f'output="{tmp_path}/here/-o\\U00000085"'],
    ]


def test_an_output_that_was_moved_is_written_again_where_it_is(output):
    moved = output.rename(output.parent / "it's here")
    (moved / "a.txt").unlink()
    with pytest.raises(DamagedError) as raised:
        manifest.require_complete(str(moved))
    *_, name, value = shlex.split(str(raised.value).partition("again: ")[2])
    assert (name, value) == ("--set", f'output="{moved}"')


@pytest.fixture
def folder(tmp_path):
    """A folder that tfmling did not write."""
    folder = tmp_path / "in"
    files.write_text(f"{folder}/a.txt", "a")
    files.write_text(f"{folder}/sub/b.txt", "b")
    return folder


def test_the_fingerprint_of_nothing(tmp_path):
    assert manifest.fingerprint(f"{tmp_path}/no") == "missing"
    assert manifest.fingerprint("package:no_such_package/model") == "missing"


@pytest.mark.parametrize("change", ["content", "name", "deep", "more"])
def test_what_changes_a_fingerprint(folder, change):
    before = manifest.fingerprint(str(folder))
    if change == "content":
        (folder / "a.txt").write_text("A")
    if change == "name":
        (folder / "a.txt").rename(folder / "c.txt")
    if change == "deep":
        (folder / "sub" / "b.txt").write_text("B")
    if change == "more":
        (folder / "sub" / "empty").touch()
    assert manifest.fingerprint(str(folder)) != before


def test_what_does_not_change_a_fingerprint(folder, tmp_path):
    before = manifest.fingerprint(str(folder))
    (folder / "a.txt").touch()
    assert manifest.fingerprint(f"{folder}/") == before
    (tmp_path / "other").mkdir()
    assert manifest.fingerprint(str(folder.rename(tmp_path / "other" / "in"))) == before


def test_the_fingerprint_of_an_output_is_that_of_its_manifest(output):
    before, part = manifest.fingerprint(str(output)), manifest.fingerprint(f"{output}/a.txt")
    (output / "a.txt").write_bytes(b"abd")  # not read: the same size
    assert manifest.fingerprint(str(output)) == before
    (output / "a.txt").write_bytes(b"abcd")
    with pytest.raises(DamagedError):
        manifest.fingerprint(str(output))
    manifest.write_manifest(str(output), command="evaluate")
    assert manifest.fingerprint(str(output)) != before
    assert manifest.fingerprint(f"{output}/a.txt") != part


def test_files_that_vary_from_run_to_run_do_not_count(tmp_path):
    found = []
    for number, losses in enumerate(("1", "2")):
        folder = f"{tmp_path}/{number}/out"
        files.write_text(f"{folder}/a.txt", "a")
        files.write_text(f"{folder}/history.jsonl", losses)
        manifest.write_manifest(folder, command="train", varying={"history.jsonl": "times"})
        found.append(manifest.fingerprint(folder))
    assert found[0] == found[1]


def test_results_that_vary_count_in_a_fingerprint(tmp_path):
    found = []
    for number in (1, 2):
        folder = f"{tmp_path}/{number}/out"
        files.write_text(f"{folder}/model.onnx", f"{number}")
        manifest.write_manifest(folder, command="x", varying_results={"*.onnx": "orders of nodes"})
        found.append(manifest.fingerprint(folder))
    written = manifest.read_manifest(folder)
    assert written.is_varying("model.onnx")
    assert not written.is_log("model.onnx")
    assert found[0] != found[1]


def test_patterns_of_files_that_vary(tmp_path):
    for number in (1, 2):
        folder = f"{tmp_path}/{number}/out"
        for name in ("a", "board/x/1", "board/2"):
            files.write_text(f"{folder}/{name}", name if name == "a" else f"{number}")
        varying = {"board/*": "times", "none/*": "nothing there"}
        manifest.write_manifest(folder, command="train", varying=varying)
    assert manifest.read_manifest(folder).varying == {"board/*": "times"}
    assert manifest.fingerprint(folder) == manifest.fingerprint(f"{tmp_path}/1/out")


def test_what_an_object_store_knows_of_a_file_is_not_read(monkeypatch):
    folder = f"memory://{uuid.uuid4().hex}"
    files.write_text(f"{folder}/a.txt", "a")
    before = manifest.fingerprint(folder)
    files.write_text(f"{folder}/a.txt", "b")
    assert manifest.fingerprint(folder) != before
    system = files.filesystem(folder)[0]
    info = type(system).info
    known = {"md5Hash": "kAFQmDzST7DWlj99KOF/cg=="}
    monkeypatch.setattr(type(system), "info", lambda *args, **more: info(*args, **more) | known)
    monkeypatch.setattr(manifest, "hash_file", None)
    before = manifest.fingerprint(folder)
    known["md5Hash"] = "other"
    assert manifest.fingerprint(folder) != before


def test_patterns_and_parts(folder):
    both = manifest.fingerprint(f"{folder}/*.txt")
    (folder / "z.txt").write_text("z")
    assert manifest.fingerprint(f"{folder}/*.txt") != both
    assert manifest.fingerprint(f"{folder}/a.txt") != manifest.fingerprint(f"{folder}/z.txt")
