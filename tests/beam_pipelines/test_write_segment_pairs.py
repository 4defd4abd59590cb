import random

from beam_pipelines.settings import SegmentPairs
from beam_pipelines.transforms.write_segment_pairs import by_document, shuffled_pairs
from tfmling.text.fingerprints import fingerprint


def placed(documents, sentences):
    return [
        ("a.txt", (document, document + sentence, sentence), f"{document}.{sentence}")
        for document in range(10, 10 + documents)
        for sentence in range(sentences)
    ]


def test_the_order_of_sentences_does_not_matter():
    settings = SegmentPairs(max_characters=10)
    sentences = placed(5, 8)
    expected = shuffled_pairs(sentences, settings, random.Random("1 sw 0"))
    random.Random(7).shuffle(sentences)
    assert shuffled_pairs(sentences, settings, random.Random("1 sw 0")) == expected
    assert expected


def test_a_document_comes_to_one_shard():
    items = [(fingerprint(text), path, place, (text,)) for path, place, text in placed(30, 4)]
    shards = dict(by_document(((("sw",), 0), items), num_shards=3))
    homes = {}
    for (_, shard), sentences in shards.items():
        for _, (document, _, _), _ in sentences:
            homes.setdefault(document, set()).add(shard)
    assert len(homes) == 30
    assert all(len(shards_of) == 1 for shards_of in homes.values())
    assert sum(map(len, shards.values())) == 120
