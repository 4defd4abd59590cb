"""IBM Model 1, its adaptation and the score: by hand, and beside a plain implementation."""

import math

import numpy as np
import pytest

from tfmling.mining.selection.fit import fit_contrastive_model
from tfmling.mining.selection.settings import TranslationModel

NULL = None


def settings(**values):
    return TranslationModel(**(dict(iterations=1, min_probability=1e-12) | values))


def table(contrast, probability_K):
    """(source word or None for null, target word) -> probability."""
    sources = [NULL, *contrast.source_words]
    width = len(contrast.target_words) + 1
    return {
        (sources[key // width], contrast.target_words[key % width]): float(p)
        for key, p in zip(contrast.keys.tolist(), probability_K, strict=True)
    }


def test_one_iteration_by_hand():
    # Raw: (a b | x y) and (a | x), with the null word. Pair 1 gives null, a and b a third of x and
    # of y each, pair 2 gives null and a half of x. a: x 1/3 + 1/2 = 5/6, y 1/3: t(x | a) = 5/7.
    # Trusted: (a | x). From the raw model null and a have 5/7 each for x: a half each. With a prior
    # of 2: t(x | a) = (1/2 + 2 * 5/7) / (1/2 + 2), t(y | a) = (2 * 2/7) / (1/2 + 2).
    raw = ([["a", "b"], ["a"]], [["x", "y"], ["x"]])
    found = fit_contrastive_model(([["a"]], [["x"]]), raw, settings(prior=2))
    raw_t, trusted_t = table(found, found.raw), table(found, found.trusted)
    assert raw_t[NULL, "x"] == raw_t["a", "x"] == pytest.approx(5 / 7)
    assert raw_t["b", "x"] == pytest.approx(1 / 2)
    assert trusted_t["a", "x"] == pytest.approx((1 / 2 + 10 / 7) / 2.5)
    assert trusted_t["a", "y"] == pytest.approx((4 / 7) / 2.5)
    assert trusted_t["b", "x"] == pytest.approx(1 / 2)  # trusted pairs say nothing of b


def test_score_by_hand():
    raw = ([["a", "b"], ["a"]], [["x", "y"], ["x"]])
    found = fit_contrastive_model(([["a"]], [["x"]]), raw, settings(prior=2, unigram_share=0.2))
    # target words: x twice in raw and once in trusted, y once; one added to each and to unknown
    unigram = {"x": 4 / 7, "y": 2 / 7, "?": 1 / 7}
    better = (1 / 2 + 10 / 7) / 2.5

    def p(lexical, word):
        return 0.8 * lexical + 0.2 * unigram[word]

    # (a | x): null and a, the same in each model
    assert found.scores([["a"]], [["x"]])[0] == pytest.approx(
        math.log(p(better, "x") / p(5 / 7, "x")), rel=1e-6
    )
    # a word that neither model knows is as likely by both, and counts in the length
    assert found.scores([["a"]], [["x", "?"]])[0] == pytest.approx(
        math.log(p(better, "x") / p(5 / 7, "x")) / 2, rel=1e-6
    )
    # an unknown source word translates nothing: half of the null word's is left
    assert found.scores([["?"]], [["x"]])[0] == pytest.approx(
        math.log(p(better / 2, "x") / p(5 / 14, "x")), rel=1e-6
    )
    assert found.scores([["a"], []], [[], ["x"]]).tolist()[0] == 0


def plain_model_1(pairs, iterations, start, prior, mean):
    """Model 1 as dictionaries and loops; with a prior of 0, maximum likelihood."""
    t = dict(start)
    for _ in range(iterations):
        count = {}
        for source, target in pairs:
            for word in target:
                total = sum(t[s, word] for s in [NULL, *source])
                for s in [NULL, *source]:
                    count[s, word] = count.get((s, word), 0) + t[s, word] / total
        keys = set(count) | (set(mean) if prior else set())
        new = {k: count.get(k, 0) + prior * mean.get(k, 0) for k in keys}
        totals = {}
        for (s, _), value in new.items():
            totals[s] = totals.get(s, 0) + value
        t = {(s, w): value / totals[s] for (s, w), value in new.items()}
    return t


def test_both_models_equal_a_plain_implementation():
    draw = np.random.default_rng(1)

    def pairs(count):
        sources = [
            [f"s{n}" for n in draw.integers(0, 9, draw.integers(1, 5))] for _ in range(count)
        ]
        return sources, [[f"t{n}" for n in draw.integers(0, 9, len(s))] for s in sources]

    raw, trusted = pairs(40), pairs(15)
    found = fit_contrastive_model(trusted, raw, settings(iterations=3, prior=4))
    together = list(zip(*raw, strict=True)) + list(zip(*trusted, strict=True))
    uniform = {(s, w): 1.0 for source, target in together for s in [NULL, *source] for w in target}
    raw_t = plain_model_1(list(zip(*raw, strict=True)), 3, uniform, 0, {})
    trusted_t = plain_model_1(
        list(zip(*trusted, strict=True)), 3, dict.fromkeys(uniform, 0.0) | raw_t, 4, raw_t
    )
    for expected, probability_K in ((raw_t, found.raw), (trusted_t, found.trusted)):
        got = table(found, probability_K)
        for pair, p in expected.items():
            assert got.get(pair, 0) == pytest.approx(p, abs=1e-6), pair


def test_scores_do_not_depend_on_the_batch(monkeypatch):
    draw = np.random.default_rng(2)
    sources = [[f"s{n}" for n in draw.integers(0, 9, 6)] for _ in range(30)]
    targets = [[word.replace("s", "t") for word in source] for source in sources]
    found = fit_contrastive_model((sources[:10], targets[:10]), (sources, targets), settings())
    together = found.scores(sources, targets)
    monkeypatch.setattr("tfmling.mining.selection.contrastive_model.MAX_CELLS", 50)
    np.testing.assert_allclose(found.scores(sources, targets), together, rtol=1e-12)
