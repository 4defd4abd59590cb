"""Settings of word aligners and of the main `align_words`, without anything heavy."""

from collections.abc import Sequence
from typing import Annotated, Literal

import pydantic

from tfmling.core.config import InputPath, OutputPath, Settings
from tfmling.corpora import AnyBitext
from tfmling.corpora.annotated import AnyAligned

Method = Literal[
    "forward",
    "backward",
    "intersect",
    "union",
    "grow-diag",
    "grow-diag-final",
    "grow-diag-final-and",
]
# names become folders, files and keys of scores.json
Name = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$")]


class FastAlignSettings(Settings):
    """The model of fast_align; defaults are those of its authors' recommended call (-d -o -v).

    Attributes:
        iterations: of EM.
        null_probability: p0, that a word translates none.
        tension: λ, how strongly links keep to the diagonal; where `fit_tension` starts.
        fit_tension: whether λ follows the data.
        dirichlet: α of the prior over translations; None for maximum likelihood.
        methods: how the two directions are joined; each is written and scored.
    """

    kind: Literal["fast_align"] = "fast_align"
    iterations: int = pydantic.Field(5, ge=1)
    null_probability: float = pydantic.Field(0.08, ge=0, lt=1)
    tension: float = pydantic.Field(4.0, ge=0)
    fit_tension: bool = True
    dirichlet: float | None = pydantic.Field(0.01, gt=0)
    methods: tuple[Method, ...] = ("intersect", "grow-diag", "grow-diag-final-and")


class ArgmaxLinks(Settings):
    """Words that are each other's most similar, by cosine."""

    kind: Literal["argmax"]


class ItermaxLinks(Settings):
    """The same, repeated for words without a link."""

    kind: Literal["itermax"]
    iterations: int = pydantic.Field(2, ge=1)
    discount: float = pydantic.Field(0.9, gt=0, le=1)


class SoftmaxLinks(Settings):
    """Words that are probable in both directions, by dot product."""

    kind: Literal["softmax"]
    threshold: float = pydantic.Field(0.001, gt=0, lt=1)


class ContextualSettings(Settings):
    """Similarity of an encoder's hidden states; needs no bitext.

    Attributes:
        encoder: an encoder folder (ours, Hugging Face, KerasHub).
        layers: which ones, from 1; each is written and scored. None: all.
        links: how similarities become links.
        unit: whether pieces are compared, or the means of each word's pieces.
        max_length: pieces that the encoder reads of a sentence; words behind have no links. None:
            as many as it can.
        batch_size: sentences of one call.
    """

    kind: Literal["contextual"]
    encoder: InputPath
    layers: tuple[Annotated[int, pydantic.Field(ge=1)], ...] | None = None
    links: Annotated[
        ArgmaxLinks | ItermaxLinks | SoftmaxLinks, pydantic.Field(discriminator="kind")
    ] = ArgmaxLinks(kind="argmax")
    unit: Literal["pieces", "words"] = "pieces"
    max_length: Annotated[int, pydantic.Field(ge=3)] | None = None
    batch_size: int = pydantic.Field(32, ge=1)


AnyAligner = Annotated[FastAlignSettings | ContextualSettings, pydantic.Field(discriminator="kind")]


class AlignmentText(Settings):
    """Bitext to learn from, and to align where there is no gold alignment.

    Attributes:
        bitext: the files.
        words_are_split: whether spaces already stand between words and punctuation.
    """

    bitext: AnyBitext
    words_are_split: bool = False


