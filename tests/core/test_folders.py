"""Folders appear complete, and never replace what they must not or what others are writing."""

import errno
import os
import subprocess
import sys
import uuid

import fsspec
import pytest

from tfmling.core import files, folders


@pytest.fixture(params=["local", "memory"])
def root(request, tmp_path):
    if request.param == "local":
        return str(tmp_path)
    folder = f"memory://{uuid.uuid4().hex}"
    fsspec.filesystem("memory").makedirs(folder)
    return folder


def names(folder):
    return [path.removeprefix(folder).lstrip("/") for path in files.find(folder)]


def publish(path, **contents):
    with folders.temporary_folder(path) as temporary:
        for name, text in contents.items():
            files.write_text(files.join(temporary, name), text)
        files.write_text(files.join(temporary, folders.MANIFEST), "{}")
        folders.finish_folder(temporary, path)


def test_a_folder_appears_at_once(root):
    with folders.temporary_folder(f"{root}/deep/out") as temporary:
        files.write_text(f"{temporary}/sub/a.txt", "1")
        assert not files.exists(f"{root}/deep/out")
        assert files.is_remote(temporary) == files.is_remote(root)
        folders.finish_folder(temporary, f"{root}/deep/out")
    assert names(root) == ["deep/out/sub/a.txt"]


def test_all_of_an_older_folder_is_replaced(root):
    publish(f"{root}/out", old="1", both="1")
    publish(f"{root}/out/", new="2", both="2")
    assert names(root) == ["out/MANIFEST.json", "out/both", "out/new"]
    assert files.read_text(f"{root}/out/both") == "2"


def test_an_error_changes_nothing(root):
    publish(f"{root}/out", old="1")
    with pytest.raises(UnicodeEncodeError):
        publish(f"{root}/out", new="2", half="\ud800")
    assert names(root) == ["out/MANIFEST.json", "out/old"]


@pytest.mark.parametrize("exchange", [True, False])
def test_the_folder_is_never_missing_where_the_system_can(tmp_path, monkeypatch, exchange):
    publish(f"{tmp_path}/out", old="1")
    renamed = []
    rename = os.rename
    monkeypatch.setattr(os, "rename", lambda *paths: (renamed.append(paths), rename(*paths)))
    if not exchange:
        monkeypatch.setattr(folders, "_exchange", lambda *paths: False)
    publish(f"{tmp_path}/out", new="2")
    assert len(renamed) == (0 if exchange and sys.platform == "linux" else 2)
    assert names(str(tmp_path)) == ["out/MANIFEST.json", "out/new"]


def test_a_kill_between_two_renames_loses_nothing(tmp_path, monkeypatch):
    publish(f"{tmp_path}/out", old="1")
    monkeypatch.setattr(folders, "_exchange", lambda *paths: False)
    rename = os.rename

    def rename_once(source, target):
        if target == f"{tmp_path}/out":
            os._exit(9)
        rename(source, target)

    child = os.fork()
    if child == 0:
        os.rename = rename_once
        publish(f"{tmp_path}/out", new="2")
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert not (tmp_path / "out").exists()
    folders.remove_abandoned(f"{tmp_path}/out")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert names(f"{tmp_path}/out")[0] == "MANIFEST.json"


def test_a_remote_move_that_stops_half_way_has_no_manifest(monkeypatch):
    folder = f"memory://{uuid.uuid4().hex}/out"
    publish(folder, old="1")
    renamed = []

    def rename_one(source, target):
        if renamed:
            raise OSError("killed")
        renamed.append(source)
        rename(source, target)

    rename = files.rename
    monkeypatch.setattr(files, "rename", rename_one)
    with pytest.raises(OSError, match="killed"):
        publish(folder, a="2", b="2")
    assert names(folder) == ["a"]


LEFT = """
import os, sys
from tfmling.core import files, folders
with folders.temporary_folder(sys.argv[1]) as temporary:
    files.write_text(files.join(temporary, "half"), "x")
    print(temporary, flush=True)
    if sys.argv[2] == "die":
        os._exit(9)
    sys.stdin.read()
"""


def test_what_a_killed_process_left_is_removed_and_nothing_else(tmp_path):
    path = f"{tmp_path}/out"
    subprocess.run([sys.executable, "-c", LEFT, path, "die"], stdout=subprocess.PIPE)
    for name in ("out.0123abcd.tmp", "out.notes.tmp", "other.0123abcd.tmp"):
        files.write_text(f"{tmp_path}/{name}/thesis.txt", "mine")
    files.write_text(f"{tmp_path}/out.0123abce.tmp", "mine")
    (removed,) = folders.remove_abandoned(path)
    assert not os.path.exists(removed)
    assert sorted(os.listdir(tmp_path)) == [
        "other.0123abcd.tmp",
        "out.0123abcd.tmp",
        "out.0123abce.tmp",
        "out.notes.tmp",
    ]
    assert folders.remove_abandoned(f"{tmp_path}/no/such/folder") == []


def test_what_another_process_is_writing_is_left_alone(tmp_path):
    path = f"{tmp_path}/out"
    other = subprocess.Popen(
        [sys.executable, "-c", LEFT, path, "wait"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    temporary = other.stdout.readline().strip()
    with pytest.raises(folders.BusyError, match="another process is writing this output"):
        folders.remove_abandoned(path)
    other.communicate()
    assert not os.path.exists(temporary)  # it ended with an error of its own: nothing was published


RACE = """
import sys
from tfmling.core import files, folders
for number in range(100):
    try:
        folders.remove_abandoned(sys.argv[1])
        with folders.temporary_folder(sys.argv[1]) as temporary:
            files.write_text(files.join(temporary, "MANIFEST.json"), sys.argv[2])
            folders.finish_folder(temporary, sys.argv[1])
    except folders.BusyError:
        pass
"""


def test_concurrent_runs_leave_one_complete_output(tmp_path):
    path = f"{tmp_path}/out"
    runs = [
        subprocess.Popen([sys.executable, "-c", RACE, path, str(n)], stderr=subprocess.PIPE)
        for n in range(3)
    ]
    assert [run.communicate()[1].decode() for run in runs] == [""] * 3
    folders.remove_abandoned(path)
    assert os.listdir(tmp_path) == ["out"]
    assert os.listdir(path) == ["MANIFEST.json"]


def test_an_empty_temporary_folder_is_removed(tmp_path):
    (tmp_path / "out.0123abcd.tmp").mkdir()
    folders.remove_abandoned(f"{tmp_path}/out")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_that_another_process_removes_is_made_again(tmp_path, monkeypatch):
    open_binary = files.open_binary

    def remove_first(path, mode="rb"):
        monkeypatch.setattr(files, "open_binary", open_binary)
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", path)

    monkeypatch.setattr(files, "open_binary", remove_first)
    with folders.temporary_folder(f"{tmp_path}/out") as temporary:
        assert os.path.exists(f"{temporary}/.tfmling-unfinished")


def test_a_mark_that_cannot_be_made_leaves_nothing(tmp_path, monkeypatch):
    def fail(path, mode="rb"):
        os.mkdir(os.path.dirname(path))
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(files, "open_binary", fail)
    with pytest.raises(OSError, match="No space"), folders.temporary_folder(f"{tmp_path}/out"):
        pass
    assert list(tmp_path.iterdir()) == []
