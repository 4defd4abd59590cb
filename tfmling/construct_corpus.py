"""Writes a corpus of two constructed languages: documents, bitext, test pairs, queries.

    python -m tfmling.construct_corpus --config configs/construct_corpus.yaml --set seed=2

Writes into `output`: `a.txt` and `b.txt` (documents, a blank line between them); `train.a`,
`train.b`, `test.a`, `test.b`, `contrasts.a` and `contrasts.b` (line i of one translates line i of
the other; each second line of the contrasts says nearly what the line before says); `queries.txt`
(B sentences whose translations are in `test.a`).
"""

import sys
from collections.abc import Sequence

from tfmling.core import files, outputs
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors
from tfmling.corpora.constructed.corpus import ConstructCorpus, as_files, construct


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, draws the corpus, writes it whole or not at all."""
    settings, _ = parse_command_line(ConstructCorpus, __doc__, arguments)
    texts = as_files(construct(settings), settings.queries)
    with outputs.publish(settings) as folder:
        for name, text in texts.items():
            files.write_text(files.join(folder, name), text)
    print(
        f"{settings.output}: {settings.sentences_a} + {settings.sentences_b} sentences, "
        f"{settings.train_pairs} training and {settings.test_pairs} test pairs",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
