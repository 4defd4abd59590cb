"""Exports an encoder as an ONNX model: ids in, sentence vectors out, equal to the checkpoint's.

    python -m export.export_onnx --config configs/export_onnx.yaml

Writes model.onnx, vocab.txt, onnx.json and verification.json; needs the extra `onnx`.
`tfmling.evaluate` scores it like any model.
"""

from collections.abc import Sequence

from export.settings import ExportOnnx
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, converts, compares with the checkpoint, publishes."""
    settings, _ = parse_command_line(ExportOnnx, __doc__, arguments)
    from export.publish_onnx import publish_onnx  # TensorFlow only once settings are good

    publish_onnx(settings)


if __name__ == "__main__":
    main()
