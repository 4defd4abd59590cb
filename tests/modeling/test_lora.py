"""LoRA: outputs do not change at first, only adapters train, and saved kernels are merged."""

import numpy as np
import tensorflow as tf

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder

INPUTS = {
    "input_word_ids": np.array([[2, 5, 6, 7, 3], [2, 9, 3, 0, 0]], np.int32),
    "input_mask": np.array([[1] * 5, [1, 1, 1, 0, 0]], np.int32),
    "input_type_ids": np.zeros((2, 5), np.int32),
}


def test_only_adapters_and_the_table_are_trained() -> None:
    encoder = tiny.tiny_encoder()
    before = encoder(INPUTS)["sequence_output"]
    encoder.enable_lora(2)
    np.testing.assert_array_equal(encoder(INPUTS)["sequence_output"], before)
    trained = [variable.path for variable in encoder.trainable_variables]
    assert "token_embedding/embeddings" in trained
    adapters = [path for path in trained if "lora" in path]
    assert len(adapters) == 2 * 2 * 2  # layers, query and value, a and b
    assert set(trained) == {*adapters, "token_embedding/embeddings"}


def test_merged_equals_unmerged(tmp_path) -> None:
    encoder = tiny.tiny_encoder()
    plain = encoder(INPUTS)["sequence_output"]
    encoder.enable_lora(2)
    for number, variable in enumerate(encoder.trainable_variables):
        if "lora" in variable.path:
            variable.assign(tf.random.stateless_normal(variable.shape, (1, number)) / 2)
    unmerged = encoder(INPUTS)["sequence_output"]
    assert np.abs(unmerged - plain).max() > 1e-2
    save_encoder(encoder, str(tmp_path))
    merged = load_encoder(str(tmp_path))
    assert not [v.path for v in merged.variables if "lora" in v.path]
    np.testing.assert_allclose(merged(INPUTS)["sequence_output"], unmerged, atol=1e-5)
