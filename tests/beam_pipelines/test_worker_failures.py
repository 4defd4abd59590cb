"""Errors of workers come as text; what a user can do something about is raised as it was."""

import os
import signal
import subprocess
import sys
import time

import apache_beam as beam
import psutil
import pytest
import yaml

from beam_pipelines import runner
from beam_pipelines.worker_failures import worker_error
from tfmling.core.errors import InputError
from tfmling.corpora.corpus import CorpusError

PROCESSES = ["--direct_running_mode=multi_processing", "--direct_num_workers=2"]
TRACEBACK = """Traceback (most recent call last):
  File "pack_parts.py", line 80, in _write
    file.write(block)
OSError: [Errno 28] No space left on device

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "common.py", line 1569, in finish
RuntimeError: {last} [while running 'Deduplicate/Pack']
"""


@pytest.mark.parametrize("form", ["{last} [while running 'A/B']", TRACEBACK])
def test_the_last_exception_counts(form):
    def of(last):
        return worker_error(form.format(last=last))

    full = of("OSError: [Errno 28] No space left on device")
    assert (full.errno, full.filename) == (28, None)
    denied = of('PermissionError: [Errno 13] Permission denied: "/a b/it\'s"')
    assert isinstance(denied, PermissionError)
    assert denied.filename == "/a b/it's"
    assert isinstance(of("MemoryError"), MemoryError)
    bad = of("tfmling.corpora.corpus.CorpusError: a.txt:3: expected\ntwo: lines")
    assert isinstance(bad, CorpusError)
    assert str(bad) == "a.txt:3: expected\ntwo: lines"
    assert isinstance(of("UnicodeDecodeError: 'utf-8' codec can't decode"), InputError)
    assert of("KeyError: 'a'") is None
    assert of("evil.CorpusErrors: x") is None


class Fail(beam.DoFn):
    def process(self, path):
        with open(path, "wb") as file:
            file.write(b"x" * 100_000)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize(
    "flags", [[], pytest.param(PROCESSES, marks=pytest.mark.slow)], ids=["main", "workers"]
)
def test_a_full_disk_is_one_line_from_any_process(flags, capfd):
    options = runner.pipeline_options(flags)
    with (
        pytest.raises(OSError, match="No space left") as caught,
        runner.run_at_the_end(options) as p,
    ):
        _ = p | beam.Create(["/dev/full"]) | beam.ParDo(Fail())
    assert caught.value.errno == 28
    if flags:
        assert "Traceback" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("flag", "said"),
    [
        (
            "--num_wrkers=2",
            r"^--num_wrkers: the runner has no such flag; did you mean --num_workers",
        ),
        ("--set", "^--set: an option of this command; put it before the bare --$"),
        ("stray", "^stray: the runner has no such flag"),
        ("--num_workers=two", "^after --: argument --num_workers: invalid int value: 'two'$"),
        ("--direct_running_mode=fast", "^after --: argument --direct_running_mode: invalid choice"),
    ],
)
def test_a_flag_that_no_runner_has_is_refused(flag, said):
    with pytest.raises(runner.config.ConfigError, match=said):
        runner.pipeline_options([flag])


def workers_of(pid):
    children = psutil.Process(pid).children(recursive=True)
    return [each for each in children if "beam_pipelines.worker_process" in each.cmdline()]


@pytest.mark.slow  # starts worker processes
def test_workers_end_soon_after_their_launcher_was_killed(tmp_path):
    (tmp_path / "in.txt").write_text("".join(f"Goats number {n}.\n" for n in range(300_000)))
    corpus = {"format": "plain_text", "path": f"{tmp_path}/in.txt", "language": "en"}
    settings = {"output": f"{tmp_path}/out", "corpora": [corpus], "segment_pairs": None}
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "tfmling", "build_monolingual", f"{tmp_path}/a.yaml"]
    process = subprocess.Popen([*command, "--", *PROCESSES], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while len(workers := workers_of(process.pid)) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, left = psutil.wait_procs(workers, timeout=10)
    assert not left
