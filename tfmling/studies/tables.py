"""The tables of a study: all figures at a glance, and each figure with its differences."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np

from tfmling.core.printed import markdown_text
from tfmling.reports import Table
from tfmling.reports.sections import Cell
from tfmling.studies.measure import Measure
from tfmling.studies.results import CellKey, Results
from tfmling.studies.statistics import Difference, Summary, compare, summarise

FAILED = "failed"
MISSING = "missing"

T = TypeVar("T", float, np.ndarray)


def overview(results: Results) -> Table:
    """Mean ± standard deviation over seeds of all figures of all arms; the fewer are columns."""
    by_figure = [
        [measure.title, *(_overview_cell(results, measure, arm) for arm in results.arms)]
        for measure in results.measures
    ]
    rows = [["", *results.arms], *by_figure]
    if len(results.measures) <= len(results.arms):
        rows = [list(row) for row in zip(*rows, strict=True)]
    header, *cells = rows
    return Table("All figures", header, cells, "Mean ± standard deviation over seeds.")


def measure_table(results: Results, measure: Measure, baseline: str | None) -> Table:
    """One row an arm that has something: seeds, mean, difference from the baseline, the paper."""
    header = ["arm", "seeds", "mean ± deviation"]
    header += [f"against {baseline}", "95 % interval", "in words"] if baseline else []
    header += ["paper"] if measure.paper else []
    arms = [arm for arm in results.arms if measure.asks(arm) and _told(results, measure, arm)]
    rows = [_row(results, measure, arm, baseline) for arm in arms]
    return Table(measure.title, header, rows, _note(results, measure, baseline))


def difference(
    results: Results, measure: Measure, arm: str, baseline: str | None
) -> Difference | None:
    """Of an arm from the baseline; None for the baseline itself and where one has no figures."""
    values, items = results.values[measure.name], results.items[measure.name]
    if baseline is None or arm == baseline or arm not in values or baseline not in values:
        return None
    by_item = arm in items and baseline in items
    return compare(
        _for_seeds_of(results, values, arm, baseline),
        _for_seeds_of(results, values, baseline, arm),
        lower_is_better=measure.better == "lower",
        arm_items=_for_seeds_of(results, items, arm, baseline) if by_item else None,
        baseline_items=_for_seeds_of(results, items, baseline, arm) if by_item else None,
    )


def _for_seeds_of(
    results: Results, values: Mapping[str, Mapping[int, T]], arm: str, other: str
) -> Mapping[int, T]:
    """An arm of one cell, which no seed changes, stands beside every seed of the other."""
    if sum(name == arm for name, _ in results.folders) > 1:
        return values[arm]
    (number,) = values[arm].values()
    return dict.fromkeys(values[other], number)


def as_markdown(table: Table) -> str:
    """A table as GitHub writes it, under its title."""
    lines = [f"## {table.title}", "", _line(table.header), _line(["---"] * len(table.header))]
    lines += [_line(["" if cell is None else str(cell) for cell in row]) for row in table.rows]
    return "\n".join([*lines, *(["", table.note] if table.note else []), ""])


def failures_table(results: Results) -> Table:
    """The cells that have no result, and why."""
    rows: list[list[Cell]] = [[arm, seed, why] for (arm, seed), why in results.failures.items()]
    return Table("Failed cells", ["arm", "seed", "why"], rows)


def missing_table(results: Results) -> Table:
    """The figures that cells which have run do not have, and why."""
    rows: list[list[Cell]] = [
        [figure, arm, seed, why]
        for figure, cells in results.missing.items()
        for (arm, seed), why in cells.items()
    ]
    return Table("Missing figures", ["figure", "arm", "seed", "why"], rows)


def _row(results: Results, measure: Measure, arm: str, baseline: str | None) -> list[str]:
    values = results.values[measure.name].get(arm, {})
    row = [arm, _seeds(results, measure, arm), shown(summarise(values)) if values else ""]
    if baseline:
        row += _difference_cells(difference(results, measure, arm, baseline))
    if measure.paper:
        row.append(str(measure.paper.get(arm, "")))
    return row


def _difference_cells(found: Difference | None) -> list[str]:
    if found is None:
        return ["", "", ""]
    interval = "" if found.low is None else f"{found.low:+.3f} to {found.high:+.3f}"
    return [f"{found.mean:+.3f}", interval, found.verdict]


def _seeds(results: Results, measure: Measure, arm: str) -> str:
    """Each seed's number, with the seeds that failed or lack the figure."""
    values = results.values[measure.name].get(arm, {})
    told = [f"{values[seed]:.3f}" for seed in sorted(values)]
    for word, cells in _without(results, measure):
        told += [f"{word} (seed {seed})" for name, seed in cells if name == arm]
    return ", ".join(told)


def shown(summary: Summary) -> str:
    """`0.746 ± 0.004`, the mean alone of one seed."""
    if summary.deviation is None:
        return f"{summary.mean:.3f} (one seed)"
    return f"{summary.mean:.3f} ± {summary.deviation:.3f}"


def _told(results: Results, measure: Measure, arm: str) -> bool:
    """Whether there is something to say of an arm; one that does not run the stage has nothing."""
    return _overview_cell(results, measure, arm) != ""


def _overview_cell(results: Results, measure: Measure, arm: str) -> str:
    values = results.values[measure.name].get(arm, {})
    told = [shown(summarise(values))] if values else []
    for word, cells in _without(results, measure):
        number = sum(name == arm for name, _ in cells)
        told += [f"{number} {word}"] if number else []
    return ", ".join(told)


def _without(results: Results, measure: Measure) -> list[tuple[str, Iterable[CellKey]]]:
    """The cells that have no such figure, by what is said of them."""
    return [(FAILED, results.failures), (MISSING, results.missing.get(measure.name, {}))]


def _note(results: Results, measure: Measure, baseline: str | None) -> str:
    told = [f"{measure.better.capitalize()} is better."]
    if baseline and baseline not in results.values[measure.name]:
        told.append(f"Nothing is compared, since {baseline} has no such figure.")
    differences = [difference(results, measure, arm, baseline) for arm in results.arms]
    found = [own for own in differences if own is not None]
    methods = dict.fromkeys(own.method for own in found)
    if methods:
        told.append(f"Intervals: {'; '.join(methods)}.")
        told.append(
            "“No difference”: the gain is not larger than the larger standard deviation of both."
        )
    if any(own.verdict == "no seed changes it" for own in found):
        told.append(
            "“No seed changes it”: each arm gives one number with all seeds, as if run once."
        )
    return " ".join(told)


def _line(cells: Sequence[str]) -> str:
    escaped = [markdown_text(cell.replace("\n", " ")) for cell in cells]
    return f"| {' | '.join(escaped)} |"
