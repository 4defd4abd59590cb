"""A training run of the alignment objective, compiled by XLA, from records of linked pairs."""

import json

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, manifest
from tfmling.core.config import build
from tfmling.training.run_training import run_training
from tfmling.training.settings import Train


def test_linked_words_get_closer_and_the_encoder_is_published(tmp_path):
    records = tiny.write_records(tmp_path / "records")
    save_encoder(tiny.tiny_encoder(), str(tmp_path / "base"))
    inputs = tiny.inputs("aligned_pairs", records, global_batch_size=8)
    values = {
        "output": str(tmp_path / "out"),
        "encoder": {"kind": "directory", "path": str(tmp_path / "base"), "dropout": 0.0},
        "tasks": [{"name": "align", "kind": "alignment", "inputs": inputs}],
        "optimizer": {"learning_rate": 0.003, "schedule": "constant", "weight_decay": 0.0,
                      "beta_2": 0.98, "epsilon": 1e-9, "clip_norm": 1e9},
        "runtime": {"steps_per_loop": 10, "jit_compile": True},
        "steps": 40,
        "checkpoint_every": 20,
    }  # fmt: skip
    run_training(build(Train, values, "test"))
    manifest.require_complete(values["output"])
    lines = files.read_text(f"{values['output']}/history.jsonl").splitlines()
    history = [json.loads(line) for line in lines]
    first, last = history[0], history[-1]
    assert last["align/linked_distance"] < 0.7 * first["align/linked_distance"]
    assert last["align/anchor_distance"] > 0
    assert load_encoder(values["output"]).vocabulary == tiny.VOCABULARY
