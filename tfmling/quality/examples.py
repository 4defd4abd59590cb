"""Sources to sentences that are known to be good or bad, with the page that each stands on."""

import collections
import dataclasses
import itertools
from collections.abc import Iterable, Iterator

from tfmling.core import files
from tfmling.corpora.corpus import CorpusError, expand_files
from tfmling.corpora.documents import Document
from tfmling.quality.blocks import MainText, extract_main, read_blocks
from tfmling.quality.html_pages import Page, read_pages
from tfmling.quality.settings import CorpusSource, Element, Gold, PagesSource, TrainQuality
from tfmling.text.normalize import normalize
from tfmling.text.sentences import split_sentences

# a paragraph, and whether it is main content
Labelled = tuple[str, bool]
# name, language, labelled paragraphs, whether they are running text
LabelledPage = tuple[str, str, list[Labelled], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A sentence of known quality.

    Attributes:
        text: normalized.
        language: BCP-47 code.
        good: whether it is main content.
        page: the page or document; no other has this name.
        source: the number of its source.
    """

    text: str
    language: str
    good: bool
    page: str
    source: int


class Examples:
    """Reads all sources.

    Attributes:
        counts: by name of the source: pages, pages that were not used, sentences good and bad.
    """

    def __init__(self, settings: TrainQuality):
        self._settings = settings
        self.counts: dict[str, collections.Counter[str]] = {}

    def read(self) -> list[Example]:
        """The sentences of all sources in their order.

        Raises:
            CorpusError: files that are not there, or not what they are said to be.
        """
        return [
            example
            for number, source in enumerate(self._settings.sources)
            for example in self._read_source(number, source)
        ]

    def _read_source(self, number: int, source: CorpusSource | PagesSource) -> Iterator[Example]:
        counts = self.counts.setdefault(source.name, collections.Counter())
        if isinstance(source, CorpusSource):
            pages = _corpus_pages(source, counts)
        else:
            pages = _html_pages(source, counts)
        for name, language, labelled, running in itertools.islice(pages, source.max_pages):
            counts["pages"] += 1
            for text, good in labelled:
                for sentence in self._sentences(text, language, running):
                    counts["good" if good else "bad"] += 1
                    yield Example(sentence, language, good, name, number)

    def _sentences(self, text: str, language: str, running: bool) -> Iterable[str]:
        text = normalize(text, self._settings.unicode_form)
        sentences = split_sentences(text, language) if running else [text]
        return [each for each in sentences if len(each) >= self._settings.min_characters]


def _corpus_pages(source: CorpusSource, counts: collections.Counter[str]) -> Iterator[LabelledPage]:
    for task in source.corpus.tasks():
        for item in source.corpus.read(*task):
            if not isinstance(item, Document):
                counts[f"not used: {item.reason}"] += 1
                continue
            labelled = [(paragraph, source.good) for paragraph in item.paragraphs]
            yield item.location, item.language, labelled, item.split_sentences


def _html_pages(source: PagesSource, counts: collections.Counter[str]) -> Iterator[LabelledPage]:
    for path in expand_files(source.path):
        for page in read_pages(path):
            labelled = label_blocks(page, source) if page.html else []
            good = sum(is_good for _, is_good in labelled)
            if good:
                yield page.uri, source.language, labelled, True
            else:
                counts[f"not used: {page.problem or 'no main content'}"] += 1


def label_blocks(page: Page, source: PagesSource) -> list[Labelled]:
    """The blocks of a page, and whether each is main content; none are where that is not known."""
    selector = source.main.selector if isinstance(source.main, Element) else None
    try:
        blocks = read_blocks(page.html, selector)
    except ValueError as error:
        raise CorpusError(f"source {source.name!r}: main.selector: {error}") from None
    if selector is not None:
        return [(block.text, block.in_main) for block in blocks]
    main = MainText(_gold_text(page, source.main) if isinstance(source.main, Gold) else
                    extract_main(page.html))  # fmt: skip
    return [(block.text, block.text in main) for block in blocks]


def _gold_text(page: Page, gold: Gold) -> str:
    stem = page.uri.rpartition("/")[2].removesuffix(".gz").rpartition(".")[0]
    path = files.join(gold.folder, f"{stem}.txt")
    return files.read_text(path) if files.exists(path) else ""
