"""The results of all stages of a recipe in one mapping, as report.json holds them."""

import json
import os
import platform
import shlex
from collections.abc import Callable, Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from tfmling.core import files
from tfmling.core.json_values import read_json
from tfmling.evaluation import KINDS
from tfmling.recipes.plan import PlannedStage
from tfmling.recipes.process import arguments
from tfmling.recipes.run_stages import config_path, state_path
from tfmling.recipes.settings import Recipe
from tfmling.recipes.state import read_state

Results = dict[str, Any]

# packages whose versions may change results
PACKAGES = (
    "tfmling",
    "tensorflow",
    "tensorflow-text",
    "keras",
    "keras-hub",
    "tf-models-official",
    "apache-beam",
    "tokenizers",
    "sentencepiece",
    "numpy",
)


def gather_results(recipe: Recipe, stages: Sequence[PlannedStage]) -> Results:
    """Gather the results of stages that have all run.

    Returns:
        `title`; by kind (`retrieval`, `similarity` …): before|after -> set -> languages -> scores
        (see `tfmling.evaluation.report`); by stage `corpora` (counts.json), `vocabulary`
        (fertility.json), `training`, `models` (verification.json and its folder) and `nearest`;
        `stages`: name, command, command_line, output, seconds, attempts, in their order;
        `environment`.

    Example:
        >>> from tfmling.recipes.settings import Stage
        >>> recipe = Recipe(output="runs", stages=[Stage(name="mlm", command="train")])
        >>> results = gather_results(recipe, [])
        >>> results["title"], results["stages"]
        ('Report', [])
    """
    results: Results = {"title": recipe.report.title} | {kind: {} for kind in KINDS}
    for section, (commands, read) in SECTIONS.items():
        results[section] = {s.name: read(s) for s in stages if s.command in commands}
    for stage in stages:
        if stage.command == "evaluate":
            _add_scores(results, _read_json(stage, "scores.json"), recipe)
    results["stages"] = [_describe_stage(stage, Path(recipe.output)) for stage in stages]
    results["environment"] = describe_environment()
    return results


def read_history(stage: PlannedStage) -> list[dict[str, float]]:
    """Read the reports of a training stage, one mapping each.

    Example:
        >>> from tfmling.core.config import Settings
        >>> stage = PlannedStage("mlm", "train", Settings(), (), "runs/mlm")
        >>> files.write_text("runs/mlm/history.jsonl", '{"step": 100}\\n{"step": 200}\\n')
        >>> read_history(stage)
        [{'step': 100}, {'step': 200}]
    """
    text = files.read_text(files.join(stage.output, "history.jsonl"))
    return [json.loads(line) for line in text.splitlines()]


def describe_environment(packages: Iterable[str] = PACKAGES) -> dict[str, Any]:
    """Return `python`, `system`, `processors` and the versions of installed `packages`.

    Example:
        >>> found = describe_environment(["numpy", "no-such-package"])
        >>> list(found), list(found["packages"])
        (['python', 'system', 'processors', 'packages'], ['numpy'])
    """
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processors": os.cpu_count(),
        "packages": {name: version for name in packages if (version := _version(name))},
    }


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _read_json(stage: PlannedStage, name: str) -> Any:
    return read_json(files.join(stage.output, name))


def _training(stage: PlannedStage) -> Results:
    history = read_history(stage)
    return {
        "steps": history[-1]["step"],
        "tokens_per_second": sum(e["tokens_per_second"] for e in history) / len(history),
        "first": history[0],
        "last": history[-1],
    }


def _model(stage: PlannedStage) -> Results:
    local = not files.is_remote(stage.output)
    folder = str(Path(stage.output).resolve()) if local else stage.output
    return {"folder": folder, **_read_json(stage, "verification.json")}


def _add_scores(results: Results, scores: dict[str, Results], recipe: Recipe) -> None:
    roles = {recipe.report.before: "before", recipe.report.after: "after"}
    for kind, by_model in scores.items():
        for model, sets in by_model.items():
            by_set = results[kind].setdefault(roles.get(model, model), {})
            for name, by_languages in sets.items():
                by_set.setdefault(name, {}).update(by_languages)


def _describe_stage(stage: PlannedStage, folder: Path) -> Results:
    state = read_state(state_path(folder, stage))
    words = arguments(stage.command, config_path(folder, stage), stage.flags)
    return {
        "name": stage.name,
        "command": stage.command,
        "command_line": shlex.join(["tfmling", *words]),
        "output": stage.output,
        "seconds": round(state.seconds, 3) if state else None,
        "attempts": state.attempts if state else None,
    }


# section -> the commands whose stages it shows, and how the result of one is read
SECTIONS: dict[str, tuple[tuple[str, ...], Callable[[PlannedStage], Any]]] = {
    "corpora": (
        ("build_monolingual", "build_bitext", "count_words"),
        lambda stage: _read_json(stage, "counts.json"),
    ),
    "vocabulary": (("extend_vocab",), lambda stage: _read_json(stage, "fertility.json")),
    "training": (("train",), _training),
    "models": (("export_tfhub",), _model),
    "nearest": (("nearest",), lambda stage: _read_json(stage, "nearest.json")),
}
