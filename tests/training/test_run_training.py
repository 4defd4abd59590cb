"""Whole training runs at a tiny scale: learn, resume, compile, freeze, stop on NaN."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core import files, manifest
from tfmling.core.config import build
from tfmling.core.errors import UserError
from tfmling.core.outputs import unfinished_folder
from tfmling.training.checkpoint_folder import newest_step
from tfmling.training.not_finite import NotFiniteError
from tfmling.training.run_training import run_training
from tfmling.training.settings import Train

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    records = tiny.write_records(folder / "records")
    save_encoder(tiny.tiny_encoder(), str(folder / "base"))
    return {"records": records, "base": str(folder / "base")}


def settings(data, output, **changes) -> Train:
    def inputs(kind: str) -> dict:
        return tiny.inputs(kind, data["records"], global_batch_size=8)

    values = {
        "output": str(output),
        "encoder": {"kind": "directory", "path": data["base"], "dropout": 0.1},
        "tasks": [
            {"name": "mlm", "kind": "masked_lm", "inputs": inputs("sentences")},
            {"name": "dual", "kind": "dual_encoder", "inputs": inputs("sentence_pairs")},
        ],
        "optimizer": {"learning_rate": 0.01, "warmup_steps": 2},
        "runtime": {"steps_per_loop": 2},
        "steps": 8,
        "checkpoint_every": 4,
    }
    return build(Train, values | changes, "test")


def history(folder) -> list[dict]:
    return [json.loads(line) for line in open(f"{folder}/history.jsonl")]


def weights(folder) -> list[np.ndarray]:
    encoder = load_encoder(str(folder))
    heads = [encoder.head_weights[name] for name in sorted(encoder.head_weights)]
    return [variable.numpy() for variable in encoder.backbone.trainable_variables] + heads


def test_run_learns_and_publishes(data, tmp_path):
    monitor = {"records": [data["records"]], "every": 40, "pairs": 12, "max_length": 24}
    chosen = settings(data, tmp_path / "out", steps=60, runtime={"steps_per_loop": 20},
                      checkpoint_every=20, monitor=monitor)  # fmt: skip
    run_training(chosen)
    manifest.require_complete(chosen.output)
    entries = history(chosen.output)
    assert [entry["step"] for entry in entries] == [20, 40, 60]
    assert entries[-1]["dual/p_at_1"] > entries[0]["dual/p_at_1"]
    assert entries[-1]["loss"] < 0.9 * entries[0]["loss"]
    assert not os.path.exists(unfinished_folder(chosen))
    assert load_encoder(chosen.output).vocabulary == tiny.VOCABULARY
    assert any(Path(chosen.output, "tensorboard").rglob("events*"))
    name = "monitor/qaa-qab/alignment"
    assert [name in entry for entry in entries] == [False, True, False]
    assert 0 < entries[1][name] < 2


def test_killed_run_equals_an_uninterrupted_one(data, tmp_path):
    uninterrupted, killed = (settings(data, tmp_path / name, ema_decay=0.5) for name in "ab")
    run_training(uninterrupted)
    config = tmp_path / "config.yaml"
    config.write_text(killed.model_dump_json())
    command = [sys.executable, "-m", "tfmling", "train", "--config", str(config)]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:  # SIGKILL between the checkpoints of steps 4 and 8
            if line.startswith("step 6/8"):
                process.kill()
                break
    assert not files.exists(killed.output)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "resumed after step 4" in done.stderr
    ours, theirs = history(killed.output), history(uninterrupted.output)
    assert [entry["step"] for entry in ours] == [2, 4, 6, 8]
    assert [entry["loss"] for entry in ours] == [entry["loss"] for entry in theirs]
    for a, b in zip(weights(killed.output), weights(uninterrupted.output), strict=True):
        np.testing.assert_array_equal(a, b)


def test_compiled_step_gives_the_same_losses(data, tmp_path):
    encoder = {"kind": "directory", "path": data["base"], "dropout": 0.0}
    results = []
    for jit in (False, True):
        chosen = settings(data, tmp_path / str(jit), encoder=encoder,
                          runtime={"steps_per_loop": 2, "jit_compile": jit})  # fmt: skip
        run_training(chosen)
        results.append([entry["loss"] for entry in history(chosen.output)])
    assert results[0] == pytest.approx(results[1], rel=1e-4)


@pytest.mark.slow
def test_all_dual_encoder_features_compile_together(data, tmp_path):
    task = {
        "name": "dual", "kind": "dual_encoder", "gradient_cache_batch_size": 4,
        "matryoshka_dims": {4: 0.5},
        "margin_warmup_steps": 4, "scale": 10.0, "scale_bounds": [1.0, 100.0],
        "inputs": tiny.inputs(
            "hard_negatives", data["records"], global_batch_size=8, negatives=2,
            batch_languages="one", size_cap=20,
        ),
    }  # fmt: skip
    optimizer = {
        "learning_rate": 0.01,
        "layerwise_lr_decay": 0.5,
        "learning_rate_multipliers": {"scale_logit": 5.0},
    }
    chosen = settings(
        data, tmp_path / "out", tasks=[task], optimizer=optimizer, steps=40, checkpoint_every=20,
        runtime={"steps_per_loop": 20, "jit_compile": True},
    )  # fmt: skip
    run_training(chosen)
    first, last = history(chosen.output)
    # 20 steps: 0, 1/4, 2/4, 3/4 of the margin of 0.3, then the full margin
    assert first["dual/margin"] == pytest.approx(0.3 * (1.5 + 16) / 20, abs=1e-5)
    assert last["dual/margin"] == pytest.approx(0.3, abs=1e-5)
    assert 1.0 < last["dual/scale"] < 100.0
    assert last["dual/scale"] != first["dual/scale"]
    assert last["dual/p_at_1"] > first["dual/p_at_1"]
    assert last["dual/p_at_1_4"] > first["dual/p_at_1_4"]


def test_bfloat16_trains(data, tmp_path):
    chosen = settings(data, tmp_path / "out",
                      runtime={"steps_per_loop": 4, "dtype": "bfloat16"})  # fmt: skip
    run_training(chosen)
    assert history(chosen.output)[-1]["loss"] < history(chosen.output)[0]["loss"]
    assert all(array.dtype == np.float32 for array in weights(chosen.output))


def test_frozen_weights_stay_bit_equal(data, tmp_path):
    chosen = settings(data, tmp_path / "out", freeze=["transformer_layer_0"])
    run_training(chosen)
    before, after = load_encoder(data["base"]), load_encoder(chosen.output)
    weights = (encoder.backbone.trainable_variables for encoder in (before, after))
    for old, new in zip(*weights, strict=True):
        if "transformer_layer_0" in old.path:
            np.testing.assert_array_equal(old.numpy(), new.numpy())
    assert np.abs((before.embedding_table - after.embedding_table).numpy()).max() > 0


def test_freeze_pattern_without_match_is_rejected(data, tmp_path):
    config = tmp_path / "config.yaml"
    config.write_text(settings(data, tmp_path / "out", freeze=["layer_7"]).model_dump_json())
    with pytest.raises(SystemExit, match="freeze: 'layer_7' matches none"):
        main(["train", "--config", str(config)])


def test_run_with_nan_stops_before_the_checkpoint(data, tmp_path):
    base = tiny.tiny_encoder()
    norm = base.backbone.get_layer("embeddings_layer_norm")
    norm.gamma.assign(tf.fill([16], 3e38))  # finite, but the states overflow
    save_encoder(base, str(tmp_path / "broken"))
    encoder = {"kind": "directory", "path": str(tmp_path / "broken")}
    chosen = settings(data, tmp_path / "out", encoder=encoder, pooling="pooler")
    with pytest.raises(NotFiniteError, match=r"step 2: .*texts of step 0 .*step-00000000"):
        run_training(chosen)
    kept = Path(unfinished_folder(chosen), "not_finite", "step-00000000", "dual.jsonl")
    rows = [json.loads(line) for line in kept.read_text().splitlines()]
    assert len(rows) == 8
    assert set(rows[0]) == {"source", "target", "source_language", "target_language"}
    assert not files.exists(chosen.output)
    saved = [path.parent.name for path in Path(unfinished_folder(chosen)).rglob("*.index")]
    assert saved == ["step-00000000"]


def test_encoder_with_nan_is_rejected_before_the_first_step(data, tmp_path):
    base = tiny.tiny_encoder()
    base.backbone.pooled_dense.bias.assign(tf.fill([16], float("nan")))
    save_encoder(base, str(tmp_path / "broken"))
    encoder = {"kind": "directory", "path": str(tmp_path / "broken")}
    chosen = settings(data, tmp_path / "out", encoder=encoder, pooling="pooler")
    with pytest.raises(UserError, match=r"pooled_dense/bias: expected finite numbers"):
        run_training(chosen)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("rate", [1e30, 1e39], ids=["loss", "weights"])
def test_exploding_last_step_is_not_published(data, tmp_path, rate):
    # the loss of every step is finite, but that of the last weights is not
    inputs = tiny.inputs("sentences", data["records"], global_batch_size=8)
    chosen = settings(
        data,
        tmp_path / "out",
        tasks=[{"name": "mlm", "kind": "masked_lm", "inputs": inputs}],
        optimizer={"learning_rate": rate, "schedule": "constant", "weight_decay": 0.0},
        steps=1,
        runtime={"steps_per_loop": 1},
        checkpoint_every=1,
    )
    with pytest.raises(NotFiniteError, match=r"step 1: the (loss after the last step|weight) .*"):
        run_training(chosen)
    assert not files.exists(chosen.output)
    assert newest_step(unfinished_folder(chosen)) == 0
