"""MLM on packed sentences, next sentence and TLM in one run, mixed by weight."""

import json

import numpy as np
import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core.config import build
from tfmling.training.run_training import run_training
from tfmling.training.settings import Train
from tfmling.training.training_run import build_training_run

WEIGHTS = {"mlm": 1.0, "next": 0.5, "tlm": 0.25}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """Settings, initial encoder, and the metrics of each step."""
    folder = tmp_path_factory.mktemp("mixed")
    records = tiny.write_records(folder / "records")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))

    def task(name: str, kind: str, packed: bool, **changes) -> dict:
        inputs = tiny.inputs(kind, records, packed=packed, global_batch_size=4)
        return {"name": name, "kind": "masked_lm", "weight": WEIGHTS[name], "max_predictions": 4,
                "inputs": inputs} | changes  # fmt: skip

    values = {
        "output": str(folder / "out"),
        "encoder": {"kind": "directory", "path": str(folder / "base"), "dropout": 0.1},
        "tasks": [
            task("mlm", "sentences", True),
            task("next", "segment_pairs", False, next_sentence=True),
            task("tlm", "sentence_pairs", True, restart_positions=True),
        ],
        "runtime": {"steps_per_loop": 1},
        "steps": 3,
        "checkpoint_every": 3,
    }
    settings = build(Train, values, "test")
    run_training(settings)
    with open(f"{settings.output}/history.jsonl", encoding="utf-8") as file:
        return settings, [json.loads(line) for line in file]


def test_the_loss_is_the_weighted_sum(trained):
    _, steps = trained
    for step in steps:
        expected = sum(weight * step[f"{name}/loss"] for name, weight in WEIGHTS.items())
        assert step["loss"] == pytest.approx(expected, rel=1e-5)
        assert len({step[f"{name}/loss"] for name in WEIGHTS}) == 3
    assert "next/next_sentence_loss" in steps[0]
    assert "tlm/next_sentence_loss" not in steps[0]


def test_both_heads_are_kept(trained):
    settings, _ = trained
    heads = load_encoder(settings.output).head_weights
    assert {"masked_lm/bias", "next_sentence/dense/kernel"} <= set(heads)
    assert np.abs(heads["masked_lm/bias"]).max() > 0


def test_all_tasks_train_one_head(trained):
    settings, _ = trained
    run = build_training_run(settings)
    names = [variable.path for variable in run.variables]
    assert sum(name.endswith("masked_lm/bias") for name in names) == 1
    assert len({id(objective.head) for objective in run.objectives.values()}) == 1
    run.objectives["mlm"].head.bias.assign_add([7.0] * len(tiny.VOCABULARY))
    published = run.heads.weights()["masked_lm/bias"]
    np.testing.assert_array_equal(published, run.objectives["tlm"].head.bias)