class AlignmentSet(Settings):
    """Pairs of two languages.

    Attributes:
        name: of its folder, and of its scores.
        texts: what statistical aligners learn from, beside the words of `gold`.
        gold: pairs with links drawn by people; these are aligned and scored. None: `texts` are
            aligned.
        lowercase: whether statistical aligners see all words in lower case.
        max_words: longer pairs are left out of `texts`, and counted.
    """

    name: Name
    texts: tuple[AlignmentText, ...] = ()
    gold: AnyAligned | None = None
    lowercase: bool = True
    max_words: int = pydantic.Field(100, ge=1)

    @pydantic.model_validator(mode="after")
    def _has_something(self) -> "AlignmentSet":
        if not self.texts and self.gold is None:
            raise ValueError(f"set {self.name!r}: expected texts, gold, or both")
        return self

    @pydantic.model_validator(mode="after")
    def _has_two_languages(self) -> "AlignmentSet":
        if len(set(self._all_languages)) > 1:
            raise ValueError(
                f"set {self.name!r}: expected the same two languages, in one order, everywhere; "
                f"got {sorted(set(self._all_languages))}"
            )
        return self

    @property
    def languages(self) -> tuple[str, str]:
        """Source and target, BCP 47."""
        return self._all_languages[0]

    @property
    def _all_languages(self) -> list[tuple[str, str]]:
        corpora = [*(text.bitext for text in self.texts), *([self.gold] if self.gold else [])]
        return [(own.source_language, own.target_language) for own in corpora]


class AlignedRecords(Settings):
    """Which links become records for training (`kind: alignment` of `train`).

    Attributes:
        aligner: a key of `aligners`.
        variant: one of its ways, as its files are named (`intersect`, `layer-6`).
        max_words: pairs with a longer side are left out, and counted.
        shards: files of each pair of languages.
    """

    aligner: Name
    variant: str = "intersect"
    max_words: int = pydantic.Field(64, ge=1)
    shards: int = pydantic.Field(4, ge=1)


class AlignWords(Settings):
    """Word links of sentence pairs, scored if there are gold links.

        tfmling align_words --config configs/align_words.yaml
        tfmling align_words --config configs/align_words.yaml --set output=runs/mine

    Writes for each set `words.txt` (`source ||| target`) and, for each aligner and variant, a file
    of Pharaoh links (`0-0 1-2`), line by line; counts.json, scores.json and report.html. With
    `records`, the links are also written as records, from which `train` pulls the vectors of linked
    words together.

    Attributes:
        output: folder of links, scores and page.
        aligners: by name.
        sets: what is aligned.
        records: the links of all sets without gold are written as records too; None: none are.
    """

    output: OutputPath
    aligners: dict[Name, AnyAligner] = pydantic.Field(min_length=1)
    sets: tuple[AlignmentSet, ...] = pydantic.Field(min_length=1)
    records: AlignedRecords | None = None

    @property
    def recorded_sets(self) -> list[AlignmentSet]:
        """Those whose links become records."""
        return [own for own in self.sets if own.gold is None] if self.records else []

    @pydantic.model_validator(mode="after")
    def _names_differ(self) -> "AlignWords":
        names = [own.name for own in self.sets]
        if len(set(names)) < len(names):
            raise ValueError(f"sets: expected a different name for each, got {', '.join(names)}")
        return self

    @pydantic.model_validator(mode="after")
    def _records_are_there(self) -> "AlignWords":
        if self.records is None:
            return self
        aligner = self.aligners.get(self.records.aligner)
        if aligner is None:
            raise ValueError(
                f"records.aligner: expected one of {', '.join(self.aligners)}, got "
                f"{self.records.aligner!r}"
            )
        if self.records.variant not in _variants(aligner, self.records.variant):
            raise ValueError(
                f"records.variant: {self.records.aligner} does not give {self.records.variant!r}; "
                "expected one of its methods, or layer-N of a contextual one"
            )
        if not self.recorded_sets:
            raise ValueError("records: expected a set without gold, whose texts are aligned")
        return self


def _variants(aligner: AnyAligner, asked: str) -> Sequence[str]:
    """The ways of an aligner; of one that takes all layers, what was asked if it is a layer."""
    if isinstance(aligner, FastAlignSettings):
        return aligner.methods
    if aligner.layers is not None:
        return [f"layer-{layer}" for layer in aligner.layers]
    return [asked] if asked.startswith("layer-") else []
