"""A constructed corpus as the text files that readers of plain text and of Moses pairs take."""

from collections.abc import Sequence

from tfmling.corpora.constructed.corpus import ConstructedCorpus

SENTENCES_A_PARAGRAPH = 3


def as_files(corpus: ConstructedCorpus, queries: int) -> dict[str, str]:
    """The text of each file by name; `queries` sentences of B, spread over the test set."""
    test_b = [b for _, b in corpus.test]
    return {
        "a.txt": _documents(corpus.documents_a),
        "b.txt": _documents(corpus.documents_b),
        "train.a": _lines([a for a, _ in corpus.train]),
        "train.b": _lines([b for _, b in corpus.train]),
        "test.a": _lines([a for a, _ in corpus.test]),
        "test.b": _lines(test_b),
        "contrasts.a": _lines([a for a, _ in corpus.contrasts]),
        "contrasts.b": _lines([b for _, b in corpus.contrasts]),
        "queries.txt": _lines([test_b[n * len(test_b) // queries] for n in range(queries)]),
    }


def _documents(documents: Sequence[Sequence[str]]) -> str:
    """Paragraphs of a few sentences, a line each; a blank line between documents."""
    return "\n".join(_lines(_paragraphs(sentences)) for sentences in documents)


def _paragraphs(sentences: Sequence[str]) -> list[str]:
    starts = range(0, len(sentences), SENTENCES_A_PARAGRAPH)
    return [" ".join(sentences[start : start + SENTENCES_A_PARAGRAPH]) for start in starts]


def _lines(texts: Sequence[str]) -> str:
    return "".join(f"{text}\n" for text in texts)
