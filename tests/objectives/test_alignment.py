"""The alignment objective against its formulas, written out pair by pair and word by word."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.core.config import build
from tfmling.core.config_errors import ConfigError
from tfmling.objectives.alignment import mean_squared_distance
from tfmling.objectives.sentence_features import NAMES
from tfmling.objectives.settings import Alignment

# "abc d" is [CLS] a ##b ##c d [SEP]; "ef g" is [CLS] e ##f g [SEP]
TEXTS = {
    "source": tf.constant(["abc d", "b"]),
    "target": tf.constant(["ef g", "hi"]),
    "links": tf.constant(["0-1 1-0", "0-0"]),
}
# last pieces of words, [CLS] and [SEP]: (pair, source position, target position)
LINKED = [(0, 3, 3), (0, 4, 2), (0, 0, 0), (0, 5, 4), (1, 1, 2), (1, 0, 0), (1, 2, 3)]
TARGET_TOKENS = [(0, place) for place in range(5)] + [(1, place) for place in range(4)]


@pytest.fixture(scope="module")
def encoder():
    return tiny.tiny_encoder(seed=3)


def moved_objective(encoder, **changes):
    """An objective whose encoder has moved away from its start."""
    objective = tiny.alignment(encoder, **changes)
    kept = [variable.numpy() for variable in encoder.trainable_variables]
    for variable in encoder.trainable_variables:
        variable.assign(variable * 1.1 + 0.01)
    return objective, kept


def restore(encoder, kept):
    for variable, value in zip(encoder.trainable_variables, kept, strict=True):
        variable.assign(value)


def states(encoder, features, side):
    inputs = {name: features[f"{side}_{name}"] for name in NAMES}
    return encoder(inputs)["sequence_output"].numpy()


def test_the_distance_by_hand():
    first = tf.constant([[[1.0, 2.0], [5.0, 5.0]], [[0.0, 0.0], [3.0, 1.0]]])
    second = tf.constant([[[0.0, 4.0], [9.0, 9.0]], [[2.0, 0.0], [0.0, 1.0]]])
    weights = tf.constant([[1.0, 0.0], [1.0, 1.0]])
    # (1 + 4) + (4 + 0) + (9 + 0), over three positions
    assert float(mean_squared_distance(first, second, weights)) == pytest.approx(18 / 3)


def test_positions_are_those_of_last_pieces_cls_and_sep(encoder):
    objective = tiny.alignment(encoder)
    features = tiny.features(objective, TEXTS)
    kept = features["link_weights"].numpy() > 0
    found = [
        (
            pair,
            int(features["source_positions"][pair, k]),
            int(features["target_positions"][pair, k]),
        )
        for pair, k in zip(*np.nonzero(kept), strict=True)
    ]
    assert sorted(found) == sorted(LINKED)
    assert features["source_positions"].shape == [2, 6]


@pytest.mark.parametrize("towards", ["start", "trained"])
@pytest.mark.parametrize("weight", [1.0, 0.5])
def test_both_forms_against_their_formula(encoder, towards, weight):
    objective, kept = moved_objective(encoder, towards=towards, regularization=weight)
    features = tiny.features(objective, TEXTS)
    source, target = (states(encoder, features, side) for side in ("source", "target"))
    start = states(objective.start, features, "target")
    wanted = start if towards == "start" else target
    linked = np.mean([np.sum((source[n, i] - wanted[n, j]) ** 2) for n, i, j in LINKED])
    moved = np.mean([np.sum((target[n, j] - start[n, j]) ** 2) for n, j in TARGET_TOKENS])
    loss, metrics = objective(features)
    restore(encoder, kept)
    assert moved > 0.01
    assert float(metrics["linked_distance"]) == pytest.approx(linked, rel=1e-5)
    assert float(metrics["anchor_distance"]) == pytest.approx(moved, rel=1e-5)
    assert float(loss) == pytest.approx(linked + weight * moved, rel=1e-5)


def test_the_source_can_be_the_anchor(encoder):
    objective, kept = moved_objective(encoder, anchor="source")
    features = tiny.features(objective, TEXTS)
    target, start = states(encoder, features, "target"), states(objective.start, features, "source")
    linked = np.mean([np.sum((target[n, j] - start[n, i]) ** 2) for n, i, j in LINKED])
    _, metrics = objective(features)
    restore(encoder, kept)
    assert float(metrics["linked_distance"]) == pytest.approx(linked, rel=1e-5)


def test_initial_loss_is_zero_for_equal_sides(encoder):
    objective = tiny.alignment(encoder)
    same = {**TEXTS, "target": TEXTS["source"], "links": tf.constant(["0-0 1-1", "0-0"])}
    loss, metrics = objective(tiny.features(objective, same))
    assert float(metrics["anchor_distance"]) == 0.0
    assert float(loss) == pytest.approx(0.0, abs=1e-9)


def test_start_is_frozen_and_passes_no_gradient_to_the_anchor(encoder):
    objective = tiny.alignment(encoder, regularization=0.0)
    features = tiny.features(objective, TEXTS)
    assert not objective.start.trainable_variables
    rows = {}
    for towards in ("start", "trained"):
        objective.settings = objective.settings.model_copy(update={"towards": towards})
        with tf.GradientTape() as tape:
            loss, _ = objective(features)
        gradient = tf.convert_to_tensor(tape.gradient(loss, encoder.embedding_table.value))
        piece = tiny.VOCABULARY.pieces.index("g")  # occurs only in the target
        rows[towards] = float(tf.norm(gradient[piece]))
    assert rows["start"] == 0.0
    assert rows["trained"] > 1e-3


def test_the_compiled_step_gives_the_same(encoder):
    objective = tiny.alignment(encoder)
    features = tiny.features(objective, TEXTS)
    compiled = tf.function(lambda f: objective(f)[0], jit_compile=True)
    assert float(compiled(features)) == pytest.approx(float(objective(features)[0]), rel=1e-5)


def test_records_without_links_are_rejected():
    values = {"name": "a", "kind": "alignment", "inputs": tiny.inputs("sentence_pairs")}
    with pytest.raises(ConfigError, match="must be aligned_pairs"):
        build(Alignment, values, "test", check_inputs=False)
