"""Fertility before and after an extension, as one table over all languages."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tfmling.core.printed import markdown_text
from tfmling.tokenizers.subword_vocabulary import SubwordVocabulary
from tfmling.vocab.fertility import measure_fertility
from tfmling.vocab.provenance import Provenance, count_brought
from tfmling.vocab.word_counts import WordCounts

LEARNED_FROM = "words learned from"
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
    "pieces a word, before",
    "after",
    "unknown words, before",
    "after",
)


@dataclass(frozen=True)
class MeasuredOn:
    """Words to measure on.

    Attributes:
        words: with their counts.
        origin: `held out` by count_words, `other words` that the settings name, or LEARNED_FROM.
    """

    words: WordCounts
    origin: str


def compare_fertility(
    old: SubwordVocabulary,
    new: SubwordVocabulary,
    by_language: Mapping[str, MeasuredOn],
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
                "words": sum(own.words.values()),
                "measured_on": own.origin,
                "budget_share": shares.get(language, 0.0),
                "pieces_brought": brought.get(language, 0),
                "before": asdict(measure_fertility(old, own.words)),
                "after": asdict(measure_fertility(new, own.words)),
            }
            for language, own in by_language.items()
        },
    }


def as_markdown(fertility: Mapping[str, Any]) -> str:
    """The same as a table for people; a word that becomes [UNK] counts as one piece."""
    lines = [_line(_HEADER), _line(["---", *["---:"] * (len(_HEADER) - 1)])]
    rows = fertility["languages"]
    lines += [_row(language, row) for language, row in rows.items()]
    seen = [language for language, row in rows.items() if row["measured_on"] == LEARNED_FROM]
    if seen:
        lines += ["", _WARNING.format(", ".join(seen))]
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
