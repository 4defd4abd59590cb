"""Exports an encoder for LiteRT (phones, browsers, small machines), as it is or with small weights.

    python -m export.export_lite --config configs/export_lite.yaml
    python -m export.export_lite --config configs/export_lite.yaml --set weights=float16

Writes model.tflite, vocab.txt, lite.json and verification.json. `tfmling.evaluate` scores it
like any model.
"""

from collections.abc import Sequence

from export.settings import ExportLite
from tfmling.config import parse_command_line


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, converts, compares with the checkpoint, publishes."""
    settings, _ = parse_command_line(ExportLite, __doc__, arguments)
    from export.errors import TOLD
    from export.publish_lite import publish_lite  # TensorFlow only once settings are good

    try:
        publish_lite(settings)
    except TOLD as error:
        raise SystemExit(f"{error}") from None


if __name__ == "__main__":
    main()
