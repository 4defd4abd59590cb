"""Test sets as lists of sentences.

A test set is read whole or not at all: a line that cannot be read would shift all others, and a
score of half a set is not the score of the set.
"""

from collections.abc import Iterator

from tfmling.corpora.corpus import BitextCorpus, CorpusError, MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected, SentencePair

# rows that two tables do not share belong to no pair; nothing is wrong with the others
HARMLESS = ("id_without_partner",)


def read_pairs(corpus: BitextCorpus) -> tuple[list[str], list[str]]:
    """The source and the target sentences; lines that are blank on both sides are none.

    Raises:
        CorpusError: a line cannot be read, one side of it is blank, or there is none.
    """
    found = [
        pair for pair in _whole(corpus) if isinstance(pair, SentencePair) and not _is_blank(pair)
    ]
    if not found:
        raise CorpusError(f"{corpus.tasks()}: expected a test set, found blank lines only")
    return [pair.source for pair in found], [pair.target for pair in found]


def _is_blank(pair: SentencePair) -> bool:
    """Whether both sides are blank.

    Raises:
        CorpusError: only one is.
    """
    blank = [not side or side.isspace() for side in (pair.source, pair.target)]
    if any(blank) and not all(blank):
        raise CorpusError(
            f"{pair.path}:{pair.line}: the {'source' if blank[0] else 'target'} is blank and the "
            "other side is not; a test set must be whole, repair the file"
        )
    return all(blank)


def read_sentences(corpus: MonolingualCorpus) -> list[str]:
    """All paragraphs of all documents, one sentence each.

    Raises:
        CorpusError: a line cannot be read, or there is none.
    """
    return [sentence for document in read_documents(corpus) for sentence in document.paragraphs]


def read_documents(corpus: MonolingualCorpus) -> list[Document]:
    """The documents, each paragraph one sentence.

    Raises:
        CorpusError: a line cannot be read, or there is none.
    """
    return [item for item in _whole(corpus) if isinstance(item, Document)]


def _whole(
    corpus: BitextCorpus | MonolingualCorpus,
) -> list[SentencePair | Document]:
    items = [item for item in _read_all(corpus) if not isinstance(item, Rejected)]
    if not items:
        raise CorpusError(f"{corpus.tasks()}: expected a test set, found no sentence")
    return items


def _read_all(
    corpus: BitextCorpus | MonolingualCorpus,
) -> Iterator[SentencePair | Document | Rejected]:
    for task in corpus.tasks():
        for item in corpus.read(*task):
            if isinstance(item, Rejected) and item.reason not in HARMLESS:
                raise CorpusError(
                    f"{item.location}: {item.reason}: {item.excerpt!r}; a test set must be whole, "
                    "repair the file"
                )
            yield item
