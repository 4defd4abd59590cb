"""Settings of mine_bitext."""

from typing import Annotated

import pydantic

from tfmling.core import config, files
from tfmling.core.languages import Language
from tfmling.corpora import AnyMonolingual
from tfmling.filters import AnyPairFilter, AnySentenceFilter
from tfmling.mining.documents import AnyDocumentMatch
from tfmling.mining.gold import GoldPairs
from tfmling.mining.indexes import ExactIndex, HnswIndex, IvfIndex
from tfmling.mining.margins import Margin
from tfmling.mining.pairs import Strategy
from tfmling.mining.thresholds import AnyThreshold, LearnedThreshold
from tfmling.text.normalize import UnicodeForm

AnyIndex = Annotated[ExactIndex | IvfIndex | HnswIndex, pydantic.Field(discriminator="kind")]


class Side(config.Settings):
    """The sentences of one language.

    Example:
        >>> corpus = {"format": "plain_text", "path": ".", "language": "sw"}
        >>> Side(language="sw", corpora=[corpus]).unicode_form
        'NFC'
    """

    language: Language
    """BCP-47 code; sentences in other languages are dropped."""
    corpora: list[AnyMonolingual] = pydantic.Field([])
    """Documents, which are split into sentences as by `build_monolingual`."""
    records: list[config.InputPath] = pydantic.Field([])
    """Folders of `build_monolingual`."""
    vectors: config.InputPath | None = None
    """Folder of vectors from an earlier run with the same model, instead of text."""
    filters: list[AnySentenceFilter] = pydantic.Field([])
    """Filters for the sentences of `corpora`, applied in order."""
    unicode_form: UnicodeForm = "NFC"
    """The Unicode normalization of their text."""

    @pydantic.model_validator(mode="after")
    def _one_origin(self) -> "Side":
        if (self.vectors is None) == (not self.corpora and not self.records):
            raise ValueError("expected either vectors, or corpora and records (one or both)")
        return self


class MineBitext(config.Settings):
    """Mine sentence pairs from the sentences of two languages.

        tfmling mine_bitext --config configs/mine_bitext.yaml

    Writes sentence_pairs/ (TFRecords), scores.tsv (score, places and texts, the best first),
    neighbors/ (from which other pairs can be made without a new search), mining.json, counts.json,
    rejected.jsonl and report.html. Vectors stay in `work`, for the next run.

    Example:
        >>> side = Side(language="sw", vectors=".")
        >>> threshold = {"kind": "value", "min_score": 1.05}
        >>> settings = MineBitext(output="out", source=side, target=side, threshold=threshold)
        >>> settings.work_folder, settings.kept_folders()
        ('out.vectors', [])
    """

    output: config.OutputPath
    """The folder to write."""
    model: config.InputPath | None = None
    """Exported sentence encoder: a SavedModel from strings to vectors, or an output of
    export_tfhub. Not needed where both sides have `vectors`.
    """
    source: Side
    """The source language."""
    target: Side
    """The target language."""
    work: Annotated[str, config.SUPPORTED] | None = None
    """Folder in which vectors are kept, one folder a side, and reused as far as model and sentences
    are the same; null: `<output>.vectors`.
    """
    vector_shards: int = pydantic.Field(4, gt=0, lt=100_000)
    """Files of vectors per side; a worker holds one while it embeds, and searches two at a time.
    The result does not depend on it.
    """
    batch_size: int = pydantic.Field(64, gt=0)
    """Sentences per call of the model."""
    documents: AnyDocumentMatch | None = None
    """How documents are matched, to mine only within matched ones; null: each sentence is compared
    with all sentences of the other side.
    """
    index: AnyIndex = pydantic.Field(default_factory=lambda: ExactIndex())
    """How neighbors are found."""
    neighbors: int = pydantic.Field(4, ge=1)
    """Neighbors k: in the margin, and candidates of each sentence."""
    margin: Margin = "ratio"
    """How a pair is scored."""
    strategy: Strategy = "max"
    """Which candidates become pairs."""
    one_to_one: bool = True
    """Whether a sentence may be in one pair only; the better pair wins."""
    threshold: AnyThreshold
    """The minimum score of a pair."""
    gold: GoldPairs | None = None
    """Known pairs, for a learned threshold and for scores in the report."""
    pair_filters: list[AnyPairFilter] = pydantic.Field([])
    """Filters for the mined pairs, applied in order."""
    num_shards: int = pydantic.Field(4, gt=0, lt=100_000)
    """Number of record files."""
    rejected_samples: int = pydantic.Field(20, ge=0)
    """Samples of rejected text per reason."""

    @property
    def work_folder(self) -> str:
        """The folder of the vectors."""
        return self.work or f"{self.output.rstrip('/')}.vectors"

    def kept_folders(self) -> list[str]:
        """Return the folders of vectors that this run writes."""
        sides = {"source": self.source, "target": self.target}
        return [files.join(self.work_folder, name) for name in sides if not sides[name].vectors]

    def known_pairs(self) -> list[tuple[str, str]]:
        """Return the normalized pairs of `gold`, [] without.

        Raises:
            CorpusError: a line cannot be read.
        """
        forms = self.source.unicode_form, self.target.unicode_form
        return [] if self.gold is None else self.gold.read(*forms)

    @pydantic.model_validator(mode="after")
    def _there_is_a_model(self) -> "MineBitext":
        if self.model is None and not (self.source.vectors and self.target.vectors):
            raise ValueError("model: expected an exported model, as a side has no vectors yet")
        return self

    @pydantic.model_validator(mode="after")
    def _learning_needs_gold(self) -> "MineBitext":
        if isinstance(self.threshold, LearnedThreshold) and self.gold is None:
            raise ValueError("threshold: learned needs known pairs; expected gold")
        return self

    @pydantic.model_validator(mode="after")
    def _documents_are_searched_exactly(self) -> "MineBitext":
        if self.documents is not None and not isinstance(self.index, ExactIndex):
            raise ValueError(
                "index: within documents the search is exact; expected kind: exact, or no documents"
            )
        return self

    @pydantic.model_validator(mode="after")
    def _documents_are_of_corpora(self) -> "MineBitext":
        if self.documents is not None and (self.source.records or self.target.records):
            raise ValueError("records: hold sentences without documents; expected corpora")
        return self
