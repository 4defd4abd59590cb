"""Distribution strategies: devices, rows of a batch per replica, dropout per replica."""

import os
from collections.abc import Iterable

import keras
import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.training.settings import Runtime, Train

_SEED_STRIDE = 1009  # between the dropout seeds of two replicas


def build_strategy(runtime: Runtime) -> tf.distribute.Strategy:
    """Build the strategy that the settings name.

    `mirrored` uses all GPUs, or all logical CPUs if there is no GPU; `multi_worker` does so in each
    process of TF_CONFIG.

    Raises:
        ConfigError: `multi_worker` without TF_CONFIG.

    Example:
        >>> build_strategy(Runtime()).num_replicas_in_sync
        1
    """
    builders = {
        "one_device": lambda: tf.distribute.OneDeviceStrategy(_devices()[0]),
        "mirrored": lambda: tf.distribute.MirroredStrategy(_devices()),
        "multi_worker": _multi_worker,
        "tpu": lambda: _tpu(runtime.tpu_address or "local"),
    }
    return builders[runtime.strategy]()


def _devices() -> list[str]:
    devices = tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
    return [device.name for device in devices]


def _multi_worker() -> tf.distribute.Strategy:
    if "TF_CONFIG" not in os.environ:
        raise ConfigError(
            "runtime.strategy multi_worker: expected the environment variable TF_CONFIG, "
            '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}, '
            "with another index in each process"
        )
    return tf.distribute.MultiWorkerMirroredStrategy()


def _tpu(address: str) -> tf.distribute.Strategy:
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=address)
    tf.config.experimental_connect_to_cluster(resolver)
    tf.tpu.experimental.initialize_tpu_system(resolver)
    return tf.distribute.TPUStrategy(resolver)


def check_batch_sizes(settings: Train, num_replicas: int) -> None:
    """Check that the global batch of each task can be split evenly among the replicas.

    Raises:
        ConfigError: a global batch size is no multiple of the number of replicas.

    Example:
        >>> inputs = {"kind": "sentences", "records": [folder], "global_batch_size": 64}
        >>> task = {"name": "mlm", "kind": "masked_lm", "inputs": inputs}
        >>> values = {"output": "out", "encoder": {"kind": "new", "vocabulary": folder}, "steps": 9}
        >>> check_batch_sizes(Train(tasks=[task], **values), num_replicas=8)
    """
    for task in settings.tasks:
        size = task.inputs.global_batch_size
        if size % num_replicas:
            raise ConfigError(
                f"tasks.{task.name}.inputs.global_batch_size: expected a multiple of the "
                f"{num_replicas} replicas, which take equal numbers of rows, got {size}"
            )


def sum_over_processes(strategy: tf.distribute.Strategy, value: int) -> int:
    """Sum a number over all processes; every process must call this.

    With a single process, the sum is the number itself.

    Example:
        >>> sum_over_processes(build_strategy(Runtime()), 3)
        3
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return value
    own = tf.constant(value, tf.int64)
    total = strategy.reduce(
        tf.distribute.ReduceOp.SUM, strategy.run(lambda: tf.identity(own)), axis=None
    )
    cluster = strategy.cluster_resolver.cluster_spec()
    processes = sum(cluster.num_tasks(job) for job in cluster.jobs if job in ("chief", "worker"))
    return int(total) * processes // strategy.num_replicas_in_sync


def distribute(
    strategy: tf.distribute.Strategy, batches: tf.data.Dataset, global_batch_size: int
) -> object:
    """Split global batches among the replicas, by row order.

    With several processes, each builds the whole global batch and keeps its own rows, so that the
    batches do not depend on the number of processes.

    Args:
        strategy: of the run.
        batches: global batches of features.
        global_batch_size: rows of a global batch.

    Returns:
        A distributed dataset.

    Example:
        >>> batches = tf.data.Dataset.from_tensor_slices({"key": [5, 6, 7, 8]}).batch(2)
        >>> distributed = distribute(build_strategy(Runtime()), batches, global_batch_size=2)
        >>> [batch["key"].numpy().tolist() for batch in distributed]
        [[5, 6], [7, 8]]
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return strategy.experimental_distribute_dataset(batches)

    def own_rows(context: tf.distribute.InputContext) -> tf.data.Dataset:
        rows = global_batch_size // context.num_input_pipelines
        first = context.input_pipeline_id * rows
        kept = batches.map(lambda f: {name: f[name][first : first + rows] for name in f})
        size = context.get_per_replica_batch_size(global_batch_size)
        # without a known cardinality, MultiWorkerMirroredStrategy loses the static batch size
        endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
        return kept.rebatch(size, drop_remainder=True).apply(endless)

    return strategy.distribute_datasets_from_function(own_rows)


def separate_dropout(strategy: tf.distribute.Strategy, variables: Iterable[keras.Variable]) -> None:
    """Give each replica its own dropout masks.

    Keras keeps a seed and a counter per dropout layer. Each replica has a copy of them with equal
    initial values, so row n would lose the same units on every replica. The first replica's seeds,
    which checkpoints save, do not change; hence call this once, after variables are created or
    restored.

    Args:
        strategy: of the run.
        variables: of the model; only states of seed generators are changed.

    Example:
        >>> seeds = keras.random.SeedGenerator(7)
        >>> separate_dropout(build_strategy(Runtime()), [seeds.state])
        >>> int(seeds.state[0])  # the first replica keeps its seed
        7
    """
    states = [v.value for v in variables if v.name == "seed_generator_state"]

    @tf.function
    def shift_seeds() -> None:
        context = tf.distribute.get_replica_context()
        replica = tf.cast(context.replica_id_in_sync_group, tf.int64)
        for state in states:
            state.assign_add(tf.cast(tf.stack([replica * _SEED_STRIDE, 0]), state.dtype))

    if states and strategy.num_replicas_in_sync > 1:
        strategy.run(shift_seeds)
