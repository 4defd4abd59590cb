"""Lazy AdamW: rows that are read learn as in AdamW, all others stay bit for bit."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.core.config import ConfigError, build
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer, Train
from tfmling.training.sparse_gradients import add_gradients, sum_by_row

SETTINGS = {"learning_rate": 0.1, "weight_decay": 0.5, "schedule": "constant"}


def slices(indices: list[int], values: list[list[float]]) -> tf.IndexedSlices:
    return tf.IndexedSlices(tf.constant(values), tf.constant(indices), tf.constant([6, 2]))


def test_repeated_rows_are_summed():
    found = sum_by_row(slices([5, 2, 5, 3], [[1.0, 1.0], [2.0, 0.0], [4.0, 4.0], [8.0, 0.0]]))
    rows, values, used = (tensor.numpy().tolist() for tensor in found)
    assert rows == [2, 3, 5, 5]
    assert values == [[2, 0], [8, 0], [5, 5], [0, 0]]
    assert used == [True, True, True, False]


def test_sparse_and_dense_gradients_add_up():
    one, two = slices([1], [[1.0, 2.0]]), slices([1, 0], [[1.0, 0.0], [3.0, 3.0]])
    np.testing.assert_array_equal(
        tf.convert_to_tensor(add_gradients([one, two]))[:2], [[3, 3], [2, 2]]
    )
    assert isinstance(add_gradients([one, two]), tf.IndexedSlices)
    np.testing.assert_array_equal(add_gradients([one, tf.ones([6, 2])])[1], [2, 3])


def _table() -> keras.Variable:
    variable = keras.Variable(np.arange(1.0, 13.0, dtype=np.float32).reshape(6, 2), name="table")
    variable._path = "token_embedding/embeddings"
    return variable


def test_first_step_equals_adamw_and_other_rows_stay():
    gradient = slices([1, 4, 1], [[1.0, -2.0], [0.5, 0.5], [3.0, 1.0]])
    tables = {}
    for kind in ("adamw", "lazy_adamw"):
        tables[kind] = _table()
        optimizer = build_optimizer(Optimizer(kind=kind, **SETTINGS), 10, [tables[kind]])
        given = gradient if kind == "lazy_adamw" else tf.convert_to_tensor(gradient)
        optimizer.apply([given], [tables[kind]])
    start, dense, lazy = _table().numpy(), tables["adamw"].numpy(), tables["lazy_adamw"].numpy()
    np.testing.assert_allclose(lazy[[1, 4]], dense[[1, 4]], rtol=1e-6)
    np.testing.assert_array_equal(lazy[[0, 2, 3, 5]], start[[0, 2, 3, 5]])
    assert np.all(dense[[0, 2, 3, 5]] < start[[0, 2, 3, 5]])  # they decay


def test_rows_that_are_not_read_stay():
    table = _table()
    optimizer = build_optimizer(Optimizer(kind="lazy_adamw", **SETTINGS), 10, [table])
    optimizer.apply([slices([1, 4], [[1.0, 1.0], [1.0, 1.0]])], [table])
    before = [table.numpy(), *(variable.numpy() for variable in optimizer.variables[2:])]
    optimizer.apply([slices([4], [[1.0, 1.0]])], [table])
    after = [table.numpy(), *(variable.numpy() for variable in optimizer.variables[2:])]
    for old, new in zip(before, after, strict=True):
        np.testing.assert_array_equal(new[:4], old[:4])
        assert np.all(new[4] != old[4])


def test_frozen_rows_are_not_decayed():
    table = _table()
    optimizer = build_optimizer(
        Optimizer(kind="lazy_adamw", **SETTINGS), 10, [table], undecayed_rows=[(table, 2)]
    )
    optimizer.apply([slices([1, 4], [[0.0, 0.0], [0.0, 0.0]])], [table])
    np.testing.assert_array_equal(table.numpy()[1], [3, 4])
    np.testing.assert_allclose(table.numpy()[4], [9 * 0.95, 10 * 0.95])


def _trained(kind: str, dtype: str, jit: bool = False):
    encoder = tiny.tiny_encoder(dtype=dtype)
    objective = tiny.dual_encoder(encoder)
    texts = {name: tensor[:4] for name, tensor in tiny.tiny_texts().items()}
    features = tiny.features(objective, texts)
    settings = Optimizer(kind=kind, clip_norm=0.05, **SETTINGS)
    trainer = tiny.trainer(objective, features, settings, jit_compile=jit)
    start = encoder.embedding_table.numpy()
    norm = float(trainer.train(tf.constant(1))["gradient_norm"])
    read = {int(n) for name, ids in features.items() if name.endswith("word_ids")
            for n in ids.numpy().ravel()}  # fmt: skip
    return start, encoder.embedding_table.numpy(), sorted(read), norm


CASES = [("float32", False), ("float32", True), ("bfloat16", False)]


@pytest.mark.parametrize(("dtype", "jit"), CASES)
def test_a_step_of_the_trainer(dtype, jit):
    start, lazy, read, norm = _trained("lazy_adamw", dtype, jit)
    _, dense, _, dense_norm = _trained("adamw", dtype)
    others = sorted(set(range(len(start))) - set(read))
    assert others
    np.testing.assert_array_equal(lazy[others], start[others])
    tolerance = 1e-5 if dtype == "float32" else 1e-2
    assert norm == pytest.approx(dense_norm, rel=tolerance)
    np.testing.assert_allclose(lazy[read], dense[read], atol=tolerance)
    assert np.all(np.abs(lazy[read] - start[read]).max(axis=1) > 0)


@pytest.mark.parametrize(
    ("task", "more", "message"),
    [
        ({"kind": "masked_lm", "inputs": tiny.inputs("sentences")}, {}, "reach every row"),
        (
            {
                "kind": "dual_encoder",
                "gradient_cache_batch_size": 2,
                "inputs": tiny.inputs("sentence_pairs"),
            },
            {},
            "reach every row",
        ),
        (
            {"kind": "dual_encoder", "inputs": tiny.inputs("sentence_pairs")},
            {"retention": {"anchor_strength": 1.0}},
            "anchor_strength",
        ),
    ],
)
def test_incompatible_settings_are_rejected(task, more, message):
    values = {
        "output": "out", "encoder": {"kind": "new", "vocabulary": "v"}, "steps": 1,
        "tasks": [task | {"name": "task"}], "optimizer": {"kind": "lazy_adamw"},
    }  # fmt: skip
    with pytest.raises(ConfigError, match=message):
        build(Train, values | more, "test", check_inputs=False)
