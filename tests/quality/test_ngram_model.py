"""Features by hand and by plain loops; probabilities as scikit-learn computes them."""

import math

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from tfmling.quality.features import (
    SURFACE_FEATURES,
    FeatureExtractor,
    hash_ngrams,
    join_characters,
    surface_features,
)
from tfmling.quality.fit import feature_matrix, fit_ngram_model
from tfmling.quality.ngram_model import NgramModel

GOOD = [f"Watoto {n} walikwenda shuleni asubuhi na mapema sana." for n in range(40)]
BAD = [f"Nyumbani | Ukurasa {n} >> ruka" for n in range(60)]


def plain_bucket(ngram: str, bits: int) -> int:
    """The hash as its definition says it, in Python's whole numbers."""
    state = 0
    for character in ngram:
        state = (state * 0x9E3779B97F4A7C15 + ord(character)) % 2**64
    state = (state ^ state >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    state = (state ^ state >> 27) * 0x94D049BB133111EB % 2**64
    return (state ^ state >> 31) >> (64 - bits)


def test_ngrams_are_those_of_a_plain_loop():
    texts = ["ሰላም ab", "", "x"]
    bucket_G, text_G = hash_ngrams(*join_characters(texts), max_order=3, bits=12)
    for number, text in enumerate(texts):
        marked = f"\x02{text}\x03"
        expected = [
            plain_bucket(marked[start : start + order], 12)
            for order in (1, 2, 3)
            for start in range(len(marked) - order + 1)
        ]
        assert bucket_G[text_G == number].tolist() == expected


def test_ngrams_spread_over_the_buckets():
    texts = [f"{n}" for n in range(20_000)]
    bucket_G, _ = hash_ngrams(*join_characters(texts), max_order=5, bits=10)
    distinct = {t[s : s + o] for t in texts for o in range(1, 6) for s in range(len(t) - o + 1)}
    counts = np.bincount(
        [plain_bucket(ngram, 10) for ngram in distinct], minlength=1024
    )  # about 12 each, Poisson
    assert len(bucket_G) > 20_000
    assert counts.max() < 5 * counts.mean()


def test_surface_features_by_hand():
    code_C, text_C = join_characters(["Ab 1, c.", ""])
    found = dict(zip(SURFACE_FEATURES, surface_features(code_C, text_C, 2)[0], strict=True))
    assert found == pytest.approx(
        {
            "log_characters": math.log(9),
            "log_words": math.log(4),  # 2 spaces
            "characters_per_word": 6 / 3,
            "share_of_letters": 3 / 6,
            "share_of_digits": 1 / 6,
            "share_of_punctuation": 2 / 6,
            "share_of_symbols": 0,
            "upper_case_per_word": 1 / 3,
            "ends_a_sentence": 1,
            "begins_in_upper_case": 1,
        }
    )
    assert not surface_features(code_C, text_C, 2)[1].any()


@pytest.mark.parametrize(("text", "ends"), [("ጤና።", 1), ("नमस्ते।", 1), ("如何？", 1), ("Menu", 0)])
def test_the_end_of_a_sentence_in_its_script(text, ends):
    column = SURFACE_FEATURES.index("ends_a_sentence")
    assert surface_features(*join_characters([text]), 1)[0, column] == ends


def test_probabilities_are_those_of_scikit_learn():
    features = FeatureExtractor(max_order=4, bits=14)
    texts, good = GOOD + BAD, [True] * len(GOOD) + [False] * len(BAD)
    model = fit_ngram_model(features, texts, good, strength=3.0, balanced=True)
    shape_NS = feature_matrix(features, texts)[:, 1 << 14 :].toarray()
    deviation_S = np.where(shape_NS.std(axis=0) == 0, 1, shape_NS.std(axis=0))
    scaled = feature_matrix(features, texts).tolil()
    scaled[:, 1 << 14 :] = (shape_NS - shape_NS.mean(axis=0)) / deviation_S
    reference = LogisticRegression(C=3.0, max_iter=300, class_weight="balanced")
    expected_N = reference.fit(scaled.tocsr(), good).predict_proba(scaled.tocsr())[:, 1]
    np.testing.assert_allclose(model.probabilities(texts), expected_N, atol=1e-6)


def test_the_model_generalizes_to_new_sentences():
    features = FeatureExtractor(max_order=4, bits=14)
    good = [True] * len(GOOD) + [False] * len(BAD)
    model = fit_ngram_model(features, GOOD + BAD, good, strength=3.0, balanced=True)
    high, low = model.probabilities(["Mwalimu aliwafundisha watoto mapema.", "Ruka | Ukurasa >>"])
    assert high > 0.5 > low
    assert model.probabilities([]).shape == (0,)


def test_a_text_scores_the_same_in_any_batch():
    features = FeatureExtractor(max_order=4, bits=14)
    good = [True] * len(GOOD) + [False] * len(BAD)
    model = fit_ngram_model(features, GOOD + BAD, good, strength=3.0, balanced=False)
    together = model.probabilities(GOOD[:3] + BAD[:3])
    alone = [model.probabilities([text])[0] for text in GOOD[:3] + BAD[:3]]
    np.testing.assert_allclose(together, alone, rtol=1e-12)


def test_weights_of_another_width_are_rejected():
    with pytest.raises(ValueError, match="expected weights of 16 buckets and 10 surface features"):
        NgramModel(FeatureExtractor(3, 4), np.zeros(8, np.float32), np.zeros(10), 0.0)
