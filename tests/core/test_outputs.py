"""A command replaces only its own outputs, and checks that before it reads any input."""

import os

import pytest

from tfmling.core import config, files, manifest, outputs
from tfmling.core.config import InputPath, OutputPath, Settings
from tfmling.core.config_errors import ConfigError
from tfmling.core.output_paths import OutputError, require_writable


class Copy(Settings):
    output: OutputPath
    source: InputPath | None = None
    suffix: str = ""


class Other(Settings):
    output: OutputPath


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """A working directory and a home with something in them."""
    for name in ("project", "home"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("mine")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "project"


def copy(output, **settings):
    overwrite = settings.pop("overwrite", False)
    settings = Copy(output=str(output), **settings)
    settings._overwrite = overwrite
    with outputs.publish(settings) as folder:
        text = files.read_text(settings.source) if settings.source else "a"
        files.write_text(files.join(folder, "text.txt"), text + settings.suffix)


def tree(root):
    return {
        str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()
    }


def test_an_output_has_its_settings_and_a_manifest(here):
    copy("out", source="thesis.txt", suffix="!")
    assert (here / "out/text.txt").read_text() == "mine!"
    written = manifest.require_complete("out")
    assert (written.command, written.settings["suffix"]) == ("Copy", "!")
    assert written.inputs == {"thesis.txt": manifest.fingerprint("thesis.txt")}
    assert sorted(written.files) == ["config.yaml", "text.txt"]
    assert manifest.verify("out") == 2


def test_the_same_command_replaces_its_own_output(here):
    copy("out", suffix="1")
    copy("out", suffix="2")
    assert (here / "out/text.txt").read_text() == "a2"
    assert sorted(os.listdir(here)) == ["out", "thesis.txt"]


FORBIDDEN = ["", "  ", ".", "./", "..", "../..", "/", "~", "../project", "../home", "x/.."]


@pytest.mark.parametrize("output", FORBIDDEN)
def test_places_that_are_never_an_output(here, output):
    before = tree(here.parent)
    with pytest.raises(OutputError, match=r"^output: "):
        copy(output)
    assert tree(here.parent) == before


@pytest.mark.parametrize("output", ["notes", "notes/", "../project/notes", "link", "thesis.txt"])
def test_what_tfmling_did_not_write_is_never_replaced(here, output):
    (here / "notes").mkdir()
    (here / "notes" / "a.txt").write_text("mine")
    (here / "link").symlink_to("notes")
    before = tree(here.parent)
    for overwrite in (False, True):
        with pytest.raises(OutputError, match=r"is a file|tfmling did not write"):
            copy(output, overwrite=overwrite)
    assert tree(here.parent) == before


def test_a_folder_of_empty_folders_is_not_ours_either(here):
    (here / "notes" / "empty").mkdir(parents=True)
    with pytest.raises(OutputError, match="tfmling did not write"):
        copy("notes")
    (here / "empty").mkdir()
    copy("empty")


def test_the_output_of_another_command_asks_for_overwrite(here):
    with outputs.publish(Other(output="out")):
        pass
    with pytest.raises(OutputError, match=r"written by Other, not by Copy; .*--overwrite"):
        copy("out")
    copy("out", overwrite=True)
    assert manifest.read_manifest("out").command == "Copy"


def test_a_file_that_was_added_to_an_output_is_kept(here):
    copy("out")
    (here / "out" / "notes.txt").write_text("mine")
    for overwrite in (False, True):
        with pytest.raises(OutputError, match=r"did not write \(notes\.txt\); move them away"):
            copy("out", overwrite=overwrite)
    assert (here / "out" / "notes.txt").read_text() == "mine"


def test_a_file_that_was_added_while_the_command_ran_is_kept(here):
    copy("out")
    with (
        pytest.raises(OutputError, match="did not write"),
        outputs.publish(Copy(output="out")),
    ):
        (here / "out" / "notes.txt").write_text("mine")
    assert (here / "out" / "notes.txt").read_text() == "mine"
    assert sorted(os.listdir(here)) == ["out", "thesis.txt"]


def test_a_damaged_output_is_written_again(here):
    copy("out")
    (here / "out" / "text.txt").unlink()
    copy("out")
    assert manifest.verify("out") == 2


def edit_longer(path):
    path.write_text("my own notes")


def edit_in_place(path):
    path.write_text(path.read_text().upper())


def put_a_link(path):
    (path.parent.parent / "mine.txt").write_text(path.read_text().upper())
    path.unlink()
    path.symlink_to("../mine.txt")


@pytest.mark.parametrize("edit", [edit_longer, edit_in_place, put_a_link])
def test_what_a_person_changed_in_an_output_is_kept(here, edit, capfd):
    copy("out")
    edit(here / "out" / "text.txt")
    changed = (here / "out" / "text.txt").read_text()
    copy("out")
    assert manifest.verify("out") == 2
    (kept,) = here.glob("out.old-*")
    assert (kept / "text.txt").read_text() == changed
    assert str(kept) in capfd.readouterr().err
    assert not manifest.has_manifest(str(kept))  # `tfmling verify` takes it for no output


def test_an_untouched_output_is_not_kept(here):
    copy("out")
    os.utime(here / "out" / "text.txt", ns=(1 << 62, 1 << 62))  # content decides
    copy("out", suffix="x")
    assert sorted(os.listdir(here)) == ["out", "thesis.txt"]


@pytest.mark.parametrize("length", [244, 255])
def test_a_name_may_be_as_long_as_the_file_system_takes(here, length):
    for _ in range(2):
        copy("x" * length)
    assert manifest.verify("x" * length) == 2
    assert sorted(os.listdir(here)) == ["thesis.txt", "x" * length]


def test_a_longer_name_is_rejected_before_any_work(here):
    with pytest.raises(OutputError, match="at most 255 bytes"):
        copy("ä" * 128)


def test_an_output_in_the_state_of_another_run_is_rejected(here):
    state = here / "other.unfinished"
    state.mkdir()
    (state / ".tfmling-unfinished").touch()
    with pytest.raises(OutputError, match="state of another run"):
        copy(str(state / "deep" / "out"))


def test_a_pipe_as_manifest_is_not_opened(here):
    copy("out")
    (here / "out" / "MANIFEST.json").unlink()
    os.mkfifo(here / "out" / "MANIFEST.json")
    with pytest.raises(OutputError, match="tfmling did not write"):
        copy("out")


def test_the_home_directory_has_its_short_name(here, tmp_path):
    built = config.build(Copy, {"output": "~/out", "source": "~/thesis.txt"}, "test")
    assert built.output == f"{tmp_path}/home/out"
    assert built.source == f"{tmp_path}/home/thesis.txt"


def test_a_pipe_is_no_input(here):
    os.mkfifo(here / "pipe")
    with pytest.raises(ConfigError, match="pipe or a device"):
        config.build(Copy, {"output": "out", "source": "pipe"}, "test")


def test_an_output_whose_manifest_is_damaged_asks_for_overwrite(here):
    copy("out")
    (here / "out" / "MANIFEST.json").write_text("{")
    with pytest.raises(OutputError, match="--overwrite"):
        copy("out")
    (here / "out" / "notes.txt").write_text("mine")
    copy("out", overwrite=True)
    assert manifest.verify("out") == 2
    (kept,) = here.glob("out.old-*")  # nobody knows which of its files are the user's
    assert (kept / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("overwrite", [False, True])
def test_a_folder_with_the_manifest_of_another_program_is_never_replaced(here, overwrite):
    (here / "out").mkdir()
    (here / "out" / "MANIFEST.json").write_text('{"name": "app"}')
    with pytest.raises(OutputError, match="tfmling did not write"):
        copy("out", overwrite=overwrite)
    assert (here / "out" / "MANIFEST.json").exists()


def test_where_no_folder_can_appear(here, monkeypatch):
    with pytest.raises(OutputError, match=r"thesis\.txt is a file; expected a folder"):
        copy("thesis.txt/deep/out")
    with pytest.raises(OutputError, match="is a mount point"):
        require_writable("/proc", "copy")
    # root may write everywhere, but not on a read-only disk
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(OutputError, match="or its disk is read-only; name another folder"):
        copy("deep/out")


def test_the_folder_that_relative_paths_refer_to_is_noted(here):
    copy("out", source="thesis.txt")
    assert manifest.read_manifest("out").working_directory == str(here)
    copy(f"{here}/other", source=f"{here}/thesis.txt")
    assert manifest.read_manifest("other").working_directory == ""


def test_a_symbolic_link_is_followed(here):
    (here / "disk").mkdir()
    (here / "out").symlink_to("disk/new")
    copy("out")
    copy("out", suffix="2")
    assert (here / "out").is_symlink()
    assert (here / "disk/new/text.txt").read_text() == "a2"


@pytest.mark.parametrize(
    ("output", "source"),
    [
        ("data", "data/a.txt"),
        ("data", "data/*.txt"),
        ("data/../data", "data/a.txt"),
        ("link", "data/a.txt"),
        ("data/a.txt", "data/a.txt"),
        ("data/out", "data"),
        ("data/./deep/out", "link"),
        ("data", "data"),
        ("new", "new"),
        ("new/out", "new"),
    ],
)
def test_an_output_that_overlaps_an_input_is_rejected(here, output, source):
    (here / "data").mkdir()
    (here / "data" / "a.txt").write_text("mine")
    (here / "link").symlink_to("data")
    before = tree(here)
    with pytest.raises(OutputError, match="output: "):
        require_writable(output, "copy", [source])
    assert tree(here) == before


def test_an_output_beside_its_input_is_fine(here):
    copy("thesis.txt.out", source="thesis.txt")
    copy("thesis", source="thesis.txt")


@pytest.mark.parametrize("name", ["a [1]", "*", "a::b", "-o", " x", "é", "'\"", "$HOME", "#%20"])
def test_every_character_works_in_an_output(here, name):
    copy(name, suffix="1")
    copy(name, suffix="2")
    assert (here / name / "text.txt").read_text() == "a2"
    assert sorted(os.listdir(here)) == sorted([name, "thesis.txt"])
