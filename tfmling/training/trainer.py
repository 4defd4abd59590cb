"""One step, on all replicas, and the loop of steps that runs on the device (orbit's inner loop)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import orbit
import tensorflow as tf

from tfmling.objectives.embedding_objective import EmbeddingObjective
from tfmling.objectives.gradient_cache import cached_gradients, cached_loss
from tfmling.objectives.objective import Metrics, Objective
from tfmling.objectives.summed_objective import (
    SummedObjective,
    accumulated_gradients,
    accumulated_loss,
)
from tfmling.training.row_gradients import Gradient, add, merge_rows, scale
from tfmling.training.scaled_adamw import ScaledAdamW


class LoopStopped(Exception):  # noqa: N818
    """A loop of steps has ended before its last step, because the trainer's flag was set."""


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
        stop: a bool variable that ends a loop after the step in which it was set; None: no loop
            ends early.
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
        stop: tf.Variable | None = None,
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
        self._stop = stop
        self._sums: dict[str, tf.Variable] = {}
        self._resumed: dict[str, Any] | None = None
        self._broken_step = tf.Variable(-1, dtype=tf.int64, trainable=False, name="broken_step")

    @property
    def broken_step(self) -> int:
        """The first step, from 0, whose loss or gradient was not finite; -1 where none was."""
        return int(self._broken_step.numpy())

    @property
    def loop_state(self) -> dict[str, Any]:
        """The loop of steps that was stopped, as plain data: its first step, sums of metrics."""
        sums = {name: float(total.numpy()) for name, total in self._sums.items()}
        return {"first_step": int(self._first_step), "sums": sums}

    def resume_loop(self, state: Mapping[str, Any]) -> None:
        """Lets the next loop begin as `loop_state` of a stopped one says."""
        self._resumed = dict(state)

    def create_train_loop_fn(self) -> Callable[[dict[str, Iterator[Metrics]], tf.Tensor], None]:
        """The loop of steps on the device, which ends early where `stop` is set."""

        @tf.function
        def loop(iterators: dict[str, Iterator[Metrics]], num_steps: tf.Tensor) -> None:
            def is_next(number: tf.Tensor) -> tf.Tensor:
                left = number < num_steps
                return left if self._stop is None else left & ~self._stop.read_value()

            def take(number: tf.Tensor) -> tuple[tf.Tensor]:
                with tf.name_scope(""):
                    self.train_step(iterators)
                return (number + 1,)

            tf.while_loop(is_next, take, (tf.constant(0),))

        return loop

    def train(self, num_steps: tf.Tensor) -> dict[str, tf.Tensor]:
        """Takes steps, and gives the mean of each metric over them.

        Raises:
            LoopStopped: it ended early; `loop_state` says where.
        """
        target = int(self.step.numpy()) + int(num_steps)
        metrics = super().train(tf.convert_to_tensor(num_steps, tf.int32))
        if int(self.step.numpy()) < target:
            raise LoopStopped
        return metrics

    def loss_of_next_batch(self) -> float:
        """The loss of one more batch with the weights as they are; changes nothing else."""
        self._train_iter: dict[str, Iterator[Metrics]] | None
        if self._train_iter is None:
            self._train_iter = tf.nest.map_structure(iter, self.train_dataset)
        batches = {name: next(self._train_iter[name]) for name in self.tasks}
        share = tf.function(lambda: self.strategy.run(self._loss, args=(batches,)))()
        return float(self.strategy.reduce(tf.distribute.ReduceOp.SUM, share, axis=None))

    def _loss(self, batches: dict[str, Metrics]) -> tf.Tensor:
        """This replica's share, in the memory of a step."""
        return tf.add_n(
            [weight * _loss_of(own, batches[name]) for name, (own, weight) in self.tasks.items()]
        )

    def train_loop_begin(self) -> None:
        """Forgets the metrics of the last loop."""
        resumed, self._resumed = self._resumed, None
        self._first_step = resumed["first_step"] if resumed else int(self.step.numpy())
        self._first_sums = dict(resumed["sums"]) if resumed else {}
        for name, total in self._sums.items():
            total.assign(self._first_sums.get(name, 0.0))

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
                first = self._first_sums.get(name, 0.0)
                self._sums[name] = tf.Variable(first, trainable=False, name=name)
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
        return objective.gradient_accumulation_steps > 1
    return (
        isinstance(objective, EmbeddingObjective)
        and objective.gradient_cache_batch_size is not None
    )


def _loss_of(objective: Objective, features: Metrics) -> tf.Tensor:
    if not _goes_in_parts(objective):
        return objective(features)[0]
    if isinstance(objective, SummedObjective):
        return accumulated_loss(objective, features)
    return cached_loss(objective, features)


def _of_task(name: str, metrics: Metrics, features: Metrics) -> Metrics:
    own = {f"{name}/{key}": value for key, value in metrics.items()}
    return own | {f"{name}/tokens": _count_tokens(features)}


def _count_tokens(features: Metrics) -> tf.Tensor:
    masks = [tensor for name, tensor in features.items() if name.endswith("input_mask")]
    return tf.add_n([tf.reduce_sum(tf.cast(mask, tf.float32)) for mask in masks])
