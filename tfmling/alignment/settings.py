"""Settings of word aligners and of `align_words`; imports nothing heavy."""

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
# names of folders and files, and keys of scores.json
Identifier = Annotated[str, pydantic.Field(pattern=r"^[\w-]+$")]


class FastAlignSettings(Settings):
    """The model of fast_align; the defaults are its authors' recommended options (-d -o -v).

    Example:
        >>> FastAlignSettings(methods=["intersect"]).iterations
        5
    """

    kind: Literal["fast_align"] = "fast_align"
    iterations: int = pydantic.Field(5, ge=1)
    """Iterations of expectation maximization."""
    null_probability: float = pydantic.Field(0.08, ge=0, lt=1)
    """Probability p0 that a word has no counterpart."""
    tension: float = pydantic.Field(4.0, ge=0)
    """How strongly links prefer the diagonal (λ); the initial value if it is fitted."""
    fit_tension: bool = True
    """Whether to fit λ."""
    dirichlet: float | None = pydantic.Field(0.01, gt=0)
    """Parameter α of the prior over translations; null: maximum likelihood."""
    methods: tuple[Method, ...] = ("intersect", "grow-diag", "grow-diag-final-and")
    """How to symmetrize the two directions; each is written and scored."""


class ArgmaxLinks(Settings):
    """Link words that are each other's most similar, by cosine.

    Example:
        >>> ArgmaxLinks(kind="argmax").kind
        'argmax'
    """

    kind: Literal["argmax"]


class ItermaxLinks(Settings):
    """Argmax, repeated for words without a link.

    Example:
        >>> ItermaxLinks(kind="itermax", iterations=3).discount
        0.9
    """

    kind: Literal["itermax"]
    iterations: int = pydantic.Field(2, ge=1)
    """Rounds of mutual best links; each finds links for words that have none."""
    discount: float = pydantic.Field(0.9, gt=0, le=1)
    """Factor on the similarity of words that are linked already."""


class SoftmaxLinks(Settings):
    """Link words that are probable in both directions, by softmax of dot products.

    Example:
        >>> SoftmaxLinks(kind="softmax").threshold
        0.001
    """

    kind: Literal["softmax"]
    threshold: float = pydantic.Field(0.001, gt=0, lt=1)
    """Minimum probability of a link, in both directions."""


class ContextualSettings(Settings):
    """Alignment by the similarity of an encoder's hidden states; needs no bitext.

    Example:
        >>> settings = ContextualSettings(kind="contextual", encoder=folder, layers=[6, 8])
        >>> settings.links.kind, settings.unit
        ('argmax', 'pieces')
    """

    kind: Literal["contextual"]
    encoder: InputPath
    """An encoder folder (ours, Hugging Face, KerasHub)."""
    layers: tuple[Annotated[int, pydantic.Field(ge=1)], ...] | None = None
    """Layers to align with, from 1; each is written and scored. null: all."""
    links: Annotated[
        ArgmaxLinks | ItermaxLinks | SoftmaxLinks, pydantic.Field(discriminator="kind")
    ] = ArgmaxLinks(kind="argmax")
    """How to derive links from similarities."""
    unit: Literal["pieces", "words"] = "pieces"
    """Compare `pieces`, or `words` by the mean of their pieces."""
    max_length: Annotated[int, pydantic.Field(ge=3)] | None = None
    """Pieces per sentence; words beyond it have no links. null: as many as the encoder reads."""
    batch_size: int = pydantic.Field(32, ge=1)
    """Sentences per call."""


AnyAligner = Annotated[FastAlignSettings | ContextualSettings, pydantic.Field(discriminator="kind")]


class AlignmentText(Settings):
    """Bitext to learn from, and to align if there is no gold alignment.

    Example:
        >>> _ = open("a.tsv", "w").write("mbwa mkubwa\\tbig dog\\n")
        >>> bitext = {"format": "tsv_pairs", "path": "a.tsv"}
        >>> bitext |= {"source_language": "sw", "target_language": "en"}
        >>> AlignmentText(bitext=bitext).bitext.languages
        'sw-en'
    """

    bitext: AnyBitext
    """Bitext to learn from."""
    words_are_split: bool = False
    """Whether spaces already separate words and punctuation."""


