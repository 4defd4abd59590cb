"""Counts as people read them: of what was read, how much each reason took and what is left."""

from collections.abc import Mapping

from tfmling.reports import Table

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]  # language -> section -> name -> number

_UNITS = ("sentences", "pairs")


def unit_of(counts: Counts) -> str:
    """What was counted: sentences, or pairs."""
    sections = (own.get("read", {}) for own in counts.values())
    return next((unit for read in sections for unit in _UNITS if unit in read), _UNITS[0])


def number(counts: Counts, language: str, section: str, name: str) -> int:
    """One count; 0 where nothing was counted."""
    return counts.get(language, {}).get(section, {}).get(name, 0)


def percent(part: int, whole: int) -> float | None:
    """A share; None of nothing, as where a language is counted in the other unit."""
    return 100 * part / whole if whole else None


def by_size(counts: Counts) -> list[str]:
    """The languages, those of which most was read first."""
    unit = unit_of(counts)
    return sorted(counts, key=lambda language: (-number(counts, language, "read", unit), language))


def reasons(counts: Counts) -> list[str]:
    """All reasons for which something was dropped, the most frequent first."""
    total: dict[str, int] = {}
    for sections in counts.values():
        for reason, found in sections.get("dropped", {}).items():
            total[reason] = total.get(reason, 0) + found
    return sorted(total, key=lambda reason: (-total[reason], reason))


def language_table(counts: Counts) -> Table:
    """A row a language: documents, what was read, dropped and kept."""
    unit = unit_of(counts)
    header = ("language", "documents", f"{unit} read", "dropped", "kept", "kept, %", "characters")
    rows = [
        (
            language,
            number(counts, language, "read", "documents") or None,
            read := number(counts, language, "read", unit),
            sum(counts[language].get("dropped", {}).values()),
            kept := number(counts, language, "kept", unit),
            percent(kept, read),
            number(counts, language, "kept", "characters"),
        )
        for language in by_size(counts)
    ]
    return Table("Languages", header, rows, "Characters are those that were kept.")


def funnel_table(counts: Counts) -> Table:
    """A row a language and reason, with its share of what was read."""
    unit = unit_of(counts)
    rows = [
        (language, reason, found, percent(found, number(counts, language, "read", unit)))
        for language in by_size(counts)
        for reason, found in sorted(
            counts[language].get("dropped", {}).items(), key=lambda entry: (-entry[1], entry[0])
        )
    ]
    note = "Filters run in order, and the first that rejects gives the reason."
    return Table("Dropped, by language and reason", ("language", "reason", unit, "%"), rows, note)


def other_table(counts: Counts, section: str, title: str, note: str) -> Table:
    """A row a language and name of a section such as `unusable`."""
    rows = [
        (language, name, found)
        for language in by_size(counts)
        for name, found in sorted(counts[language].get(section, {}).items())
    ]
    return Table(title, ("language", "reason", "number"), rows, note)
