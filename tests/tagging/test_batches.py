"""Batches: an epoch holds each row once, in an order that the seed decides."""

import numpy as np

from tfmling.tagging.batches import epoch_order, steps_per_epoch, training_batches
from tfmling.tagging.settings import TaggingInputs


def rows(count: int) -> list[dict]:
    return [
        {"input_word_ids": np.full(3 + n % 4, n + 1), "input_mask": np.ones(3 + n % 4, int),
         "pair_label": np.array(n)}
        for n in range(count)
    ]  # fmt: skip


def test_an_epoch_holds_each_row_once_and_pads_its_end():
    settings = TaggingInputs(batch_size=4, length_step=2)
    steps = steps_per_epoch(10, settings)
    assert steps == 3
    batches = list(training_batches(rows(10), settings, seed=1).take(2 * steps).as_numpy_iterator())
    epochs = [np.concatenate([b["pair_label"] for b in batches[k : k + 3]]) for k in (0, 3)]
    assert [sorted(epoch) for epoch in epochs] == [[-100, -100, *range(10)]] * 2
    assert epochs[0].tolist() != epochs[1].tolist()
    for batch in batches:
        longest = max(3 + n % 4 for n in batch["pair_label"] if n >= 0)
        assert batch["input_word_ids"].shape == (4, longest + longest % 2)


def test_the_order_depends_on_seed_and_epoch_alone():
    def order(*numbers):
        return [batch.tolist() for batch in epoch_order([5] * 100, 8, *numbers)]

    assert order(1, 2) == order(1, 2)
    assert order(1, 2) != order(1, 3)
    assert order(1, 2) != order(2, 2)


def test_batches_are_of_about_equal_length():
    lengths = list(np.random.default_rng(0).integers(3, 100, 320))
    spread = [np.ptp(np.array(lengths)[batch]) for batch in epoch_order(lengths, 10, 1, 0)]
    assert len(spread) == 32
    assert max(spread) < 15  # of 97


def test_one_shape_is_known_before_it_is_read():
    settings = TaggingInputs(batch_size=4, max_length=8, overlap=0, length_step=None)
    spec = training_batches(rows(4), settings, seed=1).element_spec
    assert spec["input_word_ids"].shape == (4, 8)
    assert spec["pair_label"].shape == (4,)
