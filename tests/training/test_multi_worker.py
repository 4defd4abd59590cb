"""Two processes that train together, and two devices of one, equal one: losses, gradients, weights.

Of several processes one writes.
"""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.modeling.heads import read_weights
from tfmling.training.settings import Runtime
from tfmling.training.strategy import build_strategy

ROOT = Path(__file__).parents[2]
# prints the replicas' random streams before the first step
ON_TWO_DEVICES = """
import sys
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from tfmling.cli.main import main
from tfmling.training.trainer import Trainer
begin = Trainer.train_loop_begin
def say(self):
    encoder = self.tasks["mlm"][0].encoder
    state = next(v.value for v in encoder.variables if v.name == "seed_generator_state")
    own = self.strategy.experimental_local_results(state)
    print("streams", len({tuple(v.numpy()) for v in own}), file=sys.stderr)
    begin(self)
Trainer.train_loop_begin = say
main(["train", *sys.argv[1:]])
print("came back to wait for iterators", file=sys.stderr)
"""


def _config(folder: Path, name: str, strategy: str) -> Path:
    path = folder / f"{name}.yaml"
    records = str(folder / "records")
    # too small to drop anything, but random numbers are drawn
    dropout = 1e-12 if strategy == "mirrored" else 0.0
    values = {
        "output": str(folder / name),
        "encoder": {"kind": "directory", "path": str(folder / "base"), "dropout": dropout},
        "tasks": [
            {"name": "mlm", "kind": "masked_lm", "gradient_accumulation_steps": 2,
             "max_predictions": 4,
             "inputs": tiny.inputs("sentences", records, global_batch_size=12)},
            {"name": "dual", "kind": "dual_encoder",
             "inputs": tiny.inputs("sentence_pairs", records, global_batch_size=8)},
        ],
        # small steps, a clipped gradient, and an epsilon above rounding
        "optimizer": {"learning_rate": 0.01, "warmup_steps": 2, "clip_norm": 0.5, "epsilon": 1e-3},
        "runtime": {"strategy": strategy, "steps_per_loop": 1},
        "ema_decay": 0.5,
        "steps": 5,
        "checkpoint_every": 2,
    }  # fmt: skip
    path.write_text(json.dumps(values))
    return path


def _start(config: Path, *program: str, **environment: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, *(program or ("-m", "tfmling", "train")), "--config", str(config)],
        cwd=ROOT,
        env=os.environ | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for own in sockets:
        own.bind(("localhost", 0))
    ports = [own.getsockname()[1] for own in sockets]
    for own in sockets:
        own.close()
    return ports


def _start_workers(config: Path, count: int) -> list[subprocess.Popen]:
    cluster = {"worker": [f"localhost:{port}" for port in _free_ports(count)]}
    return [
        _start(config, TF_CONFIG=json.dumps(
            {"cluster": cluster, "task": {"type": "worker", "index": index}}
        ))
        for index in range(count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    folder = tmp_path_factory.mktemp("workers")
    tiny.write_records(folder / "records")
    encoder = tiny.tiny_encoder()
    # the head too, since its initial values depend on earlier random draws
    encoder.head_weights.update(read_weights(tiny.masked_lm(encoder).head))
    save_encoder(encoder, str(folder / "base"))
    running = [_start(_config(folder, "one", "one_device"))]
    running += [_start(_config(folder, "mirrored", "mirrored"), "-c", ON_TWO_DEVICES)]
    running += _start_workers(_config(folder, "two", "multi_worker"), 2)
    said = [process.communicate(timeout=800)[1] for process in running]
    for process, text in zip(running, said, strict=True):
        assert process.returncode == 0, text[-3000:]
    return folder, said


def _history(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "history.jsonl").read_text().splitlines()]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two", "mirrored"])
def test_losses_and_gradients(outcome, name):
    folder, _ = outcome
    one, two = _history(folder / "one"), _history(folder / name)
    assert [entry["step"] for entry in two] == [1, 2, 3, 4, 5]
    for ours, theirs in zip(two, one, strict=True):
        for name in ("loss", "gradient_norm", "mlm/tokens", "dual/p_at_1"):
            assert ours[name] == pytest.approx(theirs[name], abs=2e-5), name
    assert one[0]["gradient_norm"] > 0.5


@pytest.mark.slow
@pytest.mark.parametrize("name", ["two", "mirrored"])
def test_weights(outcome, name):
    folder, _ = outcome
    base, one, two = (load_encoder(str(folder / own)) for own in ("base", "one", name))
    weights = [encoder.backbone.trainable_variables for encoder in (base, one, two)]
    for start, own, other in zip(*weights, strict=True):
        np.testing.assert_allclose(own.numpy(), other.numpy(), atol=2e-5)
        moved = np.abs(own.numpy() - start.numpy()).max() > 1e-4
        # no loss reads the pooler, and softmax ignores a bias shared by all scores
        assert moved or "pooled" in start.path or start.path.endswith("key/bias")


@pytest.mark.slow
def test_only_the_chief_reports_and_nothing_is_left(outcome):
    folder, (_, _, chief, other) = outcome
    assert "on 2 replica(s)" in chief
    assert "step 5/5" in chief
    assert "encoder written" in chief
    assert "step 5/5" not in other
    assert "encoder written" not in other
    found = {path.name for path in folder.iterdir()}
    outputs = {"one", "two", "mirrored"}
    assert found == {"records", "base"} | outputs | {f"{name}.yaml" for name in outputs}


@pytest.mark.slow
def test_replicas_have_separate_random_streams_from_the_first_step(outcome):
    _, (_, mirrored, _, _) = outcome
    assert next(line for line in mirrored.splitlines() if "streams" in line) == "streams 2"


@pytest.mark.slow
def test_process_with_several_devices_exits_at_once(outcome):
    _, (_, mirrored, _, _) = outcome
    assert "encoder written" in mirrored
    assert "came back" not in mirrored


def test_missing_tf_config_is_explained(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ValueError, match=r"TF_CONFIG, .*cluster.*another index in each process"):
        build_strategy(Runtime(strategy="multi_worker"))
