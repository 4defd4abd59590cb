"""Extending a SentencePiece model: ids do not change, and likelier pieces split new text."""

from collections import Counter

import pytest
import sentencepiece
import tensorflow as tf

from tests.sentence_piece import LINES, made_model, trained_model
from tfmling.text.words import spaced_words, split_words
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_proto import SentencePieceModel
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary
from tfmling.tokenizers.word_piece_vocabulary import (
    SPECIAL_PIECES,
    VocabularyError,
    WordPieceVocabulary,
)
from tfmling.vocab.extension import extend_vocabulary, normalize_words
from tfmling.vocab.learners import learn_pieces
from tfmling.vocab.run_extension import check_sentence_piece
from tfmling.vocab.settings import ExtendVocab, UnigramLearner
from tfmling.vocab.word_counts import check_counted

LETTERS = dict.fromkeys("▁habrizsu", -6.0)
BASE = SentencePieceVocabulary(made_model(LETTERS | {"▁ha": -5.0}))
MASK = len(BASE) - 1
# as a learner has them: what begins a word unmarked
LEARNED = {"habari": -3.0, "##ri": -4.0, "##q": -9.0, "za": -8.0, "##su": -20.0}
COUNTS = {"habari": 5, "zari": 2}


def test_ids_do_not_change_and_new_pieces_follow_the_mask() -> None:
    extended = BASE.with_pieces({"▁habari": -3.0, "ri": -4.0, "▁ha": -1.0})
    assert extended.pieces == (*BASE.pieces, "▁habari", "ri")
    assert extended.mask_id == BASE.mask_id == MASK
    again = extended.with_pieces({"q": -9.0})
    assert again.pieces == (*BASE.pieces, "▁habari", "ri", "q")


def test_text_is_split_into_the_likelier_pieces() -> None:
    extended = BASE.with_pieces({"▁habari": -3.0, "ri": -4.0, "su": -20.0})
    tokenizer = build_tokenizer(extended)
    ids = tokenizer(tf.constant(["habari", "zari", "su", "<mask>"])).to_list()
    pieces = [[extended.pieces[number] for number in text] for text in ids]
    assert pieces[:2] == [["▁habari"], ["▁", "z", "a", "ri"]]
    assert pieces[2] == ["▁", "s", "u"]  # -12 is more than -20
    assert extended.mask_id not in ids[3]
    assert [extended.tokenize(text) for text in ("habari", "zari")] == pieces[:2]


def test_only_used_pieces_are_appended() -> None:
    extended = extend_vocabulary(BASE, LEARNED, COUNTS)
    # ▁za + ri (-12) is likelier than ▁ + z + a + ri (-22); q is a character; su is never used
    assert extended.pieces[len(BASE) :] == ("▁habari", "ri", "q", "▁za")


def test_a_vocabulary_extends_its_base() -> None:
    once = BASE.with_pieces({"ri": -4.0})
    twice = once.with_pieces({"q": -9.0})
    for base in (BASE, once, twice):
        assert twice.is_extension_of(len(base), base.sha256)
    assert not twice.is_extension_of(len(once), BASE.sha256)
    assert not BASE.is_extension_of(len(once), once.sha256)


def test_a_trained_model_keeps_its_bytes() -> None:
    model = trained_model()
    assert SentencePieceModel.FromString(model).SerializeToString() == model
    base = SentencePieceVocabulary(model)
    extended = base.with_pieces({"▁asubuhi": -4.0})
    assert extended.is_extension_of(len(base), base.sha256)


def test_old_text_without_new_pieces_is_split_as_before() -> None:
    base = SentencePieceVocabulary(trained_model())
    extended = base.with_pieces({"▁zazazaza": -4.0, "qqq": -2.0})
    for line in LINES:
        assert extended.tokenize(line) == base.tokenize(line)
    processor = sentencepiece.SentencePieceProcessor(model_proto=extended.model)
    assert processor.encode("zazazaza", out_type=str) == ["▁zazazaza"]


def test_words_are_normalized_as_the_model_does() -> None:
    base = SentencePieceVocabulary(trained_model())
    assert normalize_words({"ﬁne": 2, "fine": 1, "\u200b": 4}, base) == {"fine": 3}


def test_a_learner_gives_its_scores() -> None:
    counts = {"habari": 50, "habani": 30, "zuri": 20, "nzuri": 10}
    learner = UnigramLearner(kind="unigram", vocabulary_size=25)
    scored = learn_pieces(counts, learner)
    assert scored["habari"] > scored["h"]
    assert max(scored.values()) < 0  # logarithms of probabilities


def _settings(**changes) -> ExtendVocab:
    values = {
        "output": "x",
        "base": {"kind": "encoder", "path": "y"},
        "word_counts": ["z"],
        "learner": {"kind": "unigram"},
        "embedding_init": {"kind": "random"},
    }
    return ExtendVocab.model_validate(values | changes, context={"check_inputs": False})


def test_settings_for_word_pieces_are_rejected_early() -> None:
    check_sentence_piece(BASE, _settings())
    with pytest.raises(VocabularyError, match=r"learner\.kind: expected unigram"):
        check_sentence_piece(BASE, _settings(learner={"kind": "bpe"}))
    with pytest.raises(VocabularyError, match=r"embedding_init\.kind: expected random or subword"):
        check_sentence_piece(BASE, _settings(embedding_init={"kind": "dictionary", "path": "d"}))


def test_pieces_that_are_never_used_are_not_learned() -> None:
    """Of `a, b` SentencePiece never gives a lone `▁,`: the comma follows a letter."""
    base = SentencePieceVocabulary(trained_model())
    lines = ["zawadi, pesa; zawadi. pesa!", "pesa, zawadi; (pesa) zawadi?"] * 20
    learner = UnigramLearner(kind="unigram", vocabulary_size=60)

    def extended(split) -> SentencePieceVocabulary:
        counts = Counter(word for line in lines for word in split(line))
        learned = learn_pieces(counts, learner)
        return extend_vocabulary(base, learned, counts)

    used = {piece for line in lines for piece in extended(spaced_words).tokenize(line)}
    new = extended(spaced_words).pieces[len(base) :]
    assert {"▁zawadi", "▁pesa"} <= set(new)
    longer = [piece for piece in new if not base.is_character(piece)]
    assert set(longer) <= used
    # counted for WordPiece, a comma is a word, and its piece is learned though no text uses it
    of_word_piece = extended(lambda line: split_words(line, False))
    unused = {piece for piece in of_word_piece.pieces if piece.startswith("▁")} - {
        piece for line in lines for piece in of_word_piece.tokenize(line)
    }
    assert {"▁;", "▁?"} <= unused | set(base.pieces)
    assert any(piece in of_word_piece.pieces[len(base) :] for piece in ("▁,", "▁;", "▁.", "▁?"))


def test_words_must_be_counted_for_the_base() -> None:
    base = SentencePieceVocabulary(trained_model())
    check_counted({"habari,": 1, "za": 2}, base)
    with pytest.raises(VocabularyError, match="only as separate words"):
        check_counted({"habari": 1, ",": 2}, base)
    word_pieces = WordPieceVocabulary((*SPECIAL_PIECES, "a"), lowercase=False)
    check_counted({"habari": 1, ",": 2}, word_pieces)
    with pytest.raises(VocabularyError, match=r"becomes \['habari', ','\]"):
        check_counted({"habari,": 1}, word_pieces)
