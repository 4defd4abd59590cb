"""What a study of EXTEND says: gains on new, old and other languages, in numbers and words."""

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from tfmling.reports import Table
from tfmling.studies.extend_ner import ExtendNer, Role, figure_of
from tfmling.studies.results import Results
from tfmling.studies.statistics import compare, summarise
from tfmling.studies.tables import shown

HEADER = ("encoder", "languages", "mean F1 ± deviation", "against", "95 % interval", "in words")
ASKED = {
    "new": "the languages it was extended to",
    "old": "the languages the base knows",
    "other": "languages neither knows",
}


def answers(study: ExtendNer, results: Results) -> Table:
    """A row for each encoder and role: the mean over the role's languages, and the gain."""
    rows = [
        row
        for role in get_args(Role)
        for arm in study.encoders
        if (row := _row(study, results, role, arm))
    ]
    note = (
        f"Means over the languages of a role, then over seeds; differences from {study.baseline} "
        "are paired by seed."
    )
    return Table("Does it help new languages, and spare old ones?", HEADER, rows, note)


def mean_of_languages(results: Results, languages: Sequence[str], arm: str) -> dict[int, float]:
    """Seed -> the mean F1 of some languages; a seed that lacks one of them is left out."""
    found: list[Mapping[int, float]] = [
        results.values[figure_of(name)].get(arm, {}) for name in languages
    ]
    seeds = set.intersection(*(set(own) for own in found)) if found else set()
    return {seed: float(np.mean([own[seed] for own in found])) for seed in sorted(seeds)}


def _row(study: ExtendNer, results: Results, role: Role, arm: str) -> list[str] | None:
    languages = study.of_role(role)
    own = mean_of_languages(results, languages, arm)
    if not own:
        return None
    told = [arm, f"{', '.join(languages)}: {ASKED[role]}", shown(summarise(own))]
    if arm == study.baseline:
        return [*told, "", "", ""]
    found = compare(own, mean_of_languages(results, languages, str(study.baseline)))
    if found is None:
        return [*told, "", "", "no seed in common"]
    interval = "" if found.low is None else f"{found.low:+.3f} to {found.high:+.3f}"
    return [*told, f"{found.mean:+.3f}", interval, found.verdict]
