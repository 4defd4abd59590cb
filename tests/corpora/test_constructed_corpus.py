import itertools
import os
import random
import subprocess
import sys

import pytest

from tfmling.core.config import ConfigError, build
from tfmling.corpora.constructed.corpus import (
    ConstructCorpus,
    Translator,
    as_files,
    construct,
    distinct_couples,
    distinct_pairs,
    one_side,
)


def settings(**changes):
    sizes = {"sentences_a": 900, "sentences_b": 800, "train_pairs": 700, "test_pairs": 200}
    return ConstructCorpus(output="unused", contrasts=60, queries=4, **(sizes | changes))


@pytest.fixture(scope="module")
def corpus():
    return construct(settings())


def sentences(documents):
    return list(itertools.chain.from_iterable(documents))


def test_sizes_are_those_asked_for(corpus):
    assert len(sentences(corpus.documents_a)) == 900
    assert len(sentences(corpus.documents_b)) == 800
    assert len(corpus.train) == 700
    assert len(corpus.test) == 200


def test_nothing_that_is_tested_is_said_elsewhere(monkeypatch):
    # one random stream for every purpose: without care, all texts would begin with the test set
    monkeypatch.setattr(Translator, "_generator", lambda self, purpose: random.Random(7))
    corpus = construct(settings())
    tested_a, tested_b = map(set, zip(*corpus.test, *corpus.contrasts, strict=True))
    assert len(tested_a) == len(tested_b) == 200 + 2 * 60
    seen_a = {a for a, _ in corpus.train} | set(sentences(corpus.documents_a))
    seen_b = {b for _, b in corpus.train} | set(sentences(corpus.documents_b))
    assert tested_a.isdisjoint(seen_a)
    assert tested_b.isdisjoint(seen_b)


def test_no_two_pairs_share_a_side(corpus):
    for pairs in (corpus.train, corpus.test, corpus.contrasts):
        assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


DOCUMENTS = [
    [("Sun.", "ፀ።"), ("Moon.", "ጨ።")],
    [("Rain.", "ዝ።"), ("Sun.", "ፀ።"), ("Sun.", "ሌላ።")],
    [("Star.", "ጨ።"), ("Wind.", "ነ።"), ("Snow.", "በ።")],
]


def test_a_pair_is_taken_once_and_only_if_neither_side_is_taken():
    sun, moon, rain, wind = DOCUMENTS[0][0], DOCUMENTS[0][1], DOCUMENTS[1][0], DOCUMENTS[2][1]
    assert distinct_pairs(DOCUMENTS, 4, set()) == [sun, moon, rain, wind]
    assert distinct_pairs(DOCUMENTS, 2, {"ፀ።", "Moon."}) == [rain, ("Sun.", "ሌላ።")]


def test_couples_are_taken_if_all_they_say_is_new():
    sun, moon, rain, star = ("Sun.", "ፀ።"), ("Moon.", "ጨ።"), ("Rain.", "ዝ።"), ("Star.", "ነ።")
    couples = [[sun, moon], [rain, ("Sun.", "ሌላ።")], [rain, rain], [rain, star]]
    assert distinct_couples(couples, 2, set()) == [sun, moon, rain, star]
    assert distinct_couples(couples, 1, {"ጨ።"}) == couples[1]


def test_contrasts_come_in_couples_that_share_nearly_all_words(corpus):
    couples = list(zip(corpus.contrasts[::2], corpus.contrasts[1::2], strict=True))
    assert len(couples) == 60
    for language in (0, 1):
        # a verb; or noun and verb, and the numeral that goes; or two nouns with their affixes
        changed = [len(words(one[language]) - words(other[language])) for one, other in couples]
        assert min(len(words(one[language])) for one, _ in couples) >= 3
        assert sum(changed) / len(changed) < 2


def words(sentence):
    return set(sentence.lower()[:-1].split())


def test_documents_lack_what_is_reserved_and_end_at_the_count():
    assert one_side(iter(DOCUMENTS), 0, 3, {"Rain."}) == [["Sun.", "Moon."], ["Sun."]]
    # reserved on the other side is reserved too; a document of nothing else is left out
    reserved = {"Sun.", "Moon."}
    assert one_side(iter(DOCUMENTS), 1, 3, reserved) == [["ዝ።"], ["ጨ።", "ነ።"]]


def test_documents_of_the_two_languages_say_different_things(corpus):
    pairs = itertools.chain.from_iterable(Translator(1).documents("a"))
    translation_of_a = {b for _, b in itertools.islice(pairs, 900)}
    # chance may say a short thing twice
    assert len(translation_of_a & set(sentences(corpus.documents_b))) < 20


def test_sentences_have_three_to_twelve_words(corpus):
    texts = sentences(corpus.documents_a) + sentences(corpus.documents_b) + sentences(corpus.train)
    lengths = {len(text.split()) for text in texts}
    assert min(lengths) == 3
    assert max(lengths) in (10, 11, 12)


def test_test_sentences_share_their_words(corpus):
    """Each word of the test set occurs in several of its sentences: one alone finds nothing."""
    words = [set(b.rstrip("።").split()) for _, b in corpus.test]
    shared = [sum(bool(own & other) for other in words) - 1 for own in words]
    assert sum(shared) / len(shared) > 5


def test_documents_keep_to_a_topic(corpus):
    """Two sentences of one document share more words than two of neighboring documents."""

    def overlap(one, other):
        one, other = ({w for s in x for w in s[:-1].lower().split()} for x in (one, other))
        return len(one & other) / min(len(one), len(other))

    halves = [(d[::2], d[1::2]) for d in corpus.documents_b if len(d) > 3]
    within = sum(overlap(*pair) for pair in halves) / len(halves)
    across = sum(overlap(one[0], other[1]) for one, other in itertools.pairwise(halves)) / (
        len(halves) - 1
    )
    assert within > 2 * across


def test_equal_seeds_say_the_same_and_others_do_not():
    assert construct(settings(seed=5)) == construct(settings(seed=5))
    assert construct(settings(seed=5)).test != construct(settings(seed=6)).test


def test_the_words_of_a_seed_do_not_depend_on_the_sizes():
    assert construct(settings()).test[:50] == construct(settings(test_pairs=50)).test


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_python_hashing_decides_nothing(corpus, hash_seed):
    program = (
        "from tests.corpora.test_constructed_corpus import construct, settings;"
        "print(construct(settings()).test[:5])"
    )
    environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": os.getcwd()}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout == f"{corpus.test[:5]}\n"


def test_files_are_aligned_and_documents_apart(corpus):
    texts = as_files(corpus, queries=4)
    sides = (texts["test.a"].splitlines(), texts["test.b"].splitlines())
    assert list(zip(*sides, strict=True)) == corpus.test
    assert len(texts["train.a"].splitlines()) == len(texts["train.b"].splitlines()) == 700
    documents = texts["b.txt"].split("\n\n")
    assert len(documents) == len(corpus.documents_b)
    assert documents[0].replace("\n", " ").rstrip() == " ".join(corpus.documents_b[0])
    queries = texts["queries.txt"].splitlines()
    assert len(set(queries)) == 4
    assert set(queries) <= {b for _, b in corpus.test}


def test_settings_that_cannot_be():
    with pytest.raises(ConfigError, match=r"at most the 3 test_pairs.*got 5"):
        build(ConstructCorpus, {"output": "x", "test_pairs": 3}, "test.yaml")
    with pytest.raises(ConfigError, match="did you mean 'test_pairs'"):
        build(ConstructCorpus, {"output": "x", "test_pair": 3}, "test.yaml")
