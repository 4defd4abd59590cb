"""Scores as tables.

scores.json is nested: kind -> model -> set -> languages -> score, for example
`retrieval.after.tatoeba.sw-en.p_at_1`. Beside the scores of sets that are embedded, `truncated` is
the share of sentences longer than the model's maximum, null if the model does not say. Undefined
scores, such as a correlation with equal numbers, and infinite ones, such as a threshold above all
pairs, are null.
"""

import math
from collections.abc import Iterator

from tfmling.core.intervals import Scores
from tfmling.evaluation import KINDS
from tfmling.reports import Table
from tfmling.reports.markdown import as_markdown as table_as_markdown
from tfmling.reports.sections import Cell

JsonScores = dict[str, float | int | None]
ByModel = dict[str, dict[str, dict[str, JsonScores]]]  # model -> set -> languages -> scores
AllScores = dict[str, ByModel]  # by kind

_NOTE = "truncated: share of sentences longer than the model's maximum."


def as_json(scores: Scores) -> JsonScores:
    """Replace NaN and infinity by None.

    Example:
        >>> as_json({"count": 2, "threshold": float("inf")})
        {'count': 2, 'threshold': None}
    """
    return {name: value if math.isfinite(value) else None for name, value in scores.items()}


def as_markdown(scores: AllScores) -> str:
    """Return one Markdown table for each kind.

    Example:
        >>> score = {"count": 9, "mean_cosine": 0.9}
        >>> score |= {"mean_cosine_low": 0.8, "mean_cosine_high": 1.0}
        >>> text = as_markdown({"similarity": {"after": {"news": {"en": score}}}})
        >>> text.splitlines()[2]
        '| set | languages | sentences | after, cosine | after, truncated |'
    """
    tables = [score_table(kind, scores[kind]) for kind in KINDS if scores.get(kind)]
    return "\n".join(map(table_as_markdown, tables))


def score_table(kind: str, by_model: ByModel) -> Table:
    """Tabulate the scores of one kind: a row per set and languages, columns per model.

    Example:
        >>> scores = {"count": 390, "mean_cosine": 0.9, "mean_cosine_low": 0.8}
        >>> scores |= {"mean_cosine_high": 1.0, "truncated": 0.0}
        >>> score_table("similarity", {"after": {"news": {"en": scores}}}).rows
        [['news', 'en', 390, '0.900 (0.800–1.000)', '0.0 %']]
    """
    metrics = KINDS[kind].METRICS
    columns = [f"{model}, {heading}" for model in by_model for heading in
               (*metrics.values(), "truncated")]  # fmt: skip
    rows: list[list[Cell]] = []
    for name, languages, scored in scored_places(by_model):
        row: list[Cell] = [name, languages, next(iter(scored.values()))["count"]]
        for model in by_model:
            row += [shown(scored.get(model), metric) for metric in metrics]
            row.append(truncated_share(scored.get(model)))
        rows.append(row)
    header = ["set", "languages", "sentences", *columns]
    return Table(KINDS[kind].TITLE, header, rows, _NOTE)


def scored_places(by_model: ByModel) -> Iterator[tuple[str, str, dict[str, JsonScores]]]:
    """Yield set, languages and the scores of each model that has them, in order of scoring.

    Example:
        >>> by_language = {"en": {"count": 9}}
        >>> by_model = {"before": {"news": by_language}, "after": {"news": by_language}}
        >>> list(scored_places(by_model))
        [('news', 'en', {'before': {'count': 9}, 'after': {'count': 9}})]
    """
    places: dict[tuple[str, str], dict[str, JsonScores]] = {}
    for model, sets in by_model.items():
        for name, by_languages in sets.items():
            for languages, scores in by_languages.items():
                places.setdefault((name, languages), {})[model] = scores
    for (name, languages), by in places.items():
        yield name, languages, by


def truncated_share(scores: JsonScores | None) -> str:
    """Format the share of truncated sentences; empty without scores.

    Example:
        >>> truncated_share({"truncated": 0.125})
        '12.5 %'
    """
    if scores is None or "truncated" not in scores:
        return ""
    share = scores["truncated"]
    return "not known" if share is None else f"{100 * share:.1f} %"


def shown(scores: JsonScores | None, name: str) -> str:
    """Format a score with its interval; empty without scores.

    Example:
        >>> shown({"f1": 0.5, "f1_low": 0.4, "f1_high": 0.6}, "f1")
        '0.500 (0.400–0.600)'
    """
    if scores is None:
        return ""
    value, low, high = (scores[key] for key in (name, f"{name}_low", f"{name}_high"))
    if value is None or low is None or high is None:
        return "not defined"
    return f"{value:.3f} ({low:.3f}–{high:.3f})"
