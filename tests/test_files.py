"""Files here and elsewhere: outputs appear whole or not at all."""

import bz2
import gzip
import json
import lzma
import math
import os
import uuid
from pathlib import Path

import fsspec
import pytest

from tfmling import files


@pytest.fixture(params=["local", "relative", "memory"])
def root(request, tmp_path, monkeypatch):
    """An empty folder: absolute, relative to where we are, and remote."""
    if request.param == "memory":
        folder = f"memory://{uuid.uuid4().hex}"
        fsspec.filesystem("memory").makedirs(folder)
        return folder
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").mkdir()
    return str(tmp_path / "here") if request.param == "local" else "here"


def names(folder):
    system, path = fsspec.core.url_to_fs(folder)
    return sorted(name.rstrip("/").rpartition("/")[2] for name in system.ls(path, detail=False))


def publish(folder, **contents):
    with files.publish_folder(folder) as temporary:
        for name, text in contents.items():
            files.write_text(files.join(temporary, name), text)


@pytest.mark.parametrize(
    ("parts", "joined"),
    [
        (("a", "b"), "a/b"),
        (("a/", "b", "c"), "a/b/c"),
        (("gs://a", "b"), "gs://a/b"),
        (("/", "b"), "/b"),
        (("", "b"), "b"),
        ((".", "b"), "./b"),
    ],
)
def test_join(parts, joined):
    assert files.join(*parts) == joined


@pytest.mark.parametrize(
    ("path", "remote"),
    [("a/b", False), ("/a", False), ("file:///a", False), ("gs://a/b", True), ("memory://a", True)],
)
def test_is_remote(path, remote):
    assert files.is_remote(path) == remote


def test_expand_keeps_paths_as_given(root):
    for name in ("b.txt", "a.txt", "c.tsv"):
        files.write_text(f"{root}/{name}", "x")
    here = root.replace("memory://", "memory:///")  # as fsspec writes a path of its own
    assert files.expand(f"{root}/*.txt") == [f"{here}/a.txt", f"{here}/b.txt"]
    assert files.expand(f"{root}/c.tsv") == [f"{root}/c.tsv"]
    assert files.expand(f"{root}/none") == files.expand(f"{root}/*.none") == []


def test_expand_of_a_pattern_above(tmp_path, monkeypatch):
    (tmp_path / "below").mkdir()
    (tmp_path / "a.txt").touch()
    monkeypatch.chdir(tmp_path / "below")
    assert files.expand("../*.txt") == ["../a.txt"]


def test_folder_of_an_installed_package():
    assert Path(files.resolve_package("package:pytest/__init__.py")).is_file()
    assert files.expand("package:pytest/__init__.py")[0].endswith("/pytest/__init__.py")
    with pytest.raises(FileNotFoundError, match="'no_such_package' is not installed; install"):
        files.resolve_package("package:no_such_package/model")


def test_write_and_read(root):
    files.write_text(f"{root}/deep/er/file.txt", "ጤና\r\nb\n")
    assert files.read_text(f"{root}/deep/er/file.txt") == "ጤና\r\nb\n"
    assert files.size(f"{root}/deep/er/file.txt") == 10  # two of the letters take 3 bytes
    files.write_text(f"{root}/deep/er/file.txt", "new")
    assert files.read_text(f"{root}/deep/er/file.txt") == "new"
    assert names(f"{root}/deep/er") == ["file.txt"]


def test_lines_of_a_file_that_a_person_made(root):
    # only \\n ends a line, and a mark within the file is text
    files.write_bytes(f"{root}/a.tsv", "\ufeffa\u2028b\r\n\ufeff\n\nጤና".encode())
    assert list(files.read_lines(f"{root}/a.tsv")) == ["a\u2028b\r", "\ufeff", "", "ጤና"]
    files.write_bytes(f"{root}/a.tsv.gz", gzip.compress(b"a\nb\n"))
    assert list(files.read_lines(f"{root}/a.tsv.gz")) == ["a", "b"]