class AlignmentSet(Settings):
    """Pairs of two languages.

    Example:
        >>> _ = open("test.tsv", "w").write("a house\\tnyumba\\t1-0\\n")
        >>> gold = {"format": "xl_wa", "path": "test.tsv"}
        >>> gold |= {"source_language": "en", "target_language": "sw"}
        >>> AlignmentSet(name="xl-wa", gold=gold).languages
        ('en', 'sw')
    """

    name: Identifier
    """Name of its folder and of its scores."""
    texts: tuple[AlignmentText, ...] = ()
    """Bitext that statistical aligners learn from, in addition to `gold`."""
    gold: AnyAligned | None = None
    """Pairs with hand-drawn links, to be aligned and scored; null: `texts` are aligned."""
    lowercase: bool = True
    """Lower-case words for statistical aligners."""
    max_words: int = pydantic.Field(100, ge=1)
    """Longer pairs of `texts` are skipped and counted."""

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
    """Links to write as training records (`kind: alignment` of `train`).

    Example:
        >>> AlignedRecords(aligner="fast_align", variant="grow-diag").shards
        4
    """

    aligner: Identifier
    """Key of `aligners` whose links are written."""
    variant: str = "intersect"
    """Output of the aligner, named as its files are (`intersect`, `layer-6`)."""
    max_words: int = pydantic.Field(64, ge=1)
    """Pairs with a longer side are skipped and counted."""
    shards: int = pydantic.Field(4, ge=1)
    """Files per pair of languages."""


class AlignWords(Settings):
    """Word links of sentence pairs, scored if there are gold links.

        tfmling align_words --config configs/align_words.yaml
        tfmling align_words --config configs/align_words.yaml --set output=runs/mine

    Writes for each set `words.txt` (`source ||| target`) and, for each aligner and variant, a file
    of Pharaoh links (`0-0 1-2`), line by line; counts.json, scores.json and report.html. With
    `records`, the links are also written as records, from which `train` pulls the vectors of linked
    words together.

    Example:
        >>> _ = open("test.tsv", "w").write("a house\\tnyumba\\t1-0\\n")
        >>> gold = {"format": "xl_wa", "path": "test.tsv"}
        >>> gold |= {"source_language": "en", "target_language": "sw"}
        >>> aligners, sets = {"ibm": FastAlignSettings()}, [{"name": "test", "gold": gold}]
        >>> AlignWords(output="links", aligners=aligners, sets=sets).sets[0].languages
        ('en', 'sw')
    """

    output: OutputPath
    """Folder of links, scores and page."""
    aligners: dict[Identifier, AnyAligner] = pydantic.Field(min_length=1)
    """Aligners to run, by name."""
    sets: tuple[AlignmentSet, ...] = pydantic.Field(min_length=1)
    """The sets to align."""
    records: AlignedRecords | None = None
    """Links of the sets without gold that are written as records; null: none."""

    @property
    def recorded_sets(self) -> list[AlignmentSet]:
        """The sets whose links are written as records."""
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
                f"records.variant: {self.records.aligner} does not produce "
                f"{self.records.variant!r}; expected one of its methods, or "
                "layer-N of a contextual one"
            )
        if not self.recorded_sets:
            raise ValueError(
                "records: expected at least one set without gold, whose links are written"
            )
        return self


def _variants(aligner: AnyAligner, requested: str) -> Sequence[str]:
    """The outputs of an aligner; if it uses all layers, `requested` if that is a layer."""
    if isinstance(aligner, FastAlignSettings):
        return aligner.methods
    if aligner.layers is not None:
        return [f"layer-{layer}" for layer in aligner.layers]
    return [requested] if requested.startswith("layer-") else []
