"""Labelled corpora as YAML gives them."""

import pytest

from tfmling.core import config
from tfmling.corpora import annotated


class _Tagged(config.Settings):
    corpus: annotated.AnyTagged


class _Pairs(config.Settings):
    corpus: annotated.AnyLabeledPairs


class _Aligned(config.Settings):
    corpus: annotated.AnyAligned


@pytest.fixture
def tagged():
    return lambda **values: config.build(_Tagged, {"corpus": values}, "test").corpus


@pytest.fixture
def labeled_pairs():
    return lambda **values: config.build(_Pairs, {"corpus": values}, "test").corpus


@pytest.fixture
def aligned():
    languages = {"source_language": "en", "target_language": "fr"}
    return lambda **values: config.build(_Aligned, {"corpus": languages | values}, "test").corpus
