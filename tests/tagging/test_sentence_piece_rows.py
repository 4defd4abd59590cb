"""Words and pairs to rows with XLM-R's pieces: hand-cut, since the scores are made up."""

import numpy as np
import pytest

from tests.sentence_piece import made_model
from tfmling.corpora.annotated.examples import LabeledPair, TaggedSentence
from tfmling.tagging.rows import pair_rows, word_rows
from tfmling.tagging.settings import TaggingInputs
from tfmling.tokenizers.build_tokenizer import build_tokenizer
from tfmling.tokenizers.sentence_piece_vocabulary import SentencePieceVocabulary

CLS, PAD, SEP, UNK, START, DAR, DARES, COMMA, S, KUBWA, TOKYO = range(11)
# "▁Dares" (-2) is likelier than "▁Dar" + "es" would be (-3 - 4), which is not there
SCORES = {"▁": -5, "▁Dar": -3, "▁Dares": -2, ",": -3, "s": -4, "▁kubwa": -3, "東京": -3}


@pytest.fixture(scope="module")
def tokenizer():
    return build_tokenizer(SentencePieceVocabulary(made_model(SCORES)))


def test_a_label_is_on_the_first_piece_of_its_word(tokenizer) -> None:
    words = ("Dars", ",", "kubwa", "東京", "\u200b", "xx")
    labels = ("B-LOC", "O", "O", "B-LOC", "O", "O")
    sentence = TaggedSentence(words, labels, "x:1")
    (row,) = word_rows(
        [sentence], tokenizer, {"O": 0, "B-LOC": 1}, TaggingInputs(max_length=40)
    ).rows
    # each word by itself: a comma has a mark of its own, "xx" is one run of unknown characters
    assert row["input_word_ids"].tolist() == [
        *(CLS, DAR, S, START, COMMA, KUBWA, START, TOKYO, START, UNK, START, UNK, SEP)
    ]
    assert row["word_positions"].tolist() == [1, 3, 5, 6, 8, 10]
    assert row["token_labels"][row["word_positions"]].tolist() == [1, 0, 0, 1, 0, 0]
    assert np.sum(row["token_labels"] >= 0) == len(words)


def test_a_pair_has_two_separators_between(tokenizer) -> None:
    pairs = [
        LabeledPair("Dares kubwa", "kubwa", "yes", "x:1"),
        LabeledPair("Dares Dares Dares Dares", "kubwa kubwa", "no", "x:2"),
    ]
    rows, cut = pair_rows(pairs, tokenizer, {"yes": 0, "no": 1}, TaggingInputs(
        max_length=9, overlap=0))  # fmt: skip
    assert rows[0]["input_word_ids"].tolist() == [CLS, DARES, KUBWA, SEP, SEP, KUBWA, SEP]
    # 4 + 2 pieces and 4 specials: one piece of the longer sentence is lost
    assert rows[1]["input_word_ids"].tolist() == [
        *(CLS, DARES, DARES, DARES, SEP, SEP, KUBWA, KUBWA, SEP)
    ]
    assert cut == 1
