"""Sentences and a vocabulary for benchmarks: real data if present, otherwise generated."""

import gzip
import os
from collections import Counter
from pathlib import Path

from tfmling.corpora.constructed.corpus import ConstructCorpus, construct
from tfmling.text.words import split_words
from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary

DATA = Path(os.environ.get("TFMLING_DATA", "../shared/data"))
REAL_TEXTS = "tatoeba/*.gz"
REAL_VOCABULARY = "vocab/bert_multi_cased.txt.gz"


def sentences(count: int) -> list[str]:
    """Return up to `count` sentences, alternating between languages and scripts."""
    if found := sorted(DATA.glob(REAL_TEXTS)):
        by_file = [read_lines(path) for path in found]
        longest = max(map(len, by_file))
        return [own[n] for n in range(longest) for own in by_file if n < len(own)][:count]
    settings = ConstructCorpus(
        output="unused", sentences_a=1, sentences_b=1, train_pairs=count // 2, test_pairs=1,
        queries=1,
    )  # fmt: skip
    return [text for pair in construct(settings).train for text in pair][:count]


def vocabulary(texts: list[str]) -> WordPieceVocabulary:
    """Return multilingual BERT's 119,547 pieces, or letters and frequent words of the texts."""
    if (DATA / REAL_VOCABULARY).exists():
        return WordPieceVocabulary(tuple(read_lines(DATA / REAL_VOCABULARY)), lowercase=False)
    words = Counter(word for text in texts for word in split_words(text, lowercase=False))
    letters = sorted({letter for word in words for letter in word})
    frequent = [word for word, _ in words.most_common(2000) if len(word) > 1]
    pieces = [*SPECIAL_PIECES, *letters, *(f"##{letter}" for letter in letters), *frequent]
    return WordPieceVocabulary(tuple(pieces), lowercase=False)


def read_lines(path: Path) -> list[str]:
    """Return the lines of a gzip file."""
    with gzip.open(path, "rt", encoding="utf-8", newline="\n") as file:
        return file.read().removesuffix("\n").split("\n")
