"""A dry run counts and measures, and leaves no trace."""

import re

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling import train
from tfmling.config import build, load
from tfmling.modeling.encoder_folder import save_encoder
from tfmling.training.dry_run import DryRun, InputFigures, dry_run, measure_batches
from tfmling.training.settings import Train


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dry")
    records = tiny.write_records(folder / "records")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    values = {
        "output": str(folder / "out"),
        "encoder": {"kind": "directory", "path": str(folder / "base")},
        "tasks": [
            {"name": "mlm", "kind": "masked_lm",
             "inputs": tiny.inputs("sentences", records, global_batch_size=8)},
            {"name": "dual", "kind": "dual_encoder",
             "inputs": tiny.inputs("sentence_pairs", records, global_batch_size=4)},
        ],
        "freeze": ["position_embedding"],
        "steps": 500,
    }  # fmt: skip
    path = folder / "train.yaml"
    path.write_text(build(Train, values, "test").model_dump_json())
    return path


def everything_below(folder) -> set[str]:
    return {str(path) for path in folder.rglob("*")}


def test_counts_measures_prints_and_writes_nothing(config, capsys):
    before = everything_below(config.parent)
    found = dry_run(load(Train, str(config)))
    assert everything_below(config.parent) == before
    d, v, inner = 16, len(tiny.VOCABULARY), 32
    layer = 4 * (d * d + d) + (d * inner + inner) + (inner * d + d) + 2 * 2 * d
    encoder = (v + 32 + 2) * d + 2 * d + 2 * layer + d * d + d
    head = d * d + d + 2 * d + v
    assert found.parameters == encoder + head
    assert found.trained == encoder + head - 32 * d  # positions are frozen
    assert found.weight_bytes == 4 * found.parameters
    assert found.gradient_bytes == 4 * found.trained
    # two moments; step (int64) and learning rate are small
    assert found.slot_bytes == pytest.approx(8 * found.trained, abs=16)
    printed = capsys.readouterr().out
    assert re.search(r"^mlm: 8 examples and \d+ tokens a step, \d+\.\d% padding", printed, re.M)
    assert re.search(r"^dual: 4 examples and \d+ tokens a step", printed, re.M)
    assert re.search(r"^expected: 500 steps in \d+:\d\d", printed, re.M)


@pytest.mark.parametrize(("flags", "called"), [(["--dry-run"], "dry"), ([], "whole")])
def test_the_switch(config, monkeypatch, flags, called):
    calls = []
    monkeypatch.setattr("tfmling.training.dry_run.dry_run", lambda _: calls.append("dry"))
    monkeypatch.setattr(
        "tfmling.training.run_training.run_training", lambda _: calls.append("whole")
    )
    train.main(["--config", str(config), *flags])
    assert calls == [called]


def test_padding_of_known_batches():
    mask = np.array([[1, 1, 1, 0], [1, 0, 0, 0]], np.int32)
    features = {"source_input_mask": mask, "target_input_mask": mask[:, :2], "other": mask}
    found = measure_batches(tf.data.Dataset.from_tensors(features).repeat(), 2)
    assert (found.tokens, found.positions) == (4 + 3, 8 + 4)
    assert found.padding_share == pytest.approx(5 / 12)
    assert found.examples_per_second > 0


def test_the_expected_time_is_steps_times_seconds():
    inputs = {"mlm": InputFigures(4, 30.0, 40.0, 100.0)}
    lines = list(DryRun(10, 8, 2**20, 2**21, 2**20, 2**30, inputs, 0.5, 8000).lines())
    assert lines[-1] == "expected: 8,000 steps in 1:06:40, and the time of checkpoints"
    assert "0.500 s" in lines[-2]
    assert "60 tokens/s" in lines[-2]
    assert "25.0% padding" in lines[-3]
