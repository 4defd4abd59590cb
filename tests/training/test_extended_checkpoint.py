"""Resume with a longer vocabulary: restored values, new rows, rejected checkpoints."""

import json

import numpy as np
import pytest
import tensorflow as tf

from tests import tiny
from tfmling.conversion.encoder_folder import load_encoder, save_encoder
from tfmling.core.config import build
from tfmling.core.outputs import unfinished_folder
from tfmling.modeling.encoder import Encoder
from tfmling.tokenizers.word_piece_vocabulary import WordPieceVocabulary
from tfmling.training import run_training
from tfmling.training.checkpoint_folder import FOLDER
from tfmling.training.checkpoints import (
    Checkpoints,
    VocabularyState,
    WrongVocabularyError,
    build_checkpoint,
    newest_checkpoint,
    read_variables,
)
from tfmling.training.extended_checkpoint import (
    IncompatibleCheckpointError,
    restore_extended_checkpoint,
)
from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer, Train
from tfmling.vocab.embedding_init import RandomInitializer
from tfmling.vocab.resize import enlarge_encoder

OLD = len(tiny.VOCABULARY)
LONGER = tiny.VOCABULARY.with_pieces(["ab", "##cd", "ef"])


class Running:
    """Everything that a run saves in checkpoints."""

    def __init__(
        self,
        encoder: Encoder,
        folder,
        trained: int | None = None,
        frozen: int = 0,
        ema_decay: float | None = None,
    ):
        self.encoder = encoder
        self.objective = tiny.masked_lm(encoder, "sentences")
        variables = self.objective.trainable_variables[:trained]
        self.variables = self.objective.variables
        self.frozen = [(encoder.embedding_table, frozen)]
        self.optimizer = build_optimizer(
            Optimizer(), 10, variables, undecayed_rows=self.frozen, ema_decay=ema_decay
        )
        self.trained = variables
        self.step = tf.Variable(0, dtype=tf.int64)
        self.folder = str(folder)
        checkpoint = build_checkpoint(self.step, self.variables, self.optimizer, encoder.vocabulary)
        self.checkpoints = Checkpoints(self.folder, checkpoint, self.step, keep=2)

    def train(self, steps: int) -> None:
        features = tiny.features(self.objective, tiny.tiny_texts())
        for _ in range(steps):
            with tf.GradientTape() as tape:
                loss, _ = self.objective(features)
            values = [variable.value for variable in self.trained]
            gradients = tape.gradient(loss, values, unconnected_gradients="zero")
            self.optimizer.apply([tf.convert_to_tensor(g) for g in gradients], self.trained)
            self.step.assign_add(1)

    def restore_extended_checkpoint(self, other: "Running") -> None:
        vocabulary, optimizer = self.encoder.vocabulary, self.optimizer
        restore_extended_checkpoint(
            other.folder, vocabulary, self.step, self.variables, optimizer, self.frozen
        )


def restored(running: Running) -> None:
    path = running.checkpoints.newest()
    assert path is not None
    running.checkpoints.restore(path)


def _enlarged(encoder: Encoder, vocabulary: WordPieceVocabulary = LONGER) -> Encoder:
    return enlarge_encoder(encoder, vocabulary, RandomInitializer(), seed=1)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Running:
    running = Running(tiny.tiny_encoder(), tmp_path_factory.mktemp("old"))
    running.train(2)
    running.checkpoints.save()
    return running


def test_old_values_and_slots_are_kept_and_new_rows_are_new(running, tmp_path) -> None:
    fresh = _enlarged(tiny.tiny_encoder())
    new_rows = fresh.embedding_table.numpy()[OLD:]
    longer = Running(fresh, tmp_path)
    longer.restore_extended_checkpoint(running)
    assert longer.step.numpy() == 2
    grown = 0
    for old, new in zip(
        [*running.variables, *running.optimizer.variables],
        [*longer.variables, *longer.optimizer.variables],
        strict=True,
    ):
        if old.shape == new.shape:
            np.testing.assert_array_equal(new.numpy(), old.numpy())
        else:
            grown += 1
            np.testing.assert_array_equal(new.numpy()[:OLD], old.numpy())
            expected = new_rows if new is fresh.embedding_table else 0
            np.testing.assert_array_equal(
                new.numpy()[OLD:], np.broadcast_to(expected, new[OLD:].shape)
            )
    assert grown == 2 * 3  # table and bias, each with two slots
    slots = [v.numpy()[:OLD] for v in longer.optimizer.variables if v.shape[:1] == (len(LONGER),)]
    assert all(np.abs(slot).max() > 0 for slot in slots)


def test_training_continues(running, tmp_path) -> None:
    longer = Running(_enlarged(tiny.tiny_encoder()), tmp_path)
    longer.restore_extended_checkpoint(running)
    longer.train(1)
    assert longer.optimizer.iterations.numpy() == 3
    assert all(np.isfinite(variable.numpy()).all() for variable in longer.trained)


