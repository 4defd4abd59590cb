"""XLM-R's ids over a SentencePiece model; other models are rejected."""

import hashlib

import pytest
import sentencepiece

from tests.sentence_piece import trained_model
from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.subword_vocabulary import VocabularyError


@pytest.fixture(scope="module")
def vocabulary() -> SentencePieceVocabulary:
    return SentencePieceVocabulary(trained_model())


def test_special_pieces_have_xlm_rs_ids(vocabulary) -> None:
    assert vocabulary.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")
    assert (vocabulary.cls_id, vocabulary.pad_id, vocabulary.sep_id) == (0, 1, 2)
    assert (vocabulary.unk_id, vocabulary.mask_id) == (3, len(vocabulary) - 1)


def test_other_ids_are_the_models_plus_one(vocabulary) -> None:
    processor = sentencepiece.SentencePieceProcessor(model_proto=vocabulary.model)
    assert len(vocabulary) == processor.get_piece_size() + 2  # <pad> and <mask>
    for number in range(3, processor.get_piece_size()):
        assert vocabulary.piece_to_id(processor.id_to_piece(number)) == number + 1


def test_a_mark_starts_a_word(vocabulary) -> None:
    assert not vocabulary.continues_word("▁river")
    assert vocabulary.continues_word("ver")
    assert vocabulary.continues_word("<unk>")
    assert not any(map(vocabulary.continues_word, ("<s>", "<pad>", "</s>", "<mask>")))


def test_written_is_read_back(vocabulary, tmp_path) -> None:
    path = tmp_path / vocabulary.FILE
    vocabulary.write(str(path))
    assert path.read_bytes() == vocabulary.model
    assert vocabulary.sha256 == hashlib.sha256(vocabulary.model).hexdigest()
    assert SentencePieceVocabulary.read(str(path)) == vocabulary


def test_a_vocabulary_extends_only_itself(vocabulary) -> None:
    assert vocabulary.is_extension_of(len(vocabulary), vocabulary.sha256)
    assert not vocabulary.is_extension_of(len(vocabulary) - 1, vocabulary.sha256)


def test_the_model_decides_lower_casing(vocabulary) -> None:
    assert not vocabulary.lowercase
    assert SentencePieceVocabulary(trained_model(normalization="nmt_nfkc_cf")).lowercase


def test_a_file_that_is_not_a_model_is_rejected(tmp_path) -> None:
    (tmp_path / "a.model").write_bytes(b"no model")
    with pytest.raises(VocabularyError, match=r"a\.model: expected a SentencePiece model"):
        SentencePieceVocabulary.read(str(tmp_path / "a.model"))


def test_other_special_pieces_are_rejected() -> None:
    # as T5 has them: <pad>, </s>, <unk>
    model = SentencePieceModel.FromString(trained_model())
    model.pieces[1].piece, model.pieces[2].piece = "</s>", "<s>"
    with pytest.raises(VocabularyError, match="got one that begins <unk>, </s>, <s>"):
        SentencePieceVocabulary(model.SerializeToString())
