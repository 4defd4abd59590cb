"""Aligns the words of sentence pairs, and scores links where people drew some.

    python -m tfmling.align_words --config configs/align_words.yaml
    python -m tfmling.align_words --config configs/align_words.yaml --set output=runs/mine

Writes for each set `words.txt` (`source ||| target`) and, for each aligner and variant, a file of
Pharaoh links (`0-0 1-2`), line by line; and counts.json, scores.json and report.html. With
`records`, links of texts become records too, from which `train` draws words to their translations.
"""

from collections.abc import Sequence

from tfmling.alignment.settings import AlignWords
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, aligns, writes the result."""
    settings, _ = parse_command_line(AlignWords, __doc__, arguments)
    from tfmling.evaluation.run_word_alignment import run_word_alignment

    run_word_alignment(settings)


if __name__ == "__main__":
    main()
