"""Correlation with people's scores, by hand."""

import json

import numpy as np
import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.correlation import CorrelationSet, correlation_scores
from tfmling.evaluation.run_evaluation import score_all
from tfmling.evaluation.settings import Evaluate
from tfmling.evaluation.test_set import EmbeddedSet, Embeddings


def test_spearman_by_hand():
    # ranks 1 2 3 4 against 2 1 4 3: 1 - 6 * (1 + 1 + 1 + 1) / (4 * 15) = .6
    figures = correlation_scores(np.array([0.1, 0.2, 0.7, 0.9]), np.array([2.0, 1.0, 5.0, 3.0]))
    assert figures["spearman"] == pytest.approx(0.6)
    assert figures["spearman_low"] <= 0.6 <= figures["spearman_high"]
    assert figures["count"] == 4


def test_pearson_of_a_line_is_one_and_sure():
    score_N = np.arange(20.0)
    figures = correlation_scores(0.03 * score_N + 0.2, score_N)
    assert figures["pearson"] == pytest.approx(1.0)
    assert figures["pearson_low"] == pytest.approx(1.0)


def sts(tmp_path, text: str) -> CorrelationSet:
    (tmp_path / "sts.tsv").write_text(text)
    return CorrelationSet.model_validate(
        dict(kind="correlation", name="sts", path=f"{tmp_path}/sts.tsv")
        | dict(first_language="en", second_language="sw")
    )


def test_cosines_of_pairs_are_compared(tmp_path):
    test_set = sts(tmp_path, "a\tx\t5\nb\ty\t2.5\nc\tz\t0\n")
    texts = test_set.read()
    assert texts == (["a", "b", "c"], ["x", "y", "z"])
    first = np.array([[1, 0], [1, 0], [1, 0]], np.float32)
    second = np.array([[1, 0], [0.5**0.5, 0.5**0.5], [0, 1]], np.float32)
    figures = test_set.score(EmbeddedSet(texts, (first, second), None, neighbors=1, folder=""))
    assert figures["en-sw"]["spearman"] == pytest.approx(1.0)


def test_scores_that_are_all_alike_have_no_correlation_and_json_has_null(tmp_path):
    test_set = sts(tmp_path, "a\tx\t3\nb\ty\t3\n")
    settings = Evaluate.model_validate(
        {"output": f"{tmp_path}/out", "models": {"m": f"{tmp_path}"}, "sets": [test_set]}
    )
    eye = np.eye(2, dtype=np.float32)
    embedded = {"m": [Embeddings((eye, eye[::-1]))]}
    scores = score_all(settings, [test_set.read()], embedded)
    assert scores["correlation"]["m"]["sts"]["en-sw"]["spearman"] is None
    json.dumps(scores, allow_nan=False)


def test_a_score_that_is_no_number_is_named(tmp_path):
    with pytest.raises(CorpusError, match=r"sts.tsv:2: expected a finite number .* got 'high'"):
        sts(tmp_path, "a\tx\t5\nb\ty\thigh\n").read()
    for score in ("nan", "inf", "-Infinity", "1e999"):
        with pytest.raises(CorpusError, match=rf"sts.tsv:1: expected a finite .* got '{score}'"):
            sts(tmp_path, f"a\tx\t{score}\nb\ty\t5\n").read()
    with pytest.raises(CorpusError, match=r"sts.tsv:1: missing_columns"):
        sts(tmp_path, "a\tx\n").read()
