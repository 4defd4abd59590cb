"""Settings of `extend_vocab` and `trim_vocab`."""

from typing import Annotated, Literal

import pydantic

from tfmling.conversion.settings import EncoderPath
from tfmling.core.config import InputPath, LocalOutputPath, Seed, Settings
from tfmling.core.languages import Language
from tfmling.corpora.annotated import AnyAligned


class EncoderBase(Settings):
    """A pretrained encoder, whose embedding table grows with its vocabulary.

    Example:
        >>> EncoderBase(kind="encoder", path=folder).path == folder
        True
    """

    kind: Literal["encoder"]
    path: EncoderPath
    """Encoder folder: ours, Hugging Face or KerasHub (BERT, XLM-R)."""


class VocabularyBase(Settings):
    """A vocabulary without an encoder.

    Example:
        >>> _ = open("vocab.txt", "w").write("[PAD]\\n[UNK]\\n[CLS]\\n[SEP]\\n[MASK]\\n")
        >>> VocabularyBase(kind="vocabulary", path="vocab.txt", lowercase=True).path
        'vocab.txt'
    """

    kind: Literal["vocabulary"]
    path: InputPath
    """A vocab.txt, or a SentencePiece model with XLM-R's special pieces."""
    lowercase: bool
    """Whether text is lower-cased, accents stripped."""


class EmptyBase(Settings):
    """Only [PAD], [UNK], [CLS], [SEP] and [MASK]: learn a vocabulary from scratch.

    Example:
        >>> EmptyBase(kind="empty", lowercase=True).lowercase
        True
    """

    kind: Literal["empty"]
    lowercase: bool
    """Whether text is lower-cased, accents stripped."""


Base = Annotated[EncoderBase | VocabularyBase | EmptyBase, pydantic.Field(discriminator="kind")]


class _Learner(Settings):
    vocabulary_size: int = pydantic.Field(8000, ge=1)
    """Pieces to learn, including those that the base already has."""
    min_count: int = pydantic.Field(1, ge=1)
    """Rarer words contribute only characters."""
    character_coverage: float = pydantic.Field(0.9999, gt=0, le=1)
    """Share of all text whose characters become pieces."""


class BpeLearner(_Learner):
    """Byte-pair encoding: merge the most frequent adjacent pieces repeatedly.

    Example:
        >>> BpeLearner(kind="bpe", vocabulary_size=4000).min_count
        1
    """

    kind: Literal["bpe"]


class UnigramLearner(_Learner):
    """Unigram language model: prune candidates to the likeliest, as in EXTEND (2004.13640).

    Example:
        >>> UnigramLearner(kind="unigram").vocabulary_size
        8000
    """

    kind: Literal["unigram"]


Learner = Annotated[BpeLearner | UnigramLearner, pydantic.Field(discriminator="kind")]


class RandomInit(Settings):
    """N(0, 0.02), truncated at two standard deviations, as in BERT.

    Example:
        >>> RandomInit(kind="random").kind
        'random'
    """

    kind: Literal["random"]


class SubwordMeanInit(Settings):
    """The mean embedding of the old pieces that a new piece used to be split into.

    Example:
        >>> SubwordMeanInit(kind="subword_mean").kind
        'subword_mean'
    """

    kind: Literal["subword_mean"]


class LexiconInit(Settings):
    """The weighted mean of a piece's translations, from a lexicon learned by IBM Model 1.

    Example:
        >>> LexiconInit(kind="lexicon", records=[folder], language="sw").iterations
        5
    """

    kind: Literal["lexicon"]
    records: list[InputPath] = pydantic.Field(min_length=1)
    """Output folders of build_bitext."""
    language: str
    """The new language; the base knows the other one."""
    min_probability: float = pydantic.Field(0.05, gt=0, le=1)
    """Less probable translations are dropped."""
    iterations: int = pydantic.Field(5, ge=1)
    """Iterations of expectation maximization."""


