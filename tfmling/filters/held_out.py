"""Whether a sentence belongs to what is kept for testing."""

import functools
from typing import Literal

from tfmling import corpora
from tfmling.corpora.documents import Document
from tfmling.filters.filter import SentenceFilter
from tfmling.text.fingerprints import loose_fingerprint
from tfmling.text.normalize import normalize
from tfmling.text.sentences import split_sentences


class HeldOut(SentenceFilter):
    """Rejects the sentences of test sets, so that no score is of what was trained on.

    Case, punctuation and spaces make no difference. The sets are read once in each worker and must
    fit in its memory, at about 100 bytes a sentence.

    Attributes:
        corpora: the test sets. A paragraph is held out as a whole and sentence by sentence.
    """

    kind: Literal["held_out"]
    corpora: list[corpora.AnyMonolingual]

    def score(self, text: str, language: str) -> float:
        """1 for a sentence of a test set, otherwise 0."""
        return float(loose_fingerprint(text) in self._fingerprints)

    def accepts(self, score: float) -> bool:
        """Whether the sentence is in no test set."""
        return score == 0

    @functools.cached_property
    def _fingerprints(self) -> frozenset[bytes]:
        return frozenset(
            loose_fingerprint(text)
            for corpus in self.corpora
            for task in corpus.tasks()
            for document in corpus.read(*task)
            if isinstance(document, Document)
            for text in _texts(document)
        )


def _texts(document: Document) -> list[str]:
    paragraphs = [normalize(paragraph) for paragraph in document.paragraphs]
    sentences = [s for p in paragraphs for s in split_sentences(p, document.language)]
    return paragraphs + sentences
