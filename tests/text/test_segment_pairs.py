import random

import pytest

from tfmling.text.segment_pairs import SegmentPair, make_segment_pairs


def documents(count, length):
    return [[f"d{d}s{s}" for s in range(length)] for d in range(count)]


def make(docs, rate, max_characters=1, seed=1):
    rng = random.Random(seed)
    return list(
        make_segment_pairs(docs, max_characters=max_characters, random_next_rate=rate, rng=rng)
    )


def test_true_seconds_only_by_hand():
    # one character is reached by any sentence, so each chunk has the two it needs at least
    assert make(documents(1, 5), rate=0.0) == [
        SegmentPair("d0s0", "d0s1", True),
        SegmentPair("d0s2", "d0s3", True),
    ]


def test_pairs_are_filled_to_their_length():
    # four characters a sentence: 12 are reached with the third
    pairs = make(documents(1, 6), rate=0.0, max_characters=12)
    assert [f"{p.first} {p.second}" for p in pairs] == ["d0s0 d0s1 d0s2", "d0s3 d0s4 d0s5"]


def test_random_seconds_come_from_another_document_and_lose_no_sentence():
    docs = documents(3, 4)
    pairs = make(docs, rate=1.0)
    assert all(p.first.split()[0][:2] != p.second.split()[0][:2] for p in pairs)
    assert not any(p.is_next for p in pairs)
    # the sentences after a first were put back: each but the last of a document is a first once
    firsts = [sentence for p in pairs for sentence in p.first.split()]
    assert firsts == [sentence for doc in docs for sentence in doc[:-1]]


def test_half_are_random():
    pairs = make(documents(50, 100), rate=0.5)
    share = sum(not p.is_next for p in pairs) / len(pairs)
    assert share == pytest.approx(0.5, abs=0.04)  # 3 standard deviations of about 1,700 draws


def test_labels_are_true():
    for pair in make(documents(5, 30), rate=0.5, max_characters=20):
        last, first = pair.first.split()[-1], pair.second.split()[0]
        follows = last[:2] == first[:2] and int(first[3:]) == int(last[3:]) + 1
        assert follows == pair.is_next


def test_a_single_document_has_no_random_seconds():
    assert all(p.is_next for p in make(documents(1, 9), rate=1.0))


def test_single_sentences_make_no_pair():
    assert make(documents(4, 1), rate=0.5) == []


def test_the_seed_decides():
    assert make(documents(5, 9), 0.5, seed=3) == make(documents(5, 9), 0.5, seed=3)
    assert make(documents(5, 9), 0.5, seed=3) != make(documents(5, 9), 0.5, seed=4)
