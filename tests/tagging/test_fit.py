"""Epochs: the best one is kept, patience stops, seeds repeat."""

import json
import os
import signal
import time

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.tagging.crf import allowed_transitions
from tfmling.tagging.crf_tagger import CrfTagger
from tfmling.tagging.fit import BestWeights, fit
from tfmling.tagging.linear_tagger import LinearTagger
from tfmling.tagging.settings import BilstmCrfHead, Fit, TaggingInputs
from tfmling.training.exit_process import Stopped
from tfmling.training.settings import Optimizer
from tfmling.training.trainer import Trainer


def rows() -> list[dict]:
    """Single words of one letter, whose label is whether it is of the first half."""
    return [
        {
            "input_word_ids": np.array([2, 5 + n, 3]),
            "input_mask": np.ones(3, int),
            "input_type_ids": np.zeros(3, int),
            "token_labels": np.array([-100, int(n < 8), -100]),
            "word_positions": np.array([1]),
            "borders": np.array([1, 1]),
        }
        for n in range(16)
    ]


def settings(**changes) -> Fit:
    inputs = TaggingInputs(max_length=8, overlap=0, batch_size=4, length_step=4)
    values = {"epochs": 5, "inputs": inputs, "optimizer": Optimizer(learning_rate=0.01)}
    return Fit(**(values | changes))


def trained(path, scores, **changes):
    """Train with given scores; return the tagger, its weights after each epoch, and the best."""
    keras.utils.set_random_seed(1)
    tagger = LinearTagger(tiny.tiny_encoder(), 2, 0.0)
    seen, left = [], iter(scores)

    def score() -> float:
        seen.append(tagger.dense.kernel.numpy().copy())
        return next(left)

    best = fit(tagger, rows(), settings(**changes), score, str(path))
    return tagger, seen, best


def test_the_weights_of_the_best_epoch_are_kept(tmp_path):
    tagger, seen, best = trained(tmp_path, [0.1, 0.5, 0.5, 0.3, 0.4])
    assert (best.epoch, best.score) == (2, 0.5)
    np.testing.assert_array_equal(tagger.dense.kernel, seen[1])
    assert not np.array_equal(seen[1], seen[2])
    history = [json.loads(line) for line in (tmp_path / "history.jsonl").read_text().splitlines()]
    assert [entry["step"] for entry in history] == [4, 8, 12, 16, 20]
    assert [entry["development"] for entry in history] == [0.1, 0.5, 0.5, 0.3, 0.4]
    assert history[-1]["loss"] < history[0]["loss"]


def test_patience_stops_and_a_seed_repeats(tmp_path):
    (tmp_path / "again").mkdir()
    _, seen, best = trained(tmp_path, [0.1, 0.5, 0.3, 0.4], patience=2)
    assert (len(seen), best.epoch) == (4, 2)
    _, again, _ = trained(tmp_path / "again", [0.1, 0.1], patience=1)
    assert len(again) == 2
    np.testing.assert_allclose(again, seen[:2], atol=1e-6)


def new_tagger(kind: str):
    """With dropout, so that random states count too."""
    keras.utils.set_random_seed(1)
    if kind == "linear":
        return LinearTagger(tiny.tiny_encoder(dropout=0.1), 2, 0.2)
    head = BilstmCrfHead(kind="bilstm_crf", width=4, num_layers=1, dropout=0.2)
    return CrfTagger(tiny.tiny_encoder(), allowed_transitions(("A", "B"), None), head)


def scored(tagger, folder, scores, die_after=None):
    """Train with given scores by epoch; killed when it needs one more."""
    done = {"epoch": len((folder / "history.jsonl").read_text().splitlines())
            if (folder / "history.jsonl").exists() else 0}  # fmt: skip

    def score() -> float:
        if done["epoch"] == die_after:
            raise KeyboardInterrupt
        done["epoch"] += 1
        return scores[done["epoch"] - 1]

    return fit(tagger, rows(), settings(epochs=len(scores)), score, str(folder))


@pytest.mark.parametrize("kind", ["linear", pytest.param("bilstm_crf", marks=pytest.mark.slow)])
def test_a_killed_training_ends_as_one_that_ran_through(tmp_path, kind):
    scores = [0.5, 0.9, 0.1, 0.2]  # the best weights come from the checkpoint
    (tmp_path / "through").mkdir()
    (tmp_path / "killed").mkdir()
    through, resumed = new_tagger(kind), new_tagger(kind)
    assert scored(through, tmp_path / "through", scores).epoch == 2
    with pytest.raises(KeyboardInterrupt):
        scored(new_tagger(kind), tmp_path / "killed", scores, die_after=2)
    assert scored(resumed, tmp_path / "killed", scores).epoch == 2
    for own, other in zip(resumed.trained, through.trained, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-6, err_msg=own.path)
    histories = [
        [json.loads(line) for line in (tmp_path / name / "history.jsonl").read_text().splitlines()]
        for name in ("through", "killed")
    ]
    losses = [[(entry["step"], entry["loss"]) for entry in history] for history in histories]
    np.testing.assert_allclose(*losses, rtol=1e-5)
    assert len(losses[0]) == 4


def test_sigterm_stops_after_the_epoch_that_it_comes_in(tmp_path, capfd):
    def score() -> float:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.5)
        return 0.5

    with pytest.raises(Stopped) as stopped:
        fit(new_tagger("linear"), rows(), settings(epochs=3), score, str(tmp_path))
    assert stopped.value.code == 143
    said = capfd.readouterr().err.splitlines()[-1]
    assert said == "stopped after step 4 of 12, 4 per epoch"  # the folder is this test's
    history = (tmp_path / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in history] == [4]


def test_stopped_within_an_epoch_it_ends_as_one_that_ran_through(tmp_path, monkeypatch):
    scores = [0.5, 0.9]
    (tmp_path / "through").mkdir()
    (tmp_path / "stopped").mkdir()
    through, resumed = new_tagger("linear"), new_tagger("linear")
    scored(through, tmp_path / "through", scores)

    def build(**values) -> Trainer:
        def guard(gradients: list) -> list:  # asks to stop in the second step of the second epoch
            values["stop"].assign(tf.equal(values["step"], 5))
            return gradients

        return Trainer(**values, guard=guard)

    with monkeypatch.context() as stopping:
        stopping.setattr("tfmling.tagging.fit.Trainer", build)
        with pytest.raises(Stopped, match="stopped after step 6 of 8"):
            scored(new_tagger("linear"), tmp_path / "stopped", scores)
    scored(resumed, tmp_path / "stopped", scores)
    for own, other in zip(resumed.trained, through.trained, strict=True):
        np.testing.assert_array_equal(own, other, err_msg=own.path)
    losses = [
        [json.loads(line)["loss"] for line in (tmp_path / name / "history.jsonl").open()]
        for name in ("through", "stopped")
    ]
    assert losses[0] == losses[1]
    assert len(losses[0]) == 2


def test_nothing_is_restored_where_nothing_was_seen():
    variable = keras.Variable([1.0])
    best = BestWeights([variable])
    best.restore()
    assert variable.numpy().tolist() == [1.0]
    assert best.epoch == 0
