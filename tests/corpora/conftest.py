"""Corpora in files that a test writes, and their settings as YAML gives them."""

import pytest

from tfmling import corpora
from tfmling.core import config


class _Monolingual(config.Settings):
    corpus: corpora.AnyMonolingual


class _Bitext(config.Settings):
    corpus: corpora.AnyBitext


@pytest.fixture
def monolingual():
    return lambda **values: config.build(_Monolingual, {"corpus": values}, "test").corpus


@pytest.fixture
def bitext():
    languages = {"source_language": "eng", "target_language": "swh"}
    return lambda **values: config.build(_Bitext, {"corpus": languages | values}, "test").corpus


@pytest.fixture
def read_all():
    """What all tasks of a corpus give, in order."""
    return lambda corpus: [item for task in corpus.tasks() for item in corpus.read(*task)]
