"""Fit a ContrastiveModel: IBM Model 1 on raw pairs, then adapted to trusted pairs.

Shapes: C cells, K word pairs that co-occur in some pair, V target words.
"""

from collections.abc import Sequence

import numpy as np
from tqdm import tqdm

from tfmling.alignment.translation_table import TranslationTable, key
from tfmling.alignment.word_pairs import (
    EncodedSide,
    Tokens,
    build_cells,
    encode_sentences,
    number_words,
    split_into_runs,
)
from tfmling.corpora.corpus import CorpusError
from tfmling.mining.selection.contrastive_model import MAX_CELLS, ContrastiveModel
from tfmling.mining.selection.settings import TranslationModel

TokenizedPairs = tuple[Sequence[Tokens], Sequence[Tokens]]  # sources and targets


def fit_contrastive_model(
    trusted: TokenizedPairs, raw: TokenizedPairs, settings: TranslationModel
) -> ContrastiveModel:
    """Train both models.

    The raw model is the maximum likelihood estimate, from a uniform start. The trusted model starts
    there and is the maximum a posteriori estimate on trusted pairs, under a Dirichlet prior whose
    mean is the raw model: (count + prior * t_raw) / (total + prior). Words that do not occur in
    trusted pairs keep their raw translations and do not affect scores.

    Args:
        trusted: words of trusted pairs.
        raw: words of raw pairs.
        settings: of the translation models.

    Raises:
        CorpusError: no raw pair has words on both sides.

    Example:
        >>> trusted = [["water"]], [["maji"]]
        >>> raw = [["water"], ["water"]], [["maji"], ["moto"]]
        >>> model = fit_contrastive_model(trusted, raw, TranslationModel())
        >>> (model.scores([["water"], ["water"]], [["maji"], ["moto"]]) > 0).tolist()
        [True, False]
    """
    source_ids = number_words([*raw[0], *trusted[0]])
    target_ids = number_words([*raw[1], *trusted[1]])
    sides = [
        (encode_sentences(s, source_ids), encode_sentences(t, target_ids))
        for s, t in (raw, trusted)
    ]
    width = len(target_ids)
    keys = np.unique(np.concatenate([_keys(*side, width) for side in sides]))
    if not len(keys):
        raise CorpusError("no pair has words on both sides")
    table = TranslationTable([keys], width, dirichlet=None)
    for _ in tqdm(range(settings.iterations), desc="raw pairs", unit="iteration"):
        table.set_counts(_count(table, table.probability_K, *sides[0], width))
    raw_K = table.probability_K
    trusted_K = raw_K
    for _ in range(settings.iterations):
        count_K = _count(table, trusted_K, *sides[1], width)
        trusted_K = _adapted(count_K, raw_K, keys // (width + 1), settings.prior)
    kept = np.maximum(raw_K, trusted_K) >= settings.min_probability
    return ContrastiveModel(
        tuple(source_ids),
        tuple(target_ids),
        keys[kept],
        trusted_K[kept].astype(np.float32),
        raw_K[kept].astype(np.float32),
        _unigram([side[1] for side in sides], width),
        settings.unigram_share,
    )


def _keys(source: EncodedSide, target: EncodedSide, width: int) -> np.ndarray:
    """The distinct co-occurring word pairs, sorted."""
    parts = [np.zeros(0, np.int64)]
    for first, last in split_into_runs(source, target, MAX_CELLS):
        found = build_cells(source, target, first, last)
        parts.append(np.unique(key(found.source, found.target, width)))
    return np.unique(np.concatenate(parts))


def _count(
    table: TranslationTable,
    probability_K: np.ndarray,
    source: EncodedSide,
    target: EncodedSide,
    width: int,
) -> np.ndarray:
    """E step: expected counts [K], spreading each target word over its possible sources."""
    count_K = np.zeros(len(table))
    for first, last in split_into_runs(source, target, MAX_CELLS):
        found = build_cells(source, target, first, last)
        if not len(found.width):
            continue
        row_C = table.rows(key(found.source, found.target, width))
        weight_C = probability_K[row_C]
        total_T = np.maximum(np.add.reduceat(weight_C, found.start), 1e-300)
        count_K += np.bincount(row_C, weight_C / np.repeat(total_T, found.width), len(table))
    return count_K


def _adapted(
    count_K: np.ndarray, raw_K: np.ndarray, source_K: np.ndarray, prior: float
) -> np.ndarray:
    """M step under the prior; a source word that raw pairs lack has no prior mass."""
    mass_K = np.bincount(source_K, raw_K)[source_K]
    total_K = np.bincount(source_K, count_K)[source_K]
    return (count_K + prior * raw_K) / np.maximum(total_K + prior * mass_K, 1e-300)


def _unigram(targets: Sequence[EncodedSide], width: int) -> np.ndarray:
    """Add-one unigram p(target), that of an unknown word last; float64 [V + 1]."""
    words = np.concatenate([side.words for side in targets])
    count_V = np.bincount(words, minlength=width + 1) + 1.0
    return count_V / count_V.sum()
