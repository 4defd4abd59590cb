"""Parallel treebanks are matched by sent_id: an id that occurs twice would match twice."""

import pytest

from tfmling.corpora.annotated.examples import TaggedSentence
from tfmling.corpora.corpus import CorpusError
from tfmling.probes.linked_words import reject_repeated_ids


def test_a_repeated_id_is_rejected():
    def sentence(location, sent_id):
        return TaggedSentence(("a",), ("NOUN",), location, sent_id)

    reject_repeated_ids([sentence("a:1", "x"), sentence("a:4", ""), sentence("a:7", "")])
    with pytest.raises(CorpusError, match=r"^a:9: the sent_id 'x' occurs twice, first at a:1"):
        reject_repeated_ids([sentence("a:1", "x"), sentence("a:9", "x")])