def test_a_line_in_another_encoding_is_named(root):
    files.write_bytes(f"{root}/a.tsv", "a\nbé\n".encode("latin-1"))
    with pytest.raises(files.NotUtf8Error, match=r"a\.tsv:2: expected UTF-8, got b'b\\xe9"):
        list(files.read_lines(f"{root}/a.tsv"))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "utf-16-be", "utf-32-be"])
def test_lines_by_their_byte_order_mark(tmp_path, encoding):
    mark = "" if encoding in ("utf-16", "utf-32") else "\ufeff"
    (tmp_path / "a.tsv").write_bytes(f"{mark}ጤና\t1\u2028\n\nb\r\nc".encode(encoding))
    assert list(files.read_lines(f"{tmp_path}/a.tsv")) == ["ጤና\t1\u2028", "", "b\r", "c"]


def test_a_line_that_is_too_long_ends_the_reading(tmp_path):
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(b"a\n" + b"x" * 11 + b"\n")
    with pytest.raises(files.UnreadableFileError, match=r"a\.gz:2: expected lines of at most 10"):
        list(files.read_lines(f"{tmp_path}/a.gz", max_line_bytes=10))


@pytest.mark.parametrize("suffix", ["gz", "bz2", "xz"])
def test_damaged_lines_are_an_error_in_one_line(tmp_path, suffix):
    module = {"gz": gzip, "bz2": bz2, "xz": lzma}[suffix]
    whole = module.compress("".join(f"{n} {n * n}\n" for n in range(50_000)).encode())
    for name, data in (("short", whole[:-100]), ("none", b"no compressed file")):
        (tmp_path / f"{name}.{suffix}").write_bytes(data)
        path = f"{tmp_path}/{name}.{suffix}"
        with pytest.raises(files.UnreadableFileError, match=rf"{name}\.{suffix}: damaged after"):
            list(files.read_lines(path))


