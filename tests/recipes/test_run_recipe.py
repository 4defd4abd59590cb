"""Stages are run, skipped and continued as their inputs, settings and code ask for it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest

from tfmling import files, run


def text(tmp_path, stage):
    return (tmp_path / "out" / stage / "text.txt").read_text()


def test_stages_run_in_order_with_flags_and_logs(recipe, calls, tmp_path, capfd):
    run.main([str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]
    assert text(tmp_path, "second") == "ab.c."
    assert (tmp_path / "out/logs/first.log").read_text() == f"copying {tmp_path}/start.txt\n"
    said = capfd.readouterr().out
    assert "[1/2] first: run: not run before" in said
    assert "copying" in said
    assert "report: " in said


def test_what_is_unchanged_is_skipped(recipe, calls, capfd):
    run.main([str(recipe)])
    calls()
    run.main([str(recipe)])
    assert calls() == []
    assert "[2/2] second: skipped: unchanged" in capfd.readouterr().out


def test_a_changed_input_runs_all_that_depends_on_it(recipe, calls, tmp_path, capfd):
    run.main([str(recipe)])
    calls()
    (tmp_path / "start.txt").write_text("x")
    run.main([str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]
    assert text(tmp_path, "second") == "xb.c."
    assert "start.txt changed; this stage took 0:00:0" in capfd.readouterr().out


def test_changed_settings_run_this_stage_and_not_the_one_before(recipe, calls, tmp_path, capfd):
    run.main([str(recipe)])
    calls()
    run.main([str(recipe), "--set", "stages.second.config.suffix=d"])
    assert calls() == ["second 0 --loud=b"]
    assert text(tmp_path, "second") == "ab.d."
    assert "config.suffix changed" in capfd.readouterr().out


def test_changed_flags_run_the_stage(recipe, calls):
    run.main([str(recipe)])
    calls()
    run.main([str(recipe), "--set", "stages.second.flags=[--quiet]"])
    assert calls() == ["second 0 --quiet"]


@pytest.mark.parametrize(
    ("module", "code", "expected"),
    [
        ("words", 'END = "!"\n', ["first 0", "second 0 --loud=b"]),
        ("words", '# a remark\nEND = "."\n', []),
        ("unused", "A = 2\n", []),
    ],
)
def test_changed_code_runs_what_imports_it(recipe, calls, tiny_mains, module, code, expected):
    run.main([str(recipe)])
    calls()
    (tiny_mains / f"{module}.py").write_text(code)
    run.main([str(recipe)])
    assert calls() == expected


def test_a_result_that_is_gone_is_made_again(recipe, calls, tmp_path):
    run.main([str(recipe)])
    calls()
    shutil.rmtree(tmp_path / "out/second")
    run.main([str(recipe)])
    assert calls() == ["second 0 --loud=b"]


def test_a_failed_stage_stops_the_run_and_goes_on_next_time(recipe, calls, tmp_path, capfd):
    (tmp_path / "break").touch()
    with pytest.raises(SystemExit, match=r"stage first: .* status 1; .*logs/first.log"):
        run.main([str(recipe)])
    assert calls() == ["first 0"]
    (tmp_path / "break").unlink()
    run.main([str(recipe)])
    assert calls() == ["first 1", "second 0 --loud=b"]  # found the step that the failed run left
    assert "first: run: resumes, had failed" in capfd.readouterr().out
    assert (tmp_path / "out/logs/first.log").read_text().count("copying") == 2


def test_what_is_damaged_is_made_again(recipe, calls, tmp_path, capfd):
    run.main([str(recipe)])
    calls()
    (tmp_path / "out/first/text.txt").write_text("")
    run.main([str(recipe)])
    assert calls() == ["first 0"]  # what it wrote is the same as before, so the second is skipped
    assert text(tmp_path, "first") == "ab."
    assert "first/text.txt: damaged: expected 3 bytes, found 0" in capfd.readouterr().out


def test_content_decides_and_not_the_clock(recipe, calls, tmp_path):
    run.main([str(recipe)])
    calls()
    for path in (tmp_path / "out").rglob("*"):
        os.utime(path, (2**31, 2**31))
    run.main([str(recipe), "--set", "stages.first.config.suffix=x"])
    assert calls() == ["first 0", "second 0 --loud=b"]


def test_no_state_is_needed_to_see_that_a_stage_is_done(recipe, calls, tmp_path):
    run.main([str(recipe)])
    calls()
    for path in (tmp_path / "out/states").iterdir():
        path.unlink()
    run.main([str(recipe)])
    assert calls() == []


def test_temporary_folders_of_others_are_left_alone(recipe, tmp_path):
    run.main([str(recipe)])
    left = tmp_path / "out" / "first.0123abcd.tmp"
    files.write_text(f"{left}/thesis.txt", "mine")
    run.main([str(recipe)])
    assert (left / "thesis.txt").read_text() == "mine"


def test_killed_before_its_end_was_noted(recipe, calls, tmp_path):
    run.main([str(recipe)])
    calls()
    path = tmp_path / "out/states/first.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"status": "started"}))
    run.main([str(recipe)])
    assert calls() == []
    assert json.loads(path.read_text())["status"] == "completed"


RUN = """
import sys
from tfmling import files, run
from tfmling.commands import COMMANDS, Command
COMMANDS["copy"] = Command("tinymains.copy", "tinymains.settings:Copy", "")
run.main([sys.argv[1]])
"""


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a killed run leaves its stage behind"
)
def test_a_killed_run_takes_its_stage_along_and_is_gone_on_with(recipe, calls, tmp_path, capfd):
    (tmp_path / "hang").touch()
    process = subprocess.Popen([sys.executable, "-c", RUN, str(recipe)])
    log = tmp_path / "out/logs/first.log"
    wait_until(lambda: log.exists() and "copying" in log.read_text())
    with pytest.raises(SystemExit) as refused:
        run.main([str(recipe)])
    assert refused.value.code == 2
    assert f"another run works here (process {process.pid})" in capfd.readouterr().err
    process.send_signal(signal.SIGKILL)
    process.wait()
    (tmp_path / "hang").unlink()
    assert calls() == ["first 0"]
    run_when_free(recipe)
    assert calls() == ["first 1", "second 0 --loud=b"]
    assert text(tmp_path, "second") == "ab.c."
    assert "first: run: resumes, was stopped" in capfd.readouterr().out


def run_when_free(recipe):
    """The killed stage holds the lock until the system has ended it."""
    for _ in range(50):
        try:
            return run.main([str(recipe)])
        except SystemExit:
            time.sleep(0.1)
    return run.main([str(recipe)])


def wait_until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
