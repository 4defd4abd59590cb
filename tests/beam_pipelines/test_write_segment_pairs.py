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


def items_of(documents, sentences):
    found = placed(documents, sentences)
    return [(fingerprint(text), path, place, (text,)) for path, place, text in found]


def homes_of(shards):
    homes = {}
    for shard, items in shards.items():
        for _, _, (document, _, _), _ in items:
            homes.setdefault(document, set()).add(shard)
    return homes


def test_a_document_comes_to_one_shard():
    shards, left_out = by_document(items_of(30, 4), num_shards=3, share=1.0)
    homes = homes_of(shards)
    assert len(homes) == 30
    assert all(len(shards_of) == 1 for shards_of in homes.values())
    assert sum(map(len, shards.values())) == 120
    assert left_out == 0


def test_documents_are_left_out_whole():
    shards, left_out = by_document(items_of(200, 4), num_shards=3, share=0.5)
    homes = homes_of(shards)
    assert 70 < len(homes) < 130  # of 200 fair throws; 100 ± 4 standard deviations of 7.1
    assert left_out == 800 - 4 * len(homes)
