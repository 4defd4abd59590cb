"""One training step on all replicas, and the loop of steps on the device (orbit's inner loop)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import keras
import orbit
import tensorflow as tf

from tfmling.inputs.dataset import Features
from tfmling.objectives.objective import Metrics, Objective
from tfmling.training.adamw import AdamW
from tfmling.training.sparse_gradients import (
    Gradient,
    add_gradients,
    merge_repeated_rows,
    scale_gradient,
)


class LoopStopped(Exception):  # noqa: N818
    """A loop of steps ended early because the stop variable was set.

    Example:
        >>> raise LoopStopped("after step 40 of 100")
        Traceback (most recent call last):
            ...
        tfmling.training.trainer.LoopStopped: after step 40 of 100
    """


class Trainer(orbit.StandardTrainer):
    """Applies the gradient of the weighted sum of all tasks' losses, one batch per task and step.

    Args:
        strategy: of the run.
        tasks: pairs (objective, weight) by task name.
        datasets: distributed datasets of features, by task name.
        variables: trained weights.
        optimizer: built for `variables`.
        step: global step, int64.
        clip_norm: maximum global norm of the gradient.
        guard: modifies the summed gradients before clipping.
        jit_compile: whether XLA compiles the replica step.
        stop: bool variable; when it becomes true, the loop ends after the current step.
    """

    def __init__(
        self,
        *,
        strategy: tf.distribute.Strategy,
        tasks: dict[str, tuple[Objective, float]],
        datasets: dict[str, object],
        variables: Sequence[keras.Variable],
        optimizer: AdamW,
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
        """The first step, from 0, with a loss or gradient that was not finite; -1 for none."""
        return int(self._broken_step.numpy())

    @property
    def loop_state(self) -> dict[str, Any]:
        """First step and sums of metrics of the loop that was stopped, as plain data."""
        sums = {name: float(total.numpy()) for name, total in self._sums.items()}
        return {"first_step": int(self._first_step), "sums": sums}

    def resume_loop(self, state: Mapping[str, Any]) -> None:
        """Continue the metrics of a stopped loop in the next one, from its `loop_state`."""
        self._resumed = dict(state)

    def create_train_loop_fn(self) -> Callable[[dict[str, Iterator[Features]], tf.Tensor], None]:
        """Build orbit's loop of steps, with an early end if `stop` is set."""

        @tf.function
        def loop(iterators: dict[str, Iterator[Features]], num_steps: tf.Tensor) -> None:
            def has_next(number: tf.Tensor) -> tf.Tensor:
                has_steps = number < num_steps
                return has_steps if self._stop is None else has_steps & ~self._stop.read_value()

            def run_step(number: tf.Tensor) -> tuple[tf.Tensor]:
                with tf.name_scope(""):
                    self.train_step(iterators)
                return (number + 1,)

            tf.while_loop(has_next, run_step, (tf.constant(0),))

        return loop

    def train(self, num_steps: tf.Tensor) -> dict[str, tf.Tensor]:
        """Train for some steps, and return the mean of each metric.

        Raises:
            LoopStopped: the loop ended early; see `loop_state`.
        """
        target = int(self.step.numpy()) + int(num_steps)
        metrics = super().train(tf.convert_to_tensor(num_steps, tf.int32))
        if int(self.step.numpy()) < target:
            raise LoopStopped
        return metrics

    def loss_of_next_batch(self) -> float:
        """The loss of the next batch with the current weights, without an update."""
        self._train_iter: dict[str, Iterator[Features]] | None
        if self._train_iter is None:
            self._train_iter = tf.nest.map_structure(iter, self.train_dataset)
        batches = {name: next(self._train_iter[name]) for name in self.tasks}
        share = tf.function(lambda: self.strategy.run(self._loss, args=(batches,)))()
        return float(self.strategy.reduce(tf.distribute.ReduceOp.SUM, share, axis=None))

    def _loss(self, batches: dict[str, Features]) -> tf.Tensor:
        """This replica's share of the loss, in the memory of a step."""
        losses = []
        for name, (objective, weight) in self.tasks.items():
            in_parts, features = objective.computes_in_parts, batches[name]
            loss = objective.loss_in_parts(features) if in_parts else objective(features)[0]
            losses.append(weight * loss)
        return tf.add_n(losses)

    def train_loop_begin(self) -> None:
        """Reset the sums of metrics."""
        resumed, self._resumed = self._resumed, None
        self._first_step = resumed["first_step"] if resumed else int(self.step.numpy())
        self._first_sums = dict(resumed["sums"]) if resumed else {}
        for name, total in self._sums.items():
            total.assign(self._first_sums.get(name, 0.0))

    def train_step(self, iterator: dict[str, Iterator[Features]]) -> None:
        """Run one step on every replica, with one batch of each task."""
        batches = {name: next(iterator[name]) for name in self.tasks}
        shares = self.strategy.run(self._replica_step, args=(batches,))
        totals = {
            name: self.strategy.reduce(tf.distribute.ReduceOp.SUM, share, axis=None)
            for name, share in shares.items()
        }
        for name, total in totals.items():
            self._sum_of(name).assign_add(total)
        self._record_broken_step(totals["loss"], totals["gradient_norm"])
        self.step.assign_add(1)

    def _record_broken_step(self, loss: tf.Tensor, norm: tf.Tensor) -> None:
        is_finite = tf.math.is_finite(loss) & tf.math.is_finite(norm)
        is_first = ~is_finite & (self._broken_step < 0)
        step = tf.cast(self.step, tf.int64)
        self._broken_step.assign(tf.where(is_first, step, self._broken_step))

    def train_loop_end(self) -> dict[str, tf.Tensor]:
        """The mean of each metric over the steps of the loop."""
        steps = tf.cast(self.step - self._first_step, tf.float32)
        return {name: total / steps for name, total in sorted(self._sums.items())}

    def _sum_of(self, name: str) -> tf.Variable:
        if name not in self._sums:
            with tf.init_scope():
                first = self._first_sums.get(name, 0.0)
                self._sums[name] = tf.Variable(first, trainable=False, name=name)
        return self._sums[name]

    def replica_step(self, batches: dict[str, Features]) -> Metrics:
        """Run one replica's part of a step: gradients, clipping and update.

        Returns:
            This replica's share of each metric.
        """
        loss, metrics, gradients = self.gradients(batches)
        if self.guard is not None:
            gradients = self.guard(gradients)
        norm = tf.linalg.global_norm(gradients)
        self.optimizer.apply(self._clip(gradients, norm), self.trained)
        num_replicas = tf.cast(self.strategy.num_replicas_in_sync, tf.float32)
        return metrics | {"loss": loss, "gradient_norm": norm / num_replicas}

    def gradients(self, batches: dict[str, Features]) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        """This replica's share of loss and metrics, and the gradients of the global loss."""
        weights = [variable.value for variable in self.trained]
        in_parts = [n for n, (objective, _) in self.tasks.items() if objective.computes_in_parts]
        whole = [name for name in self.tasks if name not in in_parts]
        results = [self._gradients_in_parts(name, batches[name], weights) for name in in_parts]
        results += [self._gradients_of_whole_batches(whole, batches, weights)] if whole else []
        losses, metrics, shares = zip(*results, strict=True)
        totals = [add_gradients(gradients) for gradients in zip(*shares, strict=True)]
        merged = {key: value for own in metrics for key, value in own.items()}
        summed = [merge_repeated_rows(gradient) for gradient in _sum_over_replicas(totals)]
        return tf.add_n(losses), merged, summed

    def _gradients_of_whole_batches(
        self, names: list[str], batches: dict[str, Features], weights: list[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        metrics: Metrics = {}
        with tf.GradientTape() as tape:
            losses = []
            for name in names:
                objective, weight = self.tasks[name]
                loss, own = objective(batches[name], training=True)
                losses.append(weight * loss)
                metrics |= _task_metrics(name, own, batches[name])
            total = tf.add_n(losses)
        shares = tape.gradient(total, weights, unconnected_gradients="zero")
        if not self.optimizer.accepts_sparse:
            shares = [tf.convert_to_tensor(gradient) for gradient in shares]
        return total, metrics, shares

    def _gradients_in_parts(
        self, name: str, batch: Features, weights: list[tf.Variable]
    ) -> tuple[tf.Tensor, Metrics, list[Gradient]]:
        objective, weight = self.tasks[name]
        loss, own, gradients = objective.gradients_in_parts(batch, weights)
        return weight * loss, _task_metrics(name, own, batch), [weight * g for g in gradients]

    def _clip(self, gradients: list[Gradient], norm: tf.Tensor) -> list[Gradient]:
        # Keras sums the gradients of all replicas, but these are sums already: divide them.
        # Clipping before summing would clip each replica's share by its own norm.
        factor = self.clip_norm / tf.maximum(norm, self.clip_norm)
        factor /= self.strategy.num_replicas_in_sync
        return [scale_gradient(gradient, factor) for gradient in gradients]


def _sum_over_replicas(gradients: list[Gradient]) -> list[Gradient]:
    context = tf.distribute.get_replica_context()
    if context is None or context.num_replicas_in_sync == 1:
        return gradients
    return context.all_reduce(tf.distribute.ReduceOp.SUM, gradients)


def _task_metrics(name: str, metrics: Metrics, features: Features) -> Metrics:
    """Metrics with the task's name, and the number of tokens that are not padding."""
    masks = [tensor for key, tensor in features.items() if key.endswith("input_mask")]
    tokens = tf.add_n([tf.reduce_sum(tf.cast(mask, tf.float32)) for mask in masks])
    return {f"{name}/{key}": value for key, value in metrics.items()} | {f"{name}/tokens": tokens}
