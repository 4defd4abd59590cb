"""The page beside scores.json: bars, tables, heat maps, translations in two dimensions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from tfmling.core.languages import language_scripts
from tfmling.evaluation import KINDS
from tfmling.evaluation.aligned_set import AlignedSet
from tfmling.evaluation.all_pairs import AllPairsSet
from tfmling.evaluation.plot import draw_scores, drawn_kinds
from tfmling.evaluation.projection import MOST_SENTENCES, draw_projection
from tfmling.evaluation.report import (
    AllScores,
    ByModel,
    Known,
    headings,
    scored_places,
    shown_cells,
)
from tfmling.evaluation.retrieval import LENGTHS, RetrievalSet
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import TestSet
from tfmling.reports import Plot, Table, Text
from tfmling.reports.heat_map import Matrix, draw_heat_map
from tfmling.reports.sections import Cell
from tfmling.reports.write import Section

TRUNCATED = "truncated: share of the sentences that are longer than what the model reads of one."

Vectors = Mapping[str, Sequence[tuple[np.ndarray, ...]]]  # model -> set -> side


def sections(settings: Evaluate, scores: AllScores, vectors: Vectors) -> Iterator[Section]:
    """What stands on the page, in its order."""
    models = [f"{name}: {model}" for name, model in settings.models.items()]
    yield Text("Models", models)
    for kind, by_model in scores.items():
        if kind in drawn_kinds(scores):
            drawn = draw_scores(scores, [kind])
            yield Plot(KINDS[kind].AXIS, drawn, "Whiskers are 95 % intervals.")
        if by_model:
            yield _table(kind, by_model)
    yield from _heat_maps(settings.sets, scores)
    if scores["retrieval"]:
        yield _by_length(scores["retrieval"])
        yield _by_script(settings.sets, scores["retrieval"])
    yield from _projections(settings.sets, vectors)


def _table(kind: str, by_model: ByModel) -> Table:
    header = ["set", "languages", "sentences", *headings(kind, by_model)]
    rows: list[list[Cell]] = [
        [
            name,
            languages,
            next(iter(cells.values()))["count"],
            *(cell for model in by_model for cell in shown_cells(kind, cells.get(model))),
        ]
        for name, languages, cells in scored_places(by_model)
    ]
    return Table(KINDS[kind].TITLE, header, rows, TRUNCATED)


def _by_length(by_model: ByModel) -> Table:
    header = ["set", "languages", *(f"{m}, {length}" for m in by_model for length in LENGTHS)]
    rows = [
        [name, languages, *(_value(cells.get(m), f"p_at_1_{x}") for m in by_model for x in LENGTHS)]
        for name, languages, cells in scored_places(by_model)
    ]
    return Table("Retrieval by length", header, rows, "P@1 by thirds of the queries' lengths.")


def _by_script(sets: Sequence[TestSet], by_model: ByModel) -> Table:
    """Means over sets and directions, under the script of the language that is not English."""
    shares: dict[str, dict[str, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    # keys are not to be split: sr-Latn-en
    own = {
        (s.name, key): (s.pairs.source_language, s.pairs.target_language)
        for s in sets
        if isinstance(s, RetrievalSet)
        for key in s.keys
    }
    for name, key, cells in scored_places(by_model):
        scripts = {_script(x) for x in own[name, key] if x != "en"}
        for model, figures in cells.items():
            for script in scripts:
                shares[script][model].append(figures["p_at_1"])
    rows = [
        [script, max(map(len, by.values())), *(_mean(by.get(model, [])) for model in by_model)]
        for script, by in sorted(shares.items())
    ]
    return Table("Retrieval by script", ["script", "directions", *by_model], rows, "Mean P@1.")


def _script(language: str) -> str:
    return "+".join(language_scripts(language)) or "unknown"


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _value(figures: Known | None, name: str) -> float | None:
    return None if figures is None else figures.get(name)


def _heat_maps(sets: Sequence[TestSet], scores: AllScores) -> Iterator[Plot]:
    for test_set in sets:
        if isinstance(test_set, AllPairsSet):
            by_model = {
                model: _matrix(test_set, by_set[test_set.name])
                for model, by_set in scores[test_set.kind].items()
            }
            figure = draw_heat_map(by_model, test_set.AXIS)
            yield Plot(f"{test_set.name}: {test_set.AXIS}", figure, "Lower is better.")


def _matrix(test_set: AllPairsSet, figures: Mapping[str, Known]) -> Matrix:
    return {
        (source, target): figures[f"{source}-{target}"]["xsim_error"]
        for source in test_set.languages
        for target in test_set.languages
        if source != target
    }


def _projections(sets: Sequence[TestSet], vectors: Vectors) -> Iterator[Plot]:
    """Of every set whose sides are aligned line by line."""
    for number, test_set in enumerate(sets):
        if isinstance(test_set, RetrievalSet):
            languages = [test_set.pairs.source_language, test_set.pairs.target_language]
        elif isinstance(test_set, AlignedSet):
            languages = test_set.languages
        else:
            continue
        drawn = draw_projection({m: by_set[number] for m, by_set in vectors.items()}, languages)
        yield Plot(
            f"{test_set.name}: {', '.join(languages)}",
            drawn,
            f"The first {MOST_SENTENCES} sentences in the plane of most variance; lines join "
            "translations.",
        )
