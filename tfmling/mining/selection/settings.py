"""Settings of train_selection."""

from typing import Literal

import pydantic

from tfmling.core import config
from tfmling.corpora import AnyBitext
from tfmling.text.normalize import UnicodeForm


class TranslationModel(config.Settings):
    """IBM Model 1 with the null word.

    Attributes:
        iterations: of expectation maximisation, for each of the two models.
        prior: how many trusted occurrences of a word weigh as much as what raw data said of it.
        unigram_share: of the probability of each word that does not look at the source, so that
            an unknown word has one.
        min_probability: translations that both models find rarer are left out of the folder.
    """

    iterations: int = pydantic.Field(5, gt=0)
    prior: float = pydantic.Field(5.0, gt=0)
    unigram_share: float = pydantic.Field(0.1, gt=0, lt=1)
    min_probability: float = pydantic.Field(1e-4, gt=0, lt=1)


class TrainSelection(config.Settings):
    """Trains a model that tells trusted translations from raw ones, for the filter `selection`.

        tfmling train_selection --config configs/train_selection.yaml

    Writes the model, scores.tsv (score, source and target of the raw pairs, the best first: what
    calibrate_threshold samples) and report.html.

    Attributes:
        output: the folder that is written: the model, scores.tsv and a report.
        trusted: translations that are good.
        raw: what is to be selected from. All of one pair of languages, in one order.
        directions: `both` adds the scores of target given source and source given target.
        model: of both.
        max_words: longer sentences are not learned from.
        max_raw_pairs: no more raw pairs are learned from, drawn evenly.
        test_share: share of the trusted pairs that are only scored, to show what good pairs get.
        unicode_form: the Unicode normalization of all text.
        seed: decides what is held out and drawn.
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
