"""Fertility before and after an extension, as one table over all languages."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.provenance import Provenance, count_brought
from tfmling.vocab.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.word_counts import WordCounts

_HEADER = (
    "language",
    "words",
    "share of the budget",
    "pieces brought",
    "pieces a word, before",
    "after",
    "unknown words, before",
    "after",
)


def compare_fertility(
    old: SubwordVocabulary,
    new: SubwordVocabulary,
    by_language: Mapping[str, WordCounts],
    *,
    shares: Mapping[str, float],
    provenance: Provenance,
) -> dict[str, Any]:
    """Sizes, and by language the fertility before and after, as fertility.json holds them.

    Args:
        old: the vocabulary before.
        new: the vocabulary after.
        by_language: the words to measure on.
        shares: what part of the learner's words each language had; 0 for one not learned from.
        provenance: as `trace_pieces` gives.
    """
    brought = count_brought(provenance)
    return {
        "vocabulary_size": {"before": len(old), "after": len(new)},
        "languages": {
            language: {
                "words": sum(counts.values()),
                "budget_share": shares.get(language, 0.0),
                "pieces_brought": brought.get(language, 0),
                "before": asdict(measure_fertility(old, counts)),
                "after": asdict(measure_fertility(new, counts)),
            }
            for language, counts in by_language.items()
        },
    }


def as_markdown(fertility: Mapping[str, Any]) -> str:
    """The same as a table for people; a word that becomes [UNK] counts as one piece."""
    lines = [_line(_HEADER), _line(["---", *["---:"] * (len(_HEADER) - 1)])]
    lines += [_row(language, row) for language, row in fertility["languages"].items()]
    return "\n".join(lines) + "\n"


def _row(language: str, row: Mapping[str, Any]) -> str:
    before, after = row["before"], row["after"]
    return _line(
        [
            language,
            f"{row['words']:,}",
            f"{100 * row['budget_share']:.1f} %",
            f"{row['pieces_brought']:,}",
            f"{before['pieces_per_word']:.3f}",
            f"{after['pieces_per_word']:.3f}",
            f"{100 * before['unknown_rate']:.2f} %",
            f"{100 * after['unknown_rate']:.2f} %",
        ]
    )


def _line(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"
