"""A run that is killed publishes nothing; the run after it gives what an undisturbed one gives."""

import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
import yaml

from beam_pipelines import worker_process
from tfmling.core import folders
from tfmling.records import tfrecord

_PROCESSES = ("--", "--direct_running_mode=multi_processing", "--direct_num_workers=2")


@pytest.fixture
def command(tmp_path):
    """The command that builds a corpus of about 20,000 sentences under a name."""
    rng = random.Random(1)
    words = [f"neno{n}" for n in range(500)]
    lines = (" ".join(rng.choices(words, k=rng.randint(3, 15))) for _ in range(20_000))
    text = "".join(f"{line}.\n" if rng.random() < 0.9 else "\n" for line in lines)
    corpora = []
    for n in range(4):
        path = tmp_path / f"{n}.txt"
        path.write_text(text[n * len(text) // 4 : (n + 1) * len(text) // 4])
        corpora.append({"format": "plain_text", "path": str(path), "language": "swh"})

    def command(name, *flags):
        values = {"output": str(tmp_path / name), "corpora": corpora, "near_duplicates": {}}
        settings = tmp_path / f"{name}.yaml"
        settings.write_text(yaml.safe_dump(values))
        main = [sys.executable, "-m", "tfmling", "build_monolingual", "--config", str(settings)]
        return [*main, *flags]

    return command


def run(command):
    started = time.monotonic()
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    return time.monotonic() - started


def records(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*.tfrecord")
    }


def workers_of(process):
    """The worker processes, without the shells that Beam starts them from."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [child for child in children if worker_process.__name__ in child.cmdline()]


def assert_whole(folder, expected):
    """No shard can be read that is not complete."""
    for path, data in records(folder).items():
        list(tfrecord.read(str(folder / path)))
        assert data == expected[path]


@pytest.mark.slow
@pytest.mark.parametrize("flags", [(), _PROCESSES], ids=["main", "worker"])
def test_kills_at_random_change_nothing(command, tmp_path, contents, flags):
    duration = run(command("expected", *flags))
    expected = contents(tmp_path / "expected")
    whole = records(tmp_path / "expected")
    rng = random.Random(2)
    left_behind = 0
    for _ in range(5):
        process = subprocess.Popen(command("out", *flags), stderr=subprocess.PIPE)
        time.sleep(rng.uniform(0.5, 0.95) * duration)
        _kill(process, rng, of_worker=bool(flags))
        process.communicate(timeout=120)
        for left in [path for path in tmp_path.glob("out*") if path.is_dir()]:
            assert_whole(left, whole)
        left_behind += len(folders.remove_abandoned(str(tmp_path / "out")))
    assert left_behind >= 2  # otherwise the kills came before or after all work
    run(command("out", *flags))
    assert contents(tmp_path / "out") == expected


def _kill(process, rng, of_worker):
    if process.poll() is not None:
        return
    workers = workers_of(process) if of_worker else []
    victim = rng.choice(workers) if workers else psutil.Process(process.pid)
    victim.kill()


@pytest.mark.slow
def test_a_killed_worker_ends_the_run_with_a_message(command, tmp_path):
    process = subprocess.Popen(command("out", *_PROCESSES), stderr=subprocess.PIPE, text=True)
    while not (workers := workers_of(process)):
        time.sleep(0.1)
    workers[0].kill()
    _, errors = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "a worker process was killed" in errors
    assert not (tmp_path / "out").exists()
