"""Thresholds by hand, and on simulated judgements whose true threshold is known."""

import numpy as np
import pytest

from tfmling.mining.calibration.labels import Labels
from tfmling.mining.calibration.threshold import NotReachedError, calibrate, fit_precision_curve


def labels_of(score, good, weight=None, stratum=None):
    count = len(score)
    return Labels(
        np.asarray(score, float),
        np.asarray(good, bool),
        np.ones(count) if weight is None else np.asarray(weight, float),
        np.zeros(count, int) if stratum is None else np.asarray(stratum),
    )


def quick(labels, target=0.8, **changes):
    return calibrate(labels, target, **(dict(confidence=0.95, resamples=200, seed=1) | changes))


def test_curve_by_hand():
    # scores 1 2 3 4, good 0 1 0 1. The 1 at 2 and the 0 at 3 break the order: both become 1/2.
    # Precision from the top: 1, (1 + 1/2) / 2, (1 + 1/2 + 1/2) / 3, 2 / 4.
    curve = fit_precision_curve(np.arange(1.0, 5), np.array([0, 1, 0, 1], bool), np.ones(4))
    assert curve.threshold.tolist() == [1, 2, 3, 4]
    assert curve.precision == pytest.approx([1 / 2, 2 / 3, 3 / 4, 1])
    assert curve.kept == pytest.approx([1, 3 / 4, 1 / 2, 1 / 4])
    assert [curve.lowest(target) for target in (0.5, 0.6, 0.7, 0.9)] == [1, 2, 3, 4]


def test_weights_count_as_repeated_rows():
    score, good = np.array([1.0, 2, 2, 3, 4]), np.array([0, 1, 0, 1, 1], bool)
    weight = np.array([3, 2, 1, 2, 1])
    weighted = fit_precision_curve(score, good, weight.astype(float))
    rows = [np.repeat(each, weight) for each in (score, good)]
    repeated = fit_precision_curve(*rows, np.ones(weight.sum()))
    assert weighted.precision == pytest.approx(repeated.precision)
    assert weighted.kept == pytest.approx(repeated.kept)


def test_precision_at_the_threshold():
    score = np.arange(100.0)
    good = score >= 50  # 50 good above 50; 12 bad more leave 50 / 62 = .806, 13 more .794
    found = quick(labels_of(score, good))
    assert found.threshold == 38
    assert found.precision == pytest.approx(50 / 62)
    assert found.kept == pytest.approx(0.62)
    assert found.threshold_low <= 38 <= found.threshold_high
    assert found.precision_low < 0.8 < found.precision_high


def test_all_good_keeps_all():
    assert quick(labels_of([1, 2, 3], [1, 1, 1])).threshold == 1


def test_an_unreachable_target_is_an_error():
    with pytest.raises(NotReachedError, match=r"no threshold reaches 80% good: .* 50% are"):
        quick(labels_of([1, 2, 3, 4], [1, 0, 1, 0]))


def simulate(draw, per_stratum=40):
    """Scores uniform on 0..1 and good with chance min(1, 0.3 + s): precision above t is known.

    For t < 0.7: (integral of 0.3 + s from t to 0.7, and 0.3) / (1 - t). Ten strata, of which the
    upper half is drawn twice as often as the lower.
    """
    parts = []
    for stratum in range(10):
        count = per_stratum if stratum < 5 else 2 * per_stratum
        score = draw.uniform(stratum / 10, (stratum + 1) / 10, count)
        good = draw.random(count) < np.minimum(1, 0.3 + score)
        parts.append((score, good, np.full(count, 100 / count), np.full(count, stratum)))
    return labels_of(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def true_precision(threshold):
    below = max(0.7 - threshold, 0)
    good = 0.3 * below + (0.49 - min(threshold, 0.7) ** 2) / 2 + min(0.3, 1 - threshold)
    return good / (1 - threshold)


def true_threshold(target):
    low, high = 0.0, 0.99
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if true_precision(middle) < target else (low, middle)
    return low


def coverage(simulations):
    draw, truth = np.random.default_rng(7), true_threshold(0.85)
    found = [quick(simulate(draw), 0.85, seed=n) for n in range(simulations)]
    threshold = [f.threshold_low <= truth <= f.threshold_high for f in found]
    precision = [f.precision_low <= true_precision(f.threshold) <= f.precision_high for f in found]
    careful = [f.threshold_high >= truth for f in found]
    errors = [f.threshold - truth for f in found]
    return np.mean(threshold), np.mean(precision), np.mean(careful), np.mean(errors)


def test_the_truth_of_the_simulation():
    score = np.random.default_rng(1).random(1_000_000)
    good = np.random.default_rng(2).random(1_000_000) < np.minimum(1, 0.3 + score)
    for threshold in (0.1, 0.4, 0.8):
        kept = score >= threshold
        assert good[kept].mean() == pytest.approx(true_precision(threshold), abs=0.002)


def test_intervals_have_their_nominal_coverage():
    threshold, precision, careful, error = coverage(30)
    assert threshold >= 0.8  # 95 % of 30 are 28.5; 24 are four deviations below
    assert precision >= 0.8
    assert careful >= 0.8
    assert abs(error) < 0.03


@pytest.mark.slow
def test_intervals_in_many_simulations():
    threshold, precision, careful, error = coverage(300)
    assert 0.88 <= threshold <= 0.99
    assert 0.88 <= precision <= 0.99
    assert careful >= 0.9
    assert abs(error) < 0.02
