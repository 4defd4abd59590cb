"""The report on a study: results.json with all figures, results.md and report.html for people."""

import dataclasses
from typing import Any

from tfmling.core import files
from tfmling.recipes.environment import describe_environment
from tfmling.reports import Plot, Table, Text, write_page
from tfmling.studies.measure import Measure
from tfmling.studies.plot import draw_points
from tfmling.studies.results import Results
from tfmling.studies.settings import Study
from tfmling.studies.statistics import summarise
from tfmling.studies.tables import (
    as_markdown,
    difference,
    failures_table,
    measure_table,
    missing_table,
    overview,
)


def write_report(study: Study, results: Results, command: str) -> str:
    """Writes the three files into the study's output; gives the path of the page.

    Args:
        study: of any kind.
        results: of its cells.
        command: what was typed, shown on top.
    """
    own: list[Any] = []
    try:
        own += study.sections(results)
    finally:  # hours of training have given these numbers; a picture that breaks leaves them
        _write_numbers(study, results, own, command)
    path = files.join(study.output, "report.html")
    write_page(path, title=study.title, subtitle=command, sections=_page(study, results, own))
    return path


def _write_numbers(study: Study, results: Results, own: list[Any], command: str) -> None:
    files.write_json(files.join(study.output, "results.json"), as_values(study, results, command))
    tables = [overview(results), *_measure_tables(study, results)]
    tables += [section for section in own if isinstance(section, Table)]
    tables += _lacking(results)
    text = "\n".join(
        [f"# {study.title}\n\n{study.question}\n\n    {command}\n", *map(as_markdown, tables)]
    )
    files.write_text(files.join(study.output, "results.md"), text)


def as_values(study: Study, results: Results, command: str) -> dict[str, Any]:
    """All that results.json holds.

    Returns:
        `title`, `question`, `kind`, `command`, `baseline`; `figures`: name -> `title`, `better`,
        `arms`: arm -> `values` by seed, `mean`, `deviation`, `difference` (see `Difference`) and
        `paper`; `failures` and `cells` (seconds) by arm and seed; `missing`: the figures that cells
        which have run lack; `environment`.
    """
    return {
        "title": study.title,
        "question": study.question,
        "kind": getattr(study, "kind", ""),
        "command": command,
        "baseline": study.baseline,
        "figures": {m.name: _measure_values(study, results, m) for m in results.measures},
        "failures": [
            {"arm": arm, "seed": seed, "why": why} for (arm, seed), why in results.failures.items()
        ],
        "missing": [
            {"figure": figure, "arm": arm, "seed": seed, "why": why}
            for figure, cells in results.missing.items()
            for (arm, seed), why in cells.items()
        ],
        "cells": [
            {"arm": arm, "seed": seed, "seconds": round(seconds, 1)}
            for (arm, seed), seconds in results.seconds.items()
        ],
        "environment": describe_environment(),
    }


def _measure_values(study: Study, results: Results, measure: Measure) -> dict[str, Any]:
    arms = {}
    for arm, values in results.values[measure.name].items():
        found = difference(results, measure, arm, study.baseline)
        arms[arm] = {
            "values": dict(values),
            **dataclasses.asdict(summarise(values)),
            "difference": dataclasses.asdict(found) if found else None,
            "paper": str(measure.paper[arm]) if arm in measure.paper else None,
        }
    return {"title": measure.title, "better": measure.better, "arms": arms}


def _page(study: Study, results: Results, own: list[Any]) -> list[Text | Table | Plot]:
    seconds = sum(results.seconds.values())
    asked = Text("Question", [study.question, f"All cells took {seconds / 60:.1f} minutes."])
    sections: list[Text | Table | Plot] = [asked, *_lacking(results), overview(results), *own]
    for measure, table in zip(results.measures, _measure_tables(study, results), strict=True):
        sections.append(table)
        values = results.values[measure.name]
        if values:
            arms = [arm for arm in results.arms if measure.asks(arm)]
            picture = draw_points(values, arms, measure.title, study.baseline)
            sections.append(Plot(f"{measure.title}, by seed", picture))
    return sections


def _lacking(results: Results) -> list[Table]:
    """What is to be seen to, where there is something."""
    failed = [failures_table(results)] if results.failures else []
    return [*failed, missing_table(results)] if any(results.missing.values()) else failed


def _measure_tables(study: Study, results: Results) -> list[Table]:
    return [measure_table(results, measure, study.baseline) for measure in results.measures]
