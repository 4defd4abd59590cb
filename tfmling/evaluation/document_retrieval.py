"""Documents find their translations, as on the UN corpus (LaBSE paper, section 4.2).

A document's vector is the mean of its sentences', normalized (Yang et al. 2019, "Improving
Multilingual Sentence Embedding using Bi-directional Dual Encoder", section 5.2).

Shape letters: N sentences of a side, M documents, D width.
"""

from typing import ClassVar, Literal

import numpy as np
import pydantic

from tfmling.core.intervals import Scores
from tfmling.corpora import AnyMonolingual
from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.retrieval import retrieval_scores
from tfmling.evaluation.test_set import UNDETERMINED, Scored, TestSet, Texts
from tfmling.evaluation.test_sets import read_documents


class DocumentRetrievalSet(TestSet):
    """Two corpora of documents, the i-th of one the translation of the i-th of the other."""

    TITLE: ClassVar = "Retrieval of translated documents: P@1 (95 % Wilson interval)"
    SHOWN: ClassVar = {"p_at_1": "cosine", "p_at_1_margin": "margin"}
    AXIS: ClassVar = "P@1 by cosine"

    kind: Literal["document_retrieval"]
    source: AnyMonolingual
    target: AnyMonolingual = pydantic.Field(description="as many documents, in the same order")

    @property
    def keys(self) -> list[str]:
        """`sw-en` and `en-sw`."""
        source, target = (c.language or UNDETERMINED for c in (self.source, self.target))
        return [f"{source}-{target}", f"{target}-{source}"]

    def read(self) -> Texts:
        """The sentences of the source side and those of the target side.

        Raises:
            CorpusError: a side cannot be read whole, or they have not as many documents.
        """
        source, target = self._documents()
        if len(source) != len(target):
            raise CorpusError(
                f"set {self.name!r}: expected as many documents on both sides, got "
                f"{len(source)} and {len(target)}"
            )
        return [s for d in source for s in d], [s for d in target for s in d]

    def score(self, scored: Scored) -> dict[str, Scores]:
        """Both directions, keys as `tfmling.evaluation.retrieval.describe`."""
        documents = self._documents()
        source_MD, target_MD = (
            document_vectors(vector_ND, [len(d) for d in side])
            for vector_ND, side in zip(scored.vectors, documents, strict=True)
        )
        source, target = (["\n".join(d) for d in side] for side in documents)
        both = retrieval_scores(source_MD, target_MD, source, target, scored.neighbours)
        return dict(zip(self.keys, both, strict=True))

    def _documents(self) -> tuple[list[list[str]], list[list[str]]]:
        source, target = map(read_documents, (self.source, self.target))
        return [list(d.paragraphs) for d in source], [list(d.paragraphs) for d in target]


def document_vectors(vector_ND: np.ndarray, lengths: list[int]) -> np.ndarray:
    """Means of the vectors of each document's sentences, L2-normalized, float32 [M, D].

    Args:
        vector_ND: of all sentences, document after document.
        lengths: how many sentences each of the M documents has, at least one.
    """
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    sums_MD = np.add.reduceat(vector_ND, starts)
    return sums_MD / np.linalg.norm(sums_MD, axis=1, keepdims=True)
