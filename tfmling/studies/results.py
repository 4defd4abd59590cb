"""The metrics of a study's runs, read from the files that their stages wrote."""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tfmling.core import files
from tfmling.studies.metrics import Metric
from tfmling.studies.plan import PlannedStudy
from tfmling.studies.run_variants import RunKey, run_seconds
from tfmling.studies.study import Study


class MetricError(ValueError):
    """A metric that is not where its settings say; the message is meant for the user.

    Example:
        >>> raise MetricError("scores.json: loss: expected a finite number, got nan")
        Traceback (most recent call last):
            ...
        tfmling.studies.results.MetricError: scores.json: loss: expected a finite number, got nan
    """


@dataclasses.dataclass(frozen=True)
class Results:
    """Everything that was read from the runs of a study.

    Attributes:
        variants: in the order of the study.
        metrics: the metrics that were read.
        values: metric -> variant -> seed -> finite number; failed runs and missing metrics are
            absent.
        items: the same with one number per test item, float [items], for metrics that have them;
            all runs have equally many.
        failures: run -> error message of the stage that failed.
        seconds: run -> time that its stages took, all attempts together.
        folders: run -> stage -> output folder, shared stages included.
        missing: metric -> run -> why a completed run lacks it.

    Example:
        >>> folders = {("small", 1): {"train": "out/runs/small/1/train"}}
        >>> results = Results(["small"], [], {}, {}, failures={}, seconds={}, folders=folders)
        >>> list(results.stage_folders("small", "train"))
        [(1, 'out/runs/small/1/train')]
    """

    variants: Sequence[str]
    metrics: Sequence[Metric]
    values: Mapping[str, Mapping[str, Mapping[int, float]]]
    items: Mapping[str, Mapping[str, Mapping[int, np.ndarray]]]
    failures: Mapping[RunKey, str]
    seconds: Mapping[RunKey, float]
    folders: Mapping[RunKey, Mapping[str, str]]
    missing: Mapping[str, Mapping[RunKey, str]] = dataclasses.field(default_factory=dict)

    def stage_folders(self, variant: str, stage: str) -> Iterator[tuple[int, str]]:
        """Yield seed and folder of a stage for each completed run of a variant, by seed."""
        for key in sorted(key for key in self.folders if key[0] == variant):
            if key not in self.failures and stage in self.folders[key]:
                yield key[1], self.folders[key][stage]


def read_results(study: Study, planned: PlannedStudy, failures: Mapping[RunKey, str]) -> Results:
    """Read the metrics of all completed runs.

    Args:
        study: names the metrics.
        planned: its runs.
        failures: the runs that failed, which have no metrics.

    Example:
        >>> from tfmling.core.config import Settings
        >>> from tfmling.recipes.plan import PlannedStage
        >>> from tfmling.studies.comparison import Comparison
        >>> from tfmling.studies.plan import PlannedRun
        >>> from tfmling.studies.study import Run
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Steps", question="Do more help?",
        ...     stages=[dict(name="train", command="train")], variants={"few": {}},
        ...     metrics=[dict(name="p", title="P@1", stage="train", path="p_at_1")],
        ... )
        >>> _ = open("scores.json", "w").write('{"p_at_1": 0.5}')
        >>> stage = PlannedStage("train", "train", Settings(), (), output=folder)
        >>> run = PlannedRun(Run("few", seed=1, stages=()), [stage], folder)
        >>> read_results(study, PlannedStudy([], "out/shared", [run]), failures={}).values
        {'p': {'few': {1: 0.5}}}
    """
    metrics = study.list_metrics()
    values: dict[str, dict[str, dict[int, float]]] = {m.name: {} for m in metrics}
    items: dict[str, dict[str, dict[int, np.ndarray]]] = {m.name: {} for m in metrics}
    missing: dict[str, dict[RunKey, str]] = {m.name: {} for m in metrics}
    seconds, folders = {}, {}
    for own in planned.runs:
        variant, seed = key = (own.run.variant, own.run.seed)
        folders[key] = {s.name: s.output for s in [*planned.shared, *own.stages]}
        seconds[key] = run_seconds(own) or 0.0
        for metric in metrics if key not in failures else []:
            if not metric.applies_to(variant) or metric.stage not in folders[key]:
                continue
            name = metric.name
            try:
                number, each = _read(metric, folders[key][metric.stage], items[name])
            except MetricError as error:
                missing[name][key] = str(error)
                continue
            values[name].setdefault(variant, {})[seed] = number
            if each is not None:
                items[name].setdefault(variant, {})[seed] = each
    variants = list(dict.fromkeys(own.run.variant for own in planned.runs))
    return Results(variants, metrics, values, items, dict(failures), seconds, folders, missing)


