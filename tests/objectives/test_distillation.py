"""Distillation: the teacher is frozen, and an equal student has zero loss."""

import numpy as np
import pytest

from tests import tiny
from tfmling.conversion.encoder_folder import save_encoder


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("teacher"))
    save_encoder(tiny.tiny_encoder(seed=4), folder)
    return folder


def test_a_student_equal_to_its_teacher_has_zero_loss(teacher):
    objective = tiny.distillation(
        tiny.tiny_encoder(seed=4),
        teacher,
        student_sides=["text"],
        ranking=None,
        inputs=tiny.inputs("sentences"),
    )
    loss, metrics = objective(tiny.features(objective, tiny.tiny_texts()))
    assert float(loss) == pytest.approx(0.0, abs=1e-6)
    assert float(metrics["text_cosine"]) == pytest.approx(1.0, abs=1e-6)


def test_the_squared_distance_of_both_sides(teacher):
    student = tiny.tiny_encoder(seed=9)
    objective = tiny.distillation(
        student, teacher, student_sides=["source", "target"], squared_error=3.0, ranking=None
    )
    features = tiny.features(objective, tiny.tiny_texts())
    names = ("input_word_ids", "input_mask", "input_type_ids")

    def embed(encoder, side):
        return encoder.embed({name: features[f"{side}_{name}"] for name in names}).numpy()

    wanted = embed(objective.teacher, "teacher")
    distances = [np.sum((embed(student, side) - wanted) ** 2, 1) for side in ("source", "target")]
    loss, _ = objective(features)
    assert float(loss) == pytest.approx(3.0 * np.sum(np.mean(distances, axis=1)), rel=1e-5)


def test_the_teacher_is_not_trained(teacher):
    student = tiny.tiny_encoder(seed=9)
    objective = tiny.distillation(student, teacher)
    objective(tiny.features(objective, tiny.tiny_texts()))
    trained = {id(variable) for variable in objective.trainable_variables}
    assert trained == {id(variable) for variable in student.trainable_variables}


def test_ranking_is_added(teacher):
    student = tiny.tiny_encoder(seed=9)
    features = None
    losses = {}
    for ranking in (None, {"margin": 0.1, "scale": 10.0}):
        objective = tiny.distillation(student, teacher, ranking=ranking)
        features = tiny.features(objective, tiny.tiny_texts())
        losses[ranking is None] = float(objective(features)[0])
    assert losses[False] > losses[True] + 0.1
