"""The fused AdamW equals Keras."""

import keras
import numpy as np
import tensorflow as tf

from tfmling.training.optimizer import build_optimizer
from tfmling.training.settings import Optimizer


def test_five_steps_equal_keras():
    generator = np.random.default_rng(2)
    start = generator.normal(size=(7, 3)).astype(np.float32)
    ours, theirs = (keras.Variable(start, name="kernel") for _ in range(2))
    settings = Optimizer(learning_rate=1e-3, weight_decay=0.2, warmup_steps=0, schedule="constant")
    optimizer = build_optimizer(settings, 5, [ours])
    reference = keras.optimizers.AdamW(
        1e-3,
        weight_decay=0.2,
        beta_1=settings.beta_1,
        beta_2=settings.beta_2,
        epsilon=settings.epsilon,
    )
    for _ in range(5):
        gradient = tf.constant(generator.normal(size=(7, 3)), tf.float32)
        optimizer.apply([gradient], [ours])
        reference.apply([gradient], [theirs])
        np.testing.assert_allclose(ours, theirs, atol=1e-6)
    # 1 - 0.999 is rounded to float32 in the fused step
    for slots in ("_momentums", "_velocities"):
        own, other = (getattr(each, slots)[0] for each in (optimizer, reference))
        np.testing.assert_allclose(own, other, rtol=1e-4, atol=1e-7)
