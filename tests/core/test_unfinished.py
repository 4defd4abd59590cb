"""The state of an unfinished run: who may use it, and what resumes it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfmling.core import config, folders, unfinished
from tfmling.core.config_errors import ConfigError
from tfmling.core.folders import BusyError
from tfmling.core.output_paths import OutputError
from tfmling.core.unfinished import DamagedStateError

ROOT = Path(__file__).parents[2]


class Work(config.Settings):
    """A command that counts."""

    output: config.OutputPath
    source: config.InputPath
    seed: int = 1


def settings(folder: Path, restart: bool = False, **changes) -> Work:
    source = folder / "in" / "source.txt"
    if not source.exists():
        source.parent.mkdir()
        source.write_text("a")
    values = {"output": str(folder / "out"), "source": str(source)} | changes
    built = config.build(Work, values, "test")
    built._restart = restart
    return built


def progress(folder: str) -> str | None:
    path = Path(folder, "count")
    return f"at {path.read_text()}" if path.exists() else None


def work(chosen: Work) -> None:
    with unfinished.keep(chosen, progress) as state:
        path = Path(state.folder, "count")
        path.write_text(str(int(path.read_text()) + 1 if path.exists() else 1))


def count(folder: Path) -> str:
    return (folder / "out.unfinished" / "count").read_text()


@pytest.mark.parametrize("name", ["plain", "a [1]", "*", "?", "käse \\ x"])
def test_a_run_resumes_in_one_fixed_folder(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    for _ in range(3):
        work(settings(folder))
    assert count(folder) == "3"
    assert sorted(os.listdir(folder)) == ["in", "out.unfinished"]


def test_other_settings_are_rejected_and_change_nothing(tmp_path):
    work(settings(tmp_path))
    with pytest.raises(ConfigError, match=r"at 1, .*: seed: 1, now 2\. .*--restart to start over"):
        work(settings(tmp_path, seed=2))
    with pytest.raises(ConfigError, match="seed: 1, now 2"):
        unfinished.check(settings(tmp_path, seed=2), progress)
    unfinished.check(settings(tmp_path, restart=True, seed=2), progress)
    unfinished.check(settings(tmp_path), progress)
    assert count(tmp_path) == "1"
    work(settings(tmp_path))
    assert count(tmp_path) == "2"


def test_restart_starts_over(tmp_path):
    work(settings(tmp_path))
    work(settings(tmp_path, restart=True, seed=2))
    assert count(tmp_path) == "1"
    work(settings(tmp_path, seed=2))
    assert count(tmp_path) == "2"


def test_other_contents_of_the_same_size_are_rejected(tmp_path):
    work(settings(tmp_path))
    source = tmp_path / "in" / "source.txt"
    times = source.stat()
    source.write_text("b")
    os.utime(source, (times.st_atime, times.st_mtime))
    with pytest.raises(ConfigError, match=r"the contents of .*source.txt have changed since"):
        work(settings(tmp_path))
    source.write_text("a")
    work(settings(tmp_path))
    assert count(tmp_path) == "2"


def test_where_nothing_would_be_lost_other_settings_begin(tmp_path):
    with unfinished.keep(settings(tmp_path), progress):
        pass
    work(settings(tmp_path, seed=2))
    assert count(tmp_path) == "1"


HOLD = """
import sys
from pathlib import Path
from tests.core.test_unfinished import settings, progress
from tfmling.core import unfinished
with unfinished.keep(settings(Path(sys.argv[1])), progress):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_rejected_with_the_process_until_the_first_is_killed(tmp_path):
    work(settings(tmp_path))
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, text=True, **pipes) as process:
        assert process.stdout.readline() == "held\n"
        for restart in (False, True):
            with pytest.raises(BusyError, match=rf"/out: another run .*\(process {process.pid}\)"):
                work(settings(tmp_path, restart=restart))
            with pytest.raises(BusyError, match=rf"process {process.pid}"):
                unfinished.check(settings(tmp_path, restart=restart), progress)
        process.kill()
    work(settings(tmp_path))
    assert count(tmp_path) == "2"


def test_a_folder_that_is_not_ours_is_rejected_and_stays(tmp_path):
    theirs = tmp_path / "out.unfinished"
    theirs.mkdir()
    (theirs / "thesis.txt").write_text("mine")
    for restart in (False, True):
        with pytest.raises(OutputError, match=r"out.unfinished is not empty and was not created"):
            work(settings(tmp_path, restart=restart))
    assert (theirs / "thesis.txt").read_text() == "mine"


def test_a_file_of_that_name_is_rejected_and_stays(tmp_path):
    (tmp_path / "out.unfinished").write_text("mine")
    with pytest.raises(OutputError, match="is a file"):
        work(settings(tmp_path, restart=True))
    assert (tmp_path / "out.unfinished").read_text() == "mine"


def test_an_input_in_the_folder_is_not_removed(tmp_path):
    work(settings(tmp_path))
    source = str(tmp_path / "out.unfinished" / "count")
    with pytest.raises(OutputError, match="holds the input"):
        work(settings(tmp_path, restart=True, source=source))
    assert count(tmp_path) == "1"


def test_a_link_as_output_is_followed(tmp_path):
    (tmp_path / "disk").mkdir()
    os.symlink(tmp_path / "disk" / "real", tmp_path / "out")
    work(settings(tmp_path))
    assert (tmp_path / "disk" / "real.unfinished" / "count").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"settings": 1}', '{"settings": {}}'])
def test_settings_that_cannot_be_read_are_a_line(tmp_path, text):
    work(settings(tmp_path))
    (tmp_path / "out.unfinished" / "begun.json").write_text(text)
    with pytest.raises(
        DamagedStateError, match=r"begun.json: expected the settings of the unfinished run"
    ):
        work(settings(tmp_path))
    work(settings(tmp_path, restart=True))
    assert count(tmp_path) == "1"


def test_removed_when_done(tmp_path):
    with unfinished.keep(settings(tmp_path), progress) as state:
        Path(state.folder, "count").write_text("1")
        state.remove()
    assert os.listdir(tmp_path) == ["in"]


def test_another_command_of_the_same_output_is_rejected(tmp_path):
    work(settings(tmp_path))

    class Other(Work):
        """Another command."""

    other = config.build(Other, settings(tmp_path).model_dump(), "test")
    with pytest.raises(ConfigError, match="command: Work, now Other"):
        work(other)


def test_paths_of_free_settings_are_not_compared(tmp_path):
    assert list(unfinished.fingerprints(settings(tmp_path))) == [str(tmp_path / "in/source.txt")]


def test_the_mark_is_that_of_all_unfinished_folders(tmp_path):
    work(settings(tmp_path))
    mark = tmp_path / "out.unfinished" / folders.UNFINISHED
    assert mark.read_text() == str(os.getpid())
