"""CSLS by hand: a hub that is nearest by cosine loses."""

import numpy as np
import pytest

from tfmling.probes.word_retrieval import accuracy_by_class, retrieved


def angles(*degrees):
    radians = np.deg2rad(np.array(degrees, float))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


# Target 0, at 20°, lies between all sources: it is nearest to both sources at 0° and 38°.
SOURCE, TARGET = angles(0, 38), angles(20, 60)


def test_cosine_falls_for_the_hub():
    # from 38°: 18° to target 0, 22° to target 1
    assert retrieved(SOURCE, TARGET, "cosine").tolist() == [True, False]


def test_csls_does_not():
    # k = 1: target 0's nearest source is at 18°: cos .951; target 1's at 22°: .927
    # source 1: 2 · .951 - .951 = .951 and 2 · .927 - .927 = .927: still target 0
    assert retrieved(SOURCE, TARGET, "csls", k=1).tolist() == [True, False]
    # k = 2: means (.940 + .951) / 2 = .945 and (.5 + .927) / 2 = .714
    # source 1: 1.902 - .945 = .957 and 1.854 - .714 = 1.140: target 1
    assert retrieved(SOURCE, TARGET, "csls", k=2).tolist() == [True, True]


def test_equals_the_full_formula():
    draw = np.random.default_rng(1)
    source, target = draw.normal(size=(2, 60, 8)).astype(np.float32)
    target += source
    unit_x, unit_y = (s / np.linalg.norm(s, axis=1, keepdims=True) for s in (source, target))
    cosine = unit_x @ unit_y.T
    mean_x = np.sort(cosine, axis=1)[:, -10:].mean(axis=1)
    mean_y = np.sort(cosine, axis=0)[-10:].mean(axis=0)
    best = (2 * cosine - mean_x[:, None] - mean_y[None]).argmax(axis=1)
    assert retrieved(source, target).tolist() == (best == np.arange(60)).tolist()
    # as released: one norm for all rows
    product = (source / np.linalg.norm(source)) @ (target / np.linalg.norm(target)).T
    mean_y = np.sort(product, axis=0)[-10:].mean(axis=0)
    best = (2 * product - mean_y[None]).argmax(axis=1)
    assert retrieved(source, target, "cao_released").tolist() == (best == np.arange(60)).tolist()


def test_lengths_matter_only_as_released():
    # with many neighbors and one long target
    draw = np.random.default_rng(2)
    source = draw.normal(size=(50, 6)).astype(np.float32)
    target = source + 0.1 * draw.normal(size=(50, 6)).astype(np.float32)
    lengths = draw.uniform(0.2, 5, size=(50, 1)).astype(np.float32)
    assert retrieved(source, target).mean() > 0.9
    assert retrieved(source, target).tolist() == retrieved(source, lengths * target).tolist()
    released = retrieved(source, lengths * target, "cao_released")
    assert released.tolist() != retrieved(source, target, "cao_released").tolist()


def test_classes_of_words():
    right = np.array([True, False, True, True])
    found = accuracy_by_class(right, ["NOUN", "VERB", "DET", "PUNCT"])
    assert found == {"all": (0.75, 4), "open": (0.5, 2), "closed": (1.0, 1)}
    assert accuracy_by_class(right[:1], ["PUNCT"]) == {"all": (1.0, 1)}


def test_shapes_must_match():
    with pytest.raises(ValueError, match="equal shapes"):
        retrieved(SOURCE, TARGET[:1])
