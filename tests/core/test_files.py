"""Local and remote files appear complete or not at all."""

import bz2
import errno
import gzip
import json
import lzma
import math
import os
import uuid
from pathlib import Path

import fsspec
import pytest

from tfmling.core import files


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


def test_a_name_that_exists_is_no_pattern(tmp_path):
    folder = tmp_path / "corpus [v1] (2)"
    (folder / "a*").mkdir(parents=True)
    for name in ("a.txt", "b[1].txt", "a*/c.txt"):
        (folder / name).write_text(name)
    assert files.expand(f"{folder}/b[1].txt") == [f"{folder}/b[1].txt"]
    assert files.expand(f"{folder}/*.txt") == [f"{folder}/a.txt", f"{folder}/b[1].txt"]
    assert files.expand(f"{folder}/a*/*") == [f"{folder}/a*/c.txt"]
    assert files.expand(f"{folder}/[ab].txt") == [f"{folder}/a.txt"]


ODD_NAMES = [
    "a [1]",
    "*",
    "?x",
    "{b}",
    "a::b",
    "%20",
    "#",
    "-o",
    " x ",
    "é\n",
    "'\"",
    "$HOME",
    "a:/b",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_every_character_works_in_a_local_path(tmp_path, name):
    path = f"{tmp_path}/{name}/{name}"
    files.write_text(path, "x")
    assert files.read_text(path) == "x"
    assert list(files.read_lines(path)) == ["x"]
    assert files.expand(path) == [path]
    assert files.find(f"{tmp_path}/{name}") == [path]
    files.rename(path, f"{path}.new")
    assert files.size(f"{path}.new") == 1
    files.remove(f"{path}.new")
    assert not files.exists(path)


@pytest.mark.parametrize("name", ["a [1]", "b*", "c?"])
def test_brackets_in_a_remote_path(name):
    folder = f"memory://{uuid.uuid4().hex}/{name}"
    files.write_text(f"{folder}/a[1].txt", "x")
    files.write_text(f"{folder}/a1.txt", "y")
    files.rename(f"{folder}/a[1].txt", f"{folder}/b[1].txt")
    assert [path.rpartition("/")[2] for path in files.find(folder)] == ["a1.txt", "b[1].txt"]
    files.remove(f"{folder}/b[1].txt")
    assert files.read_text(f"{folder}/a1.txt") == "y"


def test_what_is_written_is_synced_before_it_is_renamed(tmp_path, monkeypatch):
    done = []
    monkeypatch.setattr(os, "fsync", lambda fd: done.append(os.readlink(f"/proc/self/fd/{fd}")))
    replace = os.replace
    monkeypatch.setattr(os, "replace", lambda *paths: (done.append("rename"), replace(*paths)))
    files.write_text(f"{tmp_path}/a.txt", "x")
    assert [os.path.basename(path)[:5] for path in done[:1]] == ["a.txt"]
    assert done[1:] == ["rename", str(tmp_path)]


@pytest.fixture
def without_root():
    """Gives the process another user's rights for opening files."""
    if os.geteuid() == 0:
        os.seteuid(65534)
        yield
        os.seteuid(0)
    else:
        yield


@pytest.fixture
def locked_folder(tmp_path):
    """A folder with `open/a.txt` and `locked/b.txt`; nobody may read `locked`."""
    for each in (tmp_path, *list(tmp_path.parents)[:-2]):
        each.chmod(each.stat().st_mode | 0o055)
    for name in ("open/a.txt", "locked/b.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("x")
    (tmp_path / "locked").chmod(0)
    yield tmp_path
    (tmp_path / "locked").chmod(0o755)


def test_a_folder_that_cannot_be_read_is_not_left_out(locked_folder, without_root):
    with pytest.raises(PermissionError):
        files.find(str(locked_folder))
    for pattern in ("**/*.txt", "*/*.txt", "*/**/*.txt"):
        with pytest.raises(PermissionError):
            files.expand(f"{locked_folder}/{pattern}")
    assert len(files.expand(f"{locked_folder}/open/*.txt")) == 1


def test_find_lists_links_and_single_files(tmp_path):
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/c.txt").write_text("x")
    (tmp_path / "a/link").symlink_to(tmp_path / "a/b")
    assert files.find(f"{tmp_path}/a") == [f"{tmp_path}/a/b/c.txt", f"{tmp_path}/a/link"]
    assert files.find(f"{tmp_path}/none") == []


def test_what_the_disk_refuses_to_keep_is_an_error(tmp_path, monkeypatch):
    def fail(descriptor):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output error"):
        files.write_text(str(tmp_path / "a.txt"), "x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="nothing can be reserved")
def test_space_is_reserved_and_given_back(tmp_path):
    files.reserve_space(f"{tmp_path}/new", 1 << 20)
    assert list((tmp_path / "new").iterdir()) == []
    with pytest.raises(OSError, match=str(tmp_path)):
        files.reserve_space(str(tmp_path), 1 << 60)
    assert [each.name for each in tmp_path.iterdir()] == ["new"]
