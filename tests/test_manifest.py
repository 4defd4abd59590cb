"""Manifests say what was written; readers find what was changed since."""

import hashlib
import json
import shlex

import pytest

from tfmling import files, manifest
from tfmling.manifest import DamagedError, FileEntry, IncompleteError


@pytest.fixture
def output(tmp_path):
    """An output of two files that a command wrote."""
    folder = tmp_path / "runs" / "out"
    files.write_text(f"{folder}/a.txt", "abc")
    files.write_text(f"{folder}/sub/b.txt", "")
    manifest.write_manifest(str(folder), command="evaluate", settings={"output": str(folder)})
    return folder


def test_what_a_manifest_says(output):
    assert json.loads((output / "MANIFEST.json").read_text())["files"] == {
        # FIPS 180-2, appendix B.1
        "a.txt": {
            "bytes": 3,
            "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "records": None,
        },
        "sub/b.txt": {"bytes": 0, "sha256": hashlib.sha256(b"").hexdigest(), "records": None},
    }
    assert manifest.require_whole(str(output)).command == "evaluate"
    assert manifest.verify(str(output)) == 2
    assert manifest.verify(f"{output}/sub") == 1


def test_what_the_writer_said_is_not_read_again(tmp_path):
    files.write_text(f"{tmp_path}/a.tfrecord", "abc")
    manifest.note_entry(f"{tmp_path}/a.tfrecord", FileEntry(bytes=3, sha256="0" * 64, records=7))
    manifest.write_manifest(str(tmp_path), command="x")
    assert manifest.read_manifest(str(tmp_path)).files == {
        "a.tfrecord": FileEntry(bytes=3, sha256="0" * 64, records=7)
    }
    assert sorted(path.name for path in tmp_path.iterdir()) == ["MANIFEST.json", "a.tfrecord"]


def test_no_manifest(tmp_path):
    with pytest.raises(IncompleteError, match=r"found no MANIFEST\.json; the command that writes"):
        manifest.require_whole(str(tmp_path))
    with pytest.raises(IncompleteError):
        manifest.require_whole(f"{tmp_path}/no")
    assert manifest.verify(str(tmp_path)) == 0


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [("a.txt", b"ab", "3 bytes, found 2"), ("sub/b.txt", None, "0 bytes, found no such file")],
)
def test_a_truncated_or_missing_file_is_named(output, name, content, found):
    path = output / name
    path.unlink() if content is None else path.write_bytes(content)
    with pytest.raises(DamagedError) as raised:
        manifest.require_whole(str(output))
    said, command = str(raised.value).split("; write it again: ")
    assert said == f"{path}: damaged: expected {found}"
    assert shlex.split(command) == ["tfmling", "evaluate", "--config", f"{output}/MANIFEST.json"]


def test_flipped_bits_are_found_by_verify(output):
    (output / "a.txt").write_bytes(b"abd")
    manifest.require_whole(str(output))
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
        lambda text: "[1]",
        lambda text: "{}",
        lambda text: "[" * 100_000,
        lambda text: text.replace('"bytes": 3', '"bytes": "x"'),
    ],
)
def test_a_damaged_manifest_is_refused(output, change):
    path = output / "MANIFEST.json"
    path.write_text(change(path.read_text()))
    with pytest.raises(DamagedError, match=r"MANIFEST\.json: expected the manifest of an output"):
        manifest.require_whole(str(output))


def test_an_output_that_was_moved_is_written_again_where_it_is(output):
    moved = output.rename(output.parent / "it's here")
    (moved / "a.txt").unlink()
    with pytest.raises(DamagedError) as raised:
        manifest.require_whole(str(moved))
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


def test_patterns_and_parts(folder):
    both = manifest.fingerprint(f"{folder}/*.txt")
    (folder / "z.txt").write_text("z")
    assert manifest.fingerprint(f"{folder}/*.txt") != both
    assert manifest.fingerprint(f"{folder}/a.txt") != manifest.fingerprint(f"{folder}/z.txt")
