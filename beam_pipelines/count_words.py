"""Counts the words of records, from which a vocabulary is learnt.

    python -m beam_pipelines.count_words --config configs/count_words.yaml

Writes <language>.tsv and held_out/<language>.tsv (word and count, the most frequent first),
counts.json, config.yaml and MANIFEST.json. Words are those that the tokenizer sees before it cuts
them into pieces: BERT's, or with `tokenizer: sentencepiece` XLM-R's.
"""

from collections.abc import Sequence

from beam_pipelines.settings import CountWords
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Parses, builds, runs, and prints a summary."""
    settings, flags = parse_command_line(CountWords, __doc__, arguments)
    from beam_pipelines import runner, summary
    from beam_pipelines.transforms import word_counts

    counts = runner.run(settings, flags, word_counts.build, word_counts.finish)
    print(summary.summary(counts))


if __name__ == "__main__":
    main()
