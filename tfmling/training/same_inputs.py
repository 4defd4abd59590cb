"""An unfinished training goes on with the inputs that it began with, or not at all.

With others it would be two trainings in one, whose result nothing could repeat.
"""

import hashlib

from tfmling import config, files
from tfmling.config import ConfigError
from tfmling.json_values import read_json
from tfmling.training.labelling.settings import TrainTagger
from tfmling.training.settings import Train

_NAME = "inputs.json"


def require_same_inputs(settings: Train | TrainTagger, folder: str) -> None:
    """Notes the inputs of a training that begins; compares those of one that goes on.

    Names and sizes of files are compared, since contents may be terabytes.

    Args:
        settings: of the training.
        folder: where it keeps its state until it ends.

    Raises:
        ConfigError: an input has changed since.
    """
    path = files.join(folder, _NAME)
    read_once = getattr(settings, "continue_from", None)  # and perhaps still training
    inputs = [each for each in config.paths(settings, "input") if each != read_once]
    now = {each: _listing(each) for each in inputs}
    if not files.exists(path):
        files.write_json(path, now)
        return
    before = read_json(path)
    for each, listing in now.items():
        if before.get(each, listing) != listing:
            raise ConfigError(
                f"{each}: expected the files that the unfinished training in {folder} began with, "
                "found others; remove that folder to begin anew, or bring the old files back"
            )


def _listing(path: str) -> str:
    """SHA-256 of the names and sizes of all files that a path or pattern names."""
    digest = hashlib.sha256()
    for root in files.expand(path):
        system, top = files.filesystem(root)
        for name, described in sorted(system.find(top, detail=True).items()):
            digest.update(f"{name.removeprefix(top)}\t{described['size']}\n".encode())
    return digest.hexdigest()
