"""Which devices a training runs on, and which rows of a batch each process takes."""

import os

import tensorflow as tf

from tfmling.core.config_errors import ConfigError
from tfmling.training.settings import Runtime, Train


def build_strategy(runtime: Runtime) -> tf.distribute.Strategy:
    """The strategy that the settings name.

    `mirrored` takes all GPUs, or all logical CPUs where there is no GPU; `multi_worker` the same in
    every process that TF_CONFIG names.

    Raises:
        ConfigError: `multi_worker` without TF_CONFIG.
    """
    builders = {
        "one_device": _one_device,
        "mirrored": _mirrored,
        "multi_worker": _multi_worker,
        "tpu": _tpu,
    }
    return builders[runtime.strategy](runtime)


def _devices() -> list[str]:
    kinds = ("GPU", "CPU")
    found = (tf.config.list_logical_devices(kind) for kind in kinds)
    return [device.name for device in next(devices for devices in found if devices)]


def _one_device(runtime: Runtime) -> tf.distribute.Strategy:
    return tf.distribute.OneDeviceStrategy(_devices()[0])


def _mirrored(runtime: Runtime) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(_devices())


def _multi_worker(runtime: Runtime) -> tf.distribute.Strategy:
    if "TF_CONFIG" not in os.environ:
        raise ConfigError(
            "runtime.strategy multi_worker: expected the environment variable TF_CONFIG, "
            '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}, '
            "with another index in each process"
        )
    return tf.distribute.MultiWorkerMirroredStrategy()


def _tpu(runtime: Runtime) -> tf.distribute.Strategy:
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=runtime.tpu_address or "local")
    tf.config.experimental_connect_to_cluster(resolver)
    tf.tpu.experimental.initialize_tpu_system(resolver)
    return tf.distribute.TPUStrategy(resolver)


def check_batches(settings: Train, replicas: int) -> None:
    """Whether each task's batches can be divided among the replicas.

    Raises:
        ConfigError: not so.
    """
    for task in settings.tasks:
        size = task.inputs.global_batch_size
        if size % replicas:
            raise ConfigError(
                f"tasks.{task.name}.inputs.global_batch_size: expected a multiple of the "
                f"{replicas} replicas, each of which takes the same number of rows, got {size}"
            )


def agree(strategy: tf.distribute.Strategy, value: int) -> int:
    """The sum of a number over processes; all processes must call it.

    Of one process it is the number itself.
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
    """Global batches, divided among the replicas in the order of their rows.

    Where there are several processes each makes the whole batch and keeps its own rows: so the
    batches are the same for any number of processes.
    """
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return strategy.experimental_distribute_dataset(batches)

    def own(context: tf.distribute.InputContext) -> tf.data.Dataset:
        rows = global_batch_size // context.num_input_pipelines
        first = context.input_pipeline_id * rows
        kept = batches.map(lambda f: {name: f[name][first : first + rows] for name in f})
        size = context.get_per_replica_batch_size(global_batch_size)
        # several processes take the size for unknown unless they are told that there is no end
        endless = tf.data.experimental.assert_cardinality(tf.data.INFINITE_CARDINALITY)
        return kept.rebatch(size, drop_remainder=True).apply(endless)

    return strategy.distribute_datasets_from_function(own)
