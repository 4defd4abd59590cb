"""Cosines of a model whose vectors are known: a text of n bytes points n times 30 degrees round."""

import math
import subprocess
import sys

import pytest

from tests.filters.test_pair_filters import build, pair
from tfmling.embedding.load_exported_embedder import cached_exported_embedder
from tfmling.filters.filter import judge_pairs


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    import tensorflow as tf

    class ByLength(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def __call__(self, texts_N):
            angle_N = tf.cast(tf.strings.length(texts_N), tf.float32) * (math.pi / 6)
            return tf.stack([tf.cos(angle_N), tf.sin(angle_N)], axis=1)

    folder = str(tmp_path_factory.mktemp("model") / "sentence_encoder")
    tf.saved_model.save(ByLength(), folder)
    return folder


def test_cosines_by_hand(model):
    cosine = build("cosine", model=model, min=0.5)
    pairs = [pair("aaaa", "bbbb"), pair("a", "bbb"), pair("a", "bbbb"), pair("a", "bbbbbbb")]
    # apart by 0, 60, 90 and 180 degrees
    assert cosine.scores(pairs) == pytest.approx([1, 0.5, 0, -1], abs=1e-6)
    assert cosine.score(pairs[1]) == pytest.approx(0.5, abs=1e-6)
    assert cosine.scores([]) == []
    assert [cosine.accepts(score) for score in (0.5, 0.49)] == [True, False]
    assert [verdict is None for verdict in judge_pairs([cosine], pairs[::3])] == [True, False]


def test_the_model_is_loaded_once_and_called_in_batches(model):
    assert cached_exported_embedder(model, 3) is cached_exported_embedder(model, 3)
    pairs = [pair("a" * (n % 5), "b" * (n % 7)) for n in range(10)]
    small, large = (build("cosine", model=model, min=0, batch_size=n) for n in (3, 64))
    assert small.scores(pairs) == pytest.approx(large.scores(pairs), abs=1e-6)


def test_a_folder_without_a_model_is_rejected(tmp_path):
    with pytest.raises(FileNotFoundError, match="expected an exported sentence encoder"):
        build("cosine", model=str(tmp_path), min=0).score(pair("a", "b"))


def test_settings_need_no_tensorflow(model):
    code = (
        "import sys, pydantic; from tfmling.filters import AnyPairFilter as F;"
        f"f = pydantic.TypeAdapter(F).validate_python({{'kind': 'cosine', 'model': {model!r},"
        "'min': 0}); assert 'tensorflow' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_no_model_is_loaded_where_nothing_is_judged(tmp_path):
    cosine = build("cosine", model=str(tmp_path), min=0, languages=["ha"])
    assert judge_pairs([cosine], [pair("a", "b")]) == [None]
