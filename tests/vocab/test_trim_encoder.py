"""A trimmed encoder gives the same vectors for text of the pieces that it kept."""

import numpy as np
import pytest

from tests.sentence_piece import trained_model
from tests.tiny import VOCABULARY, tiny_encoder
from tfmling.cli.main import main
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.embedding.keras_embedder import KerasEmbedder
from tfmling.modeling.heads import BIAS, MaskedLMHead, read_weights
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.word_piece_vocabulary import VocabularyError, WordPieceVocabulary
from tfmling.vocab.resize import trim_encoder
from tfmling.vocab.settings import TrimVocab
from tfmling.vocab.trimming import run_trimming

KEPT = WordPieceVocabulary(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "c", "a", "##b"), False)


@pytest.fixture(scope="module")
def encoder():
    encoder = tiny_encoder()
    encoder.head_weights.update(read_weights(MaskedLMHead(encoder)))
    encoder.head_weights[BIAS] = np.arange(len(VOCABULARY), dtype=np.float32)
    return encoder


def test_embeddings_and_biases_follow_their_pieces(encoder):
    trimmed = trim_encoder(encoder, KEPT)
    old, new = encoder.embedding_table.numpy(), trimmed.embedding_table.numpy()
    for piece in KEPT.pieces:
        np.testing.assert_array_equal(
            new[KEPT.piece_to_id(piece)], old[VOCABULARY.piece_to_id(piece)]
        )
        assert trimmed.head_weights[BIAS][KEPT.piece_to_id(piece)] == VOCABULARY.piece_to_id(piece)


def test_vectors_of_kept_text_are_bit_equal(encoder):
    texts = ["a ab c", "cb", "c a"]
    trimmed = KerasEmbedder(trim_encoder(encoder, KEPT)).encode(texts)
    np.testing.assert_array_equal(trimmed, KerasEmbedder(encoder).encode(texts))


def test_an_unknown_piece_is_rejected(encoder):
    with pytest.raises(KeyError, match="zz"):
        trim_encoder(encoder, KEPT.with_pieces(["zz"]))


def test_main(encoder, tmp_path, capsys):
    save_encoder(encoder, str(tmp_path / "encoder"))
    (tmp_path / "en.tsv").write_text("ab\t3\nc\t1\n")
    (tmp_path / "trim.yaml").write_text(
        f"output: {tmp_path}/out\nencoder: {tmp_path}/encoder\nword_counts: [{tmp_path}/en.tsv]\n"
    )
    main(["trim_vocab", "--config", f"{tmp_path}/trim.yaml"])
    # all of the tiny vocabulary are characters, which stay
    assert load_encoder(str(tmp_path / "out")).vocabulary.pieces == VOCABULARY.pieces
    assert "pieces: 37 -> 37" in capsys.readouterr().out


def test_a_sentence_piece_model_is_rejected(tmp_path):
    vocabulary = SentencePieceVocabulary(trained_model())
    save_encoder(tiny_encoder(vocabulary=vocabulary), str(tmp_path / "encoder"))
    (tmp_path / "en.tsv").write_text("ab\t3\n")
    settings = TrimVocab(
        output=f"{tmp_path}/out",
        encoder=f"{tmp_path}/encoder",
        word_counts=[f"{tmp_path}/en.tsv"],
    )
    with pytest.raises(VocabularyError, match=r"trim_vocab: .* got one with sentencepiece"):
        run_trimming(settings)
    assert not (tmp_path / "out").exists()
