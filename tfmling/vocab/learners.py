"""Learn pieces from counted words with SentencePiece.

SentencePiece's `▁x` at the beginning of a word becomes `x`, its `x` elsewhere `##x`, as in EXTEND
(2004.13640, released code). With a WordPiece base, text is later split by longest match, whichever
learner found the pieces.
"""

import io
import math
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import sentencepiece

from tfmling.tokenizers.word_piece_vocabulary import CONTINUATION, VocabularyError, is_character
from tfmling.vocab.settings import Learner
from tfmling.vocab.word_counts import WordCounts

WORD_START = "▁"  # SentencePiece's marker


def learn_pieces(
    counts: WordCounts, settings: Learner, alphabet: WordCounts | None = None
) -> dict[str, float]:
    """Learn pieces from counted words.

    Args:
        counts: words, split as `tfmling.text.words` does.
        settings: which learner, and how many pieces.
        alphabet: words whose characters become pieces too, but from which nothing else is learned;
            None for `counts` without its rare words.

    Returns:
        At most `vocabulary_size` pieces with their scores: first the characters of the words, then
        the learned pieces, best first. Scores are log probabilities (unigram) or minus the rank of
        the merge (bpe); characters that were not learned get the lowest score.

    Raises:
        VocabularyError: there are no words, or more characters than `vocabulary_size`.

    Example:
        >>> from tfmling.vocab.settings import BpeLearner
        >>> learner = BpeLearner(kind="bpe", vocabulary_size=8)
        >>> list(learn_pieces({"ab": 10, "abc": 4, "xa": 3, "ad": 1}, learner))
        ['##a', '##b', '##c', '##d', 'a', 'x', 'ab', 'abc']
    """
    # in a fixed order, which decides between pieces of equal score
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    counts = {word: count for word, count in ordered if count >= settings.min_count}
    alphabet = counts if alphabet is None else alphabet
    frequent = _frequent_characters(alphabet, settings.character_coverage)
    covered = _covered_words(counts, frequent)
    if not covered:
        raise VocabularyError(
            f"no word occurs {settings.min_count} times; provide more text or lower min_count"
        )
    words = {*covered, *_covered_words(alphabet, frequent)}
    characters = sorted({piece for word in words for piece in _spell(word)})
    if len(characters) > settings.vocabulary_size:
        raise VocabularyError(
            f"vocabulary_size {settings.vocabulary_size} is too small for the {len(characters)} "
            "characters; raise it, or lower character_coverage"
        )
    learned = _train(settings.kind, covered, settings.vocabulary_size + len(characters))
    longer = [piece for piece in learned if not is_character(piece)]
    lowest = min(learned.values(), default=0.0)
    pieces = (characters + longer)[: settings.vocabulary_size]
    return {piece: learned.get(piece, lowest) for piece in pieces}


def _frequent_characters(counts: WordCounts, coverage: float) -> set[str]:
    """The fewest characters that cover this share of all text."""
    occurrences: Counter[str] = Counter()
    for word, count in counts.items():
        for character in word:
            occurrences[character] += count
    occurrences.pop(WORD_START, None)  # indistinguishable from the marker
    missing = math.floor(sum(occurrences.values()) * (1 - coverage))
    by_frequency = sorted(occurrences, key=lambda character: (-occurrences[character], character))
    while by_frequency and (missing := missing - occurrences[by_frequency[-1]]) >= 0:
        by_frequency.pop()
    return set(by_frequency)


def _covered_words(counts: WordCounts, characters: set[str]) -> WordCounts:
    return {word: count for word, count in counts.items() if characters.issuperset(word)}


def _spell(word: str) -> list[str]:
    """The single-character pieces that spell a word; not every character begins a word."""
    return [word[0], *(CONTINUATION + character for character in word[1:])]


def _lines(kind: str, counts: WordCounts) -> Iterator[str]:
    for word, count in counts.items():
        if kind == "unigram":
            # SentencePiece only considers substrings that two different characters follow. With one
            # word per line, no whole word would qualify, since the end of the line always follows
            # it. So words that occur more than once are written twice.
            yield f"{word} {word}\t{count}\n" if count > 1 else f"{word}\t2\n"
        else:
            yield f"{word}\t{count}\n"


def _train(kind: str, counts: WordCounts, size: int) -> dict[str, float]:
    model = io.BytesIO()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "words.tsv"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(_lines(kind, counts))
        sentencepiece.SentencePieceTrainer.train(
            input=str(path),
            input_format="tsv",
            model_writer=model,
            model_type=kind,
            vocab_size=size + 2,  # for [UNK] and a lone ▁, which are dropped below
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
