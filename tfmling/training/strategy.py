"""Which devices a training runs on."""

import tensorflow as tf

from tfmling.training.settings import Runtime


def build_strategy(runtime: Runtime) -> tf.distribute.Strategy:
    """The strategy that the settings name.

    `mirrored` takes all GPUs, or all logical CPUs where there is no GPU.
    """
    builders = {"one_device": _one_device, "mirrored": _mirrored, "tpu": _tpu}
    return builders[runtime.strategy](runtime)


def _devices() -> list[str]:
    kinds = ("GPU", "CPU")
    found = (tf.config.list_logical_devices(kind) for kind in kinds)
    return [device.name for device in next(devices for devices in found if devices)]


def _one_device(runtime: Runtime) -> tf.distribute.Strategy:
    return tf.distribute.OneDeviceStrategy(_devices()[0])


def _mirrored(runtime: Runtime) -> tf.distribute.Strategy:
    return tf.distribute.MirroredStrategy(_devices())


def _tpu(runtime: Runtime) -> tf.distribute.Strategy:
    resolver = tf.distribute.cluster_resolver.TPUClusterResolver(tpu=runtime.tpu_address or "local")
    tf.config.experimental_connect_to_cluster(resolver)
    tf.tpu.experimental.initialize_tpu_system(resolver)
    return tf.distribute.TPUStrategy(resolver)