class StaticVectors(Settings):
    """FastText vectors of pieces, trained on the new text (300 wide in the FOCUS paper).

    Example:
        >>> StaticVectors(dim=300).window
        5
    """

    dim: int = pydantic.Field(100, ge=1)
    """Width of the vectors."""
    window: int = pydantic.Field(5, ge=1)
    """Words on each side that are predicted."""
    epochs: int = pydantic.Field(5, ge=1)
    """Passes over the text."""
    min_count: int = pydantic.Field(2, ge=1)
    """Rarer pieces get no static vector."""


class FocusInit(Settings):
    """FOCUS (2023): a sparse mean of the embeddings of old pieces with similar static vectors.

    Example:
        >>> FocusInit(kind="focus", records=[folder], languages=["sw"]).vectors.dim
        100
    """

    kind: Literal["focus"]
    records: list[InputPath] = pydantic.Field(min_length=1)
    """Output folders of build_monolingual."""
    languages: list[Language] = pydantic.Field(min_length=1)
    """The new languages."""
    vectors: StaticVectors = StaticVectors()
    """Settings of the static vectors."""


class DictionaryInit(Settings):
    """The mean of a piece's translations in a bilingual dictionary.

    Example:
        >>> _ = open("sw-en.tsv", "w").write("mbwa\\tdog\\n")
        >>> DictionaryInit(kind="dictionary", path="sw-en.tsv").path
        'sw-en.tsv'
    """

    kind: Literal["dictionary"]
    path: InputPath
    """TSV: word in the new language, translation, optional weight."""


class AlignmentInit(Settings):
    """The mean of the old words that a piece's words are aligned with.

    Example:
        >>> languages = {"source_language": "sw", "target_language": "en"}
        >>> pairs = {"format": "pharaoh", "sentences": folder, "links": folder, **languages}
        >>> AlignmentInit(kind="alignments", pairs=pairs, language="sw").min_count
        2
    """

    kind: Literal["alignments"]
    pairs: AnyAligned
    """Sentence pairs and their word links."""
    language: Language
    """The new language, on either side."""
    min_count: int = pydantic.Field(2, ge=1)
    """Rarer links are dropped."""

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
    """Learn pieces from counted words and append those that the base lacks.

        tfmling extend_vocab --config configs/extend_vocab.yaml
        tfmling extend_vocab --config configs/extend_vocab.yaml --set learner.kind=unigram

    Writes the extended encoder folder (only vocab.txt if the base has no encoder), added.tsv
    (piece, id and how often each language uses it), fertility.json and fertility.md (pieces per
    word, unknown words and added pieces by language, before and after).
    """

    output: LocalOutputPath
    """The folder to write."""
    base: Base
    """What is extended."""
    word_counts: list[InputPath] = pydantic.Field(min_length=1)
    """Output folders of count_words, or files <language>.tsv: word<TAB>count."""
    sampling_exponent: float = pydantic.Field(1.0, ge=0, le=1)
    """Languages are weighted by size^exponent; 0: all equal."""
    measured_on: list[InputPath] = pydantic.Field([])
    """Word counts to measure fertility on. []: those that count_words held out, or else those
    learned from, which the table reports.
    """
    learner: Learner
    """How pieces are learned."""
    min_uses: int = pydantic.Field(1, ge=0)
    """New pieces that the counted words use less often are not appended."""
    max_added: int | None = pydantic.Field(None, ge=0)
    """Maximum number of new pieces; null: no limit."""
    embedding_init: EmbeddingInit | None = None
    """Initial embeddings of the new pieces; for base.kind encoder only."""
    seed: Seed = 1
    """Seed of random embeddings."""

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
    """Keep the pieces of an encoder that some languages use, and their embeddings.

        tfmling trim_vocab --config configs/vocab/trim.yaml

    Writes a smaller encoder folder and trimming.json. With min_uses 1, text made of the counted
    words keeps its vectors exactly.
    """

    output: LocalOutputPath
    """The folder to write."""
    encoder: EncoderPath
    """Encoder folder: ours, Hugging Face, KerasHub."""
    word_counts: list[InputPath] = pydantic.Field(min_length=1)
    """Word counts of the languages to keep, as in extend_vocab."""
    min_uses: int = pydantic.Field(1, ge=1)
    """Pieces used less often are dropped."""
