"""Checkpoints of a running training, so that a killed one goes on where it was."""

import glob
import hashlib
import json
import shutil
from collections.abc import Iterable

import keras
import tensorflow as tf

from tfmling.training.labelling.settings import TrainTagger
from tfmling.training.settings import Train
from tfmling.training.vocabulary_state import VocabularyState
from tfmling.vocab.subword_vocabulary import SubwordVocabulary


def running_folder(settings: Train | TrainTagger) -> str:
    """Where an unfinished training keeps its state; other settings have another folder.

    What is left at its default is not told apart from what is not there: a later version that has
    one more setting goes on with the trainings of an earlier one.
    """
    chosen = settings.model_dump(mode="json", exclude_defaults=True)
    digest = hashlib.sha256(json.dumps(chosen, sort_keys=True).encode()).hexdigest()[:8]
    return f"{settings.output.rstrip('/')}.running-{digest}"


def remove_running_folders(settings: Train | TrainTagger) -> None:
    """Removes what unfinished trainings of this output left."""
    for folder in glob.glob(glob.escape(settings.output.rstrip("/")) + ".running-*"):
        shutil.rmtree(folder)


def build_manager(
    settings: Train,
    folder: str,
    step: tf.Variable,
    model_variables: Iterable[keras.Variable],
    optimizer: keras.optimizers.Optimizer,
    vocabulary: SubwordVocabulary,
) -> tf.train.CheckpointManager:
    """The manager of `folder`/checkpoints: step, weights, optimizer slots, random states.

    Checkpoints hold the vocabulary's hash: one that was written with another vocabulary is refused.
    """
    checkpoint = tf.train.Checkpoint(
        step=step,
        model=_by_position(model_variables),
        optimizer=_by_position(optimizer.variables),
        vocabulary=VocabularyState(vocabulary),
    )
    return tf.train.CheckpointManager(
        checkpoint,
        f"{folder}/checkpoints",
        max_to_keep=settings.keep_checkpoints,
        step_counter=step,
        checkpoint_interval=settings.checkpoint_every,
    )


def _by_position(variables: Iterable[keras.Variable]) -> dict[str, tf.Variable]:
    # Names repeat between an encoder and its teacher; the order of creation does not.
    return {f"{number:04}": variable.value for number, variable in enumerate(variables)}


def restore(manager: tf.train.CheckpointManager) -> bool:
    """Restores the newest checkpoint, in which every variable must be found.

    Returns whether there was one.
    """
    if manager.latest_checkpoint is None:
        return False
    manager.checkpoint.restore(manager.latest_checkpoint).assert_existing_objects_matched()
    return True


def restore_or_save_first(manager: tf.train.CheckpointManager) -> bool:
    """Restores the newest checkpoint, or saves a first one.

    The first one shows at once whether checkpoints can be written, and sets the beat of
    the others. Returns whether something was restored.
    """
    if restore(manager):
        return True
    manager.save(checkpoint_number=int(manager.checkpoint.step.numpy()))
    return False
