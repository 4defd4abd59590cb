"""Saved models of quality, and which of them judges a sentence."""

import numpy as np

from tfmling.quality.features import FeatureExtractor
from tfmling.quality.models import ANY, load_models, probabilities, save_models
from tfmling.quality.ngram_model import NgramModel


def constant(bias):
    """A model that gives every sentence the probability 1 / (1 + exp(-bias))."""
    return NgramModel(FeatureExtractor(max_order=1, bits=1), np.zeros(2), np.zeros(10), bias=bias)


def test_models_that_are_written_again_are_read_again(tmp_path):
    for bias in (0.5, -0.5):
        save_models(str(tmp_path), {ANY: constant(bias)})
        assert load_models(str(tmp_path))[ANY].bias == bias
    assert load_models(str(tmp_path)) is load_models(str(tmp_path))


def test_a_language_without_a_model_has_that_of_all_languages():
    models = {ANY: constant(0.0), "sw": constant(np.log(3))}
    found_N = probabilities(models, ["a", "b", "c"], ["sw", "ha", "sw"])
    np.testing.assert_allclose(found_N, [0.75, 0.5, 0.75])
    assert probabilities(models, [], []).shape == (0,)
