"""Makes an encoder smaller: keeps the pieces that some languages use, with their rows.

    python -m tfmling.trim_vocab --config configs/vocab/trim.yaml

Writes an encoder folder and trimming.json. With min_uses 1 text of the counted words keeps its
vectors exactly.
"""

from collections.abc import Sequence

from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.vocab.settings import TrimVocab


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, trims, writes the result."""
    settings, _ = parse_command_line(TrimVocab, __doc__, arguments)
    from tfmling.vocab.run_trimming import run_trimming  # TensorFlow only now

    run_trimming(settings)


if __name__ == "__main__":
    main()
