"""An exported encoder, loaded back to be trained further."""

from pathlib import Path

import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from export.encoder import save_encoder_model
from tfmling.conversion.encoder_folder import load_encoder
from tfmling.modeling.encoder import Encoder


@pytest.fixture(scope="module")
def inputs() -> dict[str, tf.Tensor]:
    ids = tf.constant([[2, 5, 6, 7, 3], [2, 7, 3, 0, 0]])
    return {
        "input_word_ids": ids,
        "input_mask": tf.cast(ids != 0, tf.int32),
        "input_type_ids": tf.zeros_like(ids),
    }


def test_a_published_encoder(exported, encoder, inputs) -> None:
    again = load_encoder(str(Path(exported) / "encoder"))
    assert again.vocabulary == encoder.vocabulary
    assert (again.pooling, again.hidden_act) == ("mean", "gelu")
    np.testing.assert_allclose(again.embed(inputs), encoder.embed(inputs), atol=1e-6)
    assert again.backbone.num_heads == 2
    assert len(again.trainable_variables) == len(encoder.trainable_variables)


def test_pooling_and_activation_are_found(encoder, inputs, tmp_path) -> None:
    pooling, hidden_act = "pooler", "gelu_approximate"
    config = encoder.backbone.get_config()
    backbone = keras_hub.models.BertBackbone.from_config(config)
    for variable in backbone.trainable_variables:  # so large that activations differ
        if "kernel" in variable.path or "embeddings" in variable.path:
            variable.assign(tf.random.stateless_normal(variable.shape, (1, 2), stddev=0.5))
    other = Encoder(backbone, encoder.vocabulary, pooling=pooling, hidden_act=hidden_act)
    save_encoder_model(other, str(tmp_path / "model"))
    again = load_encoder(str(tmp_path / "model"))
    assert (again.pooling, again.hidden_act) == (pooling, hidden_act)
    np.testing.assert_allclose(again.embed(inputs), other.embed(inputs), atol=1e-5)
