"""Asks one question with several trainings: every arm with every seed, then tables and plots.

    tfmling study configs/studies/rows.yaml
    tfmling study configs/studies/rows.yaml --set variables.data=corpora --set seeds=[1,2,3,4,5]

A cell (an arm with a seed) that is unchanged is skipped, a broken one goes on where it was, a
failed one is shown as failed and does not stop the others; the exit status is then 1, as where a
figure of a cell is missing.
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
    """Cells have failed, or figures are missing; the report is written all the same."""


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads the study, checks all cells, runs what is not done yet, writes the report."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    options = parse_stages_command_line("study", __doc__, arguments)
    study = load_study(options.file, options.set)
    planned = plan_study(study, options.file, overwrite=options.overwrite)
    require_remote_inputs(planned.shared)
    for cell in planned.cells:
        require_remote_inputs(cell.stages, planned.shared)
    if options.restart:
        start_over([*planned.shared, *(stage for cell in planned.cells for stage in cell.stages)])
    from tfmling.studies.read_results import read_results
    from tfmling.studies.report import write_report  # matplotlib only now
    from tfmling.studies.run_cells import run_cells

    results = read_results(study, planned, run_cells(planned, study.output))
    print(f"report: {write_report(study, results, shlex.join(['tfmling', 'study', *arguments]))}")
    if results.failures:
        raise UnfinishedStudyError(
            f"{len(results.failures)} of {len(planned.cells)} cells failed; run again"
        )
    if missing := sum(map(len, results.missing.values())):
        raise UnfinishedStudyError(f"{missing} figures are missing, the report says which and why")


if __name__ == "__main__":
    main()
