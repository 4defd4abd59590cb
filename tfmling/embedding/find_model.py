"""Where an exported sentence encoder lies; found without TensorFlow."""

from tfmling.core import files

SAVED_MODEL = "saved_model.pb"
SENTENCE_ENCODER = "sentence_encoder"


def find_exported_model(folder: str) -> str | None:
    """The SavedModel that `folder` is, or that lies in it as `export_tfhub` writes it."""
    for candidate in (folder, files.join(folder, SENTENCE_ENCODER)):
        if files.exists(files.join(candidate, SAVED_MODEL)):
            return candidate
    return None
