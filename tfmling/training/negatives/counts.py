"""Counts and samples of mined hard negatives, and the page that shows them."""

from dataclasses import dataclass, field

from tfmling.reports import Samples, Table, write_page

SAMPLES = 20  # sources per language pair


@dataclass
class NegativeCounts:
    """Counts of one language pair.

    Example:
        >>> counts = NegativeCounts()
        >>> counts.add("a cat", "un chat", ["un chien", "un rat"])
        >>> counts.pairs, counts.negatives
        (1, 2)
    """

    pairs: int = 0
    truncated_texts: int = 0
    negatives: int = 0
    pairs_without: int = 0
    passed_over_translations: int = 0
    passed_over_too_near: int = 0
    samples: list[str] = field(default_factory=list)

    def add(self, source: str, target: str, negatives: list[str]) -> None:
        """Count one pair, and keep the first few as samples."""
        self.pairs += 1
        self.negatives += len(negatives)
        self.pairs_without += not negatives
        if negatives and len(self.samples) < SAMPLES:
            lines = [source, f"= {target}", *(f"≠ {negative}" for negative in negatives)]
            self.samples.append("\n".join(lines))

    def numbers(self) -> dict[str, int]:
        """All counts by name, without the samples."""
        return {name: value for name, value in vars(self).items() if name != "samples"}


def write_negatives_page(path: str, counts: dict[str, NegativeCounts]) -> None:
    """Write a page with the counts of each language pair, and samples for a speaker to check.

    Example:
        >>> counts = NegativeCounts()
        >>> counts.add("a cat", "un chat", ["un chien"])
        >>> write_negatives_page("negatives.html", {"en-fr": counts})
        >>> "≠ un chien" in open("negatives.html", encoding="utf-8").read()
        True
    """
    header = ("pair", *(name.replace("_", " ") for name in NegativeCounts().numbers()))
    rows: list[list[str | int | float | None]] = [
        [key, *own.numbers().values()] for key, own in counts.items()
    ]
    sections: list[Table | Samples] = [Table("Language pairs", header=header, rows=rows)]
    sections += [
        Samples(f"{key}: source, translation, hard negatives", own.samples)
        for key, own in counts.items()
    ]
    write_page(path, title="Hard negatives", sections=sections)
