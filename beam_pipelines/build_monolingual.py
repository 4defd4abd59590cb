"""Builds records of sentences, and of segment pairs, from documents.

    python -m beam_pipelines.build_monolingual --config configs/build_monolingual.yaml

Writes sentences/, segment_pairs/ (TFRecords by language), counts.json (what was read, dropped and
kept, by language and reason), rejected.jsonl (some of each), config.yaml and MANIFEST.json.
"""

from collections.abc import Sequence

from beam_pipelines.settings import BuildMonolingual
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Parses, builds, runs, and prints a summary."""
    settings, flags = parse_command_line(BuildMonolingual, __doc__, arguments)
    from beam_pipelines import runner, summary
    from beam_pipelines.transforms import monolingual

    counts = runner.run(settings, flags, monolingual.build, monolingual.finish)
    print(summary.summary(counts))


if __name__ == "__main__":
    main()
