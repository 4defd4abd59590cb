"""Embeddings of new pieces from the translations of their words in a bilingual dictionary.

The dictionary is a file of the user's, or the links of word-aligned sentences.

Shapes: N new pieces, V old pieces, D width.
"""

import dataclasses
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from tfmling.core import files
from tfmling.corpora.annotated.examples import AlignedPair
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.tokenizers.word_piece_vocabulary import (
    UNK,
    VocabularyError,
    WordPieceVocabulary,
    require_word_piece,
)
from tfmling.vocab.embedding_init import SubwordMeanInitializer

# new piece -> embeddings of translations, with their weights
_Translations = dict[str, list[tuple[np.ndarray, float]]]


@dataclasses.dataclass(frozen=True)
class Entry:
    """One translation; a word may have several.

    Attributes:
        new: a word or phrase in the language that the vocabulary is extended for.
        old: its translation into a language that the base knows.
        weight: relative to other translations of the same word.

    Example:
        >>> Entry("mbwa", "dog").weight
        1.0
    """

    new: str
    old: str
    weight: float = 1.0


class DictionaryInitializer:
    """The weighted mean over a new piece's translations, each the mean of its old embeddings.

    A piece that is a whole word of the dictionary uses that word's translations. A piece that only
    occurs inside words uses theirs; an entry of k pieces then counts 1/k. Other pieces get the
    mean of the old pieces they used to be split into.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "dog", "hound"), lowercase=True)
        >>> initializer = DictionaryInitializer([Entry("mbwa", "dog", 3.0), Entry("mbwa", "hound")])
        >>> initializer(["mbwa"], old, np.arange(7.0)[:, None], seed=1).tolist()  # (3 * 5 + 6) / 4
        [[5.25]]
    """

    def __init__(self, entries: Sequence[Entry]):
        self.entries = entries

    def __call__(
        self, pieces: Sequence[str], old: SubwordVocabulary, table_VD: np.ndarray, seed: int
    ) -> np.ndarray:
        """Embeddings [N, D] float32."""
        own = require_word_piece(old, "embedding_init.kind dictionary")
        new_ND = SubwordMeanInitializer()(pieces, own, table_VD, seed)
        as_word, as_part = self._translations(own.with_pieces(pieces), own, table_VD)
        for row, piece in enumerate(pieces):
            if found := as_word.get(piece) or as_part.get(piece):
                vectors, weights = zip(*found, strict=True)
                new_ND[row] = np.average(vectors, axis=0, weights=weights)
        return new_ND

    def _translations(
        self, new: WordPieceVocabulary, old: WordPieceVocabulary, table_VD: np.ndarray
    ) -> tuple[_Translations, _Translations]:
        """Translations of words that are a single piece, and of words that contain a piece."""
        as_word: _Translations = defaultdict(list)
        as_part: _Translations = defaultdict(list)
        for entry in self.entries:
            new_pieces, old_pieces = new.tokenize(entry.new), old.tokenize(entry.old)
            if UNK not in old_pieces and old_pieces:
                vector = table_VD[[old.piece_to_id(piece) for piece in old_pieces]].mean(axis=0)
                target = as_word if len(new_pieces) == 1 else as_part
                for piece in new_pieces:
                    target[piece].append((vector, entry.weight / len(new_pieces)))
        return as_word, as_part


def read_dictionary(path: str) -> list[Entry]:
    """Read lines of `new word<TAB>translation[<TAB>weight]`, as in MUSE; empty lines are skipped.

    Raises:
        VocabularyError: a line has another form, or there are no lines.
        NotUtf8Error: a line is not UTF-8.

    Example:
        >>> files.write_text("sw-en.tsv", "mbwa\\tdog\\n")
        >>> read_dictionary("sw-en.tsv")
        [Entry(new='mbwa', old='dog', weight=1.0)]
    """
    entries = list(_read(path))
    if not entries:
        raise VocabularyError(
            f"{path}: expected lines of a word, a tab and its translation; got none"
        )
    return entries


def _read(path: str) -> Iterator[Entry]:
    for number, line in enumerate(files.read_lines(path), start=1):
        if text := line.rstrip("\r"):
            entry = _parse(text)
            if entry is None:
                raise VocabularyError(
                    f"{path}:{number}: expected a word, a tab, its translation and, optionally, "
                    f"another tab and a weight above 0; got {text!r:.80}"
                )
            yield entry


def _parse(line: str) -> Entry | None:
    columns = [column.strip() for column in line.split("\t")]
    if len(columns) not in (2, 3) or not all(columns):
        return None
    try:
        weight = float(columns[2]) if len(columns) == 3 else 1.0
    except ValueError:
        return None
    valid = weight > 0 and math.isfinite(weight)
    return Entry(columns[0], columns[1], weight) if valid else None


def count_links(
    pairs: Iterable[AlignedPair], *, new_is_source: bool, min_count: int = 1
) -> list[Entry]:
    """Derive a dictionary from word alignments; the weight is how often two words are linked.

    Args:
        pairs: sentence pairs with word links, drawn by people or by `align_words`.
        new_is_source: whether the source side is the language to extend the vocabulary for.
        min_count: links that occur less often are dropped.

    Returns:
        An entry for each pair of words with a sure link.

    Example:
        >>> link = frozenset({(0, 0)})
        >>> pair = AlignedPair(("mbwa",), ("dog",), link, link, "a.txt:1")
        >>> count_links([pair], new_is_source=True)
        [Entry(new='mbwa', old='dog', weight=1)]
    """
    links: Counter[tuple[str, str]] = Counter()
    for pair in pairs:
        for source, target in pair.sure:
            words = pair.source[source], pair.target[target]
            links[words if new_is_source else words[::-1]] += 1
    return [Entry(new, old, count) for (new, old), count in links.items() if count >= min_count]
