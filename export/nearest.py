"""Prints sentences with their nearest translations, found by an exported model.

    python -m export.nearest --config configs/nearest.yaml

Also writes nearest.json: for each query its candidates with their cosines, the nearest first.
"""

from collections.abc import Sequence

from export.settings import Nearest
from tfmling.core import files, outputs
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, searches, prints, writes nearest.json."""
    settings, _ = parse_command_line(Nearest, __doc__, arguments)
    from export.nearest_sentences import as_text, find_nearest  # TensorFlow only now

    found = find_nearest(settings)
    with outputs.publish(settings) as folder:
        files.write_json(files.join(folder, "nearest.json"), found)
    print(as_text(found))


if __name__ == "__main__":
    main()
