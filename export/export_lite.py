"""Exports an encoder for LiteRT (phones, browsers, small machines), as it is or with small weights.

    python -m export.export_lite --config configs/export_lite.yaml
    python -m export.export_lite --config configs/export_lite.yaml --set weights=float16

Writes model.tflite, vocab.txt, lite.json and verification.json. `tfmling.evaluate` scores it
like any model.
"""

from collections.abc import Sequence

from export.settings import ExportLite
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, converts, compares with the checkpoint, publishes."""
    settings, _ = parse_command_line(ExportLite, __doc__, arguments)
    from export.publish_lite import publish_lite  # TensorFlow only once settings are good

    publish_lite(settings)


if __name__ == "__main__":
    main()
