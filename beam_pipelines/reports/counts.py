"""Tables, summary and errors from the counts of a run."""

import collections
import itertools
import json
import logging
from collections.abc import Iterator, Mapping

from tfmling.core import files
from tfmling.core.errors import UserError
from tfmling.reports import Table

Counts = Mapping[str, Mapping[str, Mapping[str, int]]]  # language -> section -> name -> number

_UNITS = ("sentences", "pairs")


def unit_of(counts: Counts) -> str:
    """Return the unit of counts: sentences or pairs.

    Example:
        >>> unit_of({"en-sw": {"read": {"pairs": 10}}})
        'pairs'
    """
    sections = (own.get("read", {}) for own in counts.values())
    return next((unit for read in sections for unit in _UNITS if unit in read), _UNITS[0])


def number(counts: Counts, language: str, section: str, name: str) -> int:
    """Return one count, 0 if there is none.

    Example:
        >>> counts = {"sw": {"read": {"sentences": 10}}}
        >>> number(counts, "sw", "read", "sentences"), number(counts, "sw", "kept", "sentences")
        (10, 0)
    """
    return counts.get(language, {}).get(section, {}).get(name, 0)


def percent(part: int, whole: int) -> float | None:
    """Return a share in percent, None if `whole` is 0.

    Example:
        >>> percent(1, 4)
        25.0
    """
    return 100 * part / whole if whole else None


def by_size(counts: Counts) -> list[str]:
    """Return the languages by descending amount of text.

    Example:
        >>> by_size({"sw": {"read": {"sentences": 10}}, "en": {"read": {"sentences": 90}}})
        ['en', 'sw']
    """
    unit = unit_of(counts)
    return sorted(counts, key=lambda language: (-number(counts, language, "read", unit), language))


def reasons(counts: Counts) -> list[str]:
    """Return all reasons of dropped text, the most frequent first.

    Example:
        >>> swahili = {"dropped": {"length": 2, "digits": 3}}
        >>> reasons({"sw": swahili, "en": {"dropped": {"length": 4}}})
        ['length', 'digits']
    """
    total: dict[str, int] = {}
    for sections in counts.values():
        for reason, found in sections.get("dropped", {}).items():
            total[reason] = total.get(reason, 0) + found
    return sorted(total, key=lambda reason: (-total[reason], reason))


def language_table(counts: Counts) -> Table:
    """Return a row per language: documents, text read, dropped and kept.

    Example:
        >>> swahili = {"read": {"sentences": 10}, "dropped": {"length": 2}}
        >>> swahili["kept"] = {"sentences": 8, "characters": 300}
        >>> language_table({"sw": swahili}).rows
        [('sw', None, 10, 2, 8, 80.0, 300)]
    """
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
    return Table("Languages", header, rows, "Characters are those of kept text.")


def funnel_table(counts: Counts) -> Table:
    """Return a row per language and reason, with its share of the text read.

    Example:
        >>> funnel_table({"sw": {"read": {"sentences": 10}, "dropped": {"length": 2}}}).rows
        [('sw', 'length', 2, 20.0)]
    """
    unit = unit_of(counts)
    rows = [
        (language, reason, found, percent(found, number(counts, language, "read", unit)))
        for language in by_size(counts)
        for reason, found in sorted(
            counts[language].get("dropped", {}).items(), key=lambda entry: (-entry[1], entry[0])
        )
    ]
    note = "Filters run in order; the first that rejects a text is its reason."
    return Table("Dropped, by language and reason", ("language", "reason", unit, "%"), rows, note)


def other_table(counts: Counts, section: str, title: str, note: str) -> Table:
    """Return a row per language and name of a section such as `unusable`.

    Example:
        >>> counts = {"sw": {"licenses": {"CC0-1.0": 2, "not stated": 1}}}
        >>> other_table(counts, "licenses", "Licenses", "").rows
        [('sw', 'CC0-1.0', 2), ('sw', 'not stated', 1)]
    """
    rows = [
        (language, name, found)
        for language in by_size(counts)
        for name, found in sorted(counts[language].get(section, {}).items())
    ]
    return Table(title, ("language", "reason", "number"), rows, note)


_SECTIONS = ("read", "unusable", "not_judged", "dropped", "kept")


def summary(counts: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """Return the counts as a text table, with the shares of dropped and kept text.

    Example:
        >>> print(summary({"sw": {"read": {"sentences": 10}, "kept": {"sentences": 8}}}))
        language                   number  share
        sw        read  sentences      10
        sw        kept  sentences       8  80.0%
    """
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


_LOGGER = logging.getLogger(__name__)
_REASONS = ("unusable", "dropped")


class EmptyResultError(UserError, ValueError):
    """A run kept no text.

    Example:
        >>> files.write_json("out/counts.json", {"sw": {"dropped": {"length": 3}}})
        >>> refuse_empty_result("out", "pairs")
        Traceback (most recent call last):
        beam_pipelines.reports.counts.EmptyResultError: no pairs left: 3 of 3 rejected for length
    """


def refuse_empty_result(folder: str, unit: str) -> None:
    """Raise an error if no text is kept, and warn of each language without kept text.

    Args:
        folder: a folder with `counts.json` and perhaps `rejected.jsonl`.
        unit: of kept text in `counts.json`: `sentences`, `pairs` or `distinct_words`.

    Raises:
        EmptyResultError: no text is kept; the message has the most frequent reason.

    Example:
        >>> files.write_json("out/counts.json", {"sw": {"kept": {"sentences": 8}}})
        >>> refuse_empty_result("out", "sentences")
        >>> refuse_empty_result("out", "pairs")  # doctest: +ELLIPSIS
        Traceback (most recent call last):
        beam_pipelines.reports.counts.EmptyResultError: no pairs left: the input is empty; ...
    """
    counts: Counts = json.loads(files.read_text(files.join(folder, "counts.json")))
    empty = {
        language: sections
        for language, sections in counts.items()
        if not sections.get("kept", {}).get(unit)
    }
    if len(empty) == len(counts):
        raise EmptyResultError(f"no {unit.replace('_', ' ')} left: {_why(empty, folder)}")
    for language, sections in empty.items():
        _LOGGER.warning("%s: no %s left: %s", language, unit, _why({language: sections}, folder))


def _why(counts: Mapping[str, Mapping[str, Mapping[str, int]]], folder: str) -> str:
    reasons: collections.Counter[str] = collections.Counter()
    for sections in counts.values():
        for section in _REASONS:
            reasons.update(sections.get(section, {}))
    if not reasons:
        return "the input is empty; expected text"
    (reason, number), total = reasons.most_common(1)[0], reasons.total()
    return f"{number:,} of {total:,} rejected for {reason}{_example(reason, folder)}"


def _example(reason: str, folder: str) -> str:
    path = files.join(folder, "rejected.jsonl")
    if not files.exists(path):
        return ""
    with files.open_text(path) as lines:
        found = (each for each in map(json.loads, lines) if each["reason"] == reason)
        for each in itertools.islice(found, 1):
            return f", such as {each['location']}: {each['excerpt']!r}"
    return ""
