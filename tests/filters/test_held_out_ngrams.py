"""N-grams of test sets inside other sentences."""

import tempfile

import numpy as np
import pytest

from tfmling import filters
from tfmling.core import config
from tfmling.filters.filter import Sentence

TEST_SENTENCE = "Wajumbe wa baraza hilo wana wasiwasi kuhusu kuonekana kama wajinga mbele ya watu."
CHINESE = "今天早上所有的孩子都在下雨之前去了学校然后老师给他们讲了一个很长的故事。"


class _Holder(config.Settings):
    filters: list[filters.AnySentenceFilter]


@pytest.fixture
def build(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    path = tmp_path / "test.txt"
    path.write_text(f"{TEST_SENTENCE}\nAsante sana.\n{CHINESE}\n")
    corpus = {"format": "plain_text", "path": str(path), "language": "sw"}

    def built(**values):
        each = {"kind": "held_out_ngrams", "corpora": [corpus]} | values
        return config.build(_Holder, {"filters": [each]}, "test").filters[0]

    return built


def test_a_test_sentence_within_a_longer_one_is_found(build):
    held_out = build(n=8)
    around = f"Jana tulisikia: “{TEST_SENTENCE.upper()}” Hivyo ndivyo ilivyosemwa."
    # 13 words have 6 runs of 8
    assert held_out.score(TEST_SENTENCE, "sw") == 6
    assert held_out.score(around, "sw") == 6
    assert (held_out.accepts(0), held_out.accepts(1)) == (True, False)


def test_a_common_short_phrase_is_not(build):
    held_out = build(n=8)
    texts = [
        "Asante sana.",
        "Wajumbe wa baraza hilo wana furaha.",
        "Wajumbe wa baraza hilo wana " * 2,
    ]
    assert [held_out.score(text, "sw") for text in texts] == [0, 0, 0]


def test_scripts_without_spaces_count_letters(build):
    held_out = build(n_letters=20)
    assert held_out.score("他说" + CHINESE[:25], "zh") == 25 - 20 + 1
    assert held_out.score(CHINESE[:19], "zh") == 0


def test_a_batch_is_scored_in_order(build):
    held_out = build(n=8)
    texts = ["", "Habari.", TEST_SENTENCE, CHINESE, "Asante sana.", TEST_SENTENCE[:60]]
    scores = held_out.scores([Sentence(text, "sw") for text in texts])
    assert scores == [held_out.score(text, "sw") for text in texts]
    assert [score > 0 for score in scores] == [False, False, True, True, False, True]
    assert held_out.scores([]) == []


def test_ngrams_do_not_span_sentences(build):
    halves = [TEST_SENTENCE[:40], TEST_SENTENCE[40:]]
    assert build(n=8).scores([Sentence(half, "sw") for half in halves]) == [0, 0]


def test_the_index_is_built_once_and_rebuilt_if_a_file_changes(build, tmp_path, monkeypatch):
    assert build().score(TEST_SENTENCE, "sw") == 6
    made = list((tmp_path / "tmp").rglob("*.npy"))
    assert len(made) == 1
    assert isinstance(build()._index, np.memmap)
    monkeypatch.setattr(
        "tfmling.filters.held_out_index._hash_sets", None
    )  # must not be called again
    assert build().score(TEST_SENTENCE, "sw") == 6
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "test.txt").write_text("Habari.\n")
    assert build().score(TEST_SENTENCE, "sw") == 0
    assert len(list((tmp_path / "tmp").rglob("*.npy"))) == 2
