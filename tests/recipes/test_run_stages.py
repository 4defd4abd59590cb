"""Stages run, are skipped or resume, depending on their inputs, settings and code."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tfmling.cli.main import main
from tfmling.core import files
from tfmling.recipes.state import read_state


def text(tmp_path, stage):
    return (tmp_path / "out" / stage / "text.txt").read_text()


def test_stages_run_in_order_with_flags_and_logs(recipe, calls, tmp_path, capfd):
    main(["run", str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]
    assert text(tmp_path, "second") == "ab.c."
    assert (tmp_path / "out/logs/first.log").read_text() == f"copying {tmp_path}/start.txt\n"
    said = capfd.readouterr().out
    assert "[1/2] first: run: not run before" in said
    assert "copying" in said
    assert "report: " in said


def test_what_is_unchanged_is_skipped(recipe, calls, capfd):
    main(["run", str(recipe)])
    calls()
    main(["run", str(recipe)])
    assert calls() == []
    assert "[2/2] second: skipped: unchanged" in capfd.readouterr().out


def test_a_changed_input_runs_all_that_depends_on_it(recipe, calls, tmp_path, capfd):
    main(["run", str(recipe)])
    calls()
    (tmp_path / "start.txt").write_text("x")
    main(["run", str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]
    assert text(tmp_path, "second") == "xb.c."
    assert "start.txt changed; this stage took 0:00:0" in capfd.readouterr().out


def test_changed_settings_run_this_stage_and_not_the_one_before(recipe, calls, tmp_path, capfd):
    main(["run", str(recipe)])
    calls()
    main(["run", str(recipe), "--set", "stages.second.config.suffix=d"])
    assert calls() == ["second 0 --loud=b"]
    assert text(tmp_path, "second") == "ab.d."
    assert "config.suffix changed" in capfd.readouterr().out


def test_changed_flags_run_the_stage(recipe, calls):
    main(["run", str(recipe)])
    calls()
    main(["run", str(recipe), "--set", "stages.second.flags=[--streaming]"])
    assert calls() == ["second 0 --streaming"]


@pytest.mark.parametrize(
    ("module", "code", "expected"),
    [
        ("words", 'END = "!"\n', ["first 0", "second 0 --loud=b"]),
        ("words", '# a remark\nEND = "."\n', []),
        ("unused", "A = 2\n", []),
    ],
)
def test_changed_code_runs_what_imports_it(recipe, calls, tiny_commands, module, code, expected):
    main(["run", str(recipe)])
    calls()
    (tiny_commands / f"{module}.py").write_text(code)
    main(["run", str(recipe)])
    assert calls() == expected


def test_a_result_that_is_gone_is_made_again(recipe, calls, tmp_path):
    main(["run", str(recipe)])
    calls()
    shutil.rmtree(tmp_path / "out/second")
    main(["run", str(recipe)])
    assert calls() == ["second 0 --loud=b"]


def test_a_failed_stage_stops_the_run_and_resumes_next_time(recipe, calls, tmp_path, capfd):
    (tmp_path / "break").touch()
    with pytest.raises(SystemExit) as failed:
        main(["run", str(recipe)])
    assert failed.value.code == 1
    assert str(failed.value) == (
        "stage first: copy exited with status 1. Run the recipe again to resume. "
        f"Log: {tmp_path}/out/logs/first.log, its last lines:\n"
        f"  copying {tmp_path}/start.txt\n  line of the log\n  50 %\n  90 %broken on purpose"
    )
    assert calls() == ["first 0"]
    (tmp_path / "break").unlink()
    main(["run", str(recipe)])
    assert calls() == ["first 1", "second 0 --loud=b"]  # found the step that the failed run left
    assert "first: run: resumes, had failed" in capfd.readouterr().out
    assert (tmp_path / "out/logs/first.log").read_text().count("copying") == 2


def test_restart_reaches_the_stages_that_resume(recipe, calls, tmp_path):
    (tmp_path / "break").touch()
    for _ in range(2):
        with pytest.raises(SystemExit):
            main(["run", str(recipe)])
    (tmp_path / "break").unlink()
    assert calls() == ["first 0", "first 1"]
    main(["run", str(recipe), "--restart"])
    assert calls() == ["first 0", "second 0 --loud=b"]
    main(["run", str(recipe), "--restart"])
    assert calls() == []  # what is done is done


def test_what_is_damaged_is_made_again(recipe, calls, tmp_path, capfd):
    main(["run", str(recipe)])
    calls()
    (tmp_path / "out/first/text.txt").write_text("")
    main(["run", str(recipe)])
    assert calls() == ["first 0"]  # what it wrote is the same as before, so the second is skipped
    assert text(tmp_path, "first") == "ab."
    assert "first/text.txt: damaged: expected 3 bytes, found 0" in capfd.readouterr().out


def test_content_decides_and_not_the_clock(recipe, calls, tmp_path):
    main(["run", str(recipe)])
    calls()
    for path in (tmp_path / "out").rglob("*"):
        os.utime(path, (2**31, 2**31))
    main(["run", str(recipe), "--set", "stages.first.config.suffix=x"])
    assert calls() == ["first 0", "second 0 --loud=b"]


def test_no_state_is_needed_to_see_that_a_stage_is_done(recipe, calls, tmp_path):
    main(["run", str(recipe)])
    calls()
    for path in (tmp_path / "out/states").iterdir():
        path.unlink()
    main(["run", str(recipe)])
    assert calls() == []


def test_temporary_folders_of_others_are_left_alone(recipe, tmp_path):
    main(["run", str(recipe)])
    left = tmp_path / "out" / "first.0123abcd.tmp"
    files.write_text(f"{left}/thesis.txt", "mine")
    main(["run", str(recipe)])
    assert (left / "thesis.txt").read_text() == "mine"


def test_killed_before_its_end_was_noted(recipe, calls, tmp_path):
    main(["run", str(recipe)])
    calls()
    path = tmp_path / "out/states/first.json"
    state = json.loads(path.read_text())
    path.write_text(json.dumps(state | {"status": "started"}))
    main(["run", str(recipe)])
    assert calls() == []
    assert json.loads(path.read_text())["status"] == "completed"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 3}', '{"status": "great"}', "\0\xff"])
def test_a_damaged_state_is_ignored(recipe, calls, tmp_path, text):
    main(["run", str(recipe)])
    calls()
    path = tmp_path / "out/states/first.json"
    path.write_text(text, encoding="latin-1")
    main(["run", str(recipe)])
    assert calls() == []
    (tmp_path / "start.txt").write_text("new")
    main(["run", str(recipe)])
    assert calls() == ["first 0", "second 0 --loud=b"]
    assert json.loads(path.read_text())["status"] == "completed"


def test_a_state_with_values_of_other_types_is_ignored(recipe, tmp_path):
    main(["run", str(recipe)])
    path = tmp_path / "out/states/first.json"
    values = json.loads(path.read_text())
    for key in values:
        for value in ({"a": 1}, ["x"], "x"):
            path.write_text(json.dumps(values | {key: value}))
            assert read_state(path) is None


MEMORY = Path("/sys/fs/cgroup/memory")


@pytest.fixture
def little_memory():
    """A control group of 200 MB; gives the file that takes the ids of its processes."""
    folder = MEMORY / f"tfmling-test-{os.getpid()}"
    try:
        folder.mkdir()
        (folder / "memory.limit_in_bytes").write_text(str(200 << 20))
    except OSError as error:
        pytest.skip(f"no control group of our own: {error}")
    yield folder / "cgroup.procs"
    folder.rmdir()


def test_a_stage_that_the_kernel_killed_for_memory(recipe, tmp_path, little_memory, capfd):
    (tmp_path / "eat").touch()
    join = f"open({str(little_memory)!r}, 'w').write('0'); "
    done = subprocess.run(
        [sys.executable, "-c", join + RUN, str(recipe)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert "copy was killed by the kernel because memory ran out; " in done.stderr


@pytest.mark.parametrize(
    ("number", "status", "kind"),
    [(signal.SIGINT, 130, "KeyboardInterrupt"), (signal.SIGTERM, 143, "Terminated")],
)
def test_an_interruption_reaches_the_stage_once(recipe, tmp_path, number, status, kind):
    (tmp_path / "hang").touch()
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(recipe)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log = tmp_path / "out/logs/first.log"
    wait_until(lambda: log.exists() and "copying" in log.read_text())
    os.killpg(process.pid, number)  # as a terminal does
    out, err = process.communicate(timeout=30)
    assert process.returncode == status
    assert log.read_text().splitlines()[1:] == [
        f"last checkpoint, {kind}",
        {130: "interrupted", 143: "terminated"}[status],
    ]
    assert f"last checkpoint, {kind}" in out
    assert err.splitlines() == [{130: "interrupted", 143: "terminated"}[status]]


def test_an_unread_output_ends_the_stage_too(recipe, tmp_path):
    (tmp_path / "hang").touch()
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(recipe)], stdout=writer, stderr=subprocess.PIPE, text=True
    )
    os.close(writer)
    assert process.communicate(timeout=30)[1] == ""
    assert process.returncode == 1


RUN = "import sys; from tfmling.cli.main import main; main(['run', *sys.argv[1:]])"


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a killed run leaves its stage behind"
)
def test_a_killed_run_ends_its_stage_and_is_resumed(recipe, calls, tmp_path, capfd):
    (tmp_path / "hang").touch()
    process = subprocess.Popen([sys.executable, "-c", RUN, str(recipe)])
    log = tmp_path / "out/logs/first.log"
    wait_until(lambda: log.exists() and "copying" in log.read_text())
    with pytest.raises(SystemExit) as refused:
        main(["run", str(recipe)])
    assert refused.value.code == 2
    assert f"another run is using this folder (process {process.pid})" in capfd.readouterr().err
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
            return main(["run", str(recipe)])
        except SystemExit:
            time.sleep(0.1)
    return main(["run", str(recipe)])


def wait_until(true):
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
