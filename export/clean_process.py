"""Loads SavedModels as a stranger does: in a new process, TensorFlow and TensorFlow Text only.

    python -P clean_process.py jobs.json outputs.npz

Run by `export.verify`, as a file and not as a module: importing this project, KerasHub or Keras is
an error here. (TensorFlow Text imports Keras for its own layers; that is let through, and from
then on it is gone.)

`jobs.json`: name of a model to its `folder` and its `inputs`, a list for each tensor: `text`, or
the ids of the encoder. `outputs.npz` gets every output twice, `MODEL/call/NAME` and
`MODEL/signature/NAME`, the list `encoder_outputs` as `encoder_outputs_0`, ...
"""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

BLOCKED = ("keras", "keras_hub", "keras_nlp", "tf_keras", "tfmling", "export", "beam_pipelines")


class Blocker:
    """An import finder that refuses."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raises ImportError for what must not be needed."""
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} is not there in a clean process")


def block_imports() -> None:
    """Forgets what must not be needed and refuses to import it again."""
    for name in list(sys.modules):
        if name.partition(".")[0] in BLOCKED:
            del sys.modules[name]
    sys.meta_path.insert(0, Blocker())


def named(outputs: Any) -> dict[str, np.ndarray]:
    """Outputs as arrays by name; a bare tensor is `default`."""
    if not isinstance(outputs, dict):
        return {"default": outputs.numpy()}
    arrays = {}
    for name, value in outputs.items():
        if isinstance(value, (list, tuple)):
            arrays.update({f"{name}_{i}": member.numpy() for i, member in enumerate(value)})
        else:
            arrays[name] = value.numpy()
    return arrays


def run(tf: Any, folder: str, given: dict[str, list[Any]]) -> dict[str, np.ndarray]:
    """Outputs of one SavedModel, called as an object and by its signature."""
    model = tf.saved_model.load(folder)
    inputs = {name: tf.constant(values) for name, values in given.items()}
    called = named(model(inputs.get("text", inputs)))
    signed = named(model.signatures["serving_default"](**inputs))
    ways = {"call": called, "signature": signed}
    return {
        f"{way}/{name}": array for way, outputs in ways.items() for name, array in outputs.items()
    }


def main(jobs_path: str, output_path: str) -> None:
    """Runs all jobs and writes what came out."""
    import tensorflow as tf
    import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

    block_imports()
    jobs = json.loads(Path(jobs_path).read_text(encoding="utf-8"))
    arrays = {
        f"{name}/{output}": array
        for name, job in jobs.items()
        for output, array in run(tf, job["folder"], job["inputs"]).items()
    }
    np.savez(output_path, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
