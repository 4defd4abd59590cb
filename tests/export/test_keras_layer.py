"""The exported encoder inside a Keras 3 model: trained, frozen, saved and loaded."""

from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf

from export.keras_layer import SentenceEncoderLayer

TEXTS = np.array(["habari", "good morning", "good", "habari habari"], object)
LABELS = np.array([0, 1, 1, 0])


@pytest.fixture
def folder(exported) -> str:
    return str(Path(exported) / "sentence_encoder")


def classifier(folder: str, **options) -> keras.Model:
    keras.utils.set_random_seed(3)
    model = keras.Sequential(
        [
            keras.Input([], dtype="string"),
            SentenceEncoderLayer(folder, name="sentences", **options),
            keras.layers.Dense(2),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    return model


def fit(model: keras.Model) -> list[float]:
    data = tf.data.Dataset.from_tensors((tf.constant(TEXTS), tf.constant(LABELS)))
    return model.fit(data, epochs=4, verbose=0).history["loss"]


def test_vectors_are_the_saved_models(folder):
    layer = SentenceEncoderLayer(folder)
    expected = tf.saved_model.load(folder)(list(TEXTS))
    np.testing.assert_array_equal(layer(tf.constant(TEXTS)), expected)
    dropped = layer(tf.constant(TEXTS), training=True)
    assert np.abs(dropped - expected).max() > 1e-3


def test_fit_trains_the_encoder_and_the_layers_on_top(folder, tmp_path):
    model = classifier(folder)
    before = model(tf.constant(TEXTS)).numpy()
    vectors = model.get_layer("sentences")(tf.constant(TEXTS)).numpy()
    losses = fit(model)
    assert losses[-1] < losses[0] - 0.01
    trained = model.get_layer("sentences")(tf.constant(TEXTS)).numpy()
    assert np.abs(trained - vectors).max() > 1e-3
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    after = again(tf.constant(TEXTS)).numpy()
    np.testing.assert_allclose(after, model(tf.constant(TEXTS)), atol=1e-6)
    assert np.abs(after - before).max() > 1e-3


def test_a_frozen_encoder_stays(folder):
    model = classifier(folder, trainable=False)
    vectors = model.get_layer("sentences")(tf.constant(TEXTS)).numpy()
    assert len(model.trainable_variables) == 2  # the Dense's
    fit(model)
    np.testing.assert_array_equal(model.get_layer("sentences")(tf.constant(TEXTS)), vectors)
