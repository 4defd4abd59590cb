"""Checkpoints after each epoch, so that a killed training of a labeller goes on where it was."""

import keras
import tensorflow as tf

from tfmling.modeling.labelling.labeller import Labeller
from tfmling.training.labelling.best_weights import BestWeights


class EpochCheckpoints:
    """The newest epoch of a training: step, weights, random states, optimizer, best weights.

    Args:
        folder: where they lie.
        labeller: of a frozen encoder nothing is kept.
        optimizer: with its slots.
        best: the best epoch so far.
        step: counts the steps, int64.
    """

    def __init__(
        self,
        folder: str,
        labeller: Labeller,
        optimizer: keras.optimizers.Optimizer,
        best: BestWeights,
        step: tf.Variable,
    ):
        trained = {id(variable) for variable in labeller.trained}
        state = [v for v in labeller.variables if id(v) in trained or not v.trainable]
        checkpoint = tf.train.Checkpoint(
            step=step,
            best=best,
            labeller=[variable.value for variable in state],
            optimizer=[variable.value for variable in optimizer.variables],
        )
        self._manager = tf.train.CheckpointManager(checkpoint, folder, max_to_keep=1)

    def restore(self) -> None:
        """Takes the newest one, if there is one; every variable must be found in it."""
        if self._manager.latest_checkpoint is not None:
            status = self._manager.checkpoint.restore(self._manager.latest_checkpoint)
            status.assert_existing_objects_matched()

    def save(self) -> None:
        """Replaces the one before."""
        self._manager.save()