def test_momentum_does_not_move_frozen_rows(tmp_path) -> None:
    running = Running(tiny.tiny_encoder(), tmp_path / "old", ema_decay=0.5)
    running.train(2)
    running.checkpoints.save()
    longer = Running(_enlarged(tiny.tiny_encoder()), tmp_path / "new", frozen=OLD, ema_decay=0.5)
    longer.restore_extended_checkpoint(running)
    before = longer.encoder.backbone.pooled_dense.kernel.numpy()
    longer.optimizer.apply([tf.zeros(v.shape) for v in longer.trained], longer.trained)
    table, old = longer.encoder.embedding_table, running.encoder.embedding_table.numpy()
    np.testing.assert_array_equal(table.numpy()[:OLD], old)
    assert np.abs(longer.encoder.backbone.pooled_dense.kernel - before).max() > 0
    longer.optimizer.use_averages()
    np.testing.assert_array_equal(table.numpy()[:OLD], old)


def test_a_checkpoint_of_another_vocabulary_is_rejected(running, tmp_path) -> None:
    swapped = list(tiny.VOCABULARY.pieces)
    swapped[6], swapped[7] = swapped[7], swapped[6]
    other = tiny.tiny_encoder()
    other.vocabulary = WordPieceVocabulary(tuple(swapped), False)
    with pytest.raises(WrongVocabularyError, match="written with the vocabulary"):
        restored(Running(other, running.folder))


def test_the_same_vocabulary_is_restored(running) -> None:
    again = Running(tiny.tiny_encoder(seed=2), running.folder)
    restored(again)
    assert again.step.numpy() == 2
    np.testing.assert_array_equal(again.encoder.embedding_table, running.encoder.embedding_table)


def test_a_vocabulary_that_is_no_extension_is_rejected(running, tmp_path) -> None:
    pieces = list(LONGER.pieces)
    pieces[6], pieces[7] = pieces[7], pieces[6]
    other = _enlarged(tiny.tiny_encoder())
    other.vocabulary = WordPieceVocabulary(tuple(pieces), False)
    with pytest.raises(IncompatibleCheckpointError, match="does not begin with that of"):
        Running(other, tmp_path).restore_extended_checkpoint(running)


def test_other_trained_weights_are_rejected_and_nothing_changes(running, tmp_path) -> None:
    longer = Running(_enlarged(tiny.tiny_encoder()), tmp_path, trained=5)
    before = [variable.numpy() for variable in longer.variables]
    with pytest.raises(IncompatibleCheckpointError, match="variables of the optimizer"):
        longer.restore_extended_checkpoint(running)
    for value, variable in zip(before, longer.variables, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)


def test_a_folder_without_checkpoints(running, tmp_path) -> None:
    nowhere = Running(tiny.tiny_encoder(), tmp_path / "empty")
    with pytest.raises(IncompatibleCheckpointError, match="no checkpoint in"):
        running.restore_extended_checkpoint(nowhere)


def test_the_state_is_what_sha256sum_says() -> None:
    state = VocabularyState(tiny.VOCABULARY).serialize()
    assert state == f'{{"pieces": {OLD}, "sha256": "{tiny.VOCABULARY.sha256}"}}'


def _settings(records: str, base, output, **changes) -> Train:
    inputs = tiny.inputs("sentences", records, global_batch_size=8)
    values = {
        "output": str(output),
        "encoder": {"kind": "directory", "path": str(base), "dropout": 0.0},
        "tasks": [{"name": "mlm", "kind": "masked_lm", "inputs": inputs}],
        "runtime": {"steps_per_loop": 2},
        "steps": 4,
        "checkpoint_every": 2,
    }
    return build(Train, values | changes, "test")


@pytest.mark.slow
def test_whole_trainings(tmp_path, monkeypatch) -> None:
    records = tiny.write_records(tmp_path / "records")
    save_encoder(tiny.tiny_encoder(), str(tmp_path / "base"))
    save_encoder(_enlarged(tiny.tiny_encoder()), str(tmp_path / "extended"))
    first = _settings(records, tmp_path / "base", tmp_path / "first")
    with monkeypatch.context() as broken:
        broken.setattr(run_training._Loop, "publish", lambda *rest: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            run_training.run_training(first)
    second = _settings(
        records,
        tmp_path / "extended",
        tmp_path / "second",
        steps=8,
        continue_from=unfinished_folder(first),
        retention={"base": str(tmp_path / "base"), "freeze_old_rows": True},
    )
    run_training.run_training(second)
    lines = (tmp_path / "second" / "history.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in lines] == [6, 8]
    extended = load_encoder(str(tmp_path / "second"))
    assert extended.vocabulary == LONGER
    held = read_variables(newest_checkpoint(f"{unfinished_folder(first)}/{FOLDER}"))
    (table,) = (
        value
        for name, value in held.items()
        if name.startswith("model/") and value.shape == (OLD, 16)
    )
    np.testing.assert_array_equal(extended.embedding_table.numpy()[:OLD], table)
