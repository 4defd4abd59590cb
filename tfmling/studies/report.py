"""The report on a study: results.json with all numbers, results.md and report.html."""

import dataclasses
from typing import Any

from tfmling.core import files
from tfmling.recipes.results import describe_environment
from tfmling.reports import Plot, Section, Table, Text, write_page
from tfmling.reports.markdown import as_markdown
from tfmling.studies.metrics import Metric
from tfmling.studies.plot import draw_points
from tfmling.studies.results import Results
from tfmling.studies.sections import sections
from tfmling.studies.statistics import summarize
from tfmling.studies.study import Study
from tfmling.studies.tables import difference, metric_table, overview, problem_tables


def write_report(study: Study, results: Results, command: str) -> str:
    """Write results.json, results.md and report.html into the study's output folder.

    Args:
        study: of any kind.
        results: of its runs.
        command: the command line, shown at the top.

    Returns:
        The path of report.html.

    Example:
        >>> from tfmling.studies.comparison import Comparison
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Steps", question="Do more help?",
        ...     stages=[dict(name="train", command="train")], variants={"few": {}, "many": {}},
        ...     metrics=[dict(name="p", title="P@1", stage="train", path="p")],
        ... )
        >>> values = {"p": {"few": {1: 0.5}, "many": {1: 0.75}}}
        >>> results = Results(["few", "many"], study.metrics, values, {"p": {}}, {}, {}, {})
        >>> write_report(study, results, "tfmling study steps.yaml")
        'out/report.html'
    """
    own: list[Section] = []
    try:
        own += sections(study, results)
    finally:  # a plot that fails must not cost the numbers of hours of training
        _write_numbers(study, results, own, command)
    path = files.join(study.output, "report.html")
    write_page(path, title=study.title, subtitle=command, sections=_page(study, results, own))
    return path


def _write_numbers(study: Study, results: Results, own: list[Section], command: str) -> None:
    files.write_json(files.join(study.output, "results.json"), as_values(study, results, command))
    tables = [overview(results), *_metric_tables(study, results)]
    tables += [section for section in own if isinstance(section, Table)]
    tables += problem_tables(results)
    text = "\n".join(
        [f"# {study.title}\n\n{study.question}\n\n    {command}\n", *map(as_markdown, tables)]
    )
    files.write_text(files.join(study.output, "results.md"), text)


def as_values(study: Study, results: Results, command: str) -> dict[str, Any]:
    """Return the content of results.json.

    Returns:
        `title`, `question`, `kind`, `command`, `baseline`; `metrics`: name -> `title`, `better`,
        `variants`: name -> `values` by seed, `mean`, `deviation`, `difference` (see `Difference`)
        and `paper`; `failures` and `runs` (seconds) by variant and seed; `missing`: metrics that
        completed runs lack; `environment`.

    Example:
        >>> from tfmling.studies.comparison import Comparison
        >>> study = Comparison(
        ...     kind="comparison", output="out", title="Steps", question="Do more help?",
        ...     stages=[dict(name="train", command="train")], variants={"few": {}, "many": {}},
        ...     metrics=[dict(name="p", title="P@1", stage="train", path="p")], baseline="few",
        ... )
        >>> values = {"p": {"few": {1: 0.5}, "many": {1: 0.75}}}
        >>> results = Results(["few", "many"], study.metrics, values, {"p": {}}, {}, {}, {})
        >>> content = as_values(study, results, "tfmling study steps.yaml")
        >>> content["metrics"]["p"]["variants"]["many"]["mean"]
        0.75
    """
    return {
        "title": study.title,
        "question": study.question,
        "kind": getattr(study, "kind", ""),
        "command": command,
        "baseline": study.baseline,
        "metrics": {m.name: _metric_values(study, results, m) for m in results.metrics},
        "failures": [
            {"variant": name, "seed": seed, "why": why}
            for (name, seed), why in results.failures.items()
        ],
        "missing": [
            {"metric": metric, "variant": name, "seed": seed, "why": why}
            for metric, by_run in results.missing.items()
            for (name, seed), why in by_run.items()
        ],
        "runs": [
            {"variant": name, "seed": seed, "seconds": round(seconds, 1)}
            for (name, seed), seconds in results.seconds.items()
        ],
        "environment": describe_environment(),
    }


def _metric_values(study: Study, results: Results, metric: Metric) -> dict[str, Any]:
    variants = {}
    for name, values in results.values[metric.name].items():
        found = difference(results, metric, name, study.baseline)
        variants[name] = {
            "values": dict(values),
            **dataclasses.asdict(summarize(values)),
            "difference": dataclasses.asdict(found) if found else None,
            "paper": str(metric.paper[name]) if name in metric.paper else None,
        }
    return {"title": metric.title, "better": metric.better, "variants": variants}


def _page(study: Study, results: Results, own: list[Section]) -> list[Section]:
    minutes = sum(results.seconds.values()) / 60
    question = Text("Question", [study.question, f"All runs took {minutes:.1f} minutes."])
    page: list[Section] = [question, *problem_tables(results), overview(results), *own]
    for metric, table in zip(results.metrics, _metric_tables(study, results), strict=True):
        page.append(table)
        if values := results.values[metric.name]:
            variants = [name for name in results.variants if metric.applies_to(name)]
            picture = draw_points(values, variants, metric.title, study.baseline)
            page.append(Plot(f"{metric.title}, by seed", picture))
    return page


def _metric_tables(study: Study, results: Results) -> list[Table]:
    return [metric_table(results, metric, study.baseline) for metric in results.metrics]
