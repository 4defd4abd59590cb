"""Counts as a table for people."""

from collections.abc import Iterator, Mapping

_SECTIONS = ("read", "unusable", "not_judged", "dropped", "kept")
_UNITS = ("sentences", "pairs")


def summary(counts: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """The counts by language, section and name; of what is dropped or kept also the share."""
    rows = [("language", "", "", "number", "share"), *_rows(counts)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(_line(row, widths) for row in rows)


def _rows(
    counts: Mapping[str, Mapping[str, Mapping[str, int]]],
) -> Iterator[tuple[str, str, str, str, str]]:
    for language, sections in counts.items():
        read = next((n for u in _UNITS if (n := sections.get("read", {}).get(u))), 0)
        for section in _SECTIONS:
            by_number = sorted(sections.get(section, {}).items(), key=lambda kv: (-kv[1], kv[0]))
            for name, number in by_number:
                shared = read and (section == "dropped" or (section == "kept" and name in _UNITS))
                share = f"{number / read:.1%}" if shared else ""
                yield language, section, name, f"{number:,}", share


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    texts = [text.ljust(width) for text, width in zip(row[:3], widths[:3], strict=True)]
    numbers = [text.rjust(width) for text, width in zip(row[3:], widths[3:], strict=True)]
    return "  ".join(texts + numbers).rstrip()
