"""Scores by hand, and whether each is accepted."""

import pytest

from tfmling import filters
from tfmling.core import config
from tfmling.corpora.documents import SentencePair
from tfmling.filters.filter import judge_pairs


class _Holder(config.Settings):
    filters: list[filters.AnyPairFilter]


def build(kind, **values):
    (only,) = config.build(_Holder, {"filters": [{"kind": kind} | values]}, "test").filters
    return only


def pair(source, target):
    return SentencePair("a", 1, source, target, "en", "sw")


@pytest.mark.parametrize(
    ("values", "score"),
    [({}, 9 / 3), ({"unit": "words"}, 2 / 1), ({"unit": "bytes"}, 9 / 9), ({"slack": 3}, 12 / 6)],
)
def test_length_ratio(values, score):
    ratio = build("length_ratio", **values)
    assert ratio.score(pair("good luck", "ሰላም")) == pytest.approx(score)
    assert ratio.score(pair("ሰላም", "good luck")) == pytest.approx(score)


def test_length_ratio_limits():
    ratio = build("length_ratio", max=2.0)
    assert (ratio.accepts(2.0), ratio.accepts(2.1)) == (True, False)
    assert not ratio.accepts(ratio.score(pair("", "moja")))


@pytest.mark.parametrize(
    ("source", "target", "score"),
    [
        ("good morning", "habari ya asubuhi", 0),
        ("Paris, 2020", "PARIS 2020.", 1),
        ("I see Paris", "Ninaona Paris", 1 / 2),
        ("no no no", "no", 1),
        ("the the sea", "the bahari yetu", 1 / 3),
        ("...", "...", 1),
        ("...", "!!!", 0),
    ],
)
def test_copied(source, target, score):
    assert build("copied").score(pair(source, target)) == pytest.approx(score)


def test_copied_limit():
    copied = build("copied", max_share=0.5)
    assert (copied.accepts(0.5), copied.accepts(0.51)) == (True, False)


@pytest.mark.parametrize(
    ("source", "target", "score"),
    [
        ("no number", "bila namba", 1),
        ("in 1999 and 07", "mwaka ١٩٩٩ na 7", 1),
        ("3 or 4", "3", 1 / 2),
        ("3 or 3", "3 au 4", 1 / 2),
        ("three", "3", 0),
        ("300000 people", "watu 300,000", 1),
        ("3.5 km", "km 3,5", 1),
        ("1,234.567 and 8", "8", 1 / 2),
        ("@ray7 came", "alikuja", 1),
        ("July11", "Julai 11", 0),
        ("in 2009, in room 5", "2009年に5号室で", 1),
        ("200 miles", "200ไมล์", 1),
        ("COVID-19", "COVID-19", 1),
        ("10,000 people in 2010", "10 000 personnes en 2010", 1),
        ("in 2010 300 came", "2010: 300", 1),
        ("5 3000", "5 3000", 1),
    ],
)
def test_numbers(source, target, score):
    assert build("numbers").score(pair(source, target)) == score


def test_numbers_limit():
    numbers = build("numbers", min_share=0.5)
    assert (numbers.accepts(0.5), numbers.accepts(0.4)) == (True, False)


@pytest.mark.parametrize(
    ("source", "target", "score"),
    [
        ("good morning", "habari ya asubuhi", 0),
        # sea: 3 runs of 3 in " sea "; seas: 4, of which " se" and "sea" are shared
        ("sea", "seas", 2 * 2 / 7),
        ("the sea", "The SEA", 0),  # nothing is known of capitals
        ("Paris 2020", "Paris 2020", 0),
        ("in Paris 2020", "katika Paris 2020", 0),
        ("photo by coolloud.org", "picha na coolloud.org", 0),
        ("ask @juma at juma@mail.com", "uliza @juma au juma@mail.com", 0),
        ("colour", "colour", 1),
        ("海边", "海边", 1),
    ],
)
def test_untranslated(source, target, score):
    untranslated = build("untranslated", max_similarity=0.5)
    assert untranslated.score(pair(source, target)) == pytest.approx(score)
    assert untranslated.accepts(score) == (score <= 0.5)


@pytest.mark.parametrize(
    ("source", "target", "score"),
    [
        ("no address", "bila anwani", 1),
        ("see https://www.Example.org/a.", "tazama example.org/a au www.example.org/a", 1),
        ("see (http://example.org)", "tazama", 0),
        ("write to a.b@example.org", "andika kwa A.B@example.org.", 1),
        ("www.a.org and www.b.org", "www.a.org na www.c.org", 1 / 2),
        ("www.a.org", "www.a.org au www.b.org", 1 / 2),
        ("www.mfano.org።", "www.mfano.org", 1),
    ],
)
def test_addresses(source, target, score):
    addresses = build("addresses")
    assert addresses.score(pair(source, target)) == score
    assert addresses.accepts(score) == (score >= 0.5)


def test_the_first_rejection_is_the_reason():
    chain = [build("length_ratio"), build("copied")]
    pairs = [pair("Paris", "Paris"), pair("a", "Paris"), pair("yes", "ndiyo")]
    assert judge_pairs(chain, pairs) == [("copied", 1), ("length_ratio", 5), None]


def test_a_pair_counts_as_both_its_languages():
    rules = {"en": ("copied", 1), "sw": ("copied", 1), "am": None}
    for language, verdict in rules.items():
        copied = build("copied", languages=[language])
        assert judge_pairs([copied], [pair("Paris", "Paris")]) == [verdict]
        spared = build("copied", except_languages=[language])
        assert (judge_pairs([spared], [pair("Paris", "Paris")]) == [None]) == bool(verdict)
