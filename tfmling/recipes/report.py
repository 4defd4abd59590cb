"""The report on a recipe: report.json with all figures, report.html for people, one file each."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tfmling.core import files
from tfmling.evaluation import KINDS
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import scored_places, truncated_share
from tfmling.recipes.figures import Figures, gather_figures, read_history
from tfmling.recipes.loss_curves import draw_history
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.settings import Recipe
from tfmling.reports.page import load_template

_TEMPLATE = Path(__file__).parent / "report.html.j2"
_UNITS = ("sentences", "pairs", "distinct_words")


def write_report(recipe: Recipe, stages: Sequence[PlannedStage]) -> str:
    """Writes `report.json` and `report.html` into the recipe's output; gives the latter's path."""
    figures = gather_figures(recipe, stages)
    path = files.join(recipe.output, "report.html")
    files.write_json(files.join(recipe.output, "report.json"), figures)
    curves = {s.name: read_history(s) for s in stages if s.command == "train"}
    files.write_text(path, render(figures, curves, recipe.report.example_texts))
    return path


def render(
    figures: Figures, histories: dict[str, list[dict[str, float]]], example_texts: Sequence[str]
) -> str:
    """The page, without any file beside it.

    Args:
        figures: as `gather_figures` gives them.
        histories: by training stage, for the curves.
        example_texts: in the line that loads the model.
    """
    scores = {kind: figures[kind] for kind in KINDS if figures.get(kind)}
    return load_template(_TEMPLATE).render(
        figures=figures,
        kinds=KINDS,
        scores={kind: list(score_rows(kind, by_model)) for kind, by_model in scores.items()},
        scores_figure=draw_scores(scores) if scores else None,
        corpora={name: list(corpus_rows(counts)) for name, counts in figures["corpora"].items()},
        curves={name: draw_history(history) for name, history in histories.items()},
        load_lines={
            name: load_line(model["folder"], example_texts)
            for name, model in figures["models"].items()
        },
    )


def score_rows(kind: str, by_model: Any) -> Iterator[dict[str, Any]]:
    """One row for each set and direction, with [value, low, high] by model and figure.

    What is null in scores.json is left out. `truncated` says by model how many sentences were cut.
    """
    for name, languages, cells in scored_places(by_model):
        count = next(iter(cells.values()))["count"]
        values = {
            model: {
                f: [cell[f], cell[f"{f}_low"], cell[f"{f}_high"]]
                for f in KINDS[kind].METRICS
                if cell[f] is not None
            }
            for model, cell in cells.items()
        }
        yield {
            "set": name,
            "languages": _direction(languages),
            "count": count,
            "values": values,
            "truncated": {model: truncated_share(cell) for model, cell in cells.items()},
        }


def _direction(languages: str) -> str:
    """`sr-Latn → en`: tags of scripts and regions have capitals or digits, languages have none."""
    return re.sub("-(?=[a-z])", " → ", languages)


def corpus_rows(counts: dict[str, dict[str, dict[str, int]]]) -> Iterator[dict[str, Any]]:
    """One row for each language: read, kept, dropped and unreadable, names with their numbers."""
    for language, sections in counts.items():
        rows = {
            section: _in_order({name: n for name, n in sections.get(section, {}).items() if n})
            for section in ("read", "kept", "dropped", "unreadable")
        }
        yield {"language": language, "dropped_share": _dropped_share(rows), **rows}


def _dropped_share(rows: dict[str, dict[str, int]]) -> float | None:
    """Of the sentences or pairs that were read; None where words were counted."""
    read = next((rows["read"][unit] for unit in _UNITS if unit in rows["read"]), 0)
    if "words" in rows["read"] or not read:
        return None
    return sum(rows["dropped"].values()) / read


def _in_order(numbers: dict[str, int]) -> dict[str, int]:
    """Sentences or pairs first, then the largest number first."""
    return dict(sorted(numbers.items(), key=lambda item: (item[0] not in _UNITS, -item[1])))


def load_line(folder: str, texts: Sequence[str]) -> str:
    """The shell command that loads an exported model and prints vectors."""
    model = files.join(folder, "sentence_encoder")
    code = (
        "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; "
        f"print(hub.load({model!r})(tf.constant({[*texts]})))"
    )
    escaped = re.sub(r'([\\"$`])', r"\\\1", code)
    return f'python -c "{escaped}"'
