"""Documents by the mean of their sentences."""

import numpy as np
import pytest

from tfmling.corpora.corpus import CorpusError
from tfmling.evaluation.document_retrieval import DocumentRetrievalSet, document_vectors
from tfmling.evaluation.test_set import EmbeddedSet


def test_vectors_are_normalized_means():
    sentences = np.array([[1, 0], [0, 1], [0, 1]], np.float32)
    vectors = document_vectors(sentences, [2, 1])
    assert vectors == pytest.approx(np.array([[0.5**0.5, 0.5**0.5], [0, 1]]), abs=1e-6)


def documents(tmp_path, source: str, target: str) -> DocumentRetrievalSet:
    sides = {}
    for name, language, text in (("source", "sw", source), ("target", "en", target)):
        (tmp_path / language).write_text(text)
        path = f"{tmp_path}/{language}"
        sides[name] = {"format": "plain_text", "language": language, "path": path}
    return DocumentRetrievalSet.model_validate(
        {"kind": "document_retrieval", "name": "un", **sides}
    )


def test_documents_of_several_sentences(tmp_path):
    test_set = documents(tmp_path, "a\nb\n\nc\n", "x\n\ny\nz\n")
    texts = test_set.read()
    assert texts == (["a", "b", "c"], ["x", "y", "z"])
    east, north = [1, 0], [0, 1]
    source = np.array([east, east, north], np.float32)
    target = np.array([east, north, north], np.float32)
    figures = test_set.score(EmbeddedSet(texts, (source, target), None, neighbors=1, folder=""))
    assert figures["sw-en"]["p_at_1"] == figures["en-sw"]["p_at_1"] == 1.0
    assert figures["sw-en"]["count"] == 2


def test_another_number_of_documents_is_rejected(tmp_path):
    with pytest.raises(CorpusError, match="equally many documents on both sides, got 2 and 1"):
        documents(tmp_path, "a\n\nb\n", "x\ny\n").read()


def test_a_document_without_a_sentence_is_rejected(tmp_path):
    path = tmp_path / "sw.jsonl"
    path.write_text('{"text": "a"}\n{"text": ""}\n{"text": "b"}\n')
    side = {"format": "jsonl", "language": "sw", "path": str(path)}
    test_set = documents(tmp_path, "", "x\n\ny\n\nz\n").model_dump() | {"source": side}
    with pytest.raises(CorpusError, match=r"sw\.jsonl:2: no_text"):
        DocumentRetrievalSet.model_validate(test_set).read()
