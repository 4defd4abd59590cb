"""One step, on all replicas, and the loop of steps that runs on the device (orbit's inner loop)."""

from collections.abc import Callable, Iterator, Sequence

import keras
import orbit
import tensorflow as tf

from tfmling.objectives.embedding_objective import EmbeddingObjective
from tfmling.objectives.gradient_cache import cached_gradients
from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.summed_objective import SummedObjective, accumulated_gradients
from tfmling.training.row_gradients import Gradient, add, merge_rows, scale
from tfmling.training.scaled_adamw import ScaledAdamW


class Trainer(orbit.StandardTrainer):
    """Sums the weighted losses of all tasks, one batch of each a step, and applies the gradient.

    Args:
        strategy: where the replicas are.
        tasks: (objective, weight) by name.
        datasets: a distributed dataset of features by task name.
        variables: what is trained.
        optimizer: built for `variables`.
        step: counts the steps, int64.
        clip_norm: the largest norm that all gradients together may have.
        guard: changes the summed gradients before they are clipped; None leaves them.
        jit_compile: whether XLA compiles the replica's step.
    """

    def __init__(
        self,
        *,
        strategy: tf.distribute.Strategy,
        tasks: dict[str, tuple[Objective, float]],
        datasets: dict[str, object],
        variables: Sequence[keras.Variable],
        optimizer: ScaledAdamW,
        step: tf.Variable,
        clip_norm: float,
        jit_compile: bool,
        guard: Callable[[list[Gradient]], list[Gradient]] | None = None,
    ):
        super().__init__(datasets)
        self.strategy = strategy
        self.tasks = tasks
        self.trained = list(variables)
        self.optimizer = optimizer
        self.step = step
        self.clip_norm = clip_norm
        self.guard = guard
        self._replica_step = tf.function(self.replica_step, jit_compile=jit_compile or None)
        self._sums: dict[str, tf.Variable] = {}
        self._broken_step = tf.Variable(-1, dtype=tf.int64, trainable=False, name="broken_step")

    @property
    def broken_step(self) -> int:
        """The first step, from 0, whose loss or gradient was not finite; -1 where none was."""
        return int(self._broken_step.numpy())

    def train_loop_begin(self) -> None:
        """Forgets the metrics of the last loop."""
        for total in self._sums.values():
            total.assign(0.0)
        self._first_step = self.step.numpy()

    def train_step(self, iterator: dict[str, Iterator[Metrics]]) -> None:
        """One batch of each task on every replica."""
        batches = {name: next(iterator[name]) for name in self.tasks}
        shares = self.strategy.run(self._replica_step, args=(batches,))
        totals = {
            name: self.strategy.reduce(tf.distribute.ReduceOp.SUM, share, axis=None)
            for name, share in shares.items()
        }
        for name, total in totals.items():
            self._sum_of(name).assign_add(total)
        self._note_broken(totals["loss"], totals["gradient_norm"])
        self.step.assign_add(1)

    def _note_broken(self, loss: tf.Tensor, norm: tf.Tensor) -> None:
        finite = tf.math.is_finite(loss) & tf.math.is_finite(norm)
        is_first = ~finite & (self._broken_step < 0)
        step = tf.cast(self.step, tf.int64)
        self._broken_step.assign(tf.where(is_first, step, self._broken_step))

    def train_loop_end(self) -> dict[str, tf.Tensor]:
        """The mean of each metric over the loop's steps."""
        steps = tf.cast(self.step - self._first_step, tf.float32)
        return {name: total / steps for name, total in sorted(self._sums.items())}

    def _sum_of(self, name: str) -> tf.Variable:
        if name not in self._sums:
            with tf.init_scope():
                self._sums[name] = tf.Variable(0.0, trainable=False, name=name)
        return self._sums[name]

    def replica_step(self, batches: dict[str, Metrics]) -> Metrics:
        """What one replica does in a step: its share of metrics, gradient, clipping, update."""
        loss, metrics, gradients = self.gradients(batches)
        if self.guard is not None:
            gradients = self.guard(gradients)
        norm = tf.linalg.global_norm(gradients)
        self.optimizer.apply(self._clipped(gradients, norm), self.trained)
        replicas = tf.cast(self.strategy.num_replicas_in_sync, tf.float32)
        return metrics | {"loss": loss, "gradient_norm": norm / replicas}

    def gradients(self, batches: dict[str, Metrics]) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        """This replica's share of loss and metrics, and the gradient of the global loss."""
        weights = [variable.value for variable in self.trained]
        parted = [name for name in self.tasks if _goes_in_parts(self.tasks[name][0])]
        plain = [name for name in self.tasks if name not in parted]
        results = [self._parted_gradients(name, batches[name], weights) for name in parted]
        results += [self._plain_gradients(plain, batches, weights)] if plain else []
        losses, metrics, shares = zip(*results, strict=True)
        totals = [add(gradients) for gradients in zip(*shares, strict=True)]
        merged = {key: value for own in metrics for key, value in own.items()}
        summed = [merge_rows(gradient) for gradient in _sum_over_replicas(totals)]
        return tf.add_n(losses), merged, summed

    def _plain_gradients(
        self, names: list[str], batches: dict[str, Metrics], weights: list[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        metrics: Metrics = {}
        with tf.GradientTape() as tape:
            losses = []
            for name in names:
                objective, weight = self.tasks[name]
                loss, own = objective(batches[name], training=True)
                losses.append(weight * loss)
                metrics |= _of_task(name, own, batches[name])
            total = tf.add_n(losses)
        shares = tape.gradient(total, weights, unconnected_gradients="zero")
        if not self.optimizer.by_rows:
            shares = [tf.convert_to_tensor(gradient) for gradient in shares]
        return total, metrics, shares

    def _parted_gradients(
        self, name: str, batch: Metrics, weights: list[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        objective, weight = self.tasks[name]
        if isinstance(objective, SummedObjective):
            loss, own, gradients = accumulated_gradients(objective, batch, weights)
        else:
            loss, own, gradients = cached_gradients(objective, batch, weights)
        return weight * loss, _of_task(name, own, batch), [weight * g for g in gradients]

    def _clipped(self, gradients: list[Gradient], norm: tf.Tensor) -> list[Gradient]:
        # Keras sums what the replicas apply; these are sums already, so each gives its part.
        # Clipping before the sum would clip each replica's share by itself.
        factor = self.clip_norm / tf.maximum(norm, self.clip_norm)
        factor /= self.strategy.num_replicas_in_sync
        return [scale(gradient, factor) for gradient in gradients]


def _sum_over_replicas(gradients: list[Gradient]) -> list[Gradient]:
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return gradients
    return context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _goes_in_parts(objective: Objective) -> bool:
    if isinstance(objective, SummedObjective):
        return objective.micro_batches > 1
    return isinstance(objective, EmbeddingObjective) and objective.cache_chunk is not None


def _of_task(name: str, metrics: Metrics, features: Metrics) -> Metrics:
    own = {f"{name}/{key}": value for key, value in metrics.items()}
    return own | {f"{name}/tokens": _count_tokens(features)}


def _count_tokens(features: Metrics) -> tf.Tensor:
    masks = [tensor for name, tensor in features.items() if name.endswith("input_mask")]
    return tf.add_n([tf.reduce_sum(tf.cast(mask, tf.float32)) for mask in masks])
