"""fast_align's model word by word and sum by sum, from the formulas of Dyer et al. (2013).

Slow and plain: what the vectorised model must equal, and what its speed is compared with.
"""

import math
from collections import defaultdict


def digamma(x: float) -> float:
    """The derivative of lgamma: recurrence up to 30, then three terms of its series."""
    total = 0.0
    while x < 30:
        total -= 1 / x
        x += 1
    return total + math.log(x) - 1 / (2 * x) - 1 / (12 * x**2) + 1 / (120 * x**4)


def distance(i: int, j: int, m: int, n: int) -> float:
    return -abs(i / m - j / n)


def prior(i: int, m: int, n: int, p0: float, tension: float) -> list[float]:
    """p(a_i = j) for j = 0 (null) to n."""
    weights = [math.exp(tension * distance(i, j, m, n)) for j in range(1, n + 1)]
    return [p0] + [(1 - p0) * weight / sum(weights) for weight in weights]


def train(pairs, settings):
    """The table t[source][target] (source None is null), λ, and the log10 likelihoods."""
    table = defaultdict(dict)
    for source, target in pairs:
        for word in target:
            for other in [None, *source]:
                table[other][word] = 1.0
    tension, likelihoods = settings.tension, []
    for _ in range(settings.iterations):
        tension, likelihood = iterate(pairs, table, tension, settings)
        likelihoods.append(likelihood)
    return table, tension, likelihoods


def iterate(pairs, table, tension, settings):
    counts = defaultdict(lambda: defaultdict(float))
    likelihood, posteriors = 0.0, []
    for source, target in pairs:
        m, n = len(target), len(source)
        for i, word in enumerate(target, start=1):
            places = prior(i, m, n, settings.null_probability, tension)
            weights = [p * table[s][word] for p, s in zip(places, [None, *source], strict=True)]
            likelihood += math.log10(sum(weights))
            shares = [weight / sum(weights) for weight in weights]
            posteriors.append((i, m, n, shares))
            for share, other in zip(shares, [None, *source], strict=True):
                counts[other][word] += share
    for other, own in counts.items():
        set_probabilities(table[other], own, settings.dirichlet)
    if settings.fit_tension:
        tension = fit_tension(posteriors, tension)
    return tension, likelihood


def set_probabilities(row, counts, alpha):
    if alpha is None:
        total = sum(counts.values()) or 1.0  # null has no count where p0 is 0
        row.update({word: count / total for word, count in counts.items()})
    else:
        total = sum(count + alpha for count in counts.values())
        row.update(
            {
                word: math.exp(digamma(count + alpha) - digamma(total))
                for word, count in counts.items()
            }
        )


def fit_tension(posteriors, tension):
    """Eight gradient steps of size 20 on the mean over target words, within 0.1 and 14."""
    for _ in range(8):
        gradient = 0.0
        for i, m, n, shares in posteriors:
            places = prior(i, m, n, 0.0, tension)[1:]
            distances = [distance(i, j, m, n) for j in range(1, n + 1)]
            expected = sum(p * h for p, h in zip(places, distances, strict=True))
            gradient += sum(q * (h - expected) for q, h in zip(shares[1:], distances, strict=True))
        tension = min(max(tension + 20 * gradient / len(posteriors), 0.1), 14.0)
    return tension


def align(pairs, table, tension, settings):
    """The best link of each target word of each pair."""
    found = []
    for source, target in pairs:
        m, n = len(target), len(source)
        links = set()
        for i, word in enumerate(target, start=1):
            places = prior(i, m, n, settings.null_probability, tension)
            weights = [
                p * table[s].get(word, 1e-9) if s in table else p * 1e-9
                for p, s in zip(places, [None, *source], strict=True)
            ]
            best = weights.index(max(weights))
            if best:
                links.add((best - 1, i - 1))
        found.append(frozenset(links))
    return found
