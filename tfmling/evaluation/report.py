"""Scores as a table for people.

scores.json holds `retrieval.<model>.<set>.<source>-<target>.p_at_1` and its neighbours (see
`tfmling.evaluation.retrieval`), `similarity.<model>.<set>.<language>.mean_cosine` and its own (see
`tfmling.evaluation.similarity`). `truncated`, beside each score, is the share of its sentences that
are longer than what the model reads; null where the model does not say it. What is not defined, as
a correlation with scores that are all alike, or not finite, as a threshold above all pairs, is
null.
"""

import math
from collections.abc import Iterator

from tfmling.core.intervals import Scores
from tfmling.core.printed import markdown_text
from tfmling.evaluation import KINDS

Known = dict[str, float | int | None]  # figures as JSON has them
ByModel = dict[str, dict[str, dict[str, Known]]]  # model -> set -> languages -> figures
AllScores = dict[str, ByModel]  # kind -> all of that


def as_known(figures: Scores) -> Known:
    """None for what is not a finite number."""
    return {name: value if math.isfinite(value) else None for name, value in figures.items()}


def as_markdown(scores: AllScores) -> str:
    """The scores as one Markdown table for each kind."""
    tables = [_table(kind, scores[kind]) for kind in KINDS if scores.get(kind)]
    return "\n".join(tables)


def scored_places(by_model: ByModel) -> Iterator[tuple[str, str, dict[str, Known]]]:
    """(set, languages, figures by model), in the order in which they were scored."""
    places = {
        (name, languages): None
        for sets in by_model.values()
        for name, all_languages in sets.items()
        for languages in all_languages
    }
    for name, languages in places:
        yield name, languages, _cells(by_model, name, languages)


def _cells(by_model: ByModel, name: str, languages: str) -> dict[str, Known]:
    found = {model: sets.get(name, {}).get(languages) for model, sets in by_model.items()}
    return {model: figures for model, figures in found.items() if figures}


def _table(kind: str, by_model: ByModel) -> str:
    columns = headings(kind, by_model)
    lines = [f"## {KINDS[kind].TITLE}\n", _line(["set", "languages", "sentences", *columns])]
    lines.append(_line(["---", "---", "---:", *["---:"] * len(columns)]))
    for name, languages, cells in scored_places(by_model):
        count = str(next(iter(cells.values()))["count"])
        figures = [cell for model in by_model for cell in shown_cells(kind, cells.get(model))]
        lines.append(_line([name, languages, count, *figures]))
    return "\n".join(lines) + "\n"


def headings(kind: str, by_model: ByModel) -> list[str]:
    """Of the columns of a kind's table: of each model its figures, and the share truncated."""
    said = [*KINDS[kind].SHOWN.values(), "truncated"]
    return [f"{model}, {heading}" for model in by_model for heading in said]


def shown_cells(kind: str, figures: Known | None) -> list[str]:
    """The cells of one model under `headings`."""
    return [*(shown(figures, name) for name in KINDS[kind].SHOWN), truncated_share(figures)]


def truncated_share(figures: Known | None) -> str:
    """`12.5 %` of the sentences are longer than what the model reads; nothing without figures."""
    if figures is None or "truncated" not in figures:
        return ""
    share = figures["truncated"]
    return "not known" if share is None else f"{100 * share:.1f} %"


def shown(figures: Known | None, name: str) -> str:
    """A figure with its interval; nothing where there is none."""
    if figures is None:
        return ""
    value, low, high = (figures[key] for key in (name, f"{name}_low", f"{name}_high"))
    if value is None or low is None or high is None:
        return "not defined"
    return f"{value:.3f} ({low:.3f}–{high:.3f})"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(map(markdown_text, cells))} |"
