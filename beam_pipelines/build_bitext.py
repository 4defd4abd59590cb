"""Builds records of sentence pairs from bitext.

    python -m beam_pipelines.build_bitext --config configs/build_bitext.yaml

Writes sentence_pairs/ (TFRecords by languages), counts.json (what was read, dropped and kept, by
languages and reason), rejected.jsonl (some of each), config.yaml and MANIFEST.json.
"""

from collections.abc import Sequence

from beam_pipelines.settings import BuildBitext
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Parses, builds, runs, and prints a summary."""
    settings, flags = parse_command_line(BuildBitext, __doc__, arguments)
    from beam_pipelines import runner, summary
    from beam_pipelines.transforms import bitext

    counts = runner.run(settings, flags, bitext.build, bitext.finish)
    print(summary.summary(counts))


if __name__ == "__main__":
    main()
