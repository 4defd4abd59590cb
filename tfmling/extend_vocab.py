"""Learns pieces from counted words and appends those that a vocabulary or an encoder lacks.

    python -m tfmling.extend_vocab --config configs/extend_vocab.yaml
    python -m tfmling.extend_vocab --config configs/extend_vocab.yaml --set learner.kind=unigram

Writes the enlarged encoder folder (only vocab.txt where the base is no encoder), added.tsv (piece,
id and how often each language uses it), fertility.json and fertility.md (pieces per word, unknown
words and pieces brought by language, before and after).
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.vocab.settings import ExtendVocab


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, extends the base, writes the result."""
    settings, _ = parse_command_line(ExtendVocab, __doc__, arguments)
    from tfmling.vocab.run_extension import run_extension  # TensorFlow only now

    run_extension(settings)


if __name__ == "__main__":
    main()
