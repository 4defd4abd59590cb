"""Export an encoder."""

import os
import tempfile
from typing import Any

from tfmling.api.sentence_encoder import SentenceEncoder, check_encoder
from tfmling.core import config, files
from tfmling.core.commands import COMMANDS, load


def export_tfhub(encoder: SentenceEncoder, output: str | os.PathLike[str], **settings: Any) -> None:
    """Write SavedModels for TF Hub: encoder, preprocessor and sentence encoder.

    It runs as `tfmling export_tfhub` does: the models are loaded back and compared first.

    Args:
        encoder: to export.
        output: the folder to write.
        settings: further keys of `tfmling export_tfhub`, such as `weights="bfloat16"`.

    Raises:
        ConfigError: an unknown key or a wrong value.
        OutputError: the folder holds something that tfmling did not write.
        VerificationError: an exported model differs from the encoder.
    """
    check_encoder(encoder)
    command = COMMANDS["export_tfhub"]
    with tempfile.TemporaryDirectory(prefix="tfmling-") as scratch:
        start = files.join(scratch, "encoder")
        encoder.save(start)
        values = {"output": os.fspath(output), "encoder": start} | settings
        load(command.function)(config.build(load(command.settings), values, "tfmling.export_tfhub"))
