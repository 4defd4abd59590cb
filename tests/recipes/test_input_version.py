"""An input's version is that of its contents."""

import fsspec
import pytest

from tfmling.recipes.input_version import MISSING, input_version


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.txt").write_text("a")
    (folder / "sub" / "b.txt").write_text("b")
    (folder / "config.yaml").write_text("output: here")
    return folder


def test_missing(tmp_path):
    assert input_version(f"{tmp_path}/no") == MISSING
    assert input_version("package:no_such_package/model") == MISSING


@pytest.mark.parametrize("change", ["content", "name", "deep", "more"])
def test_what_changes_a_folder(folder, change):
    before = input_version(str(folder))
    if change == "content":
        (folder / "a.txt").write_text("A")
    if change == "name":
        (folder / "a.txt").rename(folder / "c.txt")
    if change == "deep":
        (folder / "sub" / "b.txt").write_text("B")
    if change == "more":
        (folder / "sub" / "empty").touch()
    assert input_version(str(folder)) != before


def test_what_does_not_change_it(folder):
    before = input_version(str(folder))
    (folder / "a.txt").touch()
    (folder / "config.yaml").write_text("output: there")
    (folder / "logs").mkdir()
    (folder / "logs" / "x.log").write_text("x")
    assert input_version(str(folder)) == before
    assert input_version(f"{folder}/") == before


def test_the_same_folder_elsewhere_is_the_same(folder, tmp_path):
    before = input_version(str(folder))
    other = tmp_path / "other"
    other.mkdir()
    assert input_version(str(folder.rename(other / "in"))) == before


def test_files_and_patterns(folder):
    one = input_version(f"{folder}/*.txt")
    (folder / "z.txt").write_text("z")
    assert input_version(f"{folder}/*.txt") != one
    assert input_version(f"{folder}/a.txt") != input_version(f"{folder}/z.txt")


def test_remote():
    system = fsspec.filesystem("memory")
    system.pipe("/versions/x/a", b"a")
    before = input_version("memory://versions/x")
    system.pipe("/versions/x/a", b"b")
    assert before not in (MISSING, input_version("memory://versions/x"))
