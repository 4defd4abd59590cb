"""The figures of a recipe's stages in one mapping, as they stand in report.json."""

import json
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.evaluation import KINDS
from tfmling.recipes.environment import describe_environment
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.process import arguments
from tfmling.recipes.run_stages import config_path, state_path
from tfmling.recipes.settings import Recipe
from tfmling.recipes.state import read_state

Figures = dict[str, Any]


def gather_figures(recipe: Recipe, stages: Sequence[PlannedStage]) -> Figures:
    """What is known after all stages have run.

    Returns:
        `title`; by kind (`retrieval`, `similarity` …): before|after -> set -> languages -> figures
        (see `tfmling.evaluation.report`); by stage `corpora` (counts.json), `vocabulary`
        (fertility.json), `training`, `models` (verification.json and its folder) and `nearest`;
        `stages`: name, command, command_line, output, seconds, attempts, in their order;
        `environment`.
    """
    figures: Figures = {"title": recipe.report.title} | {kind: {} for kind in KINDS}
    for section, read in SECTIONS.items():
        figures[section] = {s.name: read(s) for s in stages if s.command in COMMANDS[section]}
    for stage in stages:
        if stage.command == "evaluate":
            _add_scores(figures, _read_json(stage, "scores.json"), recipe)
    figures["stages"] = [_describe(stage, Path(recipe.output)) for stage in stages]
    figures["environment"] = describe_environment()
    return figures


def read_history(stage: PlannedStage) -> list[dict[str, float]]:
    """What a training said, one mapping a report."""
    text = files.read_text(files.join(stage.output, "history.jsonl"))
    return [json.loads(line) for line in text.splitlines()]


def _read_json(stage: PlannedStage, name: str) -> Any:
    return read_json(files.join(stage.output, name))


def _training(stage: PlannedStage) -> Figures:
    history = read_history(stage)
    return {
        "steps": history[-1]["step"],
        "tokens_per_second": sum(e["tokens_per_second"] for e in history) / len(history),
        "first": history[0],
        "last": history[-1],
    }


def _model(stage: PlannedStage) -> Figures:
    local = not files.is_remote(stage.output)
    folder = str(Path(stage.output).resolve()) if local else stage.output
    return {"folder": folder, **_read_json(stage, "verification.json")}


def _add_scores(figures: Figures, scores: dict[str, Figures], recipe: Recipe) -> None:
    roles = {recipe.report.before: "before", recipe.report.after: "after"}
    for kind, by_model in scores.items():
        for model, sets in by_model.items():
            found = figures[kind].setdefault(roles.get(model, model), {})
            for name, by_languages in sets.items():
                found.setdefault(name, {}).update(by_languages)


def _describe(stage: PlannedStage, folder: Path) -> Figures:
    state = read_state(state_path(folder, stage))
    return {
        "name": stage.name,
        "command": stage.command,
        "command_line": _command_line(stage, folder),
        "output": stage.output,
        "seconds": round(state.seconds, 3) if state else None,
        "attempts": state.attempts if state else None,
    }


def _command_line(stage: PlannedStage, folder: Path) -> str:
    """What runs the stage by hand; its settings are complete."""
    words = arguments(stage.command, config_path(folder, stage), stage.flags)
    return shlex.join(["tfmling", *words])


# section -> how a stage's part of it is read
SECTIONS: dict[str, Callable[[PlannedStage], Any]] = {
    "corpora": lambda stage: _read_json(stage, "counts.json"),
    "vocabulary": lambda stage: _read_json(stage, "fertility.json"),
    "training": _training,
    "models": _model,
    "nearest": lambda stage: _read_json(stage, "nearest.json"),
}
# section -> the commands whose stages it shows
COMMANDS = {
    "corpora": ("build_monolingual", "build_bitext", "count_words"),
    "vocabulary": ("extend_vocab",),
    "training": ("train",),
    "models": ("export_tfhub",),
    "nearest": ("nearest",),
}
