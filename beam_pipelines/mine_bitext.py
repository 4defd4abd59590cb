"""Mines sentence pairs from the sentences of two languages.

    python -m beam_pipelines.mine_bitext --config configs/mine_bitext.yaml

Writes sentence_pairs/ (TFRecords), scores.tsv (score, places and texts, the best first),
neighbours/ (from which other pairs can be made without a new search), mining.json, counts.json,
rejected.jsonl, report.html, config.yaml and MANIFEST.json.
Vectors stay in `work`, for the next run.
"""

from collections.abc import Sequence

from beam_pipelines.mining.settings import MineBitext
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Parses, builds, runs, and prints a summary."""
    settings, flags = parse_command_line(MineBitext, __doc__, arguments)
    from beam_pipelines import summary
    from beam_pipelines.mining import pipeline

    counts = pipeline.run(settings, flags)
    print(summary.summary(counts))


if __name__ == "__main__":
    main()
