"""The tables of a study: all metrics at a glance, and each metric with its differences."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np

from tfmling.reports import Table
from tfmling.reports.sections import Cell
from tfmling.studies.metrics import Metric
from tfmling.studies.results import Results
from tfmling.studies.run_variants import RunKey
from tfmling.studies.statistics import Difference, Summary, compare, summarize

T = TypeVar("T", float, np.ndarray)


def overview(results: Results) -> Table:
    """Tabulate mean ± standard deviation of all metrics of all variants.

    The fewer of both are the columns.

    Example:
        >>> metric = Metric(name="p", title="P@1", stage="scores", path="p")
        >>> values = {"p": {"plain": {1: 0.5}, "better": {1: 0.75}}}
        >>> overview(Results(["plain", "better"], [metric], values, {"p": {}}, {}, {}, {})).rows
        [['plain', '0.500 (one seed)'], ['better', '0.750 (one seed)']]
    """
    rows = [
        [metric.title, *(_overview_cell(results, metric, name) for name in results.variants)]
        for metric in results.metrics
    ]
    rows = [["", *results.variants], *rows]
    if len(results.metrics) <= len(results.variants):
        rows = [list(row) for row in zip(*rows, strict=True)]
    header, *body = rows
    return Table("All metrics", header, body, "Mean ± standard deviation over seeds.")


def metric_table(results: Results, metric: Metric, baseline: str | None) -> Table:
    """Tabulate one metric: seeds, mean, difference from the baseline, the paper's result.

    Variants that do not run the metric's stage have no row.

    Example:
        >>> metric = Metric(name="p", title="P@1", stage="scores", path="p")
        >>> values = {"p": {"plain": {1: 0.25, 2: 0.75}}}
        >>> results = Results(["plain"], [metric], values, {"p": {}}, {}, {}, {})
        >>> metric_table(results, metric, baseline=None).rows  # deviation: sqrt(2 * 0.25²)
        [['plain', '0.250, 0.750', '0.500 ± 0.354']]
    """
    header = ["variant", "seeds", "mean ± deviation"]
    header += [f"against {baseline}", "95 % interval", "verdict"] if baseline else []
    header += ["paper"] if metric.paper else []
    rows = [
        _row(results, metric, name, baseline)
        for name in results.variants
        if metric.applies_to(name) and _overview_cell(results, metric, name)
    ]
    return Table(metric.title, header, rows, _note(results, metric, baseline))


def difference(
    results: Results, metric: Metric, variant: str, baseline: str | None
) -> Difference | None:
    """Compare a variant with the baseline; None for the baseline itself or without values.

    Example:
        >>> metric = Metric(name="p", title="P@1", stage="scores", path="p")
        >>> values = {"p": {"plain": {1: 0.5}, "better": {1: 0.75}}}
        >>> results = Results(["plain", "better"], [metric], values, {"p": {}}, {}, {}, {})
        >>> difference(results, metric, "better", "plain").mean
        0.25
    """
    values, items = results.values[metric.name], results.items[metric.name]
    if baseline is None or variant == baseline or variant not in values or baseline not in values:
        return None
    by_item = variant in items and baseline in items
    return compare(
        _for_seeds_of(results, values, variant, baseline),
        _for_seeds_of(results, values, baseline, variant),
        lower_is_better=metric.better == "lower",
        variant_items=_for_seeds_of(results, items, variant, baseline) if by_item else None,
        baseline_items=_for_seeds_of(results, items, baseline, variant) if by_item else None,
    )


def _for_seeds_of(
    results: Results, values: Mapping[str, Mapping[int, T]], variant: str, other: str
) -> Mapping[int, T]:
    """Repeat a variant with a single run for every seed of the other."""
    if sum(name == variant for name, _ in results.folders) > 1:
        return values[variant]
    (number,) = values[variant].values()
    return dict.fromkeys(values[other], number)


def problem_tables(results: Results) -> list[Table]:
    """Tabulate failed runs and missing metrics with their reasons, if there are any.

    Example:
        >>> failures = {("small", 1): "stage train failed: see logs/train.txt"}
        >>> [table] = problem_tables(Results(["small"], [], {}, {}, failures, {}, {}))
        >>> table.rows
        [['small', 1, 'stage train failed: see logs/train.txt']]
    """
    tables = []
    if results.failures:
        rows: list[list[Cell]] = [
            [name, seed, why] for (name, seed), why in results.failures.items()
        ]
        tables.append(Table("Failed runs", ["variant", "seed", "reason"], rows))
    if any(results.missing.values()):
        rows = [
            [metric, name, seed, why]
            for metric, by_run in results.missing.items()
            for (name, seed), why in by_run.items()
        ]
        header = ["metric", "variant", "seed", "reason"]
        tables.append(Table("Missing metrics", header, rows))
    return tables


def difference_cells(found: Difference | None) -> list[str]:
    """Format mean, interval and verdict of a difference.

    Example:
        >>> from tfmling.studies.statistics import PAIRED_T
        >>> difference_cells(Difference(0.1, 0.05, 0.15, PAIRED_T, "better", pairs=3))
        ['+0.100', '+0.050 to +0.150', 'better']
    """
    if found is None:
        return ["", "", ""]
    interval = "" if found.low is None else f"{found.low:+.3f} to {found.high:+.3f}"
    return [f"{found.mean:+.3f}", interval, found.verdict]


def shown(summary: Summary) -> str:
    """Format a mean with its deviation.

    Example:
        >>> shown(Summary(0.7461, 0.0042, 3))
        '0.746 ± 0.004'
    """
    if summary.deviation is None:
        return f"{summary.mean:.3f} (one seed)"
    return f"{summary.mean:.3f} ± {summary.deviation:.3f}"


def _row(results: Results, metric: Metric, variant: str, baseline: str | None) -> list[str]:
    values = results.values[metric.name].get(variant, {})
    seeds = [f"{values[seed]:.3f}" for seed in sorted(values)]
    for word, runs in _without(results, metric):
        seeds += [f"{word} (seed {seed})" for name, seed in runs if name == variant]
    row = [variant, ", ".join(seeds), shown(summarize(values)) if values else ""]
    if baseline:
        row += difference_cells(difference(results, metric, variant, baseline))
    if metric.paper:
        row.append(str(metric.paper.get(variant, "")))
    return row


def _overview_cell(results: Results, metric: Metric, variant: str) -> str:
    values = results.values[metric.name].get(variant, {})
    parts = [shown(summarize(values))] if values else []
    for word, runs in _without(results, metric):
        number = sum(name == variant for name, _ in runs)
        parts += [f"{number} {word}"] if number else []
    return ", ".join(parts)


def _without(results: Results, metric: Metric) -> list[tuple[str, Iterable[RunKey]]]:
    """The runs that lack a metric, by the word for it."""
    return [("failed", results.failures), ("missing", results.missing.get(metric.name, {}))]


def _note(results: Results, metric: Metric, baseline: str | None) -> str:
    note = [f"{metric.better.capitalize()} is better."]
    if baseline and baseline not in results.values[metric.name]:
        note.append(f"Nothing is compared, since {baseline} lacks this metric.")
    differences = [difference(results, metric, name, baseline) for name in results.variants]
    found = [own for own in differences if own is not None]
    methods = dict.fromkeys(own.method for own in found)
    if methods:
        note.append(f"Intervals: {'; '.join(methods)}.")
        note.append(
            "“No difference”: the difference is at most the larger of both standard deviations."
        )
    if any(own.verdict == "identical for all seeds" for own in found):
        note.append("“Identical for all seeds”: the seed changes nothing, as if run once.")
    return " ".join(note)
