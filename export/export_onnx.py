"""Exports an encoder as an ONNX model: ids in, sentence vectors out, equal to the checkpoint's.

    python -m export.export_onnx --config configs/export_onnx.yaml

Writes model.onnx, vocab.txt, onnx.json and verification.json; needs the extra `onnx`.
`tfmling.evaluate` scores it like any model.
"""

from collections.abc import Sequence

from export.settings import ExportOnnx
from tfmling.config import parse_command_line


def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, converts, compares with the checkpoint, publishes."""
    settings, _ = parse_command_line(ExportOnnx, __doc__, arguments)
    from export.errors import TOLD
    from export.publish_onnx import publish_onnx  # TensorFlow only once settings are good

    try:
        publish_onnx(settings)
    except TOLD as error:
        raise SystemExit(f"{error}") from None


if __name__ == "__main__":
    main()
