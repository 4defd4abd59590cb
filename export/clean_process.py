"""Load SavedModels in a new process that has only TensorFlow and TensorFlow Text.

    python -P clean_process.py jobs.json outputs.npz

`export.verify` runs this file as a script, not as a module: importing this project, KerasHub or
Keras fails here. (TensorFlow Text imports Keras for its own layers; Keras is unloaded afterwards.)

`jobs.json` maps the name of a model to its `folder`; to its `inputs`, a list per tensor, which is
`text` or the encoder's ids; and to `signatures`, the inputs of further signatures by name. Texts
are not always UTF-8: "\\udcff" represents the byte 0xff.

`outputs.npz` contains every output several times: `MODEL/call/NAME`, `MODEL/signature/NAME` and,
for models of text, `MODEL/alone/NAME`, where each text was a batch of its own; then
`MODEL/SIGNATURE/NAME` for each further signature. The list `encoder_outputs` becomes
`encoder_outputs_0` and so on.
"""

import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

BLOCKED = ("keras", "keras_hub", "keras_nlp", "tf_keras", "tfmling", "export", "beam_pipelines")


class Blocker:
    """An import finder that rejects blocked packages.

    Example:
        >>> Blocker().find_spec("json")
        >>> Blocker().find_spec("keras.layers")
        Traceback (most recent call last):
            ...
        ImportError: keras.layers is not there in a clean process
    """

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        """Raise ImportError for a blocked package."""
        if name.partition(".")[0] in BLOCKED:
            raise ImportError(f"{name} is not there in a clean process")


def block_imports() -> None:
    """Unload the blocked packages and prevent importing them again."""
    for name in list(sys.modules):
        if name.partition(".")[0] in BLOCKED:
            del sys.modules[name]
    sys.meta_path.insert(0, Blocker())


def named(outputs: Any) -> dict[str, np.ndarray]:
    """Outputs as arrays by name; a bare tensor is `default`.

    Example:
        >>> import tensorflow as tf
        >>> named(tf.constant([0.5]))["default"].tolist()
        [0.5]
        >>> sorted(named({"states": [tf.constant([1]), tf.constant([2])]}))
        ['states_0', 'states_1']
    """
    if not isinstance(outputs, dict):
        return {"default": outputs.numpy()}
    arrays = {}
    for name, value in outputs.items():
        if isinstance(value, (list, tuple)):
            arrays.update({f"{name}_{i}": member.numpy() for i, member in enumerate(value)})
        else:
            arrays[name] = value.numpy()
    return arrays


def tensors(tf: Any, given: dict[str, list[Any]]) -> dict[str, Any]:
    """Make tensors from lists; strings become bytes.

    Example:
        >>> import tensorflow as tf
        >>> tensors(tf, {"text": ["Habari", "caf\\udcff"]})["text"].numpy().tolist()
        [b'Habari', b'caf\\xff']
    """
    return {name: tf.constant([as_bytes(value) for value in v]) for name, v in given.items()}


def as_bytes(value: Any) -> Any:
    """Convert a JSON string to the bytes it represents; other values do not change.

    Example:
        >>> as_bytes("a\\udcff"), as_bytes(3)
        (b'a\\xff', 3)
    """
    return value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value


def run(tf: Any, job: dict[str, Any]) -> dict[str, np.ndarray]:
    """Call one SavedModel as an object and by its signatures."""
    model = tf.saved_model.load(job["folder"])
    inputs = tensors(tf, job["inputs"])
    ways = {"call": named(model(inputs.get("text", inputs)))}
    ways["signature"] = named(model.signatures["serving_default"](**inputs))
    if "text" in inputs:
        ways["alone"] = one_by_one(model, inputs["text"])
    for signature, given in job["signatures"].items():
        ways[signature] = named(model.signatures[signature](**tensors(tf, given)))
    return {
        f"{way}/{name}": array for way, outputs in ways.items() for name, array in outputs.items()
    }


def one_by_one(model: Any, texts: Any) -> dict[str, np.ndarray]:
    """Call the signature for each text alone, and join the outputs."""
    serve = model.signatures["serving_default"]
    single = [named(serve(text=texts[n : n + 1])) for n in range(len(texts))]
    return {name: np.concatenate([outputs[name] for outputs in single]) for name in single[0]}


def exit_with_parent() -> None:
    """End this process within seconds after its parent process ends."""
    parent = os.getppid()

    def follow() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def main(jobs_path: str, output_path: str) -> None:
    """Run all jobs and write their outputs."""
    exit_with_parent()
    import tensorflow as tf
    import tensorflow_text  # noqa: F401  registers the operations of the tokenizer

    block_imports()
    jobs = json.loads(Path(jobs_path).read_text(encoding="utf-8"))
    arrays = {
        f"{name}/{output}": array
        for name, job in jobs.items()
        for output, array in run(tf, job).items()
    }
    np.savez(output_path, **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
