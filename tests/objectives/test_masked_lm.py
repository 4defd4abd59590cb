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


def test_special_tokens_and_padding_are_never_masked(encoder):
    objective = tiny.masked_lm(encoder, mask_rate=0.9, max_predictions=20)
    for number in range(20):
        features = tiny.features(objective, tiny.tiny_texts(), number)
        labels = features["masked_lm_ids"].numpy()[features["masked_lm_weights"].numpy() > 0]
        assert labels.min() >= 5


def test_tlm_reads_both_sides_without_language_ids(encoder):
    objective = tiny.masked_lm(encoder, "sentence_pairs", mask_rate=0.01)
    texts = tiny.tiny_texts()
    features = tiny.features(objective, texts)
    tokenizer = objective.inputs.tokenizer
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


def test_embedding_table_gets_gradients_from_input_and_output(encoder):
    """Weights are tied: a piece without input still gets a gradient from the softmax."""
    objective = tiny.masked_lm(encoder)
    features = tiny.features(objective, tiny.tiny_texts())
    with tf.GradientTape() as tape:
        loss, _ = objective(features)
    gradient = tf.convert_to_tensor(tape.gradient(loss, encoder.embedding_table.value)).numpy()
    absent = encoder.vocabulary.unk_id
    assert absent not in features["input_word_ids"].numpy()
    assert np.abs(gradient[absent]).max() > 0


@pytest.mark.parametrize("kind", ["sentences", "sentence_pairs"])
def test_packing_does_not_change_the_loss_per_token(encoder, kind):
    plain = tiny.masked_lm(encoder, kind)
    packed = tiny.masked_lm(encoder, kind, inputs=tiny.inputs(kind, packed=True))
    packed.head = plain.head
    texts = tiny.tiny_texts()
    rows = packed.pack(texts, 24)
    assert len(rows["input_mask"]) < len(texts["text"])
    together = packed.prepare(rows, tf.constant([1, 1]), 24)
    alone = _unpacked(together)
    assert len(alone["input_mask"]) == len(texts["text"])
    losses = [
        float(objective(objective.normalize_weights(features))[0])
        for objective, features in ((packed, together), (plain, alone))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)


def _unpacked(features):
    """Each packed sentence in its own row, with the same masked tokens."""
    found = []
    numbers_BL = features["input_sentence_ids"].numpy()
    for row, numbers_L in enumerate(numbers_BL):
        for number in range(1, numbers_L.max() + 1):
            places = np.flatnonzero(numbers_L == number)
            one = {name: np.pad(features[name].numpy()[row, places], (0, 24 - len(places)))
                   for name in ("input_word_ids", "input_mask", "input_type_ids")}  # fmt: skip
            at = features["masked_lm_positions"].numpy()[row]
            own = (features["masked_lm_weights"].numpy()[row] > 0) & np.isin(at, places)
            one["masked_lm_positions"] = np.where(own, at - places[0], 0)
            one["masked_lm_ids"] = np.where(own, features["masked_lm_ids"].numpy()[row], 0)
            one["masked_lm_weights"] = own.astype(np.float32)
            found.append(one)
    return {name: tf.constant(np.stack([one[name] for one in found])) for name in found[0]}


def test_restart_positions_in_the_second_sentence_of_tlm(encoder):
    texts = tiny.tiny_texts()
    plain, restarted = (
        tiny.features(tiny.masked_lm(encoder, "sentence_pairs", restart_positions=on), texts)
        for on in (False, True)
    )
    assert "input_positions" not in plain
    types, mask = (plain[f"input_{name}"].numpy() for name in ("type_ids", "mask"))
    first = ((types == 0) & (mask > 0)).sum(axis=1, keepdims=True)
    expected = np.where(types > 0, np.arange(24) - first, np.arange(24))
    positions = restarted["input_positions"].numpy()
    np.testing.assert_array_equal(positions[mask > 0], expected[mask > 0])
    states = [encoder({k: v for k, v in features.items() if k.startswith("input_")})
              for features in (plain, restarted)]  # fmt: skip
    difference = np.abs(states[0]["sequence_output"] - states[1]["sequence_output"])
    assert difference.max() > 1e-2


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"next_sentence": True, "inputs": tiny.inputs("segment_pairs", packed=True)}, "packed"),
        ({"inputs": tiny.inputs("sentences", packed=True, length_buckets=[24])}, "length_buckets"),
    ],
)
def test_settings_incompatible_with_packing_are_rejected(changes, message):
    values = dict(name="x", kind="masked_lm") | changes
    with pytest.raises(pydantic.ValidationError, match=message):
        MaskedLM.model_validate(values, context={"check_inputs": False})


def test_dual_encoder_cannot_pack(encoder):
    with pytest.raises(pydantic.ValidationError, match="only masked_lm tasks can use packing"):
        tiny.dual_encoder(encoder, inputs=tiny.inputs("sentence_pairs", packed=True))
