"""Read sentences that are known to be good or bad, with the page each comes from."""

import collections
import dataclasses
import itertools
from collections.abc import Iterable, Iterator

from tfmling.core import files
from tfmling.corpora.corpus import CorpusError, expand_files
from tfmling.corpora.documents import Document
from tfmling.quality.blocks import MainText, extract_main, read_blocks
from tfmling.quality.html_pages import HtmlPage, read_pages
from tfmling.quality.settings import (
    CorpusSource,
    MainElement,
    MainGoldText,
    PagesSource,
    TrainQuality,
)
from tfmling.text.normalize import normalize
from tfmling.text.sentences import split_sentences

# a paragraph, and whether it is main content
Labeled = tuple[str, bool]
# name, language, labeled paragraphs, whether they are running text
LabeledPage = tuple[str, str, list[Labeled], bool]


@dataclasses.dataclass(frozen=True, slots=True)
class Example:
    """A sentence of known quality.

    Attributes:
        text: normalized.
        language: BCP-47 code.
        good: whether it is main content.
        page: a unique name of the page or document.
        source: the index of its source.

    Example:
        >>> example = Example("Habari ya leo.", "sw", good=True, page="a.html", source=0)
        >>> example.good
        True
    """

    text: str
    language: str
    good: bool
    page: str
    source: int


class ExampleReader:
    """Reads all sources of the settings.

    Attributes:
        counts: for each source its pages, unused pages, good and bad sentences.

    Example:
        >>> _ = open("a.html", "w").write("<nav>Nyumbani</nav><main>Habari ya leo.</main>")
        >>> site = {"kind": "pages", "name": "a", "path": "a.html", "language": "sw"}
        >>> sources = [site | {"main": {"kind": "element", "selector": "main"}}]
        >>> reader = ExampleReader(TrainQuality(output="out", sources=sources))
        >>> [(example.text, example.good) for example in reader.read()]
        [('Nyumbani', False), ('Habari ya leo.', True)]
    """

    def __init__(self, settings: TrainQuality):
        self._settings = settings
        self.counts: dict[str, collections.Counter[str]] = {}

    def read(self) -> list[Example]:
        """Read the sentences of all sources, in order.

        Raises:
            CorpusError: files are missing or in another format.
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
        for name, language, labeled, running in itertools.islice(pages, source.max_pages):
            counts["pages"] += 1
            for text, good in labeled:
                for sentence in self._sentences(text, language, running):
                    counts["good" if good else "bad"] += 1
                    yield Example(sentence, language, good, name, number)

    def _sentences(self, text: str, language: str, running: bool) -> Iterable[str]:
        text = normalize(text, self._settings.unicode_form)
        sentences = split_sentences(text, language) if running else [text]
        return [each for each in sentences if len(each) >= self._settings.min_characters]


def _corpus_pages(source: CorpusSource, counts: collections.Counter[str]) -> Iterator[LabeledPage]:
    for task in source.corpus.tasks():
        for item in source.corpus.read(*task):
            if not isinstance(item, Document):
                counts[f"not used: {item.reason}"] += 1
                continue
            labeled = [(paragraph, source.good) for paragraph in item.paragraphs]
            yield item.location, item.language, labeled, item.split_sentences


def _html_pages(source: PagesSource, counts: collections.Counter[str]) -> Iterator[LabeledPage]:
    for path in expand_files(source.path):
        for page in read_pages(path):
            labeled = label_blocks(page, source) if page.html else []
            good = sum(is_good for _, is_good in labeled)
            if good:
                yield page.uri, source.language, labeled, True
            else:
                counts[f"not used: {page.problem or 'no main content'}"] += 1


def label_blocks(page: HtmlPage, source: PagesSource) -> list[Labeled]:
    """Split a page into blocks and label each as main content or not.

    Returns no main content if the page has none that is known.

    Example:
        >>> page = HtmlPage("a.html", "<nav>Nyumbani</nav><main>Habari ya leo.</main>")
        >>> main = MainElement(kind="element", selector="main")
        >>> source = PagesSource(kind="pages", name="a", path=folder, language="sw", main=main)
        >>> label_blocks(page, source)
        [('Nyumbani', False), ('Habari ya leo.', True)]
    """
    selector = source.main.selector if isinstance(source.main, MainElement) else None
    try:
        blocks = read_blocks(page.html, selector)
    except ValueError as error:
        raise CorpusError(f"source {source.name!r}: main.selector: {error}") from None
    if selector is not None:
        return [(block.text, block.in_main) for block in blocks]
    main = MainText(_gold_text(page, source.main) if isinstance(source.main, MainGoldText) else
                    extract_main(page.html))  # fmt: skip
    return [(block.text, block.text in main) for block in blocks]


def _gold_text(page: HtmlPage, gold: MainGoldText) -> str:
    stem = page.uri.rpartition("/")[2].removesuffix(".gz").rpartition(".")[0]
    path = files.join(gold.folder, f"{stem}.txt")
    return files.read_text(path) if files.exists(path) else ""