def read_file(path: str) -> Any:
    """Read a JSON file as plain data, JSON lines as a list.

    Raises:
        MetricError: the file is missing or not valid JSON.

    Example:
        >>> _ = open("history.jsonl", "w").write('{"step": 10}\\n{"step": 20}\\n')
        >>> read_file("history.jsonl")
        [{'step': 10}, {'step': 20}]
    """
    try:
        text = files.read_text(path)
        if path.endswith(".jsonl"):
            return [json.loads(line) for line in text.splitlines()]
        return json.loads(text)
    except (OSError, json.JSONDecodeError) as error:
        raise MetricError(f"{path}: not readable: {error}") from None


def find(values: Any, path: str, origin: str) -> Any:
    """Return the value at a dotted path.

    Args:
        values: plain data.
        path: keys and positions joined by dots.
        origin: the file, for error messages.

    Raises:
        MetricError: names the missing key and the keys that exist.

    Example:
        >>> find({"sw": [{"f1": 0.5}, {"f1": 0.7}]}, "sw.-1.f1", "scores.json")
        0.7
    """
    for key in path.split("."):
        try:
            values = values[int(key)] if isinstance(values, list) else values[key]
        except (LookupError, TypeError, ValueError):
            known = ", ".join(values) if isinstance(values, dict) else f"a {type(values).__name__}"
            raise MetricError(f"{origin}: no {key!r} of {path}; there: {known}") from None
    return values


def find_number(values: Any, path: str, origin: str) -> float:
    """Return the finite number at a dotted path; see `find`.

    Raises:
        MetricError: there is none, or NaN, or something else.

    Example:
        >>> find_number({"loss": float("nan")}, "loss", "scores.json")
        Traceback (most recent call last):
        tfmling.studies.results.MetricError: scores.json: loss: expected a finite number, got nan
    """
    number = find(values, path, origin)
    known = isinstance(number, int | float) and not isinstance(number, bool)
    if not known or not math.isfinite(number):
        raise MetricError(f"{origin}: {path}: expected a finite number, got {number!r:.80}")
    return float(number)


def _find_numbers(values: Any, path: str, origin: str) -> np.ndarray:
    found = find(values, path, origin)
    if not isinstance(found, list) or not found:
        raise MetricError(f"{origin}: {path}: expected a list of numbers, got {found!r:.80}")
    return np.array([find_number(values, f"{path}.{n}", origin) for n in range(len(found))])


def _read(
    metric: Metric, folder: str, before: Mapping[str, Mapping[int, np.ndarray]]
) -> tuple[float, np.ndarray | None]:
    """Read a metric and its items, if any; `before` holds the items of earlier runs."""
    origin = files.join(folder, metric.file)
    content = read_file(origin)
    number = find_number(content, metric.path, origin)
    if metric.items is None:
        return number, None
    each = _find_numbers(content, metric.items, origin)
    place, mean = f"{origin}: {metric.items}", float(each.mean())
    if not math.isclose(mean, number, rel_tol=1e-6, abs_tol=1e-6):
        expected = f"a mean of {number:g}, the value of {metric.path}"
        raise MetricError(f"{place}: expected {expected}, got {mean:g}")
    counts = {len(other) for by_seed in before.values() for other in by_seed.values()}
    if counts and counts != {len(each)}:
        raise MetricError(
            f"{place}: expected {counts.pop()} items as in earlier runs, got {len(each)}"
        )
    return number, each
