"""A run killed ten times at random moments equals an uninterrupted one, bit for bit."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core.config import build
from tfmling.core.outputs import unfinished_folder
from tfmling.training.checkpoint_folder import FOLDER
from tfmling.training.checkpoints import newest_checkpoint, read_variables
from tfmling.training.settings import Train

ROOT = Path(__file__).parents[2]
KILLS, STEPS, EVERY = 10, 60, 2
UNTIMED = ("step", "loss", "gradient_norm", "mlm/tokens", "dual/tokens", "mlm/masked_lm_accuracy")


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("kills")
    tiny.write_records(folder / "records")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    return folder


def _settings(data: Path, output: Path) -> Train:
    def inputs(kind: str) -> dict:
        return tiny.inputs(kind, str(data / "records"), global_batch_size=8)

    values = {
        "output": str(output),
        "encoder": {"kind": "directory", "path": str(data / "base"), "dropout": 0.3},
        "tasks": [
            {"name": "mlm", "kind": "masked_lm", "gradient_accumulation_steps": 2,
             "inputs": inputs("sentences")},
            {"name": "dual", "kind": "dual_encoder", "gradient_cache_batch_size": 4,
             "inputs": inputs("sentence_pairs")},
        ],
        "optimizer": {"kind": "lamb", "learning_rate": 0.01, "warmup_steps": 20},
        "ema_decay": 0.9,
        "runtime": {"steps_per_loop": EVERY},
        "steps": STEPS,
        "checkpoint_every": EVERY,
    }  # fmt: skip
    return build(Train, values, "test")


class _Training:
    """A run in a separate process, which keeps its last checkpoint when it ends."""

    CODE = """
import sys
from tfmling.core import unfinished
unfinished.Unfinished.remove = lambda self: None
from tfmling.cli.main import main
main(["train", "--config", sys.argv[1]])
"""

    def __init__(self, settings: Train, folder: Path):
        self.config = folder / "config.yaml"
        self.config.write_text(settings.model_dump_json())

    def run(self, kill_at: int | None = None, late: float = 0.0) -> bool:
        """Whether the run finished; else it was killed `late` seconds after a report."""
        command = [sys.executable, "-c", self.CODE, str(self.config)]
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
            said = []
            for line in process.stderr:
                said.append(line)
                if kill_at is not None and line.startswith(f"step {kill_at}/"):
                    # between two reports: during a step, or while a checkpoint is written
                    time.sleep(late)
                    process.send_signal(signal.SIGKILL)
                    break
        assert process.returncode in (0, -signal.SIGKILL), "".join(said)[-3000:]
        return process.returncode == 0


def _checkpoint(settings: Train) -> dict[str, np.ndarray]:
    """Every variable and state of the last checkpoint: weights, slots, averages, random streams."""
    path = newest_checkpoint(f"{unfinished_folder(settings)}/{FOLDER}")
    assert path is not None
    return read_variables(path)


def _history(settings: Train) -> list[dict[str, float]]:
    lines = Path(settings.output, "history.jsonl").read_text().splitlines()
    return [{key: json.loads(line)[key] for key in UNTIMED} for line in lines]


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_ten_times(data, tmp_path):
    draw = random.Random(4)
    settings = [_settings(data, tmp_path / name / "out") for name in ("whole", "killed")]
    for own in settings:
        os.makedirs(Path(own.output).parent)
    whole, killed = (_Training(own, Path(own.output).parent) for own in settings)
    assert whole.run()
    last = 0
    for kill in range(KILLS):
        # each kill is a little later, and all ten are before the end
        last = min(last + EVERY * draw.randint(1, 3), STEPS - EVERY * (KILLS - kill))
        assert not killed.run(kill_at=last, late=draw.uniform(0.0, 0.05))
    assert killed.run()
    # losses and tokens: the same batches in the same order, with the same masks
    assert _history(settings[1]) == _history(settings[0])
    ours, theirs = (_checkpoint(own) for own in settings)
    assert ours.keys() == theirs.keys()
    assert any("optimizer" in name for name in ours)
    for name, value in theirs.items():
        np.testing.assert_array_equal(ours[name], value, err_msg=name)