def test_failed_write_changes_nothing(root):
    files.write_text(f"{root}/file.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        files.write_text(f"{root}/file.txt", "half \ud800")
    assert files.read_text(f"{root}/file.txt") == "old"
    assert names(root) == ["file.txt"]


def test_publish_appears_at_once(root):
    folder = f"{root}/deep/published"
    with files.publish_folder(folder) as temporary:
        files.write_text(f"{temporary}/sub/a.txt", "1")
        assert not files.exists(folder)
        assert files.is_remote(temporary) == files.is_remote(folder)
    assert files.read_text(f"{folder}/sub/a.txt") == "1"
    assert files.is_completed(folder)
    assert names(f"{root}/deep") == ["published"]
    files.require_completed(folder)


def test_publish_replaces_all_of_an_older_folder(root):
    publish(f"{root}/out", old="1", both="1")
    publish(f"{root}/out", new="2", both="2")
    assert names(f"{root}/out") == ["COMPLETED", "both", "new"]
    assert files.read_text(f"{root}/out/both") == "2"
    assert names(root) == ["out"]


def test_an_error_while_publishing_changes_nothing(root):
    publish(f"{root}/out", old="1")
    with pytest.raises(UnicodeEncodeError):
        publish(f"{root}/out", new="2", half="\ud800")
    assert names(root) == ["out"]
    assert names(f"{root}/out") == ["COMPLETED", "old"]


def test_publish_with_a_slash_at_the_end(root):
    publish(f"{root}/out/", a="1")
    publish(f"{root}/out/", b="1")
    assert names(f"{root}/out") == ["COMPLETED", "b"]


def write_and_break(path, monkeypatch, move):
    """Writes a file; from then on the file system moves by `move`."""
    files.write_text(path, "2")
    monkeypatch.setattr(fsspec.filesystem("memory"), "mv", move)


def test_a_local_move_that_stops_half_way_is_not_completed(tmp_path, monkeypatch):
    publish(f"{tmp_path}/out", old="1")
    rename = os.rename

    def rename_once(source, target):
        if target == f"{tmp_path}/out":
            assert files.is_completed(source)  # else readers could see it whole and unmarked
            raise OSError("killed")
        rename(source, target)

    monkeypatch.setattr(os, "rename", rename_once)
    with pytest.raises(OSError, match="killed"):
        publish(f"{tmp_path}/out")
    with pytest.raises(files.IncompleteError, match="has not finished"):
        files.require_completed(f"{tmp_path}/out")


def test_a_remote_move_that_stops_half_way_is_not_completed(monkeypatch):
    folder = f"memory://{uuid.uuid4().hex}/out"
    publish(folder, old="1")
    system = fsspec.filesystem("memory")

    def copy_one_file(source, target, recursive):
        system.copy(f"{source}/new", f"{target}/new")
        raise OSError("killed")

    with pytest.raises(OSError, match="killed"), files.publish_folder(folder) as temporary:
        write_and_break(f"{temporary}/new", monkeypatch, copy_one_file)
    assert names(folder) == ["new"]
    with pytest.raises(files.IncompleteError, match="has not finished"):
        files.require_completed(folder)


def test_a_remote_folder_that_is_half_removed_is_not_completed(monkeypatch):
    folder = f"memory://{uuid.uuid4().hex}/out"
    publish(folder, old="1")
    system = fsspec.filesystem("memory")
    remove = system.rm

    def remove_files_only(path, recursive=False):
        if recursive:
            raise OSError("killed")
        remove(path)

    monkeypatch.setattr(system, "rm", remove_files_only)
    with pytest.raises(OSError, match="killed"):
        publish(folder, new="2")
    assert names(folder) == ["old"]


def test_what_killed_processes_left_is_found(root):
    publish(f"{root}/out", a="1")
    for left in ("out.0123abcd.tmp/half", "out.0123abcd.tmp/deep/half", "other.0123abcd.tmp/half"):
        files.write_text(f"{root}/{left}", "x")
    files.write_text(f"{root}/out.0123cdef.tmp", "x")
    files.write_text(f"{root}/out.5.tmp", "somebody else's")
    removed = files.remove_temporary(f"{root}/out")
    assert sorted(name.rpartition("/")[2] for name in removed) == [
        "out.0123abcd.tmp",
        "out.0123cdef.tmp",
    ]
    assert names(root) == ["other.0123abcd.tmp", "out", "out.5.tmp"]
    assert files.remove_temporary(f"{root}/no/such/folder") == []


def test_json_holds_null_for_what_is_not_finite(tmp_path):
    path = f"{tmp_path}/a.json"
    files.write_json(path, {"a": [1.5, math.nan], "b": (math.inf, "ሰላም"), "c": {"d": -math.inf}})
    text = files.read_text(path)
    expected = {"a": [1.5, None], "b": [None, "ሰላም"], "c": {"d": None}}
    assert json.loads(text, parse_constant=pytest.fail) == expected
    assert "ሰላም" in text


EVIL = "from pathlib import Path\nPath(__file__).parent.with_suffix('.ran').touch()\n"


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """A package `evil` with a part, on the path; `evil.ran` appears when it is imported."""
    (tmp_path / "site/evil/part/model").mkdir(parents=True)
    for name in ("evil", "evil/part"):
        (tmp_path / "site" / name / "__init__.py").write_text(EVIL)
    monkeypatch.syspath_prepend(tmp_path / "site")
    return tmp_path / "site/evil"


@pytest.mark.parametrize("name", ["evil/part", "evil.part"])
def test_a_package_is_located_and_not_imported(evil, name):
    assert files.resolve_package(f"package:{name}/model") == f"{evil}/part/model"
    assert not list(evil.parent.rglob("*.ran"))


@pytest.mark.parametrize("name", ["evil.missing", "evil/../part", "..", ".", "", "evil..part"])
def test_what_is_no_folder_of_a_package_is_not_looked_up(evil, name):
    with pytest.raises(FileNotFoundError, match="is not installed"):
        files.resolve_package(f"package:{name}/model")
    assert not list(evil.parent.rglob("*.ran"))


def test_a_folder_of_the_working_directory_is_no_installed_package(evil, monkeypatch):
    monkeypatch.chdir(evil.parent)
    with pytest.raises(FileNotFoundError):
        files.resolve_package("package:evil/model")
