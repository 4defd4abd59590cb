"""Settings of `extend_vocab`: what to extend, learned from what, and where new rows come from."""

from typing import Annotated, Literal

import pydantic

from tfmling.core.config import InputPath, LocalOutputPath, Seed, Settings
from tfmling.core.languages import Language
from tfmling.corpora.annotated import AnyAligned


class EncoderBase(Settings):
    """A pretrained encoder, whose table of embeddings grows with its vocabulary."""

    kind: Literal["encoder"]
    path: InputPath = pydantic.Field(
        description="an encoder folder of ours, of Hugging Face or of KerasHub (BERT, XLM-R)"
    )


class VocabularyBase(Settings):
    """A vocabulary alone."""

    kind: Literal["vocabulary"]
    path: InputPath = pydantic.Field(
        description="a vocab.txt, a piece a line, or a SentencePiece model with XLM-R's specials"
    )
    lowercase: bool = pydantic.Field(description="whether text is lower-cased, accents stripped")


class EmptyBase(Settings):
    """Nothing but [PAD], [UNK], [CLS], [SEP] and [MASK]: a vocabulary from scratch."""

    kind: Literal["empty"]
    lowercase: bool = pydantic.Field(description="whether text is lower-cased, accents stripped")


Base = Annotated[EncoderBase | VocabularyBase | EmptyBase, pydantic.Field(discriminator="kind")]


class _Learner(Settings):
    vocabulary_size: int = pydantic.Field(
        8000, ge=1, description="pieces learned, those that the base has already among them"
    )
    min_count: int = pydantic.Field(1, ge=1, description="rarer words are not learned from")
    character_coverage: float = pydantic.Field(
        0.9999, gt=0, le=1, description="share of all characters that get pieces of their own"
    )


class BpeLearner(_Learner):
    """Merges the most frequent neighbours, again and again (byte-pair encoding)."""

    kind: Literal["bpe"]


class UnigramLearner(_Learner):
    """Thins out many candidates until the likeliest are left, as EXTEND did (2004.13640)."""

    kind: Literal["unigram"]


Learner = Annotated[BpeLearner | UnigramLearner, pydantic.Field(discriminator="kind")]


class RandomInit(Settings):
    """New rows as BERT initialises all: N(0, 0.02), truncated at two deviations."""

    kind: Literal["random"]


class SubwordMeanInit(Settings):
    """A new row is the mean of the old rows of the pieces that it was split into before."""

    kind: Literal["subword_mean"]


class LexiconInit(Settings):
    """A new row is the mean of the old rows that translate its piece, weighted by IBM Model 1."""

    kind: Literal["lexicon"]
    records: list[InputPath] = pydantic.Field(
        min_length=1, description="folders that build_bitext wrote"
    )
    language: str = pydantic.Field(description="the new language; the other side is an old one")
    min_probability: float = pydantic.Field(0.05, gt=0, le=1)
    iterations: int = pydantic.Field(5, ge=1)


class StaticVectors(Settings):
    """FastText vectors of pieces, trained on the new text (FOCUS: 300 wide)."""

    dim: int = pydantic.Field(100, ge=1)
    window: int = pydantic.Field(5, ge=1)
    epochs: int = pydantic.Field(5, ge=1)
    min_count: int = pydantic.Field(2, ge=1, description="rarer pieces get no vector")


class FocusInit(Settings):
    """A new row is a sparse mean of the old rows of pieces that are used like it (FOCUS, 2023)."""

    kind: Literal["focus"]
    records: list[InputPath] = pydantic.Field(
        min_length=1, description="folders that build_monolingual wrote"
    )
    languages: list[Language] = pydantic.Field(min_length=1, description="the new ones")
    vectors: StaticVectors = StaticVectors()


class DictionaryInit(Settings):
    """A new row is the mean of the old rows that translate its piece, by a dictionary."""

    kind: Literal["dictionary"]
    path: InputPath = pydantic.Field(
        description="TSV: word of the new language, translation in an old one, weight (or nothing)"
    )


class AlignmentInit(Settings):
    """A new row is the mean of the old rows that its piece's words are aligned with."""

    kind: Literal["alignments"]
    pairs: AnyAligned = pydantic.Field(description="sentence pairs and their word links")
    language: Language = pydantic.Field(description="the new one, source or target of the pairs")
    min_count: int = pydantic.Field(2, ge=1, description="rarer links are left out")

    @pydantic.model_validator(mode="after")
    def _language_is_a_side(self) -> "AlignmentInit":
        sides = (self.pairs.source_language, self.pairs.target_language)
        if self.language not in sides:
            raise ValueError(f"language: expected {' or '.join(sides)}, got {self.language}")
        return self


EmbeddingInit = Annotated[
    RandomInit | SubwordMeanInit | LexiconInit | FocusInit | DictionaryInit | AlignmentInit,
    pydantic.Field(discriminator="kind"),
]


class ExtendVocab(Settings):
    """Learns pieces from counted words and appends those that the base lacks.

        tfmling extend_vocab --config configs/extend_vocab.yaml
        tfmling extend_vocab --config configs/extend_vocab.yaml --set learner.kind=unigram

    Writes the extended encoder folder (only vocab.txt if the base is no encoder), added.tsv (piece,
    id and how often each language uses it), fertility.json and fertility.md (pieces per word,
    unknown words and added pieces by language, before and after).
    """

    output: LocalOutputPath
    base: Base
    word_counts: list[InputPath] = pydantic.Field(
        min_length=1,
        description="output folders of count_words, or files <language>.tsv: word<TAB>count",
    )
    sampling_exponent: float = pydantic.Field(
        1.0, ge=0, le=1, description="languages weigh as size^exponent; 1: as they are, 0: the same"
    )
    measured_on: list[InputPath] = pydantic.Field(
        [],
        description="other counted words to measure fertility on; []: those that count_words held "
        "out of word_counts; where it held out none, those learned from, which the table says",
    )
    learner: Learner
    min_uses: int = pydantic.Field(
        1, ge=0, description="new pieces used less often in the counted words are not appended"
    )
    max_added: int | None = pydantic.Field(None, ge=0, description="new pieces at most; null: all")
    embedding_init: EmbeddingInit | None = pydantic.Field(
        None, description="initial embeddings of the new pieces; for base.kind encoder only"
    )
    seed: Seed = 1

    @pydantic.model_validator(mode="after")
    def _only_encoders_have_embeddings(self) -> "ExtendVocab":
        if self.base.kind == "encoder" and self.embedding_init is None:
            raise ValueError("embedding_init: required with base.kind encoder, e.g. {kind: random}")
        if self.base.kind != "encoder" and self.embedding_init is not None:
            raise ValueError(
                f"embedding_init: base.kind {self.base.kind} has no embeddings; remove this key"
            )
        return self


class TrimVocab(Settings):
    """Keeps the pieces of an encoder that some languages use, and their embeddings.

        tfmling trim_vocab --config configs/vocab/trim.yaml

    Writes a smaller encoder folder and trimming.json. With min_uses 1, text made of the counted
    words keeps its vectors exactly.
    """

    output: LocalOutputPath
    encoder: InputPath = pydantic.Field(description="encoder folder: ours, Hugging Face, KerasHub")
    word_counts: list[InputPath] = pydantic.Field(
        min_length=1, description="of the languages to be kept; as in extend_vocab"
    )
    min_uses: int = pydantic.Field(1, ge=1, description="pieces used less often are left out")
