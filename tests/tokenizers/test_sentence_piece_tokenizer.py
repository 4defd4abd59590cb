"""SentencePiece in the graph against SentencePiece itself, shifted to XLM-R's ids by hand."""

import pytest
import sentencepiece
import tensorflow as tf

from tests.sentence_piece import LINES, ODD, real_lines, trained_model
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_tokenizer import SentencePieceTokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary


@pytest.fixture(scope="module")
def tokenizer() -> SentencePieceTokenizer:
    found = build_tokenizer(SentencePieceVocabulary(trained_model()))
    assert isinstance(found, SentencePieceTokenizer)
    return found


def _reference(tokenizer: SentencePieceTokenizer, texts: list[str]) -> list[list[int]]:
    processor = sentencepiece.SentencePieceProcessor(model_proto=tokenizer.vocabulary.model)
    return [[3 if n == 0 else n + 1 for n in processor.encode(text)] for text in texts]


def _pieces(tokenizer: SentencePieceTokenizer, ids: list[int]) -> list[str]:
    return [tokenizer.vocabulary.pieces[number] for number in ids]


def test_ids_are_sentence_pieces_own(tokenizer) -> None:
    texts = LINES + ODD
    found = tokenizer(tf.constant(texts))
    assert found.dtype == tf.int32
    assert found.to_list() == _reference(tokenizer, texts)
    assert found.to_list()[len(LINES)] == []


def test_ids_on_real_lines(shared_data) -> None:
    texts = real_lines(shared_data, ("deu", "hin", "jpn", "kaz", "amh", "tam"))
    model = trained_model(3000, lines=tuple(texts))
    tokenizer = SentencePieceTokenizer(SentencePieceVocabulary(model))
    assert tokenizer(tf.constant(texts)).to_list() == _reference(tokenizer, texts)


def test_special_pieces_in_a_text_are_ordinary_characters(tokenizer) -> None:
    (ids,) = tokenizer(tf.constant(["<s> a <mask> </s>"])).to_list()
    assert not {0, 1, 2, tokenizer.vocabulary.mask_id} & set(ids)


def test_spaces_separate_words(tokenizer) -> None:
    texts = ["", "the  river, was Ⴀa", "川は広く", "", *LINES]
    words = tokenizer.words(tf.constant(texts))
    assert words.merge_dims(1, 2).to_list() == tokenizer(tf.constant(texts)).to_list()
    joined = [["".join(_pieces(tokenizer, word)) for word in text] for text in words.to_list()]
    assert joined[:4] == [[], ["▁the", "▁river,", "▁was", "▁<unk>a"], ["▁川は広く"], []]
    assert [len(text) for text in joined[4:]] == [len(line.split()) for line in LINES]


def test_no_text_at_all(tokenizer) -> None:
    assert tokenizer.words(tf.constant([], tf.string)).to_list() == []
    assert tokenizer(tf.constant([], tf.string)).to_list() == []


def test_one_segment_is_packed(tokenizer) -> None:
    packed = tokenizer.pack(tf.ragged.constant([[7, 8, 9], [7]]), 4)
    assert packed["input_word_ids"].numpy().tolist() == [[0, 7, 8, 2], [0, 7, 2, 1]]
    assert packed["input_mask"].numpy().tolist() == [[1, 1, 1, 1], [1, 1, 1, 0]]


def test_two_segments_have_two_separators_between_them(tokenizer) -> None:
    first, second = tf.ragged.constant([[7, 8], [7]]), tf.ragged.constant([[9], [10, 11, 12, 13]])
    packed = tokenizer.pack(first, 8, second)
    # of the second row the longer segment loses its last piece
    assert packed["input_word_ids"].numpy().tolist() == [
        [0, 7, 8, 2, 2, 9, 2, 1],
        [0, 7, 2, 2, 10, 11, 12, 2],
    ]
    assert packed["input_type_ids"].numpy().tolist() == [
        [0, 0, 0, 0, 1, 1, 1, 0],
        [0, 0, 0, 1, 1, 1, 1, 1],
    ]


def test_a_row_that_is_too_short_is_rejected(tokenizer) -> None:
    one = tf.ragged.constant([[7]])
    with pytest.raises(ValueError, match="expected max_length >= 6 for 2 segments, got 5"):
        tokenizer.pack(one, 5, one)


def test_in_a_graph_and_in_tf_data(tokenizer) -> None:
    expected = tokenizer.words(tf.constant(LINES)).to_list()
    in_graph = tf.function(tokenizer.words, autograph=False)
    assert in_graph(tf.constant(LINES)).to_list() == expected
    (batch,) = tf.data.Dataset.from_tensor_slices(LINES).batch(9).map(tokenizer.words)
    assert batch.to_list() == expected


def test_continues_word(tokenizer) -> None:
    pieces = tokenizer.vocabulary.pieces
    marked = tokenizer.continues_word.numpy().tolist()
    assert [p for p, within in zip(pieces, marked, strict=True) if not within] == [
        p for p in pieces if p.startswith("▁") or p in ("<s>", "<pad>", "</s>", "<mask>")
    ]
