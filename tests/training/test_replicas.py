"""Four replicas equal one: loss, gradient, weights after five steps of AdamW with clipping."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def report() -> dict[str, float | str]:
    # 4, because with 2 replicas a wrong rotation of the gathered rows still passes
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.replicas_check", "4"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=850,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_loss_and_gradient(report):
    assert report["replicas"] == 4
    assert report["loss"] <= 1e-5
    assert report["gradient_size"] > 0.01
    assert report["gradient"] <= 1e-5


def test_five_steps(report):
    assert report["weights"] <= 2e-5
    assert report["metrics"] <= 1e-3


def test_an_indivisible_batch_is_rejected(report):
    assert "tasks.mlm.inputs.global_batch_size" in report["rejected"]
    assert "4 replicas" in report["rejected"]


def test_each_replica_has_its_own_dropout(report):
    assert report["dropouts"] == 4
