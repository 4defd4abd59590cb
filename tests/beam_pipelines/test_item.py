import hypothesis
from hypothesis import strategies

from beam_pipelines.transforms.item import by_shard, deduplicate, label, uri_of
from tfmling.text.fingerprints import fingerprint


def item(text, path="a", line=1):
    return fingerprint(text), path, (line, line, 0), (text,)


def test_the_first_in_file_and_line_is_kept():
    items = [item("moja", "b", 1), item("moja", "a", 10), item("moja", "a", 9), item("mbili")]
    kept, repeated = deduplicate(items)
    assert sorted(map(uri_of, kept)) == ["a:1", "a:9"]
    assert sorted(map(uri_of, repeated)) == ["a:10", "b:1"]


@hypothesis.given(
    strategies.lists(strategies.tuples(strategies.sampled_from("abcd"), strategies.integers(1, 9))),
    strategies.randoms(use_true_random=False),
)
def test_the_order_does_not_matter(places, rng):
    items = [item(text, line=line) for text, line in places]
    expected = deduplicate(items)
    rng.shuffle(items)
    assert deduplicate(items) == expected
    assert {i[0] for i in expected[0]} == {i[0] for i in items}
    assert len(expected[0]) + len(expected[1]) == len(items)


def test_equal_texts_come_to_one_shard_of_their_language():
    keyed = [(("sw",), item("moja")), (("am",), item("moja")), (("sw",), item("moja", "b"))]
    shards = by_shard(keyed, 7)
    assert sorted(len(items) for items in shards.values()) == [1, 2]
    assert {languages for languages, _ in shards} == {("am",), ("sw",)}
    many = by_shard(((("sw",), item(str(number))) for number in range(100)), 7)
    assert {shard for _, shard in many} == set(range(7))


def test_label():
    assert (label(("sw",)), label(("en", "sw"))) == ("sw", "en-sw")
