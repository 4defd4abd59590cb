"""The masked-LM objective: features, loss against a plain sum, next sentence, TLM."""

import numpy as np
import pydantic
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.objectives.settings import MaskedLM


@pytest.fixture(scope="module")
def encoder():
    return tiny.tiny_encoder()


def test_the_loss_is_the_mean_over_all_predictions(encoder):
    objective = tiny.masked_lm(encoder)
    features = tiny.features(objective, tiny.tiny_texts())
    loss, metrics = objective(features)
    states = encoder(features)["sequence_output"].numpy()
    losses = []
    for row, column in zip(*np.nonzero(features["masked_lm_weights"].numpy()), strict=True):
        position = features["masked_lm_positions"].numpy()[row, column]
        logits = objective.head(states[row, position][None], encoder.embedding_table)[0].numpy()
        label = features["masked_lm_ids"].numpy()[row, column]
        losses.append(np.log(np.exp(logits.astype(np.float64)).sum()) - logits[label])
    assert len(losses) > 12
    assert float(loss) == pytest.approx(np.mean(losses), rel=1e-5)
    assert float(metrics["masked_lm_loss"]) == float(loss)


def test_specials_and_padding_are_never_hidden(encoder):
    objective = tiny.masked_lm(encoder, mask_rate=0.9, max_predictions=20)
    for number in range(20):
        features = tiny.features(objective, tiny.tiny_texts(), number)
        labels = features["masked_lm_ids"].numpy()[features["masked_lm_weights"].numpy() > 0]
        assert labels.min() >= 5


def test_tlm_reads_both_sides_without_language_ids(encoder):
    objective = tiny.masked_lm(encoder, "sentence_pairs", mask_rate=0.01)
    texts = tiny.tiny_texts()
    features = tiny.features(objective, texts)
    tokenizer = objective.tokenizer
    pieces = [len(tokenizer(texts[side])[0]) for side in ("source", "target")]
    types = features["input_type_ids"][0].numpy()
    assert types.sum() == pieces[1] + 1
    assert features["input_mask"][0].numpy().sum() == sum(pieces) + 3
    np.testing.assert_array_equal(objective.lengths(texts)[0], sum(pieces) + 3)


def test_next_sentence_label_is_one_for_a_random_second(encoder):
    objective = tiny.masked_lm(encoder, next_sentence=True)
    texts = tiny.tiny_texts()
    features = tiny.features(objective, texts)
    np.testing.assert_array_equal(features["next_sentence_label"], 1 - texts["is_next"].numpy())
    loss, metrics = objective(features)
    parts = metrics["masked_lm_loss"] + metrics["next_sentence_loss"]
    assert float(loss) == pytest.approx(float(parts), rel=1e-6)


def test_next_sentence_needs_segment_pairs():
    values = dict(name="x", kind="masked_lm", next_sentence=True, inputs=tiny.inputs("sentences"))
    with pytest.raises(pydantic.ValidationError, match="segment_pairs"):
        MaskedLM.model_validate(values, context={"check_inputs": False})


def test_the_table_learns_as_input_and_as_decoder(encoder):
    """Tied: a piece that is in no input still gets a gradient, as a wrong answer."""
    objective = tiny.masked_lm(encoder)
    features = tiny.features(objective, tiny.tiny_texts())
    with tf.GradientTape() as tape:
        loss, _ = objective(features)
    gradient = tf.convert_to_tensor(tape.gradient(loss, encoder.embedding_table.value)).numpy()
    absent = encoder.vocabulary.unk_id
    assert absent not in features["input_word_ids"].numpy()
    assert np.abs(gradient[absent]).max() > 0
