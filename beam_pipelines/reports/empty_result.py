"""Runs from which nothing is left: they fail, and say why."""

import collections
import itertools
import json
import logging
from collections.abc import Mapping

from beam_pipelines.transforms.report import Counts
from tfmling.core import files
from tfmling.core.errors import UserError

_LOGGER = logging.getLogger(__name__)
_REASONS = ("unusable", "dropped")


class EmptyResultError(UserError, ValueError):
    """A run that has read and dropped, and kept nothing."""


def refuse_empty_result(folder: str, unit: str) -> None:
    """Raises where nothing is kept, and warns of each language of which nothing is.

    Args:
        folder: what the pipeline has written, `counts.json` and perhaps `rejected.jsonl`.
        unit: what `counts.json` counts as kept: `sentences`, `pairs`, `distinct_words`.

    Raises:
        EmptyResultError: nothing is kept; the message names the most frequent reason.
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
