"""Read test sets as lists of sentences.

A test set is read as a whole or rejected: an unreadable line would shift all lines after it, and
the score of half a set is not the score of the set.
"""

from collections.abc import Sequence

from tfmling.corpora import AnyMonolingual
from tfmling.corpora.corpus import BitextCorpus, CorpusError, MonolingualCorpus
from tfmling.corpora.documents import Document, Rejected, SentencePair

Texts = tuple[list[str], ...]  # sentences by side: one, two (translations), or one per language

# rows of joined tables without a partner belong to no pair, and shift no others
_HARMLESS = ("id_without_partner",)


def read_pairs(corpus: BitextCorpus) -> tuple[list[str], list[str]]:
    """Read source and target sentences, skipping lines that are blank on both sides.

    Raises:
        CorpusError: a line is unreadable or blank on one side only, or there is no pair.

    Example:
        >>> from tfmling.corpora.moses import Moses
        >>> _ = open("en", "w").write("Hello.\\n\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\n\\nAmani.\\n")
        >>> languages = dict(source_language="en", target_language="sw")
        >>> read_pairs(Moses(format="moses", source="en", target="sw", **languages))
        (['Hello.', 'Peace.'], ['Habari.', 'Amani.'])
    """
    pairs = [item for item in _read_whole(corpus) if isinstance(item, SentencePair)]
    pairs = [pair for pair in pairs if not _is_blank(pair)]
    if not pairs:
        raise CorpusError(f"{corpus.tasks()}: expected a test set, found blank lines only")
    return [pair.source for pair in pairs], [pair.target for pair in pairs]


def _is_blank(pair: SentencePair) -> bool:
    blank = [not side or side.isspace() for side in (pair.source, pair.target)]
    if any(blank) and not all(blank):
        raise CorpusError(
            f"{pair.path}:{pair.line}: the {'source' if blank[0] else 'target'} is blank and the "
            "other side is not; a test set must be whole, repair the file"
        )
    return all(blank)


def read_sentences(corpus: MonolingualCorpus) -> list[str]:
    """Read all paragraphs of all documents, one sentence each.

    Raises:
        CorpusError: a line is unreadable, or there is no sentence.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n\\nKaribu.\\n")
        >>> read_sentences(PlainText(format="plain_text", path="sw", language="sw"))
        ['Habari.', 'Amani.', 'Karibu.']
    """
    return [sentence for document in read_documents(corpus) for sentence in document.paragraphs]


def read_documents(corpus: MonolingualCorpus) -> list[Document]:
    """Read all documents.

    Raises:
        CorpusError: a line is unreadable, or there is no document.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n\\nKaribu.\\n")
        >>> documents = read_documents(PlainText(format="plain_text", path="sw", language="sw"))
        >>> [document.paragraphs for document in documents]
        [('Habari.', 'Amani.'), ('Karibu.',)]
    """
    return [item for item in _read_whole(corpus) if isinstance(item, Document)]


def _read_whole(corpus: BitextCorpus | MonolingualCorpus) -> list[SentencePair | Document]:
    items: list[SentencePair | Document] = []
    for task in corpus.tasks():
        for item in corpus.read(*task):
            if not isinstance(item, Rejected):
                items.append(item)
            elif item.reason not in _HARMLESS:
                raise CorpusError(
                    f"{item.location}: {item.reason}: {item.excerpt!r}; a test set must be whole, "
                    "repair the file"
                )
    if not items:
        raise CorpusError(f"{corpus.tasks()}: expected a test set, found no sentence")
    return items


def read_line_by_line(name: str, corpora: Sequence[AnyMonolingual]) -> Texts:
    """Read corpora whose i-th lines translate one another.

    Args:
        name: of the test set or probe, for error messages.
        corpora: one per language.

    Raises:
        CorpusError: a corpus is not readable as a whole, or its sentences are more, fewer or on
            other lines than those of the first corpus.

    Example:
        >>> from tfmling.corpora.plain_text import PlainText
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n")
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n")
        >>> sides = [PlainText(format="plain_text", path=x, language=x) for x in ("en", "sw")]
        >>> read_line_by_line("news", sides)
        (['Hello.', 'Peace.'], ['Habari.', 'Amani.'])
    """
    sides = [read_documents(corpus) for corpus in corpora]
    texts = tuple([sentence for own in side for sentence in own.paragraphs] for side in sides)
    for corpus, side in zip(corpora, texts, strict=True):
        if len(side) != len(texts[0]):
            raise CorpusError(
                f"set {name!r}: {corpora[0].language} has {len(texts[0])} sentences and "
                f"{corpus.language} {len(side)}; expected equally many, line i of each the same "
                "sentence"
            )
    # blank lines are no sentences: equally many, elsewhere, would shift all lines between them
    numbered = [_line_numbers(*side) for side in zip(corpora, sides, strict=True)]
    for sentence in zip(*filter(None, numbered), strict=True):
        if len({line for line, _ in sentence}) > 1:
            raise CorpusError(
                f"set {name!r}: {min(sentence)[1]} would be compared with {max(sentence)[1]}; "
                "expected a sentence on the same line of all sides, remove blank lines before them"
            )
    return texts


def _line_numbers(corpus: AnyMonolingual, documents: Sequence[Document]) -> list[tuple[int, str]]:
    """Line number from the first data line on, and location; empty for formats without lines."""
    first = corpus.first_line
    if first is None:
        return []
    return [(line - first, f"{own.path}:{line}") for own in documents for line in own.lines]
