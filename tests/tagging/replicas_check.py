"""Prints the losses of a tagger's training on as many logical CPUs as its first argument says.

python -m tests.tagging.replicas_check 3 FOLDER
"""

import json
import sys
from pathlib import Path

import keras
import tensorflow as tf


def main(replicas: int, folder: str) -> None:
    """Two epochs of a linear tagger without dropout; the last line is the result."""
    (cpu,) = tf.config.list_physical_devices("CPU")
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration() for _ in range(replicas)]
    )
    from tests import tiny
    from tests.tagging.test_fit import rows
    from tfmling.tagging.fit import fit
    from tfmling.tagging.linear_tagger import LinearTagger
    from tfmling.tagging.settings import Fit, TaggingInputs
    from tfmling.training.settings import Optimizer, Runtime
    from tfmling.training.strategy import build_strategy

    inputs = TaggingInputs(max_length=8, overlap=0, batch_size=6, length_step=4)
    optimizer = Optimizer(learning_rate=0.01, clip_norm=0.5)
    settings = Fit(epochs=2, inputs=inputs, optimizer=optimizer)
    strategy = "mirrored" if replicas > 1 else "one_device"
    with build_strategy(Runtime(strategy=strategy)).scope():
        keras.utils.set_random_seed(1)
        tagger = LinearTagger(tiny.tiny_encoder(), 2, 0.0)
        scores = iter((0.1, 0.2))
        best = fit(tagger, rows(), settings, lambda: next(scores), folder)
    history = Path(folder, "history.jsonl").read_text().splitlines()
    losses = [json.loads(line)["loss"] for line in history]
    sums = [float(tf.reduce_sum(tf.abs(v.value))) for v in tagger.trained]
    print(json.dumps({"epoch": best.epoch, "losses": losses, "weights": sums}))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
