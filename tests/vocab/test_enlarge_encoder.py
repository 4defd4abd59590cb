"""Enlarging an encoder: old values bit for bit, new embeddings in their rows."""

import numpy as np
import pytest

from tfmling.conversion.encoder_folder import load_encoder
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
from tfmling.vocab.embedding_init import RandomInitializer, SubwordMeanInitializer
from tfmling.vocab.resize import enlarge_encoder


@pytest.fixture(scope="module")
def encoder(hugging_face_folder):
    return load_encoder(str(hugging_face_folder))


def test_old_embeddings_and_biases_are_bit_equal(encoder):
    longer = encoder.vocabulary.with_pieces(["ab", "zz"])
    enlarged = enlarge_encoder(encoder, longer, RandomInitializer(), seed=1)
    np.testing.assert_array_equal(
        enlarged.embedding_table.numpy()[:40], np.array(encoder.embedding_table)
    )
    bias = enlarged.head_weights["masked_lm/bias"]
    np.testing.assert_array_equal(bias[:40], encoder.head_weights["masked_lm/bias"])
    np.testing.assert_array_equal(bias[40:], [0.0, 0.0])


def test_old_text_gets_the_same_states(encoder, token_inputs):
    longer = encoder.vocabulary.with_pieces(["ab", "zz"])
    enlarged = enlarge_encoder(encoder, longer, SubwordMeanInitializer(), seed=1)
    np.testing.assert_array_equal(
        enlarged(token_inputs)["sequence_output"], encoder(token_inputs)["sequence_output"]
    )


def test_a_new_embedding_is_the_mean_of_its_old_pieces(encoder):
    longer = encoder.vocabulary.with_pieces(["abc", "##ab", "é"])
    table = encoder.embedding_table.numpy()
    enlarged = enlarge_encoder(encoder, longer, SubwordMeanInitializer(), seed=1)
    rows = enlarged.embedding_table.numpy()[40:]
    ids = encoder.vocabulary.piece_to_id
    np.testing.assert_allclose(
        rows[0], (table[ids("a")] + table[ids("##b")] + table[ids("##c")]) / 3, rtol=1e-6
    )
    np.testing.assert_allclose(rows[1], (table[ids("##a")] + table[ids("##b")]) / 2, rtol=1e-6)
    # nothing in the base spells é: a random row, small as BERT's are, but not nothing
    assert 0 < np.abs(rows[2]).max() <= 0.04


def test_random_embeddings_have_berts_standard_deviation():
    old = WordPieceVocabulary(SPECIAL_PIECES, lowercase=False)
    rows = RandomInitializer()(["x"] * 1000, old, np.zeros((1, 64)), 7)
    # a normal cut at two deviations keeps a deviation of 0.8796 (1 - 4 phi(2) / (2 Phi(2) - 1))
    assert np.std(rows) == pytest.approx(0.02 * 0.8796, rel=0.02)
    assert np.abs(rows).max() <= 0.04


def test_a_vocabulary_that_changes_ids_is_rejected(encoder):
    pieces = list(encoder.vocabulary.pieces)
    pieces[7], pieces[8] = pieces[8], pieces[7]
    with pytest.raises(ValueError, match="piece 7"):
        enlarge_encoder(
            encoder, WordPieceVocabulary(tuple(pieces), True), RandomInitializer(), seed=1
        )


def test_extending_twice_is_extending_once_by_both(encoder):
    lists = [["zz", "xy"], ["zzz", "##yx"]]
    once = enlarge_encoder(
        encoder, encoder.vocabulary.with_pieces(lists[0] + lists[1]), RandomInitializer(), seed=1
    )
    twice = encoder
    for pieces in lists:
        longer = twice.vocabulary.with_pieces(pieces)
        twice = enlarge_encoder(twice, longer, RandomInitializer(), seed=1)
    assert twice.vocabulary == once.vocabulary
    for ours, theirs in zip(twice.backbone.variables, once.backbone.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    assert twice.head_weights.keys() == once.head_weights.keys()
    for name, value in once.head_weights.items():
        np.testing.assert_array_equal(twice.head_weights[name], value)
    rows = once.embedding_table.numpy()[40:]
    assert len(np.unique(rows, axis=0)) == 4
