"""Stages are run, skipped and continued as their inputs, settings and code ask for it."""

import json
import signal
import subprocess
import sys
import time

import pytest

from tfmling import run


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
    (tmp_path / "out/second/COMPLETED").unlink()
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
    assert "first: run: goes on, had failed" in capfd.readouterr().out
    assert (tmp_path / "out/logs/first.log").read_text().count("copying") == 2


def test_a_half_done_training_of_other_settings_is_not_gone_on_with(recipe, calls, tmp_path):
    (tmp_path / "break").touch()
    with pytest.raises(SystemExit):
        run.main([str(recipe)])
    (tmp_path / "break").unlink()
    calls()
    (tmp_path / "start.txt").write_text("x")
    run.main([str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]


def test_leftovers_of_dead_runs_are_removed(recipe, tmp_path):
    left = tmp_path / "out" / "first.0123abcd.tmp"
    left.mkdir(parents=True)
    (left / "half").touch()
    run.main([str(recipe)])
    assert not left.exists()


def test_killed_after_the_mark_and_before_our_note(recipe, calls, tmp_path):
    run.main([str(recipe)])
    calls()
    path = tmp_path / "out/states/first.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"status": "started"}))
    run.main([str(recipe)])
    assert calls() == []
    path.write_text(json.dumps(state | {"status": "started", "started_at": time.time() + 9}))
    run.main([str(recipe)])  # the mark is older than the start: of an earlier result
    assert calls() == ["first 0"]


RUN = """
import functools, sys
from tfmling import run
from tfmling.commands import COMMANDS, Command
from tfmling.recipes import version
COMMANDS["copy"] = Command("tinymains.copy", "tinymains.settings:Copy", "")
version.code_version = functools.partial(version.code_version, packages=("tinymains",))
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
    assert "first: run: goes on, was stopped" in capfd.readouterr().out


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
