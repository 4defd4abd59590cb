"""The report section of EXTEND studies: gains on new, old and other languages."""

from collections.abc import Mapping, Sequence
from typing import get_args

import numpy as np

from tfmling.reports import Table
from tfmling.studies.extend_ner import ExtendNer, Role, f1_metric
from tfmling.studies.results import Results
from tfmling.studies.statistics import compare, summarize
from tfmling.studies.tables import difference_cells, shown

_HEADER = ("encoder", "languages", "mean F1 ± deviation", "against", "95 % interval", "verdict")
_ROLES = {
    "new": "the languages it was extended to",
    "old": "the languages the base knows",
    "other": "languages neither knows",
}


def gains_by_role(study: ExtendNer, results: Results) -> Table:
    """Tabulate the mean F1 over the languages of each role, and the gain over the baseline.

    Example:
        >>> corpus = {"format": "panx", "path": "sw.txt", "language": "sw"}
        >>> study = ExtendNer(
        ...     kind="extend_ner", output="out", title="NER", question="Does it help?", seeds=[1],
        ...     encoders={"mbert": "mbert", "extended": "runs/sw"}, baseline="mbert",
        ...     languages={"sw": dict(role="new", train=corpus, development=corpus, test=corpus)},
        ...     tagger={"head": {"kind": "bilstm_crf"}},
        ... )
        >>> values = {"f1_sw": {"mbert": {1: 0.5}, "extended": {1: 0.75}}}
        >>> results = Results([*study.encoders], study.list_metrics(), values, {}, {}, {}, {})
        >>> gains_by_role(study, results).rows[1][2:]
        ['0.750 (one seed)', '+0.250', '', 'too few seeds']
    """
    rows = [
        row
        for role in get_args(Role)
        for variant in study.encoders
        if (row := _row(study, results, role, variant))
    ]
    note = (
        f"Means over the languages of a role, then over seeds; differences from {study.baseline} "
        "are paired by seed."
    )
    return Table("Does it help new languages, and spare old ones?", _HEADER, rows, note)


def _row(study: ExtendNer, results: Results, role: Role, variant: str) -> list[str] | None:
    languages = study.of_role(role)
    own = _mean_by_seed(results, languages, variant)
    if not own:
        return None
    row = [variant, f"{', '.join(languages)}: {_ROLES[role]}", shown(summarize(own))]
    if variant == study.baseline:
        return [*row, "", "", ""]
    found = compare(own, _mean_by_seed(results, languages, str(study.baseline)))
    if found is None:
        return [*row, "", "", "no seed in common"]
    return [*row, *difference_cells(found)]


def _mean_by_seed(results: Results, languages: Sequence[str], variant: str) -> dict[int, float]:
    """Average F1 over languages; a seed that lacks one of them is left out."""
    found: list[Mapping[int, float]] = [
        results.values[f1_metric(name)].get(variant, {}) for name in languages
    ]
    seeds = set.intersection(*(set(own) for own in found)) if found else set()
    return {seed: float(np.mean([own[seed] for own in found])) for seed in sorted(seeds)}
