"""Settings of train_quality."""

from typing import Annotated, Literal

import pydantic

from tfmling.core import config
from tfmling.core.languages import Language
from tfmling.corpora import AnyMonolingual
from tfmling.text.normalize import UnicodeForm


class Extraction(config.Settings):
    """Main content is what Resiliparse's rules extract from the page."""

    kind: Literal["extraction"]


class Element(config.Settings):
    """Main content is what stands inside the elements of a CSS selector.

    Pages without such an element are not used.
    """

    kind: Literal["element"]
    selector: str = "main, article"


class Gold(config.Settings):
    """Main content of `page.html` is the text of `page.txt` in a folder, made by hand.

    Pages without such a file are not used.
    """

    kind: Literal["gold"]
    folder: config.InputPath


class _Source(config.Settings):
    """Where sentences come from.

    Attributes:
        name: as it stands in reports.
        use: `split` deals its pages out to training and test; `train` and `test` give all to one
            (a test source is another site, which says more than other pages of the same site).
        max_pages: no more than the first so many pages (or documents) are read.
    """

    name: str
    use: Literal["split", "train", "test"] = "split"
    max_pages: int | None = pydantic.Field(None, gt=0)


class CorpusSource(_Source):
    """All sentences of a corpus are of one kind.

    Attributes:
        good: whether they are main content.
        corpus: what is read; each document is a page.
    """

    kind: Literal["corpus"]
    good: bool
    corpus: AnyMonolingual


class PagesSource(_Source):
    """HTML pages: main content is good, the rest of the page is not.

    Attributes:
        path: HTML files, or WARC files (.warc, .warc.gz).
        language: of the pages.
        main: what tells main content.
    """

    kind: Literal["pages"]
    path: config.InputPath
    language: Language
    main: Annotated[Extraction | Element | Gold, pydantic.Field(discriminator="kind")]


class Ngrams(config.Settings):
    """Logistic regression on hashed character n-grams and on the shape of the sentence.

    Attributes:
        max_order: the longest n-gram, in characters.
        bits: n-grams fall into 2 ** bits buckets.
        strength: the inverse of the L2 penalty.
    """

    kind: Literal["ngrams"] = "ngrams"
    max_order: int = pydantic.Field(4, ge=1, le=8)
    bits: int = pydantic.Field(18, ge=8, le=24)
    strength: float = pydantic.Field(10.0, gt=0)


class Encoder(config.Settings):
    """Logistic regression on the vectors of an exported sentence encoder.

    The trained model names the encoder by its path and does not hold a copy.

    Attributes:
        model: an exported sentence encoder, strings to vectors, as export_tfhub writes it.
        batch_size: sentences of one call of it.
        strength: the inverse of the L2 penalty.
    """

    kind: Literal["encoder"]
    model: config.InputPath
    batch_size: int = pydantic.Field(64, gt=0)
    strength: float = pydantic.Field(10.0, gt=0)


class TrainQuality(config.Settings):
    """Trains a classifier of sentences, main content or not, and measures it on held-out pages.

        tfmling train_quality --config configs/train_quality_manuals.yaml

    Writes model.json and weights.npz (what the filter `quality` reads), scores.json and report.html
    (scores, curves, mistakes).

    Attributes:
        output: the folder that is written: the model, scores and a report.
        sources: sentences of known kind.
        classifier: what is trained.
        per_language: whether languages get models of their own; one of all languages is always
            trained, and serves the languages that have none.
        min_pages: a language with fewer pages of either kind in training gets no model of its own.
        balanced: whether good and bad weigh the same, whichever has more sentences.
        test_share: share of the pages of each `split` source that is held out.
        min_characters: shorter sentences are not used.
        threshold: the probability from which a sentence is kept, for precision and recall.
        unicode_form: the Unicode normalization of all text.
        seed: decides which pages are held out, and the bootstrap.
    """

    output: config.OutputPath
    sources: list[Annotated[CorpusSource | PagesSource, pydantic.Field(discriminator="kind")]] = (
        pydantic.Field(min_length=1)
    )
    classifier: Annotated[Ngrams | Encoder, pydantic.Field(discriminator="kind")] = Ngrams()
    per_language: bool = False
    min_pages: int = pydantic.Field(20, gt=0)
    balanced: bool = True
    test_share: float = pydantic.Field(0.2, gt=0, lt=1)
    min_characters: int = pydantic.Field(1, gt=0)
    threshold: float = pydantic.Field(0.5, gt=0, lt=1)
    unicode_form: UnicodeForm = "NFC"
    seed: config.Seed = 1
