"""Retrieval of translated documents, as on the UN corpus (LaBSE paper, section 4.2).

A document's vector is the normalized mean of its sentences' vectors (Yang et al. 2019, "Improving
Multilingual Sentence Embedding using Bi-directional Dual Encoder", section 5.2).

Shapes: N sentences of one side, M documents, D width.
"""

from typing import ClassVar, Literal

import numpy as np

from tfmling.core.intervals import Scores
from tfmling.corpora import AnyMonolingual
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.read_texts import Texts, read_documents
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.test_set import UNDETERMINED, EmbeddedSet, TestSet


class DocumentRetrievalSet(TestSet):
    """Two corpora; document i of one is the translation of document i of the other.

    Example:
        >>> _ = open("en", "w").write("Hello.\\nPeace.\\n\\nWelcome.\\n")  # two documents
        >>> _ = open("sw", "w").write("Habari.\\nAmani.\\n\\nKaribu.\\n")
        >>> source, target = (dict(format="plain_text", path=x, language=x) for x in ("en", "sw"))
        >>> sides = dict(source=source, target=target)
        >>> DocumentRetrievalSet(kind="document_retrieval", name="un", **sides).read()
        (['Hello.', 'Peace.', 'Welcome.'], ['Habari.', 'Amani.', 'Karibu.'])
    """

    TITLE: ClassVar = "Retrieval of translated documents: P@1 (95 % Wilson interval)"
    METRICS: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["document_retrieval"]
    source: AnyMonolingual
    """Documents that search for their translations."""
    target: AnyMonolingual
    """The same documents in the same order."""

    @property
    def keys(self) -> list[str]:
        """Both directions, such as `sw-en` and `en-sw`."""
        source, target = (c.language or UNDETERMINED for c in (self.source, self.target))
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """Read the sentences of both sides.

        Raises:
            CorpusError: a side is not readable as a whole, or both differ in length.
        """
        source, target = self._documents()
        if len(source) != len(target):
            raise CorpusError(
                f"set {self.name!r}: expected equally many documents on both sides, got "
                f"{len(source)} and {len(target)}"
            )
        return [s for d in source for s in d], [s for d in target for s in d]

    def score(self, embedded: EmbeddedSet) -> dict[str, Scores]:
        """Score both directions; see `tfmling.evaluation.retrieval.retrieval_scores`."""
        documents = self._documents()
        source_MD, target_MD = (
            document_vectors(vector_ND, [len(d) for d in side])
            for vector_ND, side in zip(embedded.vectors, documents, strict=True)
        )
        source, target = (["\n".join(d) for d in side] for side in documents)
        both = retrieval_scores(source_MD, target_MD, source, target, embedded.neighbors)
        return dict(zip(self.keys, both, strict=True))

    def _documents(self) -> tuple[list[list[str]], list[list[str]]]:
        source, target = map(read_documents, (self.source, self.target))
        return [list(d.paragraphs) for d in source], [list(d.paragraphs) for d in target]


def document_vectors(vector_ND: np.ndarray, lengths: list[int]) -> np.ndarray:
    """Average the vectors of each document's sentences.

    Args:
        vector_ND: of all sentences, document by document.
        lengths: the number of sentences of each of the M documents, at least 1.

    Returns:
        L2-normalized float32 [M, D].

    Example:
        >>> document_vectors(np.array([[1, 0], [0, 1], [0, 2]], np.float32), [1, 2]).tolist()
        [[1.0, 0.0], [0.0, 1.0]]
    """
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    sums_MD = np.add.reduceat(vector_ND, starts)
    return sums_MD / np.linalg.norm(sums_MD, axis=1, keepdims=True)
