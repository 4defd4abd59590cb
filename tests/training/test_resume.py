"""Runs that are stopped or damaged, and how they resume."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tests.training.test_run_training import data, history, settings, weights  # noqa: F401
from tfmling.core import manifest
from tfmling.core.config import ConfigError
from tfmling.core.outputs import unfinished_folder
from tfmling.training import run_training as run_training_module
from tfmling.training.checkpoint_folder import FOLDER, newest_step
from tfmling.training.checkpoints import Checkpoints, NoCheckpointError
from tfmling.training.exit_process import Stopped, StopSignal
from tfmling.training.progress import write_summaries
from tfmling.training.run_training import run_training
from tfmling.training.settings import Optimizer
from tfmling.training.trainer import LoopStopped

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def whole(data, tmp_path_factory):  # noqa: F811
    """An uninterrupted run."""
    chosen = settings(data, tmp_path_factory.mktemp("whole") / "out", **FREQUENT)
    run_training(chosen)
    return chosen


FREQUENT = {"steps": 8, "checkpoint_every": 2, "keep_checkpoints": 5, "ema_decay": 0.5}


def checkpoint_names(chosen) -> list[str]:
    return sorted(os.listdir(Path(unfinished_folder(chosen), FOLDER)))


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def equal(ours, theirs) -> None:
    untimed = [
        [{k: v for k, v in e.items() if "second" not in k} for e in history(own.output)]
        for own in (ours, theirs)
    ]
    assert untimed[0] == untimed[1]
    for a, b in zip(weights(ours.output), weights(theirs.output), strict=True):
        np.testing.assert_array_equal(a, b)
    steps = [
        [event.step for path in sorted(Path(own.output, "tensorboard").glob("events*"))
         for event in tf.compat.v1.train.summary_iterator(str(path)) if event.summary.value]
        for own in (ours, theirs)
    ]  # fmt: skip
    assert sorted(set(steps[0])) == sorted(set(steps[1]))
    assert len(steps[0]) == len(steps[1])  # no duplicates


def test_stopped_and_damaged_run_equals_an_uninterrupted_one(
    data, whole, tmp_path, capfd  # noqa: F811
):  # fmt: skip
    place = tmp_path / "runs [1]*"
    place.mkdir()
    chosen = settings(data, place / "out", **FREQUENT)
    config = tmp_path / "config.yaml"
    config.write_text(chosen.model_dump_json())
    command = [sys.executable, "-m", "tfmling", "train", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("step 4/8"):
                process.send_signal(signal.SIGTERM)
                process.send_signal(
                    signal.SIGTERM
                )  # `timeout` sends two: they count as one request
    assert process.returncode == 143, "".join(lines)[-3000:]
    assert "stopped after step" in lines[-1]
    assert "the same command resumes" in lines[-1]
    stopped_at = newest_step(unfinished_folder(chosen))
    assert stopped_at >= 4
    # fewer steps and another seed are rejected, and nothing is removed
    before = checkpoint_names(chosen)
    for changes, expected in ({"steps": 5}, r"steps: 8, now 5"), ({"seed": 9}, "seed: 1, now 9"):
        with pytest.raises(ConfigError, match=rf"at step {stopped_at}, .*{expected}\. .*--restart"):
            run_training(settings(data, chosen.output, **(FREQUENT | changes)))
    assert checkpoint_names(chosen) == before
    # the newest checkpoint is damaged: the previous one is used
    newest = Path(unfinished_folder(chosen), FOLDER, before[-1])
    flip(next(newest.glob("variables.data*")))
    capfd.readouterr()
    run_training(chosen)
    said = capfd.readouterr().err
    assert f"checkpoint skipped: {newest}/variables.data" in said
    assert ": damaged: expected sha256" in said
    assert f"resumed after step {int(before[-2][5:])}" in said
    equal(chosen, whole)
    assert not os.path.exists(unfinished_folder(chosen))


def test_ctrl_c_saves_a_checkpoint_and_resumable_settings_may_change(
    data, tmp_path, monkeypatch, capfd  # noqa: F811
):  # fmt: skip
    chosen = settings(data, tmp_path / "out", **FREQUENT)
    with monkeypatch.context() as interrupted:
        interrupted.setattr(run_training_module, "write_summaries", interrupt)
        with pytest.raises(Stopped) as stopped:
            run_training(chosen)
    assert stopped.value.code == 130
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert checkpoint_names(chosen) == ["step-00000000", "step-00000002", "step-00000004"]
    kept = manifest.read_manifest(str(Path(unfinished_folder(chosen), FOLDER, "step-00000004")))
    assert kept.settings["seed"] == 1
    assert kept.inputs[data["records"]] == manifest.fingerprint(data["records"])
    monitor = {"records": [data["records"]], "every": 4, "pairs": 12, "max_length": 24}
    free = {"steps": 12, "monitor": monitor, "keep_checkpoints": 1, "checkpoint_every": 4}
    loops = {"runtime": {"steps_per_loop": 4}}
    run_training(settings(data, chosen.output, **(FREQUENT | free | loops)))
    said = capfd.readouterr().err
    assert "resumed after step 4" in said
    assert "steps raised from 8 to 12: from here on the learning rate decays" in said
    entries = history(chosen.output)
    assert [entry["step"] for entry in entries] == [2, 4, 8, 12]
    assert ["monitor/qaa-qab/alignment" in entry for entry in entries] == [0, 0, 1, 1]


def interrupt(writer, step: int, values) -> None:
    """Send Ctrl-C at the end of the second loop."""
    write_summaries(writer, step, values)
    if step == 4:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.5)


def test_stopped_loop_has_the_metrics_of_a_whole_loop(tmp_path):
    def train(stop_after: int | None) -> tuple[list, dict]:
        objective = tiny.masked_lm(tiny.tiny_encoder(dropout=0.1), "sentences")
        features = tiny.features(objective, tiny.tiny_texts())
        trainer = tiny.trainer(objective, features, Optimizer(learning_rate=0.01))
        with StopSignal().caught() as stop:
            trainer._stop = stop.flag
            if stop_after is not None:
                trainer.guard = lambda g: [stop_at(stop, trainer.step, stop_after), g][1]
                with pytest.raises(LoopStopped):
                    trainer.train(tf.constant(5))
                assert int(trainer.step) == stop_after
                state = json.loads(json.dumps(trainer.loop_state))
                assert state["first_step"] == 0
                stop.flag.assign(False)
                trainer.resume_loop(state)
            left = 5 - int(trainer.step)
            metrics = {name: float(v) for name, v in trainer.train(tf.constant(left)).items()}
        return [v.numpy() for v in trainer.trained], metrics

    (ours, metrics), (theirs, expected) = train(3), train(None)
    assert metrics == expected
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(a, b)


def stop_at(stop: StopSignal, step: tf.Variable, after: int) -> None:
    stop.flag.assign(tf.equal(step, after - 1))


@pytest.fixture
def three(tmp_path):
    """Checkpoints of steps 1, 2 and 3."""
    step = tf.Variable(0, dtype=tf.int64)
    own = Checkpoints(str(tmp_path), tf.train.Checkpoint(step=step), step, keep=3)
    for number in (1, 2, 3):
        step.assign(number)
        own.save({"n": number})
    return own


def path_of(own: Checkpoints, number: int) -> Path:
    return Path(own.folder, f"step-{number:08}")


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: next(path.glob("*.data*")).write_bytes(b""), "expected 96 bytes, found 0"),
        (lambda path: flip(next(path.glob("*.data*"))), "expected sha256"),
        (lambda path: flip(path / "variables.index"), "expected sha256"),
        (lambda path: (path / "state.json").unlink(), "no such file"),
        (lambda path: (path / "MANIFEST.json").unlink(), "found no MANIFEST.json"),
        (lambda path: (path / "MANIFEST.json").write_text(""), "it is not readable"),
        (lambda path: flip(path / "MANIFEST.json"), "MANIFEST.json: damaged: expected"),
        (lambda path: [p.unlink() for p in path.iterdir()], "found no MANIFEST.json"),
    ],
)
def test_the_newest_intact_checkpoint_is_used(three, capfd, damage, said):
    damage(path_of(three, 3))
    assert three.newest() == str(path_of(three, 2))
    (line,) = capfd.readouterr().err.splitlines()
    assert line.startswith(f"checkpoint skipped: {path_of(three, 3)}")
    assert said in line
    assert "again" not in line
    three.step.assign(9)
    assert three.restore(three.newest()) == {"n": 2}
    assert three.step.numpy() == 2
    three.step.assign(3)
    three.save({"n": 33})  # the damaged one is replaced
    assert three.newest() == str(path_of(three, 3))
    assert three.restore(three.newest()) == {"n": 33}


def test_damaged_checkpoints_are_removed_before_intact_ones(three, capfd):
    flip(next(path_of(three, 3).glob("*.data*")))
    three.restore(three.newest())  # of step 2
    three.step.assign(4)
    three.keep = 1
    three.save()
    assert os.listdir(three.folder) == ["step-00000004"]
    three.step.assign(3)  # as if the checkpoint of step 4 were damaged
    three.save()
    assert os.listdir(three.folder) == ["step-00000003"]
    assert three.newest() == str(path_of(three, 3))


def test_a_full_disk_leaves_nothing_behind(three, monkeypatch):
    def fail(*paths, **values):
        raise OSError(errno.ENOSPC, "no space left on device")

    before = sorted(os.listdir(three.folder))
    three.step.assign(4)
    with monkeypatch.context() as full:
        full.setattr("tfmling.core.manifest.write_manifest", fail)
        with pytest.raises(OSError, match="no space left"):
            three.save()
    assert sorted(os.listdir(three.folder)) == before


def test_error_if_all_checkpoints_are_damaged(three, capfd):
    for number in (1, 2, 3):
        flip(next(path_of(three, number).glob("*.data*")))
    with pytest.raises(NoCheckpointError, match=r"found 3 damaged; add --restart"):
        three.newest()
    assert len(capfd.readouterr().err.splitlines()) == 3


def test_incomplete_checkpoints_are_ignored_and_removed(three):
    shutil.copytree(path_of(three, 3), f"{path_of(three, 4)}.01234567.tmp")
    assert three.newest() == str(path_of(three, 3))
    three.remove_abandoned()
    assert len(os.listdir(three.folder)) == 3


def test_checkpoint_with_other_variables_is_rejected(three):
    other = tf.train.Checkpoint(step=three.step, more=tf.Variable(1.0))
    wrong = Checkpoints(str(Path(three.folder).parent), other, three.step, keep=3)
    with pytest.raises(NoCheckpointError, match="expected the variables of this run"):
        wrong.restore(wrong.newest())
