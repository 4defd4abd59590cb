"""Objectives with XLM-R pieces: whole words are masked, lengths count all special tokens."""

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tests.sentence_piece import LINES, trained_model
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary


@pytest.fixture(scope="module")
def encoder():
    vocabulary = SentencePieceVocabulary(trained_model())
    return tiny.tiny_encoder(vocabulary=vocabulary, max_sequence_length=96)


@pytest.fixture(scope="module")
def texts() -> dict[str, tf.Tensor]:
    source, target = tf.constant(LINES[1:5]), tf.constant(LINES[2:6])
    return {"text": source, "source": source, "target": target}


def _prepared(objective, texts) -> dict[str, np.ndarray]:
    features = objective.prepare(texts, tf.constant([1, 0]), 96)
    return {name: tensor.numpy() for name, tensor in features.items()}


def test_whole_words_are_masked(encoder, texts) -> None:
    objective = tiny.masked_lm(
        encoder, "sentences", whole_word=True, mask_rate=0.4, max_predictions=30
    )
    features = _prepared(objective, texts)
    rows = objective.inputs.tokenizer.words(texts["text"]).to_list()
    for number, words in enumerate(rows):
        count = int(features["masked_lm_weights"][number].sum())
        hidden = set(features["masked_lm_positions"][number, :count].tolist())
        assert hidden
        end = 1  # after <s>
        for word in words:
            places = set(range(end, end + len(word)))
            assert places <= hidden or not places & hidden
            end += len(word)


def test_lengths_of_pairs_count_four_specials(encoder, texts) -> None:
    objective = tiny.masked_lm(encoder, "sentence_pairs")
    features = _prepared(objective, texts)
    np.testing.assert_array_equal(objective.lengths(texts), features["input_mask"].sum(axis=1))
    pieces = objective.inputs.tokenizer(texts["source"]).row_lengths()
    pieces += objective.inputs.tokenizer(texts["target"]).row_lengths()
    np.testing.assert_array_equal(objective.lengths(texts), pieces + 4)


def test_packed_rows_are_padded_with_the_vocabularys_padding(encoder, texts) -> None:
    inputs = tiny.inputs("sentences", packed=True, max_length=96)
    objective = tiny.masked_lm(encoder, inputs=inputs)
    rows = {name: tensor.numpy() for name, tensor in objective.pack(texts, 96).items()}
    padding = rows["input_mask"] == 0
    assert set(rows["input_word_ids"][padding]) == {encoder.vocabulary.pad_id}
    assert encoder.vocabulary.pad_id not in rows["input_word_ids"][~padding]


def test_the_dual_encoder_trains(encoder, texts) -> None:
    objective = tiny.dual_encoder(encoder)
    features = objective.prepare(texts, tf.constant([1, 0]), 96)
    with tf.GradientTape() as tape:
        loss, _ = objective(features)
    gradient = tape.gradient(loss, encoder.embedding_table.value)
    table_VD = tf.convert_to_tensor(gradient).numpy()
    used = set(features["source_input_word_ids"].numpy().flatten().tolist())
    used |= set(features["target_input_word_ids"].numpy().flatten().tolist())
    used.discard(encoder.vocabulary.pad_id)
    learned = set(np.flatnonzero(np.abs(table_VD).sum(axis=1)).tolist())
    assert learned == used
