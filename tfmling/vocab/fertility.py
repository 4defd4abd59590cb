"""Fertility: how many pieces a vocabulary needs per word, before and after an extension."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tfmling.core.printed import markdown_text
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary, VocabularyError
from tfmling.vocab.extension import Provenance, count_by_main_language
from tfmling.vocab.word_counts import WordCounts

TRAINING_WORDS = "words learned from"
_WARNING = (
    "{}: measured on the words that the pieces were learned from, since no others were found. New "
    "text takes more pieces. Count words again with `held_out` above 0, or name other words in "
    "`measured_on`."
)
_HEADER = (
    "language",
    "words",
    "measured on",
    "share of the budget",
    "pieces brought",
    "pieces per word, before",
    "after",
    "unknown words, before",
    "after",
)


@dataclass(frozen=True)
class Fertility:
    """Means over running text, in which each word counts as often as it occurs.

    Attributes:
        pieces_per_word: 1 at best; [UNK] is one piece.
        unknown_rate: share of words that become [UNK], or of which a part becomes <unk>.

    Example:
        >>> fertility = Fertility(pieces_per_word=1.5, unknown_rate=0.02)
        >>> f"{fertility.unknown_rate:.1%} unknown words"
        '2.0% unknown words'
    """

    pieces_per_word: float
    unknown_rate: float


@dataclass(frozen=True)
class EvaluationWords:
    """Words to measure on.

    Attributes:
        counts: words and how often they occur.
        origin: `held out` by count_words, `other words` from the settings, or TRAINING_WORDS.

    Example:
        >>> words = EvaluationWords({"maji": 3, "moto": 2}, "held out")
        >>> sum(words.counts.values())
        5
    """

    counts: WordCounts
    origin: str


def measure_fertility(vocabulary: SubwordVocabulary, counts: WordCounts) -> Fertility:
    """Measure a vocabulary on counted words.

    Raises:
        VocabularyError: there are no words.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> vocabulary = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> measure_fertility(vocabulary, {"maji": 3, "x": 1})
        Fertility(pieces_per_word=1.75, unknown_rate=0.25)
    """
    if not counts:
        raise VocabularyError("fertility: expected words to measure on, got none")
    unknown_piece = vocabulary.pieces[vocabulary.unk_id]
    words = pieces = unknown = 0
    for word, count in counts.items():
        found = vocabulary.tokenize_word(word)
        words += count
        pieces += count * len(found)
        unknown += count * (unknown_piece in found)
    return Fertility(pieces / words, unknown / words)


def compare_fertility(
    old: SubwordVocabulary,
    new: SubwordVocabulary,
    by_language: Mapping[str, EvaluationWords],
    *,
    shares: Mapping[str, float],
    provenance: Provenance,
) -> dict[str, Any]:
    """Measure both vocabularies on every language; the content of fertility.json.

    Args:
        old: the vocabulary before the extension.
        new: the vocabulary after it.
        by_language: words to measure on.
        shares: each language's share of the words that were learned from; 0 if missing.
        provenance: from `trace_pieces`.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> new, words = old.with_pieces(["maji"]), {"sw": EvaluationWords({"maji": 3}, "held out")}
        >>> found = compare_fertility(old, new, words, shares={"sw": 1.0}, provenance={})
        >>> [found["languages"]["sw"][when]["pieces_per_word"] for when in ("before", "after")]
        [2.0, 1.0]
    """
    brought = count_by_main_language(provenance)
    return {
        "vocabulary_size": {"before": len(old), "after": len(new)},
        "languages": {
            language: {
                "words": sum(test.counts.values()),
                "measured_on": test.origin,
                "budget_share": shares.get(language, 0.0),
                "pieces_brought": brought.get(language, 0),
                "before": asdict(measure_fertility(old, test.counts)),
                "after": asdict(measure_fertility(new, test.counts)),
            }
            for language, test in by_language.items()
        },
    }


def as_markdown(fertility: Mapping[str, Any]) -> str:
    """The result of `compare_fertility` as a table.

    Example:
        >>> from tfmling.tokenizers.word_piece_vocabulary import SPECIAL_PIECES, WordPieceVocabulary
        >>> old = WordPieceVocabulary((*SPECIAL_PIECES, "ma", "##ji"), lowercase=True)
        >>> new, words = old.with_pieces(["maji"]), {"sw": EvaluationWords({"maji": 3}, "held out")}
        >>> provenance = {"maji": {"sw": 3}}
        >>> found = compare_fertility(old, new, words, shares={"sw": 1.0}, provenance=provenance)
        >>> as_markdown(found).splitlines()[-1]
        '| sw | 3 | held out | 100.0 % | 1 | 2.000 | 1.000 | 0.00 % | 0.00 % |'
    """
    lines = [_line(_HEADER), _line(["---", *["---:"] * (len(_HEADER) - 1)])]
    rows = fertility["languages"]
    lines += [_row(language, row) for language, row in rows.items()]
    optimistic = [name for name, row in rows.items() if row["measured_on"] == TRAINING_WORDS]
    if optimistic:
        lines += ["", _WARNING.format(", ".join(optimistic))]
    return "\n".join(lines) + "\n"


def _row(language: str, row: Mapping[str, Any]) -> str:
    before, after = row["before"], row["after"]
    return _line(
        [
            language,
            f"{row['words']:,}",
            row["measured_on"],
            f"{100 * row['budget_share']:.1f} %",
            f"{row['pieces_brought']:,}",
            f"{before['pieces_per_word']:.3f}",
            f"{after['pieces_per_word']:.3f}",
            f"{100 * before['unknown_rate']:.2f} %",
            f"{100 * after['unknown_rate']:.2f} %",
        ]
    )


def _line(cells: Any) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |"
