"""Settings of train_selection."""

from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora import AnyBitext
from tfmling.text.normalize import UnicodeForm


class TranslationModel(config.Settings):
    """IBM Model 1 with the null word.

    Example:
        >>> TranslationModel(iterations=10).prior
        5.0
    """

    iterations: int = pydantic.Field(5, gt=0)
    """Iterations of expectation maximization, for each of the two models."""
    prior: float = pydantic.Field(5.0, gt=0)
    """The number of trusted occurrences of a word that weigh as much as raw data."""
    unigram_share: float = pydantic.Field(0.1, gt=0, lt=1)
    """Interpolation weight of the unigram, which gives unknown words a probability."""
    min_probability: float = pydantic.Field(1e-4, gt=0, lt=1)
    """Translations below it in both models are not saved."""


class TrainSelection(config.Settings):
    """Train a model that distinguishes trusted translations from raw ones (filter `selection`).

        tfmling train_selection --config configs/train_selection.yaml

    Writes the model, scores.tsv (score, source and target of the raw pairs, best first, for
    calibrate_threshold to sample) and report.html.
    """

    output: config.OutputPath
    """The folder for the model, scores.tsv and a report."""
    trusted: list[AnyBitext] = pydantic.Field(min_length=1)
    """Good translations."""
    raw: list[AnyBitext] = pydantic.Field(min_length=1)
    """Bitext to select from. All corpora have the same languages in the same order."""
    directions: Literal["forward", "both"] = "both"
    """`both` sums the scores of target given source and source given target."""
    model: TranslationModel = TranslationModel()
    """Translation models of both directions."""
    max_words: int = pydantic.Field(100, gt=0)
    """Longer sentences are not used for training."""
    max_raw_pairs: int = pydantic.Field(200_000, gt=0)
    """Train on a random sample of at most this many raw pairs."""
    test_share: float = pydantic.Field(0.1, gt=0, lt=1)
    """Share of the trusted pairs to hold out, to show how good pairs score."""
    unicode_form: UnicodeForm = "NFC"
    """The Unicode normalization of all text."""
    seed: config.Seed = 1
    """Seed of the held-out pairs and of the sample."""

    @pydantic.model_validator(mode="after")
    def _one_pair_of_languages(self) -> "TrainSelection":
        found = sorted({corpus.languages for corpus in [*self.trusted, *self.raw]})
        if len(found) > 1:
            raise ValueError(f"expected one pair of languages in one order, got {found}")
        return self
