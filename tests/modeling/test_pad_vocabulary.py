"""A table with rows to spare."""

import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import build_encoder
from tfmling.conversion.settings import NewEncoder
from tfmling.core.config import build
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)


def test_existing_unused_pieces_are_not_repeated():
    vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "a", "[unused2]"), lowercase=False)
    assert vocabulary.padded_to(9).pieces == (*vocabulary.pieces, "[unused1]", "[unused3]")
    assert vocabulary.padded_to(7) == vocabulary
    with pytest.raises(VocabularyError, match="cannot pad 7 pieces to 6"):
        vocabulary.padded_to(6)


def test_a_new_encoder_is_padded_to_the_setting(tmp_path):
    tiny.VOCABULARY.write(str(tmp_path / "vocab.txt"))
    values = {
        "kind": "new", "vocabulary": str(tmp_path / "vocab.txt"), "pad_vocabulary_to": 64,
        "num_layers": 1, "hidden_dim": 8, "num_heads": 2, "intermediate_dim": 8,
    }  # fmt: skip
    encoder = build_encoder(build(NewEncoder, values, "test"))
    assert encoder.embedding_table.shape == (64, 8)
    assert encoder.vocabulary.pieces[: len(tiny.VOCABULARY)] == tiny.VOCABULARY.pieces
