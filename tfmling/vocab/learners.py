"""Learners of pieces from counted words, both by SentencePiece on words that are cut already.

Its `▁x` at the beginning of a word becomes `x`, its `x` elsewhere `##x`, as EXTEND did
(2004.13640, released code); text is cut by WordPiece's longest match afterwards, whoever learned.
"""

import io
import math
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import sentencepiece

from tfmling.tokenizers.word_piece_vocabulary import CONTINUATION, VocabularyError, is_character
from tfmling.vocab.settings import Learner
from tfmling.vocab.word_counts import WordCounts

WORD_START = "▁"  # SentencePiece's own mark


def learn_pieces(
    counts: WordCounts, settings: Learner, alphabet: WordCounts | None = None
) -> list[str]:
    """The pieces of `learn_scored_pieces`, in their order."""
    return list(learn_scored_pieces(counts, settings, alphabet))


def learn_scored_pieces(
    counts: WordCounts, settings: Learner, alphabet: WordCounts | None = None
) -> dict[str, float]:
    """Learns pieces from counted words.

    Args:
        counts: words as `tfmling.text.words` gives them.
        settings: which learner, and how many pieces.
        alphabet: words whose characters become pieces too, though nothing else is learned from
            them; None: `counts`, without the rare words.

    Returns:
        At most `vocabulary_size` pieces: first the characters that the words are written with, then
        what was learned, the most valuable first. Each has its score: of the unigram learner the
        logarithm of its probability, of merges their rank; a character that was not learned has
        the lowest.

    Raises:
        VocabularyError: no words, or more characters than `vocabulary_size`.
    """
    # in a fixed order, since it decides between pieces of equal worth
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    counts = {word: count for word, count in ordered if count >= settings.min_count}
    alphabet = counts if alphabet is None else alphabet
    frequent = _frequent_characters(alphabet, settings.character_coverage)
    written = _written_with(frequent, counts)
    if not written:
        raise VocabularyError(
            f"no word occurs {settings.min_count} times; give more or lower min_count"
        )
    words = {*written, *_written_with(frequent, alphabet)}
    characters = sorted({piece for word in words for piece in _characters(word)})
    if len(characters) > settings.vocabulary_size:
        raise VocabularyError(
            f"vocabulary_size {settings.vocabulary_size} is too small for the {len(characters)} "
            "characters; raise it, or lower character_coverage"
        )
    learned = LEARNERS[settings.kind](written, settings.vocabulary_size + len(characters))
    longer = [piece for piece in learned if not is_character(piece)]
    lowest = min(learned.values(), default=0.0)
    pieces = (characters + longer)[: settings.vocabulary_size]
    return {piece: learned.get(piece, lowest) for piece in pieces}


def _frequent_characters(counts: WordCounts, coverage: float) -> set[str]:
    """The fewest characters that make up `coverage` of all text."""
    occurrences: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            occurrences[character] += count
    occurrences.pop(WORD_START, None)  # could not be told from the mark
    missing = math.floor(sum(occurrences.values()) * (1 - coverage))
    by_frequency = sorted(occurrences, key=lambda character: (-occurrences[character], character))
    while by_frequency and (missing := missing - occurrences[by_frequency[-1]]) >= 0:
        by_frequency.pop()
    return set(by_frequency)


def _written_with(characters: set[str], counts: WordCounts) -> WordCounts:
    return {word: count for word, count in counts.items() if characters.issuperset(word)}


def _characters(word: str) -> list[str]:
    """What a word is written with at the least; not every character ever begins a word."""
    return [word[0], *(CONTINUATION + character for character in word[1:])]


def _learn_bpe(counts: WordCounts, size: int) -> dict[str, float]:
    lines = (f"{word}\t{count}\n" for word, count in counts.items())
    return _train("bpe", lines, size)


def _learn_unigram(counts: WordCounts, size: int) -> dict[str, float]:
    # SentencePiece proposes only what is seen before two different characters. With one word a line
    # no word would ever be a candidate, its end being always the end of the line: so words that
    # occur again occur twice.
    lines = (
        f"{word} {word}\t{count}\n" if count > 1 else f"{word}\t2\n"
        for word, count in counts.items()
    )
    return _train("unigram", lines, size)


LEARNERS: dict[str, Callable[[WordCounts, int], dict[str, float]]] = {
    "bpe": _learn_bpe,
    "unigram": _learn_unigram,
}


def _train(model_type: str, lines: Iterator[str], size: int) -> dict[str, float]:
    model = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.tsv"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(lines)
        sentencepiece.SentencePieceTrainer.train(
            input=str(path),
            input_format="tsv",
            model_writer=model,
            model_type=model_type,
            vocab_size=size + 2,  # [UNK] and a lone ▁ are no pieces of ours
            hard_vocab_limit=False,
            character_coverage=1.0,
            normalization_rule_name="identity",
            bos_id=-1,
            eos_id=-1,
            minloglevel=2,
        )
    return _as_word_pieces(model.getvalue())


def _as_word_pieces(model: bytes) -> dict[str, float]:
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    pieces = {}
    for number in range(processor.get_piece_size()):
        piece = processor.id_to_piece(number)
        if not processor.is_unknown(number) and piece != WORD_START:
            begins = piece.startswith(WORD_START)
            own = piece[1:] if begins else CONTINUATION + piece
            pieces[own] = processor.get_score(number)
    return pieces
