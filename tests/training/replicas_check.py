"""Compare four replicas with one, in a separate process with four logical CPUs.

Prints the largest differences as JSON: loss and gradient of the first step, weights after five
steps.
"""

import json
import os
import sys
import tempfile

import keras
import numpy as np
import tensorflow as tf

from tests import tiny
from tfmling.conversion.encoder_folder import save_encoder
from tfmling.core.config import ConfigError, build
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer, Train
from tfmling.training.strategy import separate_dropout
from tfmling.training.trainer import Trainer
from tfmling.training.training_run import build_training_run

SETTINGS = Optimizer(learning_rate=1e-2, warmup_steps=2, clip_norm=0.05, weight_decay=0.1)
# squared distances summed over the width are large beside cross-entropies
WEIGHTS = {"align": 0.05}


def build_trainer(strategy: tf.distribute.Strategy, teacher: str) -> Trainer:
    with strategy.scope():
        encoder = tiny.tiny_encoder(seed=2)
        step = tf.Variable(0, dtype=tf.int64)
        objectives = {
            "mlm": tiny.masked_lm(encoder, next_sentence=True),
            "dual": tiny.dual_encoder(encoder, step=step, margin_warmup_steps=3),
            "cached": tiny.dual_encoder(
                encoder,
                name="cached",
                gradient_cache_batch_size=1,
                matryoshka_dims={4: 0.5},
                scale_bounds=[1.0, 100.0],
                inputs=tiny.hard_negatives(),
            ),
            "distil": tiny.distillation(encoder, teacher),
            "align": tiny.alignment(encoder, towards="trained"),
        }
        variables = list(
            {id(v): v for o in objectives.values() for v in o.trainable_variables}.values()
        )
        optimizer = build_optimizer(SETTINGS, 5, variables)
    datasets = {name: _batches(objective, strategy) for name, objective in objectives.items()}
    return Trainer(
        strategy=strategy,
        tasks={name: (objective, WEIGHTS.get(name, 0.5)) for name, objective in objectives.items()},
        datasets=datasets,
        variables=variables,
        optimizer=optimizer,
        step=step,
        clip_norm=SETTINGS.clip_norm,
        jit_compile=False,
    )


def _batches(objective, strategy: tf.distribute.Strategy):
    texts = tiny.tiny_texts()
    # sentences with duplicates on other replicas
    texts["target"] = tf.gather(texts["target"], [*range(10), 1, 4])
    numbered = tf.data.Dataset.counter().map(
        lambda n: objective.prepare(texts, tf.stack([tf.constant(1, tf.int64), n]), 24)
    )
    sized = numbered.map(
        lambda f: {k: tf.ensure_shape(v, [12, *v.shape[1:]]) for k, v in f.items()}
    )
    return strategy.experimental_distribute_dataset(sized)


def first_gradient(trainer: Trainer) -> tuple[float, list[np.ndarray]]:
    strategy = trainer.strategy
    batches = {name: next(iter(dataset)) for name, dataset in trainer.train_dataset.items()}

    @tf.function
    def run():
        return strategy.run(trainer.gradients, args=(batches,))

    loss, _, gradients = run()
    total = strategy.reduce(tf.distribute.ReduceOp.SUM, loss, axis=None)
    locals_ = [strategy.experimental_local_results(gradient) for gradient in gradients]
    for replicas in locals_:
        for other in replicas[1:]:
            np.testing.assert_array_equal(replicas[0], other)
    return float(total), [replicas[0].numpy() for replicas in locals_]


def different_dropouts(strategy: tf.distribute.Strategy) -> int:
    with strategy.scope():
        dropout = keras.layers.Dropout(0.5)
    separate_dropout(strategy, dropout.variables)

    @tf.function
    def draw():
        return strategy.run(lambda: dropout(tf.ones([64]), training=True))

    return len({tuple(own.numpy()) for own in strategy.experimental_local_results(draw())})


def rejected_batch() -> str:
    """The error for a batch of 6 rows on these replicas, before any file is read."""
    inputs = tiny.inputs("sentences", global_batch_size=6)
    values = {
        "output": "out",
        "encoder": {"kind": "new", "vocabulary": "nowhere"},
        "tasks": [{"name": "mlm", "kind": "masked_lm", "inputs": inputs}],
        "runtime": {"strategy": "mirrored"},
        "steps": 20,
    }
    try:
        build_training_run(build(Train, values, "test", check_inputs=False))
    except ConfigError as error:
        return str(error)
    return "nothing"


def largest_difference(ours: list[np.ndarray], theirs: list[np.ndarray]) -> float:
    return max(float(np.abs(a - b).max()) for a, b in zip(ours, theirs, strict=True))


def main(replicas: int) -> None:
    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(
        cpu, [tf.config.LogicalDeviceConfiguration()] * replicas
    )
    with tempfile.TemporaryDirectory() as teacher:
        save_encoder(tiny.tiny_encoder(seed=4), teacher)
        one = build_trainer(tf.distribute.OneDeviceStrategy("/cpu:0"), teacher)
        devices = [f"/cpu:{n}" for n in range(replicas)]
        many = build_trainer(tf.distribute.MirroredStrategy(devices), teacher)
    (one_loss, one_gradient), (many_loss, many_gradient) = map(first_gradient, (one, many))
    report = {
        "replicas": many.strategy.num_replicas_in_sync,
        "loss": abs(one_loss - many_loss),
        "gradient": largest_difference(one_gradient, many_gradient),
        "gradient_size": max(float(np.abs(g).max()) for g in one_gradient),
    }
    metrics = [trainer.train(tf.constant(5)) for trainer in (one, many)]
    report["metrics"] = max(abs(float(metrics[0][k]) - float(metrics[1][k])) for k in metrics[0])
    weights = [[variable.numpy() for variable in trainer.trained] for trainer in (one, many)]
    report["weights"] = largest_difference(*weights)
    report["rejected"] = rejected_batch()
    report["dropouts"] = different_dropouts(many.strategy)
    print(json.dumps(report), flush=True)
    # skips TensorFlow 2.20's iterator teardown, up to a minute per iterator and replica
    os._exit(0)


if __name__ == "__main__":
    main(int(sys.argv[1]))
