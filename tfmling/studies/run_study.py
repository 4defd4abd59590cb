"""A whole study: planned, validated, run, and reported on."""

import shlex
from collections.abc import Sequence

from tfmling.core.errors import UserError
from tfmling.recipes.plan import require_remote_inputs, start_over
from tfmling.studies.plan import load_study, plan_study


class UnfinishedStudyError(UserError):
    """Runs failed or metrics are missing; the report is written nevertheless.

    Example:
        >>> raise UnfinishedStudyError("1 of 6 runs failed; run again")
        Traceback (most recent call last):
            ...
        tfmling.studies.run_study.UnfinishedStudyError: 1 of 6 runs failed; run again
    """


def run_study(
    path: str, overrides: Sequence[str] = (), *, overwrite: bool = False, restart: bool = False
) -> None:
    """Validate all runs of a study, run what is not completed, and write the report.

    Args:
        path: the YAML file.
        overrides: `a.b=c` assignments.
        overwrite: whether stages may replace outputs that other commands wrote.
        restart: whether stages that have to run start over instead of resuming.

    Raises:
        ConfigError: the study or the settings of a stage cannot be used.
        UnfinishedStudyError: runs failed, or metrics are missing.
    """
    study = load_study(path, overrides)
    planned = plan_study(study, path, overwrite=overwrite)
    require_remote_inputs(planned.shared)
    for run in planned.runs:
        require_remote_inputs(run.stages, planned.shared)
    if restart:
        start_over([*planned.shared, *(stage for run in planned.runs for stage in run.stages)])
    # imported late: matplotlib
    from tfmling.studies.report import write_report
    from tfmling.studies.results import read_results
    from tfmling.studies.run_variants import run_variants

    results = read_results(study, planned, run_variants(planned, study.output))
    assignments = [word for each in overrides for word in ("--set", each)]
    line = shlex.join(["tfmling", "study", path, *assignments])
    print(f"report: {write_report(study, results, line)}")
    if results.failures:
        raise UnfinishedStudyError(
            f"{len(results.failures)} of {len(planned.runs)} runs failed; run again"
        )
    if missing := sum(map(len, results.missing.values())):
        raise UnfinishedStudyError(f"{missing} metrics are missing; see the report for the reasons")
