import random

from beam_pipelines.settings import SegmentPairs
from beam_pipelines.transforms.items import Item
from beam_pipelines.transforms.write_segment_pairs import by_document, shuffled_pairs
from tfmling.text.fingerprints import fingerprint


def items_of(documents, sentences):
    return [
        Item(fingerprint(text), "a.txt", document, document + sentence, sentence, (text,))
        for document in range(10, 10 + documents)
        for sentence in range(sentences)
        for text in [f"{document}.{sentence}"]
    ]


def test_the_order_of_sentences_does_not_matter():
    settings = SegmentPairs(max_characters=10)
    sentences = items_of(5, 8)
    expected = shuffled_pairs(sentences, settings, random.Random("1 sw 0"))
    random.Random(7).shuffle(sentences)
    assert shuffled_pairs(sentences, settings, random.Random("1 sw 0")) == expected
    assert expected


def homes_of(shards):
    homes = {}
    for shard, items in shards.items():
        for item in items:
            homes.setdefault(item.document_line, set()).add(shard)
    return homes


def test_a_document_comes_to_one_shard():
    shards, num_dropped = by_document(items_of(30, 4), num_shards=3, share=1.0)
    homes = homes_of(shards)
    assert len(homes) == 30
    assert all(len(shards_of) == 1 for shards_of in homes.values())
    assert sum(map(len, shards.values())) == 120
    assert num_dropped == 0


def test_documents_are_dropped_whole():
    shards, num_dropped = by_document(items_of(200, 4), num_shards=3, share=0.5)
    homes = homes_of(shards)
    assert 70 < len(homes) < 130  # of 200 fair throws; 100 ± 4 standard deviations of 7.1
    assert num_dropped == 800 - 4 * len(homes)
