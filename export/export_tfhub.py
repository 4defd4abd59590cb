"""Exports an encoder as SavedModels for TF Hub: encoder, preprocessor, sentence encoder.

    python -m export.export_tfhub --config configs/export_tfhub.yaml

Then, anywhere with tensorflow, tensorflow-text and tensorflow-hub:

    python -c "import tensorflow as tf, tensorflow_text, tensorflow_hub as hub; \\
        model = hub.load('OUTPUT/sentence_encoder'); \\
        print(model(tf.constant(['habari ya asubuhi', 'good morning'])))"
"""

from collections.abc import Sequence

from export.settings import ExportTfhub
from tfmling.core.command_line import parse_command_line
from tfmling.core.report_errors import report_user_errors


@report_user_errors
def main(arguments: Sequence[str] | None = None) -> None:
    """Reads settings, exports, verifies, publishes."""
    settings, _ = parse_command_line(ExportTfhub, __doc__, arguments)
    from export.export_models import export_models  # TensorFlow only once settings are good

    export_models(settings)


if __name__ == "__main__":
    main()
