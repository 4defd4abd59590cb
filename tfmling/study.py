"""Compare variants of a pipeline over several seeds: tables with intervals, plots, verdicts.

    tfmling study configs/studies/rows.yaml
    tfmling study configs/studies/rows.yaml --set variables.data=corpora --set seeds=[1,2,3,4,5]

A run is one variant with one seed. Completed runs are skipped, interrupted ones resume, and a
failed run does not stop the others. The exit status is 1 if a run failed or lacks a metric.
"""

import shlex
import sys
from collections.abc import Sequence

from tfmling.core.errors import UserError
from tfmling.core.report_errors import report_user_errors
from tfmling.recipes.command_line import parse_stages_command_line
from tfmling.recipes.plan import require_remote_inputs, start_over
from tfmling.studies.plan import load_study, plan_study


class UnfinishedStudyError(UserError):
    """Runs failed or metrics are missing; the report is written nevertheless."""


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Read the study, validate all runs, run what is not completed, write the report."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = parse_stages_command_line("study", __doc__, arguments)
    study = load_study(options.file, options.set)
    planned = plan_study(study, options.file, overwrite=options.overwrite)
    require_remote_inputs(planned.shared)
    for run in planned.runs:
        require_remote_inputs(run.stages, planned.shared)
    if options.restart:
        start_over([*planned.shared, *(stage for run in planned.runs for stage in run.stages)])
    # imported late: matplotlib
    from tfmling.studies.report import write_report
    from tfmling.studies.results import read_results
    from tfmling.studies.run_study import run_study

    results = read_results(study, planned, run_study(planned, study.output))
    print(f"report: {write_report(study, results, shlex.join(['tfmling', 'study', *arguments]))}")
    if results.failures:
        raise UnfinishedStudyError(
            f"{len(results.failures)} of {len(planned.runs)} runs failed; run again"
        )
    if missing := sum(map(len, results.missing.values())):
        raise UnfinishedStudyError(f"{missing} metrics are missing; see the report for the reasons")


if __name__ == "__main__":
    main()
