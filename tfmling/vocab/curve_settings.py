"""Settings of `vocabulary_curve`."""

from typing import Annotated, Literal

import pydantic

from tfmling.core.config import InputPath, OutputPath, Settings
from tfmling.core.resumable import Resumable
from tfmling.vocab.settings import EmptyBase, VocabularyBase


class Cost(Settings):
    """The encoder to be pretrained, and the average sentence, for the cost model.

    The defaults are BERT-base (Devlin et al. 2019) and a sentence of a news article.

    Example:
        >>> Cost(num_layers=6).hidden_dim
        768
    """

    num_layers: int = pydantic.Field(12, ge=1)
    """Transformer layers of the encoder whose cost is estimated."""
    hidden_dim: int = pydantic.Field(768, ge=1)
    """Width of its token states."""
    intermediate_dim: int = pydantic.Field(3072, ge=1)
    """Width of its feed-forward layers."""
    words_per_sentence: float = pydantic.Field(20.0, gt=0)
    """Mean length of a sentence."""
    mask_rate: float = pydantic.Field(0.15, ge=0, lt=1)
    """Share of tokens that are predicted."""


class VocabularyCurve(Settings):
    """Learn vocabularies of several sizes and measure each on held-out words.

        tfmling vocabulary_curve --config configs/vocab/curve.yaml

    Writes curve.html and curve.json: pieces per word, unknown words, bytes per piece and cost per
    sentence by size and language, with a recommended size. An unfinished run resumes; `--restart`
    starts over.
    """

    output: Annotated[OutputPath, Resumable()]
    """The folder to write."""
    base: Annotated[VocabularyBase | EmptyBase, pydantic.Field(discriminator="kind")]
    """The vocabulary to extend."""
    word_counts: list[InputPath] = pydantic.Field(min_length=1)
    """Words to learn from: output folders of count_words."""
    measured_on: list[InputPath] = pydantic.Field([])
    """Word counts in the same languages to measure on; []: those that count_words held out."""
    sampling_exponent: float = pydantic.Field(1.0, ge=0, le=1)
    """Languages are weighted by size^exponent; 0: all equal."""
    learner: Literal["bpe", "unigram"] = "bpe"
    """How pieces are learned."""
    min_count: int = pydantic.Field(2, ge=1)
    """Rarer words contribute only characters."""
    min_uses: int = pydantic.Field(1, ge=0)
    """New pieces that the counted words use less often are not appended."""
    character_coverage: float = pydantic.Field(0.9999, gt=0, le=1)
    """Share of all text whose characters become pieces."""
    sizes: Annotated[list[int], Resumable()] = pydantic.Field(
        [1000, 2000, 4000, 8000, 16000, 24000, 32000, 50000], min_length=2
    )
    """Numbers of pieces to learn, including those the base already has; ascending."""
    min_saving: Annotated[float, Resumable()] = pydantic.Field(0.03, gt=0, lt=1)
    """Share of pieces that doubling the size must save."""
    cost: Cost = Cost()
    """The encoder whose training cost is estimated."""

    @pydantic.field_validator("sizes")
    @classmethod
    def _sizes_rise(cls, sizes: list[int]) -> list[int]:
        if sorted(set(sizes)) != sizes or sizes[0] < 1:
            raise ValueError(f"expected positive sizes in ascending order; got {sizes}")
        return sizes
