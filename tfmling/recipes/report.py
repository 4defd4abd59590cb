"""The report on a recipe: report.json for programs, report.html for people."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from tfmling.core import files
from tfmling.evaluation import KINDS
from tfmling.evaluation.plot import draw_scores
from tfmling.evaluation.report import scored_places, truncated_share
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.results import Results, gather_results, read_history
from tfmling.recipes.settings import Recipe
from tfmling.reports.page import load_template

_TEMPLATE = Path(__file__).parent / "report.html.j2"
_UNITS = ("sentences", "pairs", "distinct_words")
# metrics of a task between 0 and 1, where more is better
_SUCCESS = ("accuracy", "p_at_1", "cosine")

History = list[dict[str, float]]


def write_report(recipe: Recipe, stages: Sequence[PlannedStage]) -> str:
    """Write `report.json` and `report.html` into the recipe's output.

    Returns:
        The path of `report.html`.

    Example:
        >>> from tfmling.recipes.settings import Stage
        >>> recipe = Recipe(output="runs", stages=[Stage(name="mlm", command="train")])
        >>> write_report(recipe, [])
        'runs/report.html'
    """
    results = gather_results(recipe, stages)
    path = files.join(recipe.output, "report.html")
    files.write_json(files.join(recipe.output, "report.json"), results)
    curves = {s.name: read_history(s) for s in stages if s.command == "train"}
    files.write_text(path, render(results, curves, recipe.report.example_texts))
    return path


def render(results: Results, histories: Mapping[str, History], example_texts: Sequence[str]) -> str:
    """Render the page as one self-contained HTML file.

    Args:
        results: see `gather_results`.
        histories: by training stage, for the loss curves.
        example_texts: in the command line that loads the model.

    Example:
        >>> from tfmling.recipes.settings import Stage
        >>> recipe = Recipe(output="runs", stages=[Stage(name="mlm", command="train")])
        >>> page = render(gather_results(recipe, []), {}, ["habari"])
        >>> "<title>Report</title>" in page
        True
    """
    scores = {kind: results[kind] for kind in KINDS if results.get(kind)}
    return load_template(_TEMPLATE).render(
        results=results,
        kinds=KINDS,
        scores={kind: list(score_rows(kind, by_model)) for kind, by_model in scores.items()},
        scores_plot=draw_scores(scores) if scores else None,
        corpora={name: list(corpus_rows(counts)) for name, counts in results["corpora"].items()},
        curves={name: draw_history(history) for name, history in histories.items()},
        load_lines={
            name: load_line(model["folder"], example_texts)
            for name, model in results["models"].items()
        },
    )


def draw_history(history: History) -> Figure:
    """Plot the loss of each task by step and, on the right, its accuracy or cosine.

    Args:
        history: the objects of a history.jsonl.

    Example:
        >>> history = [{"step": 100, "dual/loss": 2.0, "dual/accuracy": 0.5}]
        >>> [axes.get_ylabel() for axes in draw_history(history).axes]
        ['loss', 'share or cosine']
    """
    names = list(dict.fromkeys(name for entry in history for name in entry if "/" in name))
    panels = {"loss": [name for name in names if name.endswith("/loss")]}
    if successes := [name for name in names if name.endswith(_SUCCESS)]:
        panels["share or cosine"] = successes
    figure = Figure(figsize=(4.6 * len(panels), 3.0), layout="constrained")
    grid = figure.subplots(1, len(panels), squeeze=False)[0]
    for axes, (title, names) in zip(grid, panels.items(), strict=True):
        _draw_panel(axes, title, history, names)
    return figure


def _draw_panel(axes: Any, title: str, history: History, names: list[str]) -> None:
    for name in names:
        points = [(entry["step"], entry[name]) for entry in history if name in entry]
        steps, values = zip(*points, strict=True)
        label = name.removesuffix("/loss").replace("/", " ").replace("_", " ")
        axes.plot(steps, values, label=label, marker="o" if len(points) < 3 else None)
    axes.set_xlabel("step")
    axes.set_ylabel(title)
    axes.set_ylim(bottom=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize=8)


def score_rows(kind: str, by_model: Any) -> Iterator[dict[str, Any]]:
    """Yield one row per set and direction, with [value, low, high] by model and metric.

    Scores that are null in scores.json are omitted. `truncated` is the share of truncated
    sentences, by model.

    Example:
        >>> scores = dict(count=9, mean_cosine=0.9, mean_cosine_low=0.8, mean_cosine_high=1.0)
        >>> row = next(score_rows("similarity", {"after": {"news": {"sw-en": scores}}}))
        >>> row["languages"], row["values"]
        ('sw → en', {'after': {'mean_cosine': [0.9, 0.8, 1.0]}})
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
    """`sr-Latn-en` as `sr-Latn → en`: only languages begin with a small letter."""
    return re.sub("-(?=[a-z])", " → ", languages)


def corpus_rows(counts: dict[str, dict[str, dict[str, int]]]) -> Iterator[dict[str, Any]]:
    """Yield one row per language: counts of text that was read, kept, dropped or unusable.

    Example:
        >>> counts = {"read": {"sentences": 10}, "kept": {"sentences": 8}, "dropped": {"length": 2}}
        >>> row = next(corpus_rows({"sw": counts}))
        >>> row["kept"], row["dropped_share"]
        ({'sentences': 8}, 0.2)
    """
    for language, sections in counts.items():
        rows = {
            section: _in_order({name: n for name, n in sections.get(section, {}).items() if n})
            for section in ("read", "kept", "dropped", "unusable")
        }
        yield {"language": language, "dropped_share": _dropped_share(rows), **rows}


def _dropped_share(rows: dict[str, dict[str, int]]) -> float | None:
    """Share of the sentences or pairs that were read; None if words were counted."""
    read = next((rows["read"][unit] for unit in _UNITS if unit in rows["read"]), 0)
    if "words" in rows["read"] or not read:
        return None
    return sum(rows["dropped"].values()) / read


def _in_order(numbers: dict[str, int]) -> dict[str, int]:
    """Sentences or pairs first, then the largest number first."""
    return dict(sorted(numbers.items(), key=lambda item: (item[0] not in _UNITS, -item[1])))


def load_line(folder: str, texts: Sequence[str]) -> str:
    """Return the shell command that loads an exported model and prints vectors.

    Example:
        >>> line = load_line("runs/export", ["habari"])
        >>> line.startswith("python -c "), "'runs/export/sentence_encoder'" in line
        (True, True)
    """
    model = files.join(folder, "sentence_encoder")
    code = (
        "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; "
        f"print(hub.load({model!r})(tf.constant({[*texts]})))"
    )
    escaped = re.sub(r'([\\"$`])', r"\\\1", code)
    return f'python -c "{escaped}"'
