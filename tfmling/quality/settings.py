"""Settings of train_quality."""

from typing import Annotated, Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora import AnyMonolingual
from tfmling.text.normalize import UnicodeForm


class MainExtraction(config.Settings):
    """Main content is what Resiliparse's rules extract.

    Example:
        >>> MainExtraction(kind="extraction").kind
        'extraction'
    """

    kind: Literal["extraction"]


class MainElement(config.Settings):
    """Main content is the text inside the elements that a CSS selector matches.

    Pages without such an element are not used.

    Example:
        >>> MainElement(kind="element").selector
        'main, article'
    """

    kind: Literal["element"]
    selector: str = "main, article"
    """CSS selector of the elements whose text is main content."""


class MainGoldText(config.Settings):
    """Main content of `page.html` is the hand-made text `page.txt` in a folder.

    Pages without such a file are not used.

    Example:
        >>> import os
        >>> os.mkdir("gold")
        >>> MainGoldText(kind="gold", folder="gold").folder
        'gold'
    """

    kind: Literal["gold"]
    folder: config.InputPath
    """Folder with the main text of each page."""


class _Source(config.Settings):
    """Where sentences come from."""

    name: str
    """Name in reports."""
    use: Literal["split", "train", "test"] = "split"
    """`split` divides its pages between training and test; `train` and `test` assign all pages to
    one. Testing on another site says more than testing on the same site.
    """
    max_pages: int | None = pydantic.Field(None, gt=0)
    """Read only the first pages (or documents), up to this number."""


class CorpusSource(_Source):
    """A corpus whose sentences all belong to one class.

    Example:
        >>> _ = open("news.txt", "w").write("Habari ya leo.\\n")
        >>> news = {"format": "plain_text", "path": "news.txt", "language": "sw"}
        >>> CorpusSource(kind="corpus", name="news", good=True, corpus=news).use
        'split'
    """

    kind: Literal["corpus"]
    good: bool
    """Whether its pages are main content."""
    corpus: AnyMonolingual
    """Corpus to read; each of its documents is a page."""


class PagesSource(_Source):
    """HTML pages: main content is good, all other text is bad.

    Example:
        >>> main = MainExtraction(kind="extraction")
        >>> source = PagesSource(kind="pages", name="a", path=folder, language="sw", main=main)
        >>> source.use
        'split'
    """

    kind: Literal["pages"]
    path: config.InputPath
    """HTML files, or WARC files (.warc, .warc.gz)."""
    language: Language
    """Language of the pages."""
    main: Annotated[
        MainExtraction | MainElement | MainGoldText, pydantic.Field(discriminator="kind")
    ]
    """How main content is identified."""


class NgramClassifier(config.Settings):
    """Logistic regression on hashed character n-grams and surface features.

    Example:
        >>> NgramClassifier(max_order=3).bits
        18
    """

    kind: Literal["ngrams"] = "ngrams"
    max_order: int = pydantic.Field(4, ge=1, le=8)
    """Length of the longest n-gram, in characters."""
    bits: int = pydantic.Field(18, ge=8, le=24)
    """N-grams are hashed into 2 ** bits buckets."""
    strength: float = pydantic.Field(10.0, gt=0)
    """The inverse of the L2 penalty."""


class EncoderClassifier(config.Settings):
    """Logistic regression on the embeddings of an exported sentence encoder.

    The trained model refers to the encoder by its path and contains no copy of it.

    Example:
        >>> EncoderClassifier(kind="encoder", model=folder).batch_size
        64
    """

    kind: Literal["encoder"]
    model: config.InputPath
    """An exported sentence encoder, as export_tfhub writes it."""
    batch_size: int = pydantic.Field(64, gt=0)
    """Sentences per call of the encoder."""
    strength: float = pydantic.Field(10.0, gt=0)
    """The inverse of the L2 penalty."""


class TrainQuality(config.Settings):
    """Train a classifier of sentences, main content or not, and measure it on held-out pages.

        tfmling train_quality --config configs/train_quality_manuals.yaml

    Writes model.json and weights.npz (what the filter `quality` reads), scores.json and report.html
    (scores, curves, mistakes).
    """

    output: config.OutputPath
    """The folder for the model, scores and a report."""
    sources: list[Annotated[CorpusSource | PagesSource, pydantic.Field(discriminator="kind")]] = (
        pydantic.Field(min_length=1)
    )
    """Sentences of a known class."""
    classifier: Annotated[
        NgramClassifier | EncoderClassifier, pydantic.Field(discriminator="kind")
    ] = NgramClassifier()
    """What to train."""
    per_language: bool = False
    """Whether a model per language is trained too; a model of all languages is always trained, and
    used for languages without their own.
    """
    min_pages: int = pydantic.Field(20, gt=0)
    """A language needs this many training pages of each class for its own model."""
    balanced: bool = True
    """Whether both classes have the same total weight."""
    test_share: float = pydantic.Field(0.2, gt=0, lt=1)
    """Share of the pages of each `split` source to hold out."""
    min_characters: int = pydantic.Field(1, gt=0)
    """Shorter sentences are ignored."""
    threshold: float = pydantic.Field(0.5, gt=0, lt=1)
    """Sentences with this probability or more count as kept, for precision and recall."""
    unicode_form: UnicodeForm = "NFC"
    """The Unicode normalization of all text."""
    seed: config.Seed = 1
    """Seed of the split and of the bootstrap."""
