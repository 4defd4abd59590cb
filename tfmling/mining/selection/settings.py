"""Settings of train_selection."""

from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora import AnyBitext
from tfmling.text.normalize import UnicodeForm


class TranslationModel(config.Settings):
    """IBM Model 1 with the null word.

    Attributes:
        iterations: of expectation maximization, for each of the two models.
        prior: the number of trusted occurrences of a word that weigh as much as raw data.
        unigram_share: interpolation weight of the unigram, which gives unknown words a
            probability.
        min_probability: translations below it in both models are not saved.

    Example:
        >>> TranslationModel(iterations=10).prior
        5.0
    """

    iterations: int = pydantic.Field(5, gt=0)
    prior: float = pydantic.Field(5.0, gt=0)
    unigram_share: float = pydantic.Field(0.1, gt=0, lt=1)
    min_probability: float = pydantic.Field(1e-4, gt=0, lt=1)


class TrainSelection(config.Settings):
    """Train a model that distinguishes trusted translations from raw ones (filter `selection`).

        tfmling train_selection --config configs/train_selection.yaml

    Writes the model, scores.tsv (score, source and target of the raw pairs, best first, for
    calibrate_threshold to sample) and report.html.

    Attributes:
        output: the folder for the model, scores.tsv and a report.
        trusted: good translations.
        raw: bitext to select from. All corpora have the same languages in the same order.
        directions: `both` sums the scores of target given source and source given target.
        model: of both directions.
        max_words: longer sentences are not used for training.
        max_raw_pairs: train on a random sample of at most this many raw pairs.
        test_share: share of the trusted pairs to hold out, to show how good pairs score.
        unicode_form: the Unicode normalization of all text.
        seed: of the held-out pairs and the sample.
    """

    output: config.OutputPath
    trusted: list[AnyBitext] = pydantic.Field(min_length=1)
    raw: list[AnyBitext] = pydantic.Field(min_length=1)
    directions: Literal["forward", "both"] = "both"
    model: TranslationModel = TranslationModel()
    max_words: int = pydantic.Field(100, gt=0)
    max_raw_pairs: int = pydantic.Field(200_000, gt=0)
    test_share: float = pydantic.Field(0.1, gt=0, lt=1)
    unicode_form: UnicodeForm = "NFC"
    seed: config.Seed = 1

    @pydantic.model_validator(mode="after")
    def _one_pair_of_languages(self) -> "TrainSelection":
        found = sorted({corpus.languages for corpus in [*self.trusted, *self.raw]})
        if len(found) > 1:
            raise ValueError(f"expected one pair of languages in one order, got {found}")
        return self
