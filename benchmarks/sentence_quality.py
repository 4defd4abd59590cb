"""Sentence quality: sentences scored per second, ours and scikit-learn's, one thread.

    python -m benchmarks.sentence_quality

Both are logistic models of character n-grams of 1 to 4 characters in 2^18 buckets; ours also
measures the shape of the sentence. The weights are random, which costs the same as learned ones.
"""

import numpy as np

from benchmarks.harness import describe_machine, measure, parser, print_speeds
from benchmarks.texts import sentences
from tfmling.quality.features import SURFACE_FEATURES, FeatureExtractor
from tfmling.quality.ngram_model import NgramModel

ORDER, BITS = 4, 18


def main() -> None:
    options = parser(__doc__, sentences=4000, rounds=5).parse_args()
    texts = sentences(options.sentences)
    contenders = {"tfmling": ours(texts), "scikit-learn, HashingVectorizer": peer(texts)}
    measured = measure(contenders, options.rounds)
    print(describe_machine(1))
    print(f"{len(texts)} sentences, n-grams of 1 to {ORDER}; median of {options.rounds}")
    print_speeds(measured, len(texts), "sentences")


def ours(texts: list[str]):
    """Score a batch as the filter `quality` does."""
    weights = np.random.default_rng(1).normal(size=1 << BITS).astype(np.float32)
    model = NgramModel(FeatureExtractor(ORDER, BITS), weights, np.zeros(len(SURFACE_FEATURES)), 0.0)
    return lambda: model.probabilities(texts)


def peer(texts: list[str]):
    """Score a batch with scikit-learn's HashingVectorizer."""
    from sklearn.feature_extraction.text import HashingVectorizer

    vectorizer = HashingVectorizer(
        analyzer="char", ngram_range=(1, ORDER), lowercase=False, n_features=1 << BITS
    )
    weights = np.random.default_rng(1).normal(size=1 << BITS)
    return lambda: 1 / (1 + np.exp(-(vectorizer.transform(texts) @ weights)))


if __name__ == "__main__":
    main()
