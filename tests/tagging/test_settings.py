"""What settings of taggers refuse."""

import pytest

from tfmling.core.config import ConfigError, build
from tfmling.tagging.settings import TrainTagger

CONLL = {"format": "conll", "language": "sw", "path": "none"}
XNLI = {"format": "xnli", "language": "sw", "path": "none"}


def settings(kind: str, test: str = "sw", head: str = "linear") -> TrainTagger:
    corpus = XNLI if kind == "pairs" else CONLL
    values = {
        "output": "out",
        "encoder": {"kind": "directory", "path": "none"},
        "head": {"kind": head},
        "task": {"kind": kind, "train": [corpus], "development": [corpus], "test": {test: corpus}},
    }
    return build(TrainTagger, values, "test", check_inputs=False)


@pytest.mark.parametrize("kind", ["entities", "words", "pairs"])
@pytest.mark.parametrize("name", ["train", "development"])
def test_no_test_set_is_named_as_another_part(kind, name):
    with pytest.raises(ConfigError, match=rf"task\.test.*another name for a test set, '{name}'"):
        settings(kind, name)
    assert list(settings(kind, "trained").task.test) == ["trained"]


def test_a_crf_is_for_words_and_entities_only():
    with pytest.raises(ConfigError, match=r"pairs needs head.kind linear; got bilstm_crf"):
        settings("pairs", head="bilstm_crf")
    assert settings("words", head="bilstm_crf").head.kind == "bilstm_crf"
