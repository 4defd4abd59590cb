"""Helps to choose a vocabulary's size: what each size costs and what it saves, on one page.

    python -m tfmling.vocabulary_curve --config configs/vocab/curve.yaml

Writes curve.html and curve.json: pieces per word, unknown words, bytes per piece and cost per
sentence against size, by language, with a recommended size.
An unfinished run resumes; `--restart` starts over.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.vocab.curve_settings import VocabularyCurve


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, measures, writes the page."""
    settings, _ = parse_command_line(VocabularyCurve, __doc__, arguments)
    from tfmling.vocab.run_curve import run_curve

    size = run_curve(settings)
    print(f"recommended: {size:,} pieces; see {settings.output}/curve.html")


if __name__ == "__main__":
    main()
