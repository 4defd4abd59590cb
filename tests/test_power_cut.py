"""After a power cut every output with a manifest is intact, and a repeated job ends the same.

A job writes to a small disk image (loop-mounted ext4). Copies of the image simulate a power cut:
they lack what the system has not written to disk yet. Mounting a copy replays its journal, as after
a cut. Needs root, mkfs.ext4 and loop devices.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from tests.tiny import inputs, tiny_encoder, write_records
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core import manifest
from tfmling.recipes.state import read_state
from tfmling.recipes.verify import outputs_at

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

ROOT = Path(__file__).parents[1]
COMMIT_SECONDS = 5  # after which ext4 writes its journal, with names of files whose data is missing
MEGABYTES = 96


def shell(*command):
    subprocess.run(command, check=True, capture_output=True)


@contextlib.contextmanager
def mounted(image, point):
    point.mkdir(exist_ok=True)
    shell("mount", "-o", "loop", str(image), str(point))
    try:
        yield point
    finally:
        shell("umount", str(point))


@pytest.fixture
def new_disk(tmp_path):
    """Makes an empty disk in a file; skips where this machine cannot mount it."""

    def new_disk(name):
        image = tmp_path / f"{name}.img"
        with open(image, "wb") as file:
            file.truncate(MEGABYTES << 20)
        try:
            shell("mkfs.ext4", "-q", str(image))
            with mounted(image, tmp_path / "probe"):
                pass
        except (OSError, subprocess.CalledProcessError) as error:
            pytest.skip(f"needs root, mkfs.ext4 and loop devices: {error}")
        return image

    return new_disk


def start(command, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"}
    return subprocess.Popen(
        [sys.executable, "-m", "tfmling", *command],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def finish(job):
    said = job.communicate()[0].decode()
    assert job.returncode == 0, said


def snapshot(image, copy, job=None):
    """Copies the disk as it is at one moment: two copies in a row that are equal."""
    if job is not None and job.poll() is None:
        os.killpg(job.pid, signal.SIGSTOP)
    try:
        other = copy.with_suffix(".other")
        for _ in range(20):
            for each in (copy, other):
                shell("cp", "--sparse=always", str(image), str(each))
            if subprocess.run(["cmp", "-s", str(copy), str(other)]).returncode == 0:
                return
        raise AssertionError("the disk is never at rest")
    finally:
        other.unlink(missing_ok=True)
        if job is not None and job.poll() is None:
            os.killpg(job.pid, signal.SIGCONT)


def contents(folder):
    """The hashes of all outputs, but for files that differ between two undisturbed runs."""
    found = {}
    for output, _ in outputs_at(str(folder)):
        written = manifest.read_manifest(output)
        found |= {
            f"{Path(output).relative_to(folder)}/{name}": entry.sha256
            for name, entry in written.files.items()
            if not written.is_varying(name)
        }
    return found


def check_after_the_cut(folder):
    """Every output with a manifest is whole, every state file is readable; gives the outputs."""
    outputs = [output for output, _ in outputs_at(str(folder))]
    for output in outputs:
        assert manifest.verify(output) > 0
    for path in folder.rglob("states/*.json"):
        assert read_state(path) is not None, f"{path}: {path.read_bytes()!r}"
    return outputs


def corpus_job(data):
    lines = (f"Sentensi ya {n} inasema jambo la {n * n}." for n in range(40_000))
    (data / "sw.txt").write_text("\n".join(lines))
    corpus = {"format": "plain_text", "language": "sw", "path": f"{data}/sw.txt"}
    settings = {"output": "out", "corpora": [corpus], "num_shards": 4}
    (data / "config.yaml").write_text(yaml.safe_dump(settings))
    return ["build_monolingual", "--config", f"{data}/config.yaml"]


def recipe_job(data):
    small = {"sentences_a": 300, "sentences_b": 200, "train_pairs": 100, "test_pairs": 60}
    constructed = small | {"contrasts": 2, "queries": 2}
    corpus = {"format": "plain_text", "language": "en", "path": "${stages.first}/a.txt"}
    stages = [
        {"name": "first", "command": "construct_corpus", "config": constructed},
        {
            "name": "second",
            "command": "build_monolingual",
            "config": {"corpora": [corpus], "num_shards": 2},
        },
        {"name": "third", "command": "construct_corpus", "config": constructed},
    ]
    (data / "recipe.yaml").write_text(yaml.safe_dump({"output": "out", "stages": stages}))
    return ["run", f"{data}/recipe.yaml"]


def training_job(data):
    (data / "encoder").mkdir()
    save_encoder(tiny_encoder(), str(data / "encoder"))
    records = write_records(data / "records")
    settings = {
        "output": "out",
        "encoder": {"kind": "directory", "path": f"{data}/encoder", "dropout": 0.1},
        "tasks": [
            {
                "name": "d",
                "kind": "dual_encoder",
                "inputs": inputs("sentence_pairs", records, global_batch_size=8),
            }
        ],
        "optimizer": {"learning_rate": 0.01, "warmup_steps": 2},
        "runtime": {"steps_per_loop": 5},
        "steps": 400,
        "checkpoint_every": 20,
    }
    (data / "train.yaml").write_text(yaml.safe_dump(settings))
    return ["train", "--config", f"{data}/train.yaml"]


JOBS = {"corpus": corpus_job, "recipe": recipe_job, "training": training_job}


@pytest.mark.parametrize("kind", JOBS)
def test_outputs_are_intact_after_a_power_cut_and_the_job_ends_the_same(tmp_path, new_disk, kind):
    data, point = tmp_path / "data", tmp_path / "disk"
    data.mkdir()
    command = JOBS[kind](data)
    began = time.monotonic()
    with mounted(new_disk("undisturbed"), point):
        finish(start(command, point))
        expected = contents(point)
    seconds = time.monotonic() - began
    assert expected
    image, copies = new_disk("disk"), []
    draw = random.Random(7)
    with mounted(image, point):
        job = start(command, point)
        moments = sorted(draw.uniform(0.2, 1) * seconds for _ in range(3))
        began = time.monotonic()
        for moment in moments:
            with contextlib.suppress(subprocess.TimeoutExpired):
                job.wait(max(0, began + moment - time.monotonic()))
            copies.append(tmp_path / f"cut{len(copies)}.img")
            snapshot(image, copies[-1], job)
        while not (point / "out" / "MANIFEST.json").exists() and job.poll() is None:
            time.sleep(0.002)
        copies.append(tmp_path / "appeared.img")
        snapshot(image, copies[-1], job)
        finish(job)
        for wait in (0, COMMIT_SECONDS + 1.5):
            time.sleep(wait)
            copies.append(tmp_path / f"after{wait}.img")
            snapshot(image, copies[-1])
    found = []
    for copy in copies:
        with mounted(copy, point):
            found.append(len(check_after_the_cut(point)))
            finish(start(command, point))
            assert contents(point) == expected, copy.name
            leftovers = [path.name for path in point.rglob("*.tmp")]
            assert not leftovers, copy.name
        copy.unlink()
    print(f"{kind}: {len(copies)} cuts, outputs that were there: {found}")
    assert found[-1] > 0
    shutil.rmtree(data)
